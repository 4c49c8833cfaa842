"""The source `csv`: reads the CSV template, all rows first, then the course in order."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO, ClassVar, TypeVar

from courseporter.context import Context
from courseporter.disk.spool import Spool
from courseporter.errors import InputError, Message, Phrase, _, ngettext
from courseporter.formats.tabular import Table
from courseporter.sources import Chunk, CourseRef, Cursor, Source
from courseporter.sources.csv_template.content import Contents
from courseporter.sources.csv_template.courses import (
    CourseBuilder,
    CourseRow,
    course_entry,
    no_course,
    read_courses,
)
from courseporter.sources.csv_template.decimals import Decimals
from courseporter.sources.csv_template.deliver import Delivery, Head, Stores
from courseporter.sources.csv_template.families import Families
from courseporter.sources.csv_template.files import Files
from courseporter.sources.csv_template.gather import Feed, Gatherer, Index, Leaves
from courseporter.sources.csv_template.layout import Layout, find_layout, looks_like_template
from courseporter.sources.csv_template.lessons import unsafe_address
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import (
    COURSE,
    ENROLLMENTS,
    EXERCISES,
    LESSON_TYPES,
    LESSONS,
    LEVELS,
    OPTIONS,
    QUESTION_TYPES,
    QUESTIONS,
    SECTIONS,
    ExerciseRow,
    Level,
    OptionRow,
    QuestionRow,
    SectionRow,
    canonical,
)
from courseporter.sources.csv_template.tables import unknown_sheets
from courseporter.sources.csv_template.template import write_template
from courseporter.sources.csv_template.values import ALLOWED_BOOLEANS, parse_boolean
from courseporter.sources.description import Sample
from courseporter.sources.place import Place

RowType = TypeVar("RowType", bound=tuple[Any, ...])
LESSON_TYPE, CONTENT = LESSONS.at("type"), LESSONS.at("content")
VIDEO_URL, FILE = LESSONS.at("video_url"), LESSONS.at("file")
QUESTION_TYPE, ANSWER = QUESTIONS.at("type"), QUESTIONS.at("answer")
POINTS, TOLERANCE = QUESTIONS.at("points"), QUESTIONS.at("tolerance")
OPTION_TEXT, IS_CORRECT = OPTIONS.at("text"), OPTIONS.at("is_correct")
COUNTED = 4 << 20  # bytes of a table whose rows are counted beforehand
See = Callable[[str], None]
NOT_LEARNERS = _("learners aren't part of a course package; enroll them in the new course")


class CsvSource(Source):
    """Tables of courses, sections, lessons, exercises, questions and options."""

    name = "csv"
    title = "CSV template (ZIP, folder or Excel workbook)"
    label = "CSV template"
    extensions: ClassVar[tuple[str, ...]] = (".zip", ".xlsx")
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners aren't enrolled. Rows of enrollments.csv are listed in the report."),
    )
    takes_all = True
    sample: ClassVar[Sample | None] = Sample("sample", "Pottery for beginners.zip")
    has_template = True
    parts: ClassVar[Mapping[str, float]] = {"rows": 1, "lessons": 4}

    def accepts(self, place: Place) -> bool:
        """Tables with the template's names, or a workbook."""
        if place.path.is_file() and place.path.suffix.lower() in (".csv", ".tsv"):
            return False
        return looks_like_template(place)

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:
        """One course for each good row of course.csv.

        Raises InputError for a table that is missing or unusable.
        """
        layout = find_layout(place)
        with Spool(ctx.scratch) as spool:
            rows = read_courses(layout, ctx, Gatherer(ctx, spool, Report(layout.sheets)))
        layout.need(SECTIONS, ctx.limits)
        lessons = _count_lessons(layout, ctx) if len(rows) == 1 else None
        for row in rows:
            yield CourseRef(
                source=self.name, version=None, key=row.key, title=row.title, lessons=lessons
            )

    def rows(self, place: Place, ctx: Context) -> tuple[tuple[str, int | None], ...]:
        """(table, rows) of each table; None for those that take as long to count as to read."""
        layout = find_layout(place)
        report = Report(layout.sheets)
        return tuple(
            (str(report.table(level.stem)), _count(table) if counted else None)
            for level, table in layout.tables(ctx.limits)
            for counted in [(layout.size(level) or 0) <= COUNTED]
        )

    def ignored(self, place: Place, ctx: Context) -> tuple[Phrase, ...]:
        """The learners that the tables name: nobody is enrolled by an import."""
        names = (one for one in self.rows(place, ctx) if "enrollments" in one[0].casefold())
        table = next(names, None)
        if table is None or table[1] == 0:
            return ()
        if table[1] is None:
            return self.not_imported
        learners = ngettext(
            "{count} learner in {table} isn't enrolled. The report lists the row.",
            "{count} learners in {table} aren't enrolled. The report lists the rows.",
            table[1],
            table=table[0],
        )
        return (learners,)

    def write_template(self, out: BinaryIO) -> None:
        """Every table with example rows, in a ZIP."""
        write_template(out)

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """All tables are read and checked first; then the course comes lesson by lesson.

        Raises InputError: table_schema, table_row, encoding_error, too_large.
        """
        with Spool(ctx.scratch) as spool:
            yield from _Reading(find_layout(place), ref, ctx, spool).chunks(cursor)


