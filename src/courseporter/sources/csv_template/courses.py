"""Rows of course.csv: which courses there are, and what is above the tree of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from courseporter.context import Context
from courseporter.errors import Message, Problem, _, joined
from courseporter.formats.languages import platform_language
from courseporter.model import Course, Entry, Outcome
from courseporter.sources.csv_template.content import Contents, is_html
from courseporter.sources.csv_template.files import Files
from courseporter.sources.csv_template.gather import Gatherer, Index
from courseporter.sources.csv_template.layout import Layout
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import COURSE, KEY, PARENT, SECTIONS
from courseporter.sources.csv_template.values import parse_date, parse_language

DATES = ("start", "end", "enrollment_start", "enrollment_end")
IDENTITY = ("org", "number", "run")
_IDENTITY = re.compile(r"(?![.-])[A-Za-z0-9_.-]{1,50}(?<![.-])")


class CourseRow(NamedTuple):
    """One valid row; line 0 when the file has none and the course is named after the file."""

    line: int
    key: str
    title: str
    cells: dict[str, str]


def read_courses(layout: Layout, ctx: Context, gatherer: Gatherer) -> list[CourseRow]:
    """The valid rows in file order, at least one; others are set aside.  Raises InputError."""
    table = layout.need(COURSE, ctx.limits)
    index, rows = Index(), list[CourseRow]()

    def ragged(row: object) -> None:
        gatherer.ragged(COURSE, index, row)  # type: ignore[arg-type]  # a Ragged

    for line, cells in table.rows(ragged):
        key = cells[KEY].strip()
        if not key:
            gatherer.fail(COURSE, line, cells, "external_id", _("the external_id is empty."))
        elif key in index.places:
            gatherer.fail_twin(COURSE, line, cells, index.line_of(key))
        else:
            index.add(key, line)
            title = " ".join(cells[COURSE.at("title")].split()) or key
            rows.append(CourseRow(line, key, title, dict(zip(table.columns, cells, strict=True))))
    gatherer.note_table(table)
    return rows or [_made_up(layout, ctx)]


def _made_up(layout: Layout, ctx: Context) -> CourseRow:
    """A course for a course.csv without a valid row: the sections still say its external_id."""
    key = "course"
    for _line, cells in layout.need(SECTIONS, ctx.limits).rows(lambda _row: None):
        if cells[PARENT].strip():
            key = cells[PARENT].strip()
            break
    return CourseRow(0, key, PurePath(layout.name).stem or "Course", {})


class CourseBuilder:
    """Builds what is above the tree."""

    def __init__(self, files: Files, contents: Contents, report: Report) -> None:
        self._files = files
        self._contents = contents
        self._report = report

    def build(self, row: CourseRow) -> tuple[Course, list[Message]]:
        """The course, and what of its row couldn't be imported."""
        cells, losses = row.cells, list[Message]()
        where = self._report.at("course", row.line)
        if row.line:
            self._report.title("course", row.line, row.key, cells["title"])
        cover = cells.get("cover", "").strip()
        path = self._files.use(cover, where) if cover else None
        if cover and path is None:
            losses.append(_("the file “{name}” is missing", name=cover))
        language = self._checked(
            row, "language", _language, _("a language code such as en or pt-BR")
        )
        dates = {
            name: self._checked(row, name, parse_date, _("a date such as 2031-02-03"))
            for name in DATES
        }
        allowed = _("up to 50 of the letters A to Z, digits, _ . and - (not at the ends)")
        identity = {name: self._checked(row, name, _name, allowed) for name in IDENTITY}
        description = cells.get("description", "").strip()
        if description:
            made = self._contents.prepare(description, f"course:{row.key}", where)
            losses += made.losses
            description = _bare(made.html, description)
        course = Course(
            key=row.key,
            title=row.title,
            description=description or None,
            subtitle=cells.get("subtitle", "").strip() or None,
            language=language,
            cover=path,
            org=identity["org"],
            number=identity["number"],
            run=identity["run"],
            start=dates["start"],
            end=dates["end"],
            enrollment_start=dates["enrollment_start"],
            enrollment_end=dates["enrollment_end"],
        )
        return course, losses

    def _checked(
        self, row: CourseRow, column: str, parse: Callable[[str], str | None], allowed: Message
    ) -> str | None:
        """An optional cell; an invalid value is a warning and is ignored."""
        text = row.cells.get(column, "").strip()
        value = parse(text) if text else None
        if text and value is None:
            where = self._report.at("course", row.line, column)
            message = _(
                "{where}: “{text}” isn't {allowed}, so it was ignored.",
                where=where,
                text=text[:80],
                allowed=allowed,
            )
            hint = _("Enter {allowed}.", allowed=allowed)
            self._report.tell("row_value", "warning", message, where=where, hint=hint)
        return value


def course_entry(row: CourseRow, losses: list[Message], first: str | None, report: Report) -> Entry:
    """The entry of the course's row.

    It stands for the whole tree, so it leads to the first section; without any it fails.
    """
    if first is None:
        where = report.at("course", row.line)
        losses = [_("{where}: none of its sections could be imported", where=where)]
    whole: Outcome = "converted_with_loss" if losses else "converted"
    return Entry(
        kind="course",
        depth=0,
        title=row.title,
        ref=row.key,
        outcome=whole if first else "failed",
        reason=joined(losses),
        to=(first,) if first else (),
    )


def no_course(row: CourseRow, report: Report) -> Problem:
    """The table of courses has a header and no row that can be used."""
    table = report.table("course")
    return Problem(
        code="course_made_up",
        severity="warning",
        message=_(
            "{table} has no valid row, so the course is named “{title}”, after the file.",
            table=table,
            title=row.title,
        ),
        where=table,
        hint=_("Add a row with external_id and title."),
    )


def _bare(html: str, text: str) -> str:
    """A description of one paragraph needs no paragraph tags."""
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    return html if is_html(text) or "<p>" in inner else inner


def _name(text: str) -> str | None:
    return text if _IDENTITY.fullmatch(text) else None


def _language(text: str) -> str | None:
    """The code as written when Open edX knows its language, else what Open edX calls it."""
    known = platform_language(text)
    written = parse_language(text)
    return written if known and written and written.lower() == known else known
