"""One row of questions.csv with its option rows becomes a question.

The ledger entries of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from html import escape
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from courseporter.errors import Message, _, joined
from courseporter.formats.formulas import convert_formulas
from courseporter.model import Entry, Option, Outcome, Question
from courseporter.sources.csv_template.answers import solve
from courseporter.sources.csv_template.decimals import Decimals
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import OptionRow, QuestionRow
from courseporter.sources.csv_template.solved import LONGEST, Cell, Solved, Unanswerable
from courseporter.sources.csv_template.values import (
    ENTER,
    parse_boolean,
    parse_points,
    parse_tolerance,
)

SHOWN = 5  # spellings that a message lists
LONGEST_TITLE = 200  # of an entry; the text itself is in the draft
SHARED = _("several questions have this external_id, so nobody can tell whose options these are.")
FEW_POINTS = 1000  # different values that are remembered
T = TypeVar("T")


class Asked(NamedTuple):
    """What happened to one question: itself, or a page that shows it, or nothing (failed)."""

    question: Question | None
    page: str | None
    entries: list[Entry]


class QuestionBuilder:
    """Builds one question after another; `repeated`: external_ids that several questions have."""

    def __init__(self, report: Report, repeated: Container[str], decimals: Decimals) -> None:
        self._report = report
        self._repeated = repeated
        self._decimals = decimals
        self._points: dict[str, float | None] = {"": None}  # cells that were read before

    def build(self, row: QuestionRow, rows: list[OptionRow], attempts: int | None) -> Asked:
        """The question with its entry, followed by those of its options."""
        try:
            self._refuse_mixed(row, rows)
            solved = solve(row, rows, self._decimals)
        except Unanswerable as fault:
            return self._failed(row, rows, fault)
        key = f"question:{row.key}"
        if solved.type is None:
            page = _page(row)
            self._warn(row, solved.losses[0], key)
            return Asked(None, page, _entries(row, rows, solved, key))
        if solved.losses or solved.dropped or solved.added or solved.doubtful:
            self._report_solved(row, rows, solved, key)
        question = Question(
            key=key,
            type=solved.type,
            text=convert_formulas(row.text if solved.text is None else solved.text).strip(),
            options=_with_formulas(solved.options),
            answers=solved.answers,
            gaps=solved.gaps,
            tolerance=solved.tolerance,
            points=self._points_of(row),
            attempts=attempts,
            explanation=convert_formulas(row.explanation).strip(),
            hints=(convert_formulas(row.hint).strip(),) if row.hint.strip() else (),
        )
        if row.tolerance or row.answer or not row.text.strip():
            self._check_cells(row, solved)
        return Asked(question, None, _entries(row, rows, solved, key))

    def _report_solved(
        self, row: QuestionRow, rows: list[OptionRow], solved: Solved, key: str
    ) -> None:
        """Everything that the author of the question should know about it."""
        several = sum(option.correct for option in solved.options) > 1
        # several correct options are reported by the target's check
        losses = solved.losses[several and solved.type == "single_choice" :]
        if losses:
            self._warn(row, joined(losses), key)
        if solved.dropped:
            self._tell_dropped(rows, solved, key)
        if solved.added:
            self._tell_added(row, solved, key)
        for cell, written, read in solved.doubtful:
            self._tell_doubtful(cell, written, read, key)

    def _refuse_mixed(self, row: QuestionRow, rows: list[OptionRow]) -> None:
        if rows and row.type != "essay" and row.key in self._repeated:
            raise Unanswerable(("questions", row.line, "external_id"), SHARED)

    def _failed(self, row: QuestionRow, rows: list[OptionRow], fault: Unanswerable) -> Asked:
        where = self._report.at(*fault.cell)
        reason = _("{where}: {why}", where=where, why=fault.reason)
        hint = _("Fix the cell and import again.")
        self._report.tell("row_failed", "error", reason, where=where, hint=hint)
        below = _("its question “{key}” isn't imported: {reason}", key=row.key, reason=reason)
        entries = [_entry("question", 4, row.text, row.key, "failed", reason)]
        entries += [_entry("option", 5, r.text, r.key, "failed", below) for r in rows]
        return Asked(None, None, entries)

    def _warn(self, row: QuestionRow, reason: Message | None, key: str) -> None:
        where = self._report.at("questions", row.line)
        message = _("{where}, question “{key}”: {reason}.", where=where, key=row.key, reason=reason)
        self._report.tell(
            "question_changed", "warning", message, where=where, key=key, fix="open_question"
        )

    def _tell_dropped(self, rows: list[OptionRow], solved: Solved, key: str) -> None:
        for r in rows:
            dropped = solved.dropped.get(r.line)
            if dropped and dropped[0] == "failed":
                where = self._report.at("options", r.line)
                message = _(
                    "{where}, option “{key}”: {reason}.", where=where, key=r.key, reason=dropped[1]
                )
                self._report.tell("row_failed", "error", message, where=where, key=key)

    def _tell_added(self, row: QuestionRow, solved: Solved, key: str) -> None:
        where = self._report.at("questions", row.line)
        message = _(
            "{where}, question “{key}”: these spellings are accepted, too: {spellings}.",
            where=where,
            key=row.key,
            spellings=", ".join(f"“{one[:LONGEST]}”" for one in solved.added[:SHOWN]),
        )
        hint = _("The answers have characters that keyboards don't write, such as curly quotes.")
        self._report.tell("answer_spelling_added", "info", message, where=where, hint=hint, key=key)

    def _tell_doubtful(self, cell: Cell, written: str, read: str, key: str) -> None:
        where = self._report.at(*cell)
        message = _(
            "{where}: “{written}” was read as {read}.", where=where, written=written, read=read
        )
        hint = _(
            "The other numbers don't show whether the comma or point marks decimals or thousands. "
            "Write 1500 or 1.5 to be sure."
        )
        self._report.tell("row_value", "warning", message, where=where, hint=hint, key=key)

    def _check_cells(self, row: QuestionRow, solved: Solved) -> None:
        """Cells that aren't used, and a text that is empty."""
        if not row.text.strip():
            self._tell_cell(row, "text", _("the text is empty."))
        if row.tolerance and row.type == "numerical":
            self._check_tolerance(row, solved)
        elif row.tolerance.strip():
            self._tell_cell(
                row, "tolerance", _("only numerical questions have a tolerance; it is ignored.")
            )
        if (answer := row.answer.strip()) and not _is_right(answer, solved):
            self._tell_unused(row, answer[:LONGEST], solved)

    def _tell_unused(self, row: QuestionRow, answer: str, solved: Solved) -> None:
        marked = [option.text.strip()[:LONGEST] for option in solved.options if option.correct]
        what = _("“{answer}” isn't used in this question.", answer=answer)
        if marked:
            what = _(
                "“{answer}” isn't used; the correct option is “{marked}”, as marked.",
                answer=answer,
                marked=marked[0],
            )
        self._tell_cell(row, "answer", what)

    def _tell_cell(
        self, row: QuestionRow, column: str, what: Message, hint: Message | None = None
    ) -> None:
        where, place = self._report.at("questions", row.line, column), f"question:{row.key}"
        message = _("{where}: {what}", where=where, what=what)
        self._report.tell("row_value", "warning", message, where=where, hint=hint, key=place)

    def _check_tolerance(self, row: QuestionRow, solved: Solved) -> None:
        self._cell(row, "tolerance", row.tolerance, parse_tolerance)
        if solved.answers and solved.answers[0][0] in "[(" and row.tolerance.strip(" 0%.,"):
            what = _("an interval has its own limits; the tolerance is ignored.")
            self._tell_cell(row, "tolerance", what)

    def _points_of(self, row: QuestionRow) -> float | None:
        text = row.points
        if text not in self._points:
            points = self._cell(row, "points", text, parse_points)
            if points is None or len(self._points) > FEW_POINTS:
                return points
            self._points[text] = points
        return self._points[text]

    def _cell(
        self, row: QuestionRow, column: str, text: str, parse: Callable[[str], T | None]
    ) -> T | None:
        """The value of an optional cell; an invalid one is a warning and is ignored."""
        value = parse(text)
        if value is None and text.strip():
            what = _("“{text}” isn't a valid number, so it was ignored.", text=text[:LONGEST])
            self._tell_cell(row, column, what, ENTER[column])
        return value