class _Reading:
    """One pass over all tables for one course."""

    def __init__(self, layout: Layout, ref: CourseRef, ctx: Context, spool: Spool) -> None:
        self._layout = layout
        self._ctx = ctx
        self._report = Report(layout.sheets)
        self._gatherer = Gatherer(ctx, spool, self._report)
        self._files = Files(layout, ctx)
        self._ref = ref
        self._decimals = Decimals()

    def chunks(self, cursor: Cursor) -> Iterator[Chunk]:
        """Gather, then deliver."""
        rows = read_courses(self._layout, self._ctx, self._gatherer)
        row = next((one for one in rows if one.key == self._ref.key), rows[0])
        lessons = Index()
        stores = self._stores(self._course_index(rows, row), lessons)
        contents = Contents(self._files, lessons.places)
        self._files.keeping = cursor is None
        course, losses = CourseBuilder(self._files, contents, self._report).build(row)
        problems = [*self._gatherer.problems]
        if self._layout.archive:
            problems[:0] = self._layout.archive.problems
        if strangers := self._layout.unknown_sheets:
            problems.append(unknown_sheets(strangers, (level.stem for level in LEVELS)))
        if not row.line:
            problems.append(no_course(row, self._report))
        first = f"section:{stores.sections[0].key}" if stores.sections else None
        entry = course_entry(row, losses, first, self._report) if row.line else None
        head = Head(course, entry, problems)
        language = course.language or "en"
        delivery = Delivery(
            stores, self._gatherer, self._files, contents, self._report, self._ctx, language
        )
        yield from delivery.chunks(head, cursor)

    def _course_index(self, rows: list[CourseRow], chosen: CourseRow) -> Index:
        """The chosen course is the parent of its sections; the others are drafts of their own."""
        index = Index()
        index.add(chosen.key, chosen.line)
        for row in rows:
            if row.key != chosen.key:
                reason = _(
                    "it belongs to the course “{title}”, which is imported by itself",
                    title=row.title,
                )
                index.dismiss(row.key, ("skipped", reason))
                cells = (row.key, row.title)
                self._gatherer.put_aside(COURSE, row.line, cells, "skipped", reason)
        return index

    def _stores(self, courses: Index, lessons: Index) -> Stores:
        layout, limits, gather = self._layout, self._ctx.limits, self._gatherer.gather
        sections, exercises, questions = Index(), Index(), Index()
        above = layout.need(SECTIONS, limits)
        feed = Feed(SECTIONS, above, sections, courses)
        chapters = gather(feed, SectionRow)
        check = partial(_check_lesson, self._files)
        table = layout.need(LESSONS, limits)
        feed = Feed(LESSONS, table, lessons, sections, check)
        pages = self._gatherer.gather_wide(feed)
        quizzes = self._if_there(EXERCISES, exercises, lessons, ExerciseRow)
        asked = self._if_there(QUESTIONS, questions, exercises, QuestionRow, above=quizzes)
        options = self._if_there(OPTIONS, Leaves(), questions, OptionRow, above=asked)
        self._enrollments()
        rows = [row for _parent, family in chapters.walk() for row in family]
        return Stores(
            rows, pages, quizzes, asked, options, questions.repeated, self._decimals,
            _hidden(table), _hidden(above),
        )  # fmt: skip

    def _if_there(
        self,
        level: Level,
        index: Index,
        parents: Index,
        row: type[RowType],
        above: Families[Any] | None = None,
    ) -> Families[RowType] | None:
        """A table that may be absent; but not when one below it is there."""
        table = self._layout.table(level, self._ctx.limits)
        if table is None:
            return None
        if above is None and level is not EXERCISES:
            own, parent = self._report.table(level.stem), self._report.table(level.parent)
            raise InputError(
                _(
                    "{own} is there, but {parent}, which its rows belong to, is missing.",
                    own=own,
                    parent=parent,
                ),
                _("Add {parent}, or remove {own}, too.", own=own, parent=parent),
                parent,
                code="table_schema",
            )
        see = self._decimals.see
        check = {QUESTIONS: partial(_check_question, see), OPTIONS: partial(_look_at, see)}
        orphan_check = _check_option if level is OPTIONS else None
        return self._gatherer.gather(
            Feed(level, table, index, parents, check.get(level), orphan_check), row
        )

    def _enrollments(self) -> None:
        table = self._layout.table(ENROLLMENTS, self._ctx.limits)
        if table is None:
            return
        ragged = partial(self._gatherer.ragged, ENROLLMENTS, Leaves())
        for line, cells in table.rows(ragged):
            self._gatherer.put_aside(ENROLLMENTS, line, cells, "skipped", NOT_LEARNERS)
        self._gatherer.note_table(table)


