"""The second pass: the course in order, chunk by chunk, from any lesson on."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from courseporter.context import Context
from courseporter.disk.spool import Table as Store
from courseporter.errors import Message, Problem, joined
from courseporter.model import Course, Entry, Node
from courseporter.sources import Chunk, Cursor
from courseporter.sources.csv_template.content import Contents
from courseporter.sources.csv_template.decimals import Decimals
from courseporter.sources.csv_template.exercises import ExerciseBuilder
from courseporter.sources.csv_template.families import Families, Turns
from courseporter.sources.csv_template.files import Files
from courseporter.sources.csv_template.gather import Gatherer
from courseporter.sources.csv_template.lessons import LessonBuilder
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import (
    LESSON_TYPES,
    QUESTION_TYPES,
    ExerciseRow,
    LessonRow,
    OptionRow,
    QuestionRow,
    SectionRow,
    canonical,
)

LESSONS_PER_CHUNK = 500  # a conversion in chunks of 100 takes 6 % more time
QUESTIONS_PER_CHUNK = 2000
CHARACTERS_PER_CHUNK = 2_000_000
FILE_BYTES_PER_CHUNK = 8 << 20
ENTRIES_PER_CHUNK = 2000
COUNT = "count:"  # before the codes whose counts travel in the cursor


class Stores(NamedTuple):
    """The gathered tables; those that were not there are None.

    `repeated`: the external_ids that several questions have; `decimals`: how numbers are written;
    `hidden`, `hidden_sections`: rows of lessons and sections that the workbook doesn't show.
    """

    sections: list[SectionRow]
    lessons: Store
    exercises: Families[ExerciseRow] | None
    questions: Families[QuestionRow] | None
    options: Families[OptionRow] | None
    repeated: Container[str]
    decimals: Decimals
    hidden: Container[int] = ()
    hidden_sections: Container[int] = ()


class Head(NamedTuple):
    """What goes out with the first chunk."""

    course: Course
    entry: Entry | None
    problems: list[Problem]


class Delivery:
    """Hands out the chunks of one course."""

    def __init__(
        self,
        stores: Stores,
        gatherer: Gatherer,
        files: Files,
        contents: Contents,
        report: Report,
        ctx: Context,
        language: str,
    ) -> None:
        self._stores = stores
        self._gatherer = gatherer
        self._files = files
        self._contents = contents
        self._report = report
        self._ctx = ctx
        self._lesson_builder = LessonBuilder(files, contents, report, language, stores.hidden)
        self._exercise_builder = ExerciseBuilder(contents, report, stores.repeated, stores.decimals)
        self._total = len(stores.lessons)
        self._section = 0  # the next section to hand out
        self._exercise = 0  # places of the next exercise and question
        self._question = 0
        self._lesson = 0
        self._nodes: list[Node] = []
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._course: Course | None = None
        self._weight = [0, 0, 0]  # lessons, questions, characters of the chunk in hand

    def chunks(self, head: Head, cursor: Cursor) -> Iterator[Chunk]:
        """Every chunk after the cursor."""
        start = int(cursor.get("lesson", 0)) if cursor else 0
        lessons = self._lessons()
        if cursor is None:
            self._course, self._problems = head.course, head.problems
            self._entries += [head.entry] if head.entry else []
        else:
            self._catch_up(lessons, start, cursor)
        self._files.keeping = True
        yield from self._lesson_chunks(lessons, start)
        yield from self._last_chunks(cursor)

    def _lessons(self) -> Iterator[LessonRow]:
        for row in self._stores.lessons.rows(by=("parent", "position")):
            lesson = LessonRow(*row)  # type: ignore[arg-type]  # as it was put in
            yield (
                lesson
                if lesson.type in LESSON_TYPES
                else lesson._replace(type=canonical(lesson.type))
            )

    def _catch_up(
        self, lessons: Iterator[LessonRow], start: int, cursor: dict[str, int | str]
    ) -> None:
        """Look once more at what is stored already.

        For the files, links and scripts that it names.
        """
        self._files.keeping = False
        exercises = Turns(self._stores.exercises, 0)
        for number in range(start):
            row = next(lessons)
            self._look_at_sections(row.parent + 1)
            self._lesson_builder.build(row, "", exercises=True)
            for exercise in exercises.of(number):
                self._exercise_builder.look(exercise)
        if "aside" in cursor:
            self._look_at_sections(len(self._stores.sections))
        self._lesson = start
        self._files.take()
        self._report.take()
        self._report.counts = {
            name.removeprefix(COUNT): int(count)
            for name, count in cursor.items()
            if name.startswith(COUNT)
        }

    def _look_at_sections(self, end: int) -> None:
        for row in self._stores.sections[self._section : end]:
            self._description(row)
        self._section = max(end, self._section)

    def _lesson_chunks(self, lessons: Iterator[LessonRow], start: int) -> Iterator[Chunk]:
        stores = self._stores
        self._exercise = stores.exercises.count_below(start) if stores.exercises else 0
        self._question = stores.questions.count_below(self._exercise) if stores.questions else 0
        exercises = Turns(stores.exercises, start)
        questions = Turns(stores.questions, self._exercise)
        options = Turns(stores.options, self._question)
        for row in lessons:
            self._sections_up_to(row.parent + 1)
            self._one_lesson(row, exercises.of(self._lesson), questions, options)
            self._lesson += 1
            if self._full():
                yield self._chunk({"lesson": self._lesson})

    def _sections_up_to(self, end: int) -> None:
        for row in self._stores.sections[self._section : end]:
            title = self._report.title("sections", row.line, row.key, row.title)
            key = f"section:{row.key}"
            html, reason = self._description(row)
            hidden = row.line in self._stores.hidden_sections
            self._nodes.append(
                Node(key=key, kind="section", title=title, description=html, hidden=hidden)
            )
            self._entries.append(
                Entry(
                    kind="section",
                    depth=1,
                    title=title,
                    ref=row.key,
                    hidden=hidden,
                    outcome="converted_with_loss" if reason else "converted",
                    reason=reason,
                    to=(key,),
                )
            )
        self._section = max(end, self._section)

    def _description(self, row: SectionRow) -> tuple[str, Message | None]:
        """The section's description as HTML, and what of it couldn't be imported."""
        if not row.description.strip():
            return "", None
        where = self._report.at("sections", row.line)
        made = self._contents.prepare(row.description, f"section:{row.key}", where)
        return made.html, joined(made.losses)

    def _one_lesson(
        self,
        row: LessonRow,
        exercises: list[ExerciseRow],
        questions: Turns[QuestionRow],
        options: Turns[OptionRow],
    ) -> None:
        section = f"section:{self._stores.sections[row.parent].key}"
        nodes, entry = self._lesson_builder.build(row, section, exercises=bool(exercises))
        self._nodes += nodes
        self._entries.append(entry)
        self._weight[0] += 1
        self._weight[2] += len(row.content)
        for exercise in exercises:
            asked = self._asked(questions.of(self._exercise), options)
            made = self._exercise_builder.build(exercise, f"lesson:{row.key}", asked)
            self._exercise += 1
            self._nodes += made.nodes
            self._entries += made.entries
            self._weight[1] += made.questions

    def _asked(
        self, rows: list[QuestionRow], options: Turns[OptionRow]
    ) -> Iterator[tuple[QuestionRow, list[OptionRow]]]:
        for row in rows:
            question = row if row.type in QUESTION_TYPES else row._replace(type=canonical(row.type))
            self._weight[2] += len(row.text)
            yield question, options.of(self._question)
            self._question += 1

    def _full(self) -> bool:
        lessons, questions, characters = self._weight
        return (
            lessons >= LESSONS_PER_CHUNK
            or questions >= QUESTIONS_PER_CHUNK
            or characters >= CHARACTERS_PER_CHUNK
            or self._files.waiting >= FILE_BYTES_PER_CHUNK
        )

    def _last_chunks(self, cursor: Cursor) -> Iterator[Chunk]:
        """Sections without lessons at the end, rows that stand aside.

        What is said once for the whole course.
        """
        if cursor and "ended" in cursor:
            return
        self._sections_up_to(len(self._stores.sections))
        at = int(cursor.get("aside", 0)) if cursor else 0
        for entry in self._gatherer.aside(at):
            self._entries.append(entry)
            at += 1
            if len(self._entries) >= ENTRIES_PER_CHUNK:
                yield self._chunk({"lesson": self._lesson, "aside": at})
        self._problems += self._report.take() + self._report.summaries()
        self._problems += self._contents.problems() + self._files.problems()
        yield self._chunk({"lesson": self._lesson, "aside": at, "ended": 1})

    def _chunk(self, place: dict[str, int | str]) -> Chunk:
        cursor = place | {COUNT + code: count for code, count in self._report.counts.items()}
        chunk = Chunk(
            cursor=cursor,
            nodes=tuple(self._nodes),
            entries=tuple(self._entries),
            problems=(*self._problems, *self._report.take()),
            assets=self._files.take(),
            course=self._course,
            done=self._lesson,
            total=self._total,
        )
        self._nodes, self._entries, self._problems, self._course = [], [], [], None
        self._weight = [0, 0, 0]
        self._ctx.tick(self._lesson, self._total, "lessons")
        return chunk
