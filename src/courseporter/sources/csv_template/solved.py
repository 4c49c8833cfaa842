"""What is found out about a question: its graded part, or why it can't be graded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from courseporter.errors import Message, _
from courseporter.model import Option, QuestionType
from courseporter.sources.csv_template.schema import OptionRow
from courseporter.sources.csv_template.values import ALLOWED_BOOLEANS, BOOLEANS, parse_boolean

Cell = tuple[str, int, str]  # table, line, column
LONGEST = 80  # characters of a cell that a message quotes
NO_ANSWER = _("no accepted answer is given, so it becomes a free-text question graded by a person")
WRONG = _("it isn't marked as correct, and this type of question only keeps correct answers")
NEVER_SHOWN = _("feedback can't be shown for this type of question")
EMPTY = _("the text is empty")


class Unanswerable(Exception):  # noqa: N818 - a verdict inside this package, not a program error
    """The question can't be graded: which cell is wrong, and why."""

    def __init__(self, cell: Cell, reason: Message) -> None:
        super().__init__(reason)
        self.cell = cell
        self.reason = reason


class Solved(NamedTuple):
    """The graded part of a question.

    `type` None: it can only be shown.  `losses` is for the question's entry, `dropped` (line of the
    option → reason) and `notes` (line → what of the option is lost) for those of its options.
    `added` are spellings that are accepted as well, `doubtful` cells whose number is a guess.
    """

    type: QuestionType | None
    options: tuple[Option, ...] = ()
    answers: tuple[str, ...] = ()
    gaps: tuple[tuple[str, ...], ...] = ()
    tolerance: str = ""
    text: str | None = None
    losses: tuple[Message, ...] = ()
    dropped: Dropped = {}  # noqa: RUF012 - never written to
    notes: dict[int, Message] = {}  # noqa: RUF012 - never written to
    added: tuple[str, ...] = ()
    doubtful: tuple[tuple[Cell, str, str], ...] = ()  # cell, as written, as read


Rows = list[OptionRow]
Dropped = dict[int, tuple[Literal["failed", "skipped"], Message]]


def is_true(row: OptionRow) -> bool:
    """The cell is_correct.  Raises Unanswerable when it is neither yes nor no."""
    known = BOOLEANS.get(row.is_correct)
    if known is None:
        known = parse_boolean(row.is_correct)
        if known is None:
            cell = ("options", row.line, "is_correct")
            raise Unanswerable(cell, not_allowed(row.is_correct, ALLOWED_BOOLEANS))
    return known


def not_allowed(value: str, allowed: Message) -> Message:
    """The reason for a cell whose value isn't one of those that are."""
    return _("“{value}” is not {allowed}.", value=value[:LONGEST], allowed=allowed)


def silent(rows: Rows) -> dict[int, Message]:
    """Options whose feedback can't be shown in this type of question."""
    return {r.line: NEVER_SHOWN for r in rows if r.feedback}


def no_answers(rows: Rows, wanted: Callable[[OptionRow], bool]) -> Dropped:
    """Rows that aren't accepted answers of a question without choices, and why."""
    dropped: Dropped = {r.line: ("skipped", WRONG) for r in rows if not wanted(r)}
    for r in rows:
        if not r.text.strip():
            dropped[r.line] = ("failed", EMPTY)
    return dropped