def _hidden(table: Table) -> Container[int]:
    """The rows that a workbook doesn't show; all of a hidden sheet."""
    return range(1 << 31) if table.hidden_sheet else table.hidden


def _count_lessons(layout: Layout, ctx: Context) -> int | None:
    """How many lessons there are, unless counting them would take as long as reading them."""
    table = layout.need(LESSONS, ctx.limits)
    if (layout.size(LESSONS) or 0) > COUNTED:
        return None
    return _count(table)


def _count(table: Table) -> int:
    return sum(1 for _row in table.rows(lambda _row: None))


def _check_lesson(files: Files, cells: tuple[str, ...]) -> tuple[str, Message] | None:
    """What makes a row of lessons.csv fail: column and reason."""
    kind = cells[LESSON_TYPE]
    if kind not in LESSON_TYPES and canonical(kind) not in LESSON_TYPES:
        allowed = ", ".join(LESSON_TYPES)
        return "type", _(
            "“{kind}” isn't a type of lesson. Use one of: {allowed}.",
            kind=kind[:80],
            allowed=allowed,
        )
    unsafe = unsafe_address(canonical(kind), cells[CONTENT], cells[VIDEO_URL], cells[FILE], files)
    if unsafe:
        column, value = unsafe
        return column, _(
            "“{value}” is neither an http or https address nor a file of the package.",
            value=value[:80],
        )
    return None


def _check_question(see: See, cells: tuple[str, ...]) -> tuple[str, Message] | None:
    """What makes a row of questions.csv fail: column and reason.  `see` is given its numbers."""
    kind = cells[QUESTION_TYPE]
    for number in (POINTS, ANSWER, TOLERANCE):
        if cells[number]:
            see(cells[number])
    if kind in QUESTION_TYPES or canonical(kind) in QUESTION_TYPES:
        return None
    return "type", _(
        "“{kind}” isn't a type of question. Use one of: {allowed}.",
        kind=kind[:80],
        allowed=", ".join(QUESTION_TYPES),
    )


def _look_at(see: See, cells: tuple[str, ...]) -> None:
    """Show `see` what may be a number in a row of options.csv."""
    if cells[OPTION_TEXT][-1:].isdigit():
        see(cells[OPTION_TEXT])


def _check_option(cells: tuple[str, ...]) -> tuple[str, Message] | None:
    """What is wrong with a row of options.csv by itself; with its question it's checked again."""
    if parse_boolean(cells[IS_CORRECT]) is not None:
        return None
    return "is_correct", _(
        "“{value}” is not {allowed}.", value=cells[IS_CORRECT][:80], allowed=ALLOWED_BOOLEANS
    )