def _with_formulas(options: tuple[Option, ...]) -> tuple[Option, ...]:
    if not any("$" in one.text or "\\" in one.text or "$" in one.feedback for one in options):
        return options
    return tuple(
        replace(one, text=convert_formulas(one.text), feedback=convert_formulas(one.feedback))
        for one in options
    )


def _is_right(answer: str, solved: Solved) -> bool:
    """Whether the cell is among what is accepted as right."""
    right = [option.text.strip() for option in solved.options if option.correct]
    right += [text for gap in solved.gaps for text in gap]
    if solved.answers or answer.casefold() in [text.casefold() for text in right]:
        return True
    truth = parse_boolean(answer)
    return solved.type == "true_false" and truth == parse_boolean(right[0])


def _page(row: QuestionRow) -> str:
    parts = [row.text, row.explanation, row.hint]
    return "".join(f"<p>{escape(part.strip())}</p>" for part in parts if part.strip())


def _entries(row: QuestionRow, rows: list[OptionRow], solved: Solved, key: str) -> list[Entry]:
    to = (key,)
    reason = joined(solved.losses)
    title = row.text
    entries = [
        Entry(
            kind="question",
            depth=4,
            title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            ref=row.key,
            outcome="converted_with_loss" if reason else "converted",
            reason=reason,
            to=to,
        )
    ]
    if solved.dropped or solved.notes or reason:
        return entries + [_option_entry(r, solved, to) for r in rows]
    for one in rows:
        text = one.text
        entries.append(
            Entry(
                kind="option",
                depth=5,
                title=text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…",
                ref=one.key,
                outcome="converted",
                to=to,
            )
        )
    return entries


def _option_entry(row: OptionRow, solved: Solved, to: tuple[str, ...]) -> Entry:
    if row.line in solved.dropped:
        return _entry("option", 5, row.text, row.key, *solved.dropped[row.line])
    kept = solved.options or solved.answers or solved.gaps
    if not kept:
        reason = _("the question is asked without its options")
        return _entry("option", 5, row.text, row.key, "skipped", reason)
    note = solved.notes.get(row.line)
    if solved.type == "survey" and row.feedback:
        note = _("feedback can't be shown in a question without grading")
    outcome = "converted_with_loss" if note else "converted"
    return Entry(
        kind="option",
        depth=5,
        title=row.text[:LONGEST_TITLE],
        ref=row.key,
        outcome=outcome,
        reason=note,
        to=to,
    )


def _entry(kind: str, depth: int, title: str, ref: str, outcome: Outcome, reason: Message) -> Entry:
    return Entry(
        kind=kind,
        depth=depth,
        title=title[:LONGEST_TITLE],
        ref=ref,
        outcome=outcome,
        reason=reason,
    )
