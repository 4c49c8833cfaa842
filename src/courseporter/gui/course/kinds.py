"""The names of the parts of a course, and how they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from courseporter.errors import Message, _, gettext, ngettext
from courseporter.gui.words import number, problems

if TYPE_CHECKING:
    from courseporter.api.values import ErrorView, TreeNode


class Kind(NamedTuple):
    """What a kind is called: one, several, and with a number."""

    one: Message
    many: Message
    counted: Message


KINDS: dict[str, Kind] = {
    "section": Kind(
        _("section"), _("Sections"), ngettext("{number} section", "{number} sections", 0)
    ),
    "lesson": Kind(_("lesson"), _("Lessons"), ngettext("{number} lesson", "{number} lessons", 0)),
    "unit": Kind(_("unit"), _("Units"), ngettext("{number} unit", "{number} units", 0)),
    "block": Kind(_("item"), _("Items"), ngettext("{number} item", "{number} items", 0)),
    "text": Kind(_("text"), _("Texts"), ngettext("{number} text", "{number} texts", 0)),
    "video": Kind(_("video"), _("Videos"), ngettext("{number} video", "{number} videos", 0)),
    "audio": Kind(
        _("recording"), _("Recordings"), ngettext("{number} recording", "{number} recordings", 0)
    ),
    "quiz": Kind(_("quiz"), _("Quizzes"), ngettext("{number} quiz", "{number} quizzes", 0)),
    "question": Kind(
        _("question"), _("Questions"), ngettext("{number} question", "{number} questions", 0)
    ),
    "assignment": Kind(
        _("assignment"),
        _("Assignments"),
        ngettext("{number} assignment", "{number} assignments", 0),
    ),
    "resource": Kind(
        _("file to download"),
        _("Files to download"),
        ngettext("{number} file to download", "{number} files to download", 0),
    ),
    "link": Kind(_("link"), _("Links"), ngettext("{number} link", "{number} links", 0)),
    "discussion": Kind(
        _("discussion"),
        _("Discussions"),
        ngettext("{number} discussion", "{number} discussions", 0),
    ),
    "package": Kind(
        _("SCORM lesson"),
        _("SCORM lessons"),
        ngettext("{number} SCORM lesson", "{number} SCORM lessons", 0),
    ),
    "foreign": Kind(
        _("unknown item"),
        _("Unknown items"),
        ngettext("{number} unknown item", "{number} unknown items", 0),
    ),
    "asset": Kind(_("file"), _("Files"), ngettext("{number} file", "{number} files", 0)),
}
CHILDREN = {"section": "lesson", "lesson": "unit", "unit": "block"}


def counted(value: int, kind: str) -> str:
    """Return such as `1 lesson` or `1,204 lessons`."""
    words = KINDS[kind].counted
    return str(msgspec.structs.replace(words, args={"count": value, "number": number(value)}))


def kind_of(node: TreeNode) -> str:
    """Return what a row is, in a word of the model: the type of a block, else the kind."""
    return (node.type or node.kind) if node.kind == "block" else node.kind


def below(node: TreeNode) -> str:
    """Return what is below a row, with its number: `8 lessons`; empty when nothing is."""
    if node.kind in CHILDREN:
        return counted(node.children, CHILDREN[node.kind]) if node.children else ""
    return counted(node.questions, "question") if node.questions else ""


def spoken(node: TreeNode) -> str:
    """Return a row of the tree as a screen reader says it."""
    parts = [node.title or gettext("Untitled"), str(KINDS[kind_of(node)].one), below(node)]
    if node.hidden:
        parts.append(gettext("hidden"))
    if node.problems:
        parts.append(problems(node.problems))
    return ", ".join(part for part in parts if part)


def contents(counts: dict[str, int], names: tuple[str, ...]) -> str:
    """Return such as `3 sections, 12 lessons, 40 questions` for these kinds."""
    return ", ".join(counted(counts[name], name) for name in names if counts.get(name))


def details(error: ErrorView) -> str:
    """Return an error as text for the clipboard."""
    rows = (
        (gettext("Code"), error.code),
        (gettext("What happened"), error.message),
        (gettext("Where"), error.where),
        (gettext("What to do"), error.hint),
    )
    return "\n".join(f"{label}: {text}" for label, text in rows if text)
