"""One row of exercises.csv becomes a unit of its own with a quiz."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple, TypeVar

from courseporter.errors import Message, _, joined
from courseporter.model import Block, Entry, Node, Question, Quiz, Text
from courseporter.sources.csv_template.content import Contents
from courseporter.sources.csv_template.decimals import Decimals
from courseporter.sources.csv_template.questions import Asked, QuestionBuilder
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import ExerciseRow, OptionRow, QuestionRow
from courseporter.sources.csv_template.values import ENTER, parse_count, parse_points

NO_QUESTIONS = "<p><em>This exercise has no questions.</em></p>"
T = TypeVar("T")


class Exercise(NamedTuple):
    """The nodes and entries of one exercise, and how many questions it was given."""

    nodes: list[Node]
    entries: list[Entry]
    questions: int


class ExerciseBuilder:
    """Builds one exercise after another."""

    def __init__(
        self, contents: Contents, report: Report, repeated: Container[str], decimals: Decimals
    ) -> None:
        self._contents = contents
        self._report = report
        self._questions = QuestionBuilder(report, repeated, decimals)

    def look(self, row: ExerciseRow) -> None:
        """Only note what its instructions refer to."""
        self._instructions(row)

    def build(
        self, row: ExerciseRow, lesson: str, asked: Iterator[tuple[QuestionRow, list[OptionRow]]]
    ) -> Exercise:
        """The unit, its blocks, and the entries of exercise, questions and options."""
        instructions, losses = self._instructions(row)
        attempts = self._cell(row, "max_attempts", row.max_attempts, parse_count)
        points = self._cell(row, "points", row.points, parse_points)
        made = [self._questions.build(question, options, attempts) for question, options in asked]
        quiz = Quiz(questions=(), instructions=instructions, attempts=attempts, points=points)
        blocks = list(_blocks(row, quiz, made))
        if not blocks:
            none = _("none of its questions could be imported")
            losses.append(none if made else _("it has no questions"))
            blocks = [(f"empty:{row.key}", Text(html=instructions or NO_QUESTIONS))]
        key = f"exercise:{row.key}"
        title = self._report.title("exercises", row.line, row.key, row.title)
        nodes = [Node(key=key, kind="unit", title=title, parent=lesson)]
        nodes += [
            Node(key=name, kind="block", title=title, parent=key, block=block)
            for name, block in blocks
        ]
        entry = Entry(
            kind="exercise",
            depth=3,
            title=title,
            ref=row.key,
            outcome="converted_with_loss" if losses else "converted",
            reason=joined(losses),
            to=(key,),
        )
        entries = [entry]
        for one in made:
            entries += one.entries
        return Exercise(nodes, entries, len(made))

    def _instructions(self, row: ExerciseRow) -> tuple[str, list[Message]]:
        if not row.instructions.strip():
            return "", []
        where = self._report.at("exercises", row.line)
        made = self._contents.prepare(row.instructions, f"exercise:{row.key}", where)
        return made.html, list(made.losses)

    def _cell(
        self, row: ExerciseRow, column: str, text: str, parse: Callable[[str], T | None]
    ) -> T | None:
        value = parse(text) if text.strip() else None
        if value is None and text.strip():
            where = self._report.at("exercises", row.line, column)
            message = _(
                "{where}: “{text}” isn't a valid number, so it was ignored.",
                where=where,
                text=text[:80],
            )
            place = f"exercise:{row.key}"
            self._report.tell(
                "row_value", "warning", message, where=where, hint=ENTER[column], key=place
            )
        return value


def _blocks(row: ExerciseRow, quiz: Quiz, made: list[Asked]) -> Iterator[tuple[str, Block]]:
    """The quiz; questions that can only be shown stand between its parts."""
    name, questions = f"quiz:{row.key}", list[Question]()
    for one in made:
        if one.question:
            questions.append(one.question)
        elif one.page is not None:
            if questions:
                yield name, _part(quiz, questions)
                questions = []
                quiz = Quiz(questions=(), attempts=quiz.attempts)
            ref = one.entries[0].ref
            yield f"question:{ref}", Text(html=quiz.instructions + one.page)
            name = f"quiz-after:{ref}"
            quiz = Quiz(questions=(), attempts=quiz.attempts, points=quiz.points)
    if questions:
        yield name, _part(quiz, questions)


def _part(quiz: Quiz, questions: list[Question]) -> Quiz:
    return Quiz(
        questions=tuple(questions),
        instructions=quiz.instructions,
        attempts=quiz.attempts,
        points=quiz.points,
    )
