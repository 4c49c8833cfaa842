"""Questions with options: which are correct, and whether learners can tell them apart."""

from __future__ import annotations

from courseporter.errors import Message, _
from courseporter.formats.formulas import has_formula
from courseporter.formats.spelling import looks
from courseporter.model import Option, QuestionType
from courseporter.sources.csv_template.schema import QuestionRow
from courseporter.sources.csv_template.solved import (
    EMPTY,
    LONGEST,
    Dropped,
    Rows,
    Solved,
    Unanswerable,
    is_true,
    not_allowed,
)
from courseporter.sources.csv_template.values import BOOLEANS, parse_boolean

NO_FORMULAS = _("formulas aren't shown in a dropdown, so it becomes a single-choice question")


def choice(row: QuestionRow, rows: Rows) -> Solved:
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
    if kind == "multiple_choice" and right:
        return Solved(kind, tuple(options), losses=_told_apart(_twins(options)))
    if kind != "multiple_choice" and right == 1 and len(options) > 1:
        return _one_right(kind, options)
    return _odd_choice(kind, row, options, right)


def _one_right(kind: QuestionType, options: list[Option]) -> Solved:
    """A question with one correct option; a dropdown that can't show its options is a list."""
    twins = _twins(options)
    losses = _told_apart(twins)
    if kind == "dropdown" and any(has_formula(option.text) for option in options):
        return Solved("single_choice", tuple(options), losses=(NO_FORMULAS, *losses))
    if kind == "dropdown" and twins:
        loss = _("two options have the same text, so it can't be a dropdown")
        return Solved("single_choice", tuple(options), losses=(loss, *losses))
    return Solved(kind, tuple(options), losses=losses)


def _twins(options: list[Option]) -> list[tuple[Option, Option]]:
    """Options that look the same, each with the first one that does."""
    texts = [option.text for option in options]
    if len(set(texts)) == len(texts) and "".join(texts).isascii() and "  " not in "".join(texts):
        texts = [text.strip() for text in texts]
        if len(set(texts)) == len(texts):
            return []
    first: dict[str, Option] = {}
    pairs = [(first.setdefault(looks(option.text), option), option) for option in options]
    return [(one, other) for one, other in pairs if one is not other]


def _told_apart(twins: list[tuple[Option, Option]]) -> tuple[Message, ...]:
    """A loss for options that look the same although only one is correct."""
    unlike = [one for one, other in twins if one.correct != other.correct]
    return tuple(
        _(
            "the option “{text}” is there twice, once correct and once wrong; "
            "learners can't tell which is which",
            text=one.text.strip()[:LONGEST],
        )
        for one in unlike
    )


def _named(row: QuestionRow, rows: Rows) -> list[bool]:
    """Which options the column answer names, when none is marked.

    “false” also names “Falsch” where there is nothing but true and false.
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
        return Solved(None, losses=(_("it has no options, so it can only be shown"),))
    if not right:
        reason = _("no option is marked as correct, so it becomes a survey without grading")
    elif len(options) == 1:
        reason = _("it has only one option, so it becomes a survey without grading")
    else:
        loss = _("{count} options are marked as correct; each of them is accepted", count=right)
        losses = (loss, *_told_apart(_twins(options)))
        return Solved("single_choice", tuple(options), losses=losses)
    plain = tuple(Option(text=option.text) for option in options)
    lost = (_("its feedback is lost"),) if any(option.feedback for option in options) else ()
    return Solved("survey", plain, losses=(reason, *lost))


def _true_or_false(row: QuestionRow, options: list[Option]) -> Solved | None:
    """A true/false question of which only one half is given: in `answer`, or as one option."""
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
        cell = ("questions", row.line, "answer")
        raise Unanswerable(cell, not_allowed(answer, _("true or false")))
    return Solved(
        "true_false", (Option(text="True", correct=truth), Option(text="False", correct=not truth))
    )


def _without_blanks(row: QuestionRow, rows: Rows) -> Solved:
    full = [r for r in rows if r.text.strip()]
    solved = choice(row, full)
    dropped: Dropped = {r.line: ("failed", EMPTY) for r in rows if not r.text.strip()}
    return solved._replace(dropped={**solved.dropped, **dropped})
