"""One row of questions.csv with its option rows becomes a question.

The ledger entries of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from html import escape
from typing import NamedTuple, TypeVar

from courseporter.model import Entry, Question
from courseporter.sources.csv_template.answers import Faulty, Solved, solve
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import OptionRow, QuestionRow
from courseporter.sources.csv_template.values import (
    ALLOWED_NUMBERS,
    parse_boolean,
    parse_points,
    parse_tolerance,
)

LONGEST_TITLE = 200  # of an entry; the text itself is in the draft
ALONE = "the name of this question alone, so nobody can tell which options are its own"
FEW_POINTS = 1000  # different values that are remembered
T = TypeVar("T")


class Asked(NamedTuple):
    """What became of one question: itself, or a page that shows it, or nothing (failed)."""

    question: Question | None
    page: str | None
    entries: list[Entry]


class QuestionBuilder:
    """Builds one question after another; `repeated`: external_ids that several questions have."""

    def __init__(self, report: Report, repeated: Container[str]) -> None:
        self._report = report
        self._repeated = repeated
        self._points: dict[str, float | None] = {"": None}  # cells that were read before

    def build(self, row: QuestionRow, rows: list[OptionRow], attempts: int | None) -> Asked:
        """The question with its entry, followed by those of its options."""
        try:
            self._refuse_mixed(row, rows)
            solved = solve(row, rows)
        except Faulty as fault:
            return self._failed(row, rows, fault)
        key = f"question:{row.key}"
        if solved.type is None:
            page = _page(row)
            self._warn(row, solved.losses[0], key)
            return Asked(None, page, _entries(row, rows, solved, key))
        if solved.losses and sum(option.correct for option in solved.options) < 2:
            # several right options are told by the target's check
            self._warn(row, "; ".join(solved.losses), key)
        if solved.dropped:
            self._tell_dropped(rows, solved, key)
        question = Question(
            key=key,
            type=solved.type,
            text=row.text.strip() if solved.text is None else solved.text.strip(),
            options=solved.options,
            answers=solved.answers,
            gaps=solved.gaps,
            tolerance=solved.tolerance,
            points=self._points_of(row),
            attempts=attempts,
            explanation=row.explanation.strip(),
            hints=(row.hint.strip(),) if row.hint.strip() else (),
        )
        if row.tolerance or row.answer or not row.text.strip():
            self._check_cells(row, solved)
        return Asked(question, None, _entries(row, rows, solved, key))

    def _refuse_mixed(self, row: QuestionRow, rows: list[OptionRow]) -> None:
        if rows and row.type != "essay" and row.key in self._repeated:
            raise Faulty(("questions", row.line, "external_id"), row.key, ALONE)

    def _failed(self, row: QuestionRow, rows: list[OptionRow], fault: Faulty) -> Asked:
        where = self._report.at(*fault.cell)
        reason = f"{where}: {fault}"
        hint = "Correct the cell and import again."
        self._report.tell("row_failed", "error", reason, where=where, hint=hint)
        below = f"its question “{row.key}” is not imported: {reason}"
        entries = [_entry("question", 4, row.text, row.key, "failed", reason)]
        entries += [_entry("option", 5, r.text, r.key, "failed", below) for r in rows]
        return Asked(None, None, entries)

    def _warn(self, row: QuestionRow, reason: str, key: str) -> None:
        where = self._report.at("questions", row.line)
        message = f"{where}, question “{row.key}”: {reason}."
        self._report.tell("question_changed", "warning", message, where=where, key=key)

    def _tell_dropped(self, rows: list[OptionRow], solved: Solved, key: str) -> None:
        for r in rows:
            outcome, reason = solved.dropped.get(r.line, ("", ""))
            if outcome == "failed":
                where = self._report.at("options", r.line)
                message = f"{where}, option “{r.key}”: {reason}."
                self._report.tell("row_failed", "error", message, where=where, key=key)

    def _check_cells(self, row: QuestionRow, solved: Solved) -> None:
        """Cells that are filled for nothing, and a text that is not."""
        if not row.text.strip():
            self._tell_cell(row, "text", "the text is empty.")
        if row.tolerance and row.type == "numerical":
            self._check_tolerance(row, solved)
        elif row.tolerance.strip():
            self._tell_cell(row, "tolerance", "only numerical questions have one; it is not used.")
        if (answer := row.answer.strip()) and not _is_right(answer, solved):
            marked = [option.text.strip()[:80] for option in solved.options if option.correct]
            but = f"; “{marked[0]}” is marked as correct, and that counts" if marked else ""
            shown = f"“{answer[:80]}” is not used in this question{but}."
            self._tell_cell(row, "answer", shown)

    def _tell_cell(self, row: QuestionRow, column: str, what: str, hint: str | None = None) -> None:
        where, place = self._report.at("questions", row.line, column), f"question:{row.key}"
        self._report.tell(
            "row_value", "warning", f"{where}: {what}", where=where, hint=hint, key=place
        )

    def _check_tolerance(self, row: QuestionRow, solved: Solved) -> None:
        self._cell(row, "tolerance", row.tolerance, parse_tolerance)
        if solved.answers and solved.answers[0][0] in "[(" and row.tolerance.strip(" 0%.,"):
            what = "an interval has its own limits; the tolerance is not used."
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
        """The value of an optional cell; one that is wrong is a warning, and the row goes on."""
        value = parse(text)
        if value is None and text.strip():
            what = f"“{text[:80]}” is no number that can be used here; it is left out."
            self._tell_cell(row, column, what, f"Allowed: {ALLOWED_NUMBERS[column]}.")
        return value


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
    reason = "; ".join(solved.losses) or None
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
    for _, _, _, ref, text, _, _, _ in rows:
        entries.append(
            Entry(
                kind="option",
                depth=5,
                title=text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…",
                ref=ref,
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
        reason = "the question is asked without its options"
        return _entry("option", 5, row.text, row.key, "skipped", reason)
    note = solved.notes.get(row.line)
    if solved.type == "survey" and row.feedback:
        note = "the feedback cannot be shown in a question without grading"
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


def _entry(kind: str, depth: int, title: str, ref: str, outcome: str, reason: str) -> Entry:
    return Entry(
        kind=kind,
        depth=depth,
        title=title[:LONGEST_TITLE],
        ref=ref,
        outcome=outcome,  # type: ignore[arg-type]  # one of the literal words
        reason=reason,
    )
