"""What makes a question of each type gradeable, worked out from its option rows.

Nothing is guessed: a value that can't be read fails the question; a missing one turns it into the
nearest thing that works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from courseporter.errors import Message, _
from courseporter.formats.formulas import has_formula
from courseporter.formats.spelling import looks, typed
from courseporter.model import Option
from courseporter.sources.csv_template.choices import choice
from courseporter.sources.csv_template.decimals import Decimals
from courseporter.sources.csv_template.schema import OptionRow, QuestionRow
from courseporter.sources.csv_template.solved import (
    EMPTY,
    LONGEST,
    NO_ANSWER,
    Cell,
    Dropped,
    Rows,
    Solved,
    Unanswerable,
    is_true,
    no_answers,
    not_allowed,
    silent,
)
from courseporter.sources.csv_template.values import (
    LAST,
    UNREAD,
    parse_answer,
    parse_count,
    parse_tolerance,
)

GAP = re.compile(r"_{3,}")

LIST_FORMULAS = _("its lists show formulas as they are written, because Open edX can't render them")


def solve(row: QuestionRow, rows: Rows, decimals: Decimals) -> Solved:
    """The graded part of the question.  Raises Unanswerable."""
    if row.type == "numerical":
        return _numerical(row, rows, decimals)
    return SOLVERS[row.type](row, rows)


def _with_typed(answers: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The answers, each followed by its plain spelling where that differs; and those spellings."""
    given = list(dict.fromkeys(one for one in answers if typed(one)))  # nobody types nothing
    every = list(dict.fromkeys(form for text in given for form in (text, typed(text)) if form))
    return tuple(every), tuple(form for form in every if form not in given)


def _short_text(row: QuestionRow, rows: Rows) -> Solved:
    dropped = no_answers(rows, is_true)
    answers = [r.text.strip() for r in rows if r.line not in dropped]
    accepted, added = _with_typed(text for text in (*answers, row.answer.strip()) if text)
    if not accepted:
        return Solved("essay", losses=(NO_ANSWER,), dropped=dropped, notes=silent(rows))
    return Solved("short_text", answers=accepted, dropped=dropped, notes=silent(rows), added=added)


def _numerical(row: QuestionRow, rows: Rows, decimals: Decimals) -> Solved:
    given: list[tuple[Cell, str]] = []
    if row.answer.strip():
        given.append((("questions", row.line, "answer"), row.answer))
    given += [(("options", r.line, "text"), r.text) for r in rows if is_true(r)]
    answers: list[str] = []
    doubtful: list[tuple[Cell, str, str]] = []
    for cell, text in given:
        written, guessed = decimals.read(text)
        answer = parse_answer(written)
        if answer is None:
            allowed = _("a number or an interval such as [10, 20]")
            raise Unanswerable(cell, not_allowed(text, allowed))
        answers.append(answer)
        if guessed:
            doubtful.append((cell, text.strip(), answer))
    answers = list(dict.fromkeys(answers))
    if not answers:
        return Solved("essay", losses=(NO_ANSWER,), notes=silent(rows))
    made = _numbers(answers, parse_tolerance(decimals.read(row.tolerance)[0]) or "")
    return made._replace(
        dropped=no_answers(rows, is_true), notes=silent(rows), doubtful=tuple(doubtful)
    )


def _numbers(answers: list[str], tolerance: str) -> Solved:
    """Open edX takes one interval or a tolerance, and beside it numbers to be met exactly."""
    intervals = [answer for answer in answers if answer[0] in "[("]
    tolerance = "" if intervals else tolerance
    accepted = (*intervals[:1], *(answer for answer in answers if answer not in intervals))
    losses: list[Message] = []
    if intervals[1:]:
        losses.append(_("of several intervals, only the first is accepted"))
    if tolerance and accepted[1:]:
        losses.append(
            _("the tolerance applies to the first answer only; the others must match exactly")
        )
    return Solved("numerical", answers=accepted, tolerance=tolerance, losses=tuple(losses))


def _essay(_row: QuestionRow, rows: Rows) -> Solved:
    dropped: Dropped = {r.line: ("skipped", _("an essay has no options")) for r in rows}
    return Solved("essay", dropped=dropped)


def _matching(_row: QuestionRow, rows: Rows) -> Solved:
    dropped: Dropped = {}
    pairs: list[Option] = []
    for r in rows:
        is_true(r)
        if r.text.strip() and r.match.strip():
            pairs.append(Option(text=r.text, match=r.match.strip()))
        else:
            empty = "match" if r.text.strip() else "text"
            reason = _("the column {column} is empty, so there is no pair", column=empty)
            dropped[r.line] = ("failed", reason)
    if len({pair.match for pair in pairs}) < 2:
        loss = _(
            "it has fewer than two different pairs, so it becomes a free-text question graded by "
            "a person"
        )
        return Solved("essay", losses=(loss,), dropped=dropped, notes=silent(rows))
    partners: dict[str, set[str]] = {}
    for pair in pairs:
        partners.setdefault(looks(pair.text), set()).add(looks(pair.match))
    losses = tuple(
        _(
            "“{text}” is there with different partners; learners can't tell which is which",
            text=text[:LONGEST],
        )
        for text, others in partners.items()
        if len(others) > 1
    )
    if any(has_formula(pair.match) for pair in pairs):
        losses = (*losses, LIST_FORMULAS)
    return Solved("matching", tuple(pairs), dropped=dropped, notes=silent(rows), losses=losses)


