"""What the parts of a course are called and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from courseporter.gui.words import number

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
    """`1 lesson`, `1,204 lessons`."""
    noun = KINDS[kind]
    return f"{number(value)} {noun.one if value == 1 else noun.many}"


def kind_of(node: TreeNode) -> str:
    """What a row is, in one word of the model: the type of a block, else the kind."""
    return (node.type or node.kind) if node.kind == "block" else node.kind


def below(node: TreeNode) -> str:
    """What hangs below a row, with its count: `8 lessons`; empty when nothing does."""
    if node.kind in CHILDREN:
        return counted(node.children, CHILDREN[node.kind]) if node.children else ""
    return counted(node.questions, "question") if node.questions else ""


def spoken(node: TreeNode) -> str:
    """One row of the tree as a screen reader says it."""
    parts = [node.title or "Untitled", KINDS[kind_of(node)].one, below(node)]
    if node.hidden:
        parts.append("hidden")
    if node.problems:
        parts.append(notes(node.problems))
    return ", ".join(part for part in parts if part)


def notes(count: int) -> str:
    """`1 note`, `14 notes`."""
    return "1 note" if count == 1 else f"{number(count)} notes"


def contents(counts: dict[str, int], names: tuple[str, ...]) -> str:
    """`3 sections, 12 lessons, 40 questions`: what there is of the given kinds."""
    return ", ".join(counted(counts[name], name) for name in names if counts.get(name))


def details(error: ErrorView) -> str:
    """An error as text for a clipboard."""
    rows = (
        ("Code", error.code),
        ("What happened", error.message),
        ("Where", error.where),
        ("What now", error.hint),
    )
    return "\n".join(f"{label}: {text}" for label, text in rows if text)
