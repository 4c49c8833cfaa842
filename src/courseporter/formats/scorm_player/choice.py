"""How a SCORM lesson works in the course: it plays, uses the SCORM XBlock, or is a download.

The words for the ledger and for the problems are here because a source says them first, and a
change of the draft says them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, cast, get_args

from msgspec.structs import replace

from courseporter.errors import PROBLEM_CODES, Message, Problem, Severity, _, ngettext
from courseporter.model import Entry, PackageMode

MODES: Final = cast("tuple[PackageMode, ...]", get_args(PackageMode))
FOLDED: Final = _(
    "It's nested deeper than Open edX allows, so its title was added to the titles below it."
)
FOLDED_BELOW = 3  # items deeper than this are folded
_SHOWN = 3  # titles named in one sentence
_LONGEST = 120  # characters of a title

LOST: Final[dict[PackageMode, Message | None]] = {
    "play": None,
    "plugin": _(
        "Its block is empty until you upload the package to it in Studio. A site without the SCORM "
        "XBlock shows nothing there."
    ),
    "download": _("Learners can download it but can't open it inside the course."),
}


class _Words(NamedTuple):
    """What is said about the lessons of a mode: {names} are the first titles."""

    code: str
    message: Message
    hint: Message


_WORDS: Final[dict[PackageMode, _Words]] = {
    "play": _Words(
        "scorm_no_tracking",
        ngettext(
            "{count:,} lesson plays inside the course: {names}. Progress stays in each learner's "
            "browser; grades and completion aren't recorded.",
            "{count:,} lessons play inside the course: {names}. Progress stays in each learner's "
            "browser; grades and completion aren't recorded.",
            0,
        ),
        _("To record grades, use the SCORM XBlock, if your site has it installed."),
    ),
    "plugin": _Words(
        "scorm_plugin_upload",
        ngettext(
            "{count:,} lesson uses the SCORM XBlock: {names}. Its block is empty after the import. "
            "A standard Open edX site doesn't have this XBlock: it imports the course without an "
            "error, but learners see nothing in this place.",
            "{count:,} lessons use the SCORM XBlock: {names}. Their blocks are empty after the "
            "import. A standard Open edX site doesn't have this XBlock: it imports the course "
            "without an error, but learners see nothing in these places.",
            0,
        ),
        _(
            "Ask whether your site has the SCORM XBlock installed. If it does, open each block in "
            "Studio after the import and upload the package “{file}” to it; you'll find it under "
            "Content → Files. If it doesn't, choose another option.",
            file="",
        ),
    ),
    "download": _Words(
        "scorm_download_only",
        ngettext(
            "{count:,} lesson is offered as a download and can't be opened inside the course: "
            "{names}.",
            "{count:,} lessons are offered as a download and can't be opened inside the course: "
            "{names}.",
            0,
        ),
        _("Grades and completion aren't recorded either."),
    ),
}
CODES: Final = tuple(words.code for words in _WORDS.values())


def with_mode(entry: Entry, mode: PackageMode) -> Entry:
    """Return the ledger entry of a lesson written in this mode; other entries stay as they are."""
    if entry.kind != "item" or entry.href is None or not entry.outcome.startswith("converted"):
        return entry
    reason = loss_of(mode, entry.depth)
    outcome = "converted_with_loss" if reason else "converted"
    return replace(entry, outcome=outcome, reason=reason)


def loss_of(mode: PackageMode, depth: int) -> Message | None:
    """Return what is lost of a lesson at this depth of the manifest; None when nothing is."""
    return LOST[mode] or (FOLDED if depth > FOLDED_BELOW else None)


class Lesson(NamedTuple):
    """A lesson as the problems name it: its title, its key, and the mode it is written in."""

    title: str
    key: str
    mode: PackageMode


def mode_problems(lessons: Iterable[Lesson], where: str | None, file: str) -> tuple[Problem, ...]:
    """Return one problem for each mode in use.  `file`: the name of the package in the course."""
    counts: dict[PackageMode, int] = {}
    first: dict[PackageMode, list[Lesson]] = {}
    for lesson in lessons:
        mode = lesson.mode
        count = counts[mode] = counts.get(mode, 0) + 1
        if count <= _SHOWN:
            first.setdefault(mode, []).append(lesson)
    return tuple(
        _problem(mode, counts[mode], first[mode], where, file) for mode in MODES if mode in counts
    )


def _problem(
    mode: PackageMode, count: int, first: list[Lesson], where: str | None, file: str
) -> Problem:
    words = _WORDS[mode]
    names: str | Message = ", ".join(f"“{_short(lesson.title)}”" for lesson in first)
    if count > len(first):
        names = _("{names} and {more:,} more", names=names, more=count - len(first))
    hint = words.hint
    return Problem(
        code=words.code,
        severity=cast("Severity", PROBLEM_CODES[words.code].severity),
        message=replace(words.message, args={"count": count, "names": names}),
        where=where,
        hint=replace(hint, args={"file": file}) if hint.args else hint,
        count=count,
        key=first[0].key,
    )


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…"
