"""What becomes of a SCORM lesson: played in the course, a block of a plug-in, or a download.

The words for the ledger and for the problems stand here, because a source says them first and a
change of the draft says them anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, cast, get_args

from msgspec.structs import replace

from courseporter.errors import PROBLEM_CODES, Problem, Severity
from courseporter.model import Entry, PackageMode

MODES: Final = cast("tuple[PackageMode, ...]", get_args(PackageMode))
FOLDED = "It lies deeper than a course can show: its title stands in front of those below it."
FOLDED_BELOW = 3  # items deeper than this are folded
_SHOWN = 3  # titles told in one sentence

LOST: Final[dict[PackageMode, str | None]] = {
    "play": None,
    "plugin": "Its block is empty until the package has been uploaded to it in Studio.",
    "download": "Learners can download it, but not open it inside the course.",
}
_TOLD: Final[dict[PackageMode, tuple[str, str, str]]] = {
    "play": (
        "scorm_no_tracking",
        (
            "{lessons} inside the course: {names}. Progress stays in each learner’s browser; no "
            "grade or completion reaches the course."
        ),
        "For grades, choose the block of the SCORM plug-in, if your site has it.",
    ),
    "plugin": (
        "scorm_plugin_upload",
        "{lessons} as a block of the SCORM plug-in, which is still empty: {names}.",
        (
            "After the import, open each block in Studio and upload the package “{file}” to it; it "
            "lies under Content → Files. A site without the plug-in shows nothing there."
        ),
    ),
    "download": (
        "scorm_download_only",
        "{lessons} as a download, not to be opened inside the course: {names}.",
        "Scores and completion are not sent to the course either.",
    ),
}
_VERBS: Final[dict[PackageMode, tuple[str, str]]] = {
    "play": ("1 lesson plays", "{count} lessons play"),
    "plugin": ("1 lesson is written", "{count} lessons are written"),
    "download": ("1 lesson is offered", "{count} lessons are offered"),
}
CODES: Final = tuple(code for code, _, _ in _TOLD.values())


def chosen(entry: Entry, mode: PackageMode) -> Entry:
    """The ledger's line of a lesson that is written in this way; others stay as they are."""
    if entry.kind != "item" or entry.href is None or not entry.outcome.startswith("converted"):
        return entry
    reason = reason_of(mode, entry.depth)
    outcome = "converted_with_loss" if reason else "converted"
    return replace(entry, outcome=outcome, reason=reason)


def reason_of(mode: PackageMode, depth: int) -> str | None:
    """What is lost of a lesson at this depth of the manifest, None when nothing is."""
    return LOST[mode] or (FOLDED if depth > FOLDED_BELOW else None)


class Lesson(NamedTuple):
    """A lesson as the problems name it: its title, its place, and the way it is written."""

    title: str
    key: str
    mode: PackageMode


def told(lessons: Iterable[Lesson], where: str | None, file: str) -> tuple[Problem, ...]:
    """One problem for each way that any lesson is written in.  `file`: where the package lies."""
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
    code, sentence, hint = _TOLD[mode]
    one, many = _VERBS[mode]
    names = ", ".join(f"“{_short(lesson.title)}”" for lesson in first)
    more = f" and {count - len(first):,} more" if count > len(first) else ""
    lessons = one if count == 1 else many.format(count=f"{count:,}")
    return Problem(
        code=code,
        severity=cast("Severity", PROBLEM_CODES[code].severity),
        message=sentence.format(lessons=lessons, names=names + more),
        where=where,
        hint=hint.format(file=file),
        count=count,
        key=first[0].key,
    )


def _short(title: str) -> str:
    return title if len(title) <= 120 else title[:119] + "…"
