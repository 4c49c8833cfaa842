"""What makes a question of each type gradeable, worked out from its option rows.

Nothing is ever guessed: a value that cannot be read fails the question; something that is left
out turns it into the nearest thing that works.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from courseporter.model import Option, QuestionType
from courseporter.sources.csv_template.schema import OptionRow, QuestionRow
from courseporter.sources.csv_template.values import (
    ALLOWED_BOOLEANS,
    BOOLEANS,
    parse_answer,
    parse_boolean,
    parse_count,
    parse_tolerance,
)

Cell = tuple[str, int, str]
GAP = re.compile(r"_{3,}")
NO_ANSWER = "no accepted answer is given, so it is asked as a free text that a person grades"
WRONG = "it is not marked as correct, and this type of question keeps its right answers only"
NEVER_SHOWN = "the feedback cannot be shown for this type of question"


class Faulty(Exception):  # noqa: N818 - a verdict inside this package, no error of the program
    """The question cannot be asked: which cell is wrong (table, line, column), and why."""

    def __init__(self, cell: Cell, value: str, allowed: str) -> None:
        super().__init__(f"“{value[:80]}” is not {allowed}.")
        self.cell = cell


class Solved(NamedTuple):
    """The graded part of a question.

    `type` None: it can only be shown.  `losses` is for the question's entry,
    `dropped` (option's row number → reason) and `notes` (option → what of it is lost) for those of
    its options.
    """

    type: QuestionType | None
    options: tuple[Option, ...] = ()
    answers: tuple[str, ...] = ()
    gaps: tuple[tuple[str, ...], ...] = ()
    tolerance: str = ""
    text: str | None = None
    losses: tuple[str, ...] = ()
    dropped: Dropped = {}  # noqa: RUF012 - never written to
    notes: dict[int, str] = {}  # noqa: RUF012 - never written to


Rows = list[OptionRow]
Dropped = dict[int, tuple[Literal["failed", "skipped"], str]]


def solve(row: QuestionRow, rows: Rows) -> Solved:
    """The graded part of the question.  Raises Faulty."""
    return SOLVERS[row.type](row, rows)


def is_true(row: OptionRow) -> bool:
    """The cell is_correct.  Raises Faulty when it is neither yes nor no."""
    known = BOOLEANS.get(row.is_correct)
    if known is None:
        known = parse_boolean(row.is_correct)
        if known is None:
            cell = ("options", row.line, "is_correct")
            raise Faulty(cell, row.is_correct, ALLOWED_BOOLEANS)
    return known


def _choice(row: QuestionRow, rows: Rows) -> Solved:
    """Single choice, multiple choice, true/false, dropdown."""
    kind: QuestionType = row.type  # type: ignore[assignment]  # one of the four
    flags = [BOOLEANS.get(r.is_correct) for r in rows]
    if None in flags:
        flags = [is_true(r) for r in rows]
    if row.answer and not any(flags):
        flags = _named(row, rows)
    options = [
        Option(text=r.text, correct=flag, feedback=r.feedback)  # type: ignore[arg-type]  # no None is left
        for r, flag in zip(rows, flags, strict=True)
    ]
    if not all([r.text.strip() for r in rows]):  # noqa: C419 - a list is faster for four
        return _without_blanks(row, rows)
    right = flags.count(True)
    if kind == "multiple_choice":
        if right and options:
            return Solved(kind, tuple(options))
    elif right == 1 and len(options) > 1:
        if kind != "dropdown" or len({option.text.strip() for option in options}) == len(options):
            return Solved(kind, tuple(options))
        return Solved(
            "single_choice",
            tuple(options),
            losses=("two options read the same, so it is no dropdown",),
        )
    return _odd_choice(kind, row, options, right)


def _named(row: QuestionRow, rows: Rows) -> list[bool]:
    """No option is marked; the column answer may name the right one.

    “false” names “Falsch” too where there is nothing but true and false.
    """
    wanted = row.answer.strip().casefold()
    flags = [bool(wanted) and r.text.strip().casefold() == wanted for r in rows]
    truth = parse_boolean(row.answer)
    if any(flags) or row.type != "true_false" or truth is None:
        return flags
    says = [parse_boolean(r.text) if r.text.strip() else None for r in rows]
    return [one is truth for one in says] if says in ([True, False], [False, True]) else flags


def _odd_choice(kind: QuestionType, row: QuestionRow, options: list[Option], right: int) -> Solved:
    if kind == "true_false" and len(options) < 2 and (made := _true_or_false(row, options)):
        return made
    if not options:
        return Solved(None, losses=("it has no options, so it can only be shown",))
    if not right:
        reason = "no option is marked as correct, so it is asked without grading"
    elif len(options) == 1:
        reason = "it has only one option, so it is asked without grading"
    else:
        loss = f"{right} options are marked as correct; either of them is accepted"
        return Solved("single_choice", tuple(options), losses=(loss,))
    plain = tuple(Option(text=option.text) for option in options)
    lost = " (its feedback is lost)" if any(option.feedback for option in options) else ""
    return Solved("survey", plain, losses=(reason + lost,))


def _true_or_false(row: QuestionRow, options: list[Option]) -> Solved | None:
    """A true/false question that says only one half of itself: in `answer`, or with one option."""
    if options:
        says = parse_boolean(options[0].text)
        if says is None or not options[0].text.strip():
            return None
        other = Option(text="False" if says else "True", correct=not options[0].correct)
        pair = (options[0], other) if says else (other, options[0])
        return Solved("true_false", pair)
    answer = row.answer.strip()
    if not answer:
        return None
    truth = parse_boolean(answer)
    if truth is None:
        raise Faulty(("questions", row.line, "answer"), answer, "true or false")
    return Solved(
        "true_false", (Option(text="True", correct=truth), Option(text="False", correct=not truth))
    )


def _without_blanks(row: QuestionRow, rows: Rows) -> Solved:
    full = [r for r in rows if r.text.strip()]
    solved = solve(row, full)
    dropped = {r.line: ("failed", "the text is empty") for r in rows if not r.text.strip()}
    return solved._replace(dropped={**solved.dropped, **dropped})


def _silent(rows: Rows) -> dict[int, str]:
    """Options whose feedback has no place in this type of question."""
    return {r.line: NEVER_SHOWN for r in rows if r.feedback}


def _no_answers(rows: Rows, wanted: Callable[[OptionRow], bool]) -> Dropped:
    """Rows that give a question without choices no answer, and why."""
    dropped: Dropped = {r.line: ("skipped", WRONG) for r in rows if not wanted(r)}
    for r in rows:
        if not r.text.strip():
            dropped[r.line] = ("failed", "the text is empty")
    return dropped


def _short_text(row: QuestionRow, rows: Rows) -> Solved:
    dropped = _no_answers(rows, is_true)
    answers = [r.text.strip() for r in rows if r.line not in dropped]
    answers = list(dict.fromkeys(text for text in (*answers, row.answer.strip()) if text))
    if not answers:
        return Solved("essay", losses=(NO_ANSWER,), dropped=dropped, notes=_silent(rows))
    return Solved("short_text", answers=tuple(answers), dropped=dropped, notes=_silent(rows))


def _numerical(row: QuestionRow, rows: Rows) -> Solved:
    given: list[tuple[Cell, str]] = []
    if row.answer.strip():
        given.append((("questions", row.line, "answer"), row.answer))
    given += [(("options", r.line, "text"), r.text) for r in rows if is_true(r)]
    answers: list[str] = []
    for cell, text in given:
        answer = parse_answer(text)
        if answer is None:
            raise Faulty(cell, text, "a number or an interval such as [10, 20]")
        answers.append(answer)
    answers = list(dict.fromkeys(answers))
    if not answers:
        return Solved("essay", losses=(NO_ANSWER,), notes=_silent(rows))
    intervals = [answer for answer in answers if answer[0] in "[("]
    tolerance = "" if intervals else parse_tolerance(row.tolerance) or ""
    # Open edX takes one interval or a tolerance, and beside it numbers that are met exactly.
    accepted = (*intervals[:1], *(answer for answer in answers if answer not in intervals))
    losses: list[str] = []
    if intervals[1:]:
        losses.append("of several intervals only the first is accepted")
    if tolerance and accepted[1:]:
        losses.append("the tolerance holds for the first answer only; others must be met exactly")
    return Solved(
        "numerical", answers=accepted, tolerance=tolerance, losses=tuple(losses),
        dropped=_no_answers(rows, is_true), notes=_silent(rows),
    )  # fmt: skip


def _essay(_row: QuestionRow, rows: Rows) -> Solved:
    dropped = {r.line: ("skipped", "an essay has no options") for r in rows}
    return Solved("essay", dropped=dropped)  # type: ignore[arg-type]  # literal words


def _matching(_row: QuestionRow, rows: Rows) -> Solved:
    dropped: Dropped = {}
    pairs: list[Option] = []
    for r in rows:
        is_true(r)
        if r.text.strip() and r.match.strip():
            pairs.append(Option(text=r.text, match=r.match.strip()))
        else:
            empty = "match" if r.text.strip() else "text"
            dropped[r.line] = ("failed", f"the column {empty} is empty, so there is no pair")
    if len({pair.match for pair in pairs}) < 2:
        loss = (
            "it has fewer than two different pairs, so it is asked as a free text that a "
            "person grades"
        )
        return Solved("essay", losses=(loss,), dropped=dropped, notes=_silent(rows))
    return Solved("matching", tuple(pairs), dropped=dropped, notes=_silent(rows))


def _ordering(row: QuestionRow, rows: Rows) -> Solved:
    for r in rows:
        is_true(r)
    if not all([r.text.strip() for r in rows]):  # noqa: C419 - a list is faster here
        return _without_blanks(row, [r._replace(text=r.text.strip()) for r in rows])
    items = tuple(Option(text=r.text) for r in rows)
    if len({item.text.strip() for item in items}) < 2:
        loss = (
            "it has fewer than two different items, so it is asked as a free text that a "
            "person grades"
        )
        return Solved("essay", losses=(loss,), notes=_silent(rows))
    return Solved("ordering", items, notes=_silent(rows))


def _fill_in(row: QuestionRow, rows: Rows) -> Solved:
    text = GAP.sub("___", row.text)
    count = text.count("___")
    if not count:
        return _without_gaps(row, rows)
    dropped = _no_answers(rows, _wanted)
    gaps: list[list[str]] = [[] for _ in range(count)]
    numbered = any(r.match.strip() for r in rows)
    for order, r in enumerate(rows, 1):
        number = parse_count(r.match) if numbered else order if len(rows) == count else 1
        if r.line in dropped:
            continue
        if number is None or number > count or (not numbered and len(rows) != count > 1):
            reason = f"the column match must be the number of a gap, 1 to {count}"
            dropped[r.line] = ("failed", reason)
        else:
            gaps[number - 1].append(r.text.strip())
    if count == 1 and row.answer.strip():
        gaps[0].append(row.answer.strip())
    if not all(gaps):
        loss = (
            f"gap {gaps.index([]) + 1} has no answer, so it is asked as a free text that a "
            "person grades"
        )
        return Solved("essay", text=text, losses=(loss,), dropped=dropped, notes=_silent(rows))
    accepted = tuple(tuple(dict.fromkeys(gap)) for gap in gaps)
    return Solved("fill_in", gaps=accepted, text=text, dropped=dropped, notes=_silent(rows))


def _wanted(row: OptionRow) -> bool:
    """An answer of a gap counts unless it is marked as wrong."""
    return is_true(row) or not row.is_correct.strip()


def _without_gaps(row: QuestionRow, rows: Rows) -> Solved:
    dropped = _no_answers(rows, _wanted)
    answers = [r.text.strip() for r in rows if r.line not in dropped] + [row.answer.strip()]
    answers = [text for text in dict.fromkeys(answers) if text]
    if not answers:
        return Solved("essay", losses=(NO_ANSWER,), dropped=dropped, notes=_silent(rows))
    loss = "the text has no gap ___, so it is asked as a short text"
    return Solved(
        "short_text", answers=tuple(answers), losses=(loss,), dropped=dropped, notes=_silent(rows)
    )


SOLVERS: dict[str, Callable[[QuestionRow, Rows], Solved]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _choice,
    "dropdown": _choice,
    "short_text": _short_text,
    "numerical": _numerical,
    "essay": _essay,
    "matching": _matching,
    "ordering": _ordering,
    "fill_in": _fill_in,
}
