"""Rows of course.csv: which courses there are, and what stands above the tree of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from courseporter.context import Context
from courseporter.errors import Problem
from courseporter.model import Course, Entry, Outcome
from courseporter.sources.csv_template.content import Contents, is_html
from courseporter.sources.csv_template.files import Files
from courseporter.sources.csv_template.gather import Gatherer, Index
from courseporter.sources.csv_template.layout import Layout
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import COURSE, SECTIONS
from courseporter.sources.csv_template.values import parse_date, parse_language

DATES = ("start", "end", "enrollment_start", "enrollment_end")
IDENTITY = ("org", "number", "run")
_IDENTITY = re.compile(r"(?![.-])[A-Za-z0-9_.-]{1,50}(?<![.-])")


class CourseRow(NamedTuple):
    """One good row: line 0 when the file has none and the course had to be made up."""

    line: int
    key: str
    title: str
    cells: dict[str, str]


def read_courses(layout: Layout, ctx: Context, gatherer: Gatherer) -> list[CourseRow]:
    """The good rows in file order, never none; the others stand aside.  Raises InputError."""
    table = layout.need(COURSE, ctx.limits)
    index, rows = Index(), list[CourseRow]()

    def ragged(row: object) -> None:
        gatherer.ragged(COURSE, index, row)  # type: ignore[arg-type]  # a Ragged

    for line, cells in table.rows(ragged):
        key = cells[0].strip()
        if not key:
            gatherer.fail(COURSE, line, cells, "external_id", "the external_id is empty.")
        elif key in index.places:
            gatherer.fail_twin(COURSE, line, cells, index.line_of(key))
        else:
            index.add(key, line)
            title = " ".join(cells[1].split()) or key
            rows.append(CourseRow(line, key, title, dict(zip(table.columns, cells, strict=True))))
    gatherer.note_table(table)
    return rows or [_made_up(layout, ctx)]


def _made_up(layout: Layout, ctx: Context) -> CourseRow:
    """course.csv has no usable row.

    The sections still say what their course is called inside the tables.
    """
    key = "course"
    for _, cells in layout.need(SECTIONS, ctx.limits).rows(lambda _: None):
        if cells[1].strip():
            key = cells[1].strip()
            break
    return CourseRow(0, key, PurePath(layout.name).stem or "Course", {})


class CourseBuilder:
    """Builds what stands above the tree."""

    def __init__(self, files: Files, contents: Contents, report: Report) -> None:
        self._files = files
        self._contents = contents
        self._report = report

    def build(self, row: CourseRow) -> tuple[Course, list[str]]:
        """The course, and what of its row could not be carried."""
        cells, losses = row.cells, list[str]()
        where = self._report.at("course", row.line)
        if row.line:
            self._report.title("course", row.line, row.key, cells["title"])
        cover = cells.get("cover", "").strip()
        path = self._files.use(cover, where) if cover else None
        if cover and path is None:
            losses.append(f"the file “{cover}” is missing")
        language = self._checked(row, "language", parse_language, "a code such as en or pt-BR")
        dates = {
            name: self._checked(row, name, parse_date, "a day such as 2031-02-03") for name in DATES
        }
        allowed = "up to 50 of the letters A to Z, digits, _ . and - (not at the ends)"
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
        self, row: CourseRow, column: str, parse: Callable[[str], str | None], allowed: str
    ) -> str | None:
        """An optional cell; a bad value is a warning and the course goes on without it."""
        text = row.cells.get(column, "").strip()
        value = parse(text) if text else None
        if text and value is None:
            where = self._report.at("course", row.line, column)
            message = f"{where}: “{text[:80]}” is left out; allowed is {allowed}."
            self._report.tell(
                "row_value", "warning", message, where=where, hint=f"Allowed: {allowed}."
            )
        return value


def course_entry(row: CourseRow, losses: list[str], first: str | None, report: Report) -> Entry:
    """The entry of the course's row.

    It stands for the whole tree, so it leads to the first section; without any it fails.
    """
    if first is None:
        losses = [f"{report.at('course', row.line)}: none of its sections could be imported"]
    whole: Outcome = "converted_with_loss" if losses else "converted"
    return Entry(
        kind="course",
        depth=0,
        title=row.title,
        ref=row.key,
        outcome=whole if first else "failed",
        reason="; ".join(losses) or None,
        to=(first,) if first else (),
    )


def no_course(row: CourseRow, report: Report) -> Problem:
    """The table of courses has a header and no row that can be used."""
    table = report.table("course")
    return Problem(
        code="course_made_up",
        severity="warning",
        message=(
            f"{table} has no row that can be used; the course is called “{row.title}” "
            "after the file."
        ),
        where=table,
        hint="Add a row with external_id and title.",
    )


def _bare(html: str, text: str) -> str:
    """A description of one paragraph needs no paragraph tags."""
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    return html if is_html(text) or "<p>" in inner else inner


def _name(text: str) -> str | None:
    return text if _IDENTITY.fullmatch(text) else None
