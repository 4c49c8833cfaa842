"""The names of the parts of a course, and how they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from courseporter.errors import gettext
from courseporter.gui.words import number, problems

if TYPE_CHECKING:
    from courseporter.api.values import ErrorView, TreeNode


class Noun(NamedTuple):
    """A word with its plural."""

    one: str
    many: str


KINDS: dict[str, Noun] = {
    "section": Noun("section", "sections"),
    "lesson": Noun("lesson", "lessons"),
    "unit": Noun("unit", "units"),
    "block": Noun("item", "items"),
    "text": Noun("text", "texts"),
    "video": Noun("video", "videos"),
    "audio": Noun("recording", "recordings"),
    "quiz": Noun("quiz", "quizzes"),
    "question": Noun("question", "questions"),
    "assignment": Noun("assignment", "assignments"),
    "resource": Noun("file to download", "files to download"),
    "link": Noun("link", "links"),
    "discussion": Noun("discussion", "discussions"),
    "package": Noun("SCORM lesson", "SCORM lessons"),
    "foreign": Noun("unknown item", "unknown items"),
    "asset": Noun("file", "files"),
}
CHILDREN = {"section": "lesson", "lesson": "unit", "unit": "block"}


def counted(value: int, kind: str) -> str:
    """Return such as `1 lesson` or `1,204 lessons`."""
    noun = KINDS[kind]
    return f"{number(value)} {noun.one if value == 1 else noun.many}"


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
    parts = [node.title or gettext("Untitled"), KINDS[kind_of(node)].one, below(node)]
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