def _ordering(row: QuestionRow, rows: Rows) -> Solved:
    for r in rows:
        is_true(r)
    if not all([r.text.strip() for r in rows]):  # noqa: C419 - a list is faster here
        solved = _ordering(row, [r for r in rows if r.text.strip()])
        dropped: Dropped = {r.line: ("failed", EMPTY) for r in rows if not r.text.strip()}
        return solved._replace(dropped=dropped)
    items = tuple(Option(text=r.text) for r in rows)
    if len({item.text.strip() for item in items}) < 2:
        loss = _(
            "it has fewer than two different items, so it becomes a free-text question graded by "
            "a person"
        )
        return Solved("essay", losses=(loss,), notes=silent(rows))
    _refuse_unplaced(rows)
    losses = (LIST_FORMULAS,) if any(has_formula(item.text) for item in items) else ()
    return Solved("ordering", items, notes=silent(rows), losses=losses)


def _refuse_unplaced(rows: Rows) -> None:
    """The positions are the key: each must be there, readable, and unlike the others.

    Items with the same text are interchangeable.
    """
    for r in rows:
        if r.position >= UNREAD:
            empty = _("the position is empty, so the right order is unknown.")
            unread = _("the position can't be read as a number, so the right order is unknown.")
            cell = ("options", r.line, "position")
            raise Unanswerable(cell, empty if r.position == LAST else unread)
    for one, other in pairwise(rows):
        if one.position == other.position and looks(one.text) != looks(other.text):
            reason = _(
                "“{text}” has the same position as “{other}”, so the right order is unknown.",
                text=other.text.strip()[:LONGEST],
                other=one.text.strip()[:LONGEST],
            )
            raise Unanswerable(("options", other.line, "position"), reason)


def _fill_in(row: QuestionRow, rows: Rows) -> Solved:
    text = GAP.sub("___", row.text)
    count = text.count("___")
    if not count:
        return _without_gaps(row, rows)
    dropped = no_answers(rows, _wanted)
    gaps: list[list[str]] = [[] for _gap in range(count)]
    numbered = any(r.match.strip() for r in rows)
    for order, r in enumerate(rows, 1):
        number = parse_count(r.match) if numbered else order if len(rows) == count else 1
        if r.line in dropped:
            continue
        if number is None or number > count or (not numbered and len(rows) != count > 1):
            dropped[r.line] = ("failed", _gap_number(count))
        else:
            gaps[number - 1].append(r.text.strip())
    if count == 1 and row.answer.strip():
        gaps[0].append(row.answer.strip())
    if not all(gaps):
        loss = _no_gap_answer(gaps.index([]) + 1)
        return Solved("essay", text=text, losses=(loss,), dropped=dropped, notes=silent(rows))
    made = [_with_typed(gap) for gap in gaps]
    accepted = tuple(every for every, _new in made)
    added = tuple(form for _every, new in made for form in new)
    return Solved(
        "fill_in", gaps=accepted, text=text, dropped=dropped, notes=silent(rows), added=added
    )


def _gap_number(count: int) -> Message:
    return _("the column match must be the number of a gap, 1 to {count}", count=count)


def _no_gap_answer(number: int) -> Message:
    return _(
        "gap {number} has no answer, so it becomes a free-text question graded by a person",
        number=number,
    )


def _wanted(row: OptionRow) -> bool:
    """An answer of a gap counts unless it is marked as wrong."""
    return is_true(row) or not row.is_correct.strip()


def _without_gaps(row: QuestionRow, rows: Rows) -> Solved:
    dropped = no_answers(rows, _wanted)
    answers = [r.text.strip() for r in rows if r.line not in dropped] + [row.answer.strip()]
    accepted, added = _with_typed(text for text in answers if text)
    if not accepted:
        return Solved("essay", losses=(NO_ANSWER,), dropped=dropped, notes=silent(rows))
    loss = _("the text has no gap ___, so it becomes a short-text question")
    return Solved(
        "short_text", answers=accepted, losses=(loss,), dropped=dropped, notes=silent(rows),
        added=added,
    )  # fmt: skip


SOLVERS: dict[str, Callable[[QuestionRow, Rows], Solved]] = {
    "single_choice": choice,
    "multiple_choice": choice,
    "true_false": choice,
    "dropdown": choice,
    "short_text": _short_text,
    "essay": _essay,
    "matching": _matching,
    "ordering": _ordering,
    "fill_in": _fill_in,
}
