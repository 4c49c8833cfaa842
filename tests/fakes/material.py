"""Small packages made in a test: CSV templates and SCORM packages with a truth that is known."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Table = Sequence[Mapping[str, object]]


def write_zip(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """A ZIP with these members, in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body)
    return path


def table(rows: Table) -> str:
    """Rows as CSV; the columns are those of all rows together."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def template(
    path: Path, tables: Mapping[str, Table], files: Mapping[str, bytes] | None = None
) -> Path:
    """A CSV template package."""
    members = {f"{name}.csv": table(rows) for name, rows in tables.items() if rows}
    return write_zip(path, {**members, **(files or {})})


def simple_template(path: Path, lessons: int = 3, *, quizzes: bool = True) -> Path:
    """One course, a section for every ten lessons, each lesson with a page and one question."""
    return template(path, simple_tables(lessons, quizzes=quizzes))


def simple_tables(lessons: int, *, quizzes: bool = True) -> dict[str, list[dict[str, object]]]:
    """The tables of `simple_template`."""
    numbers = range(1, lessons + 1)
    tables: dict[str, list[dict[str, object]]] = {
        "course": [{"external_id": "c", "title": "Pottery", "language": "en"}],
        "sections": [
            {"external_id": f"s{n}", "course_external_id": "c", "title": f"Section {n}"}
            for n in range((lessons + 9) // 10)
        ],
        "lessons": [
            {
                "external_id": f"l{n}",
                "section_external_id": f"s{(n - 1) // 10}",
                "title": f"Lesson {n}",
                "type": "text",
                "content": f"<p>Page {n}: clay and water.</p>",
            }
            for n in numbers
        ],
    }
    if quizzes:
        tables["exercises"] = [
            {"external_id": f"e{n}", "lesson_external_id": f"l{n}", "title": f"Exercise {n}"}
            for n in numbers
        ]
        tables["questions"] = [
            {
                "external_id": f"q{n}",
                "exercise_external_id": f"e{n}",
                "type": "single_choice",
                "text": f"Question {n}?",
            }
            for n in numbers
        ]
        tables["options"] = [
            {
                "external_id": f"o{n}{mark}",
                "question_external_id": f"q{n}",
                "text": f"Answer {mark}",
                "is_correct": str(mark == "a").lower(),
            }
            for n in numbers
            for mark in "ab"
        ]
    return tables


def scorm(path: Path, items: Sequence[tuple[int, str, str | None]], *, missing: int = 0) -> Path:
    """A SCORM 1.2 package; items are (depth from 1, title, file or None) in manifest order.

    The last `missing` files are declared but not there.
    """
    hrefs = list(dict.fromkeys(href for _, _, href in items if href))
    present = hrefs[: max(0, len(hrefs) - missing)]
    members: dict[str, bytes | str] = {"imsmanifest.xml": manifest(items, hrefs)}
    members |= {href: f"<html><body>{href}</body></html>" for href in present}
    return write_zip(path, members)


def manifest(items: Sequence[tuple[int, str, str | None]], hrefs: Sequence[str]) -> str:
    """The manifest of `scorm`."""
    body, depth = [], 0
    for number, (level, title, href) in enumerate(items):
        body.append("</item>" * (depth - level + 1))
        ref = "" if href is None else f' identifierref="R{hrefs.index(href)}"'
        body.append(f'<item identifier="I{number}"{ref}><title>{escape(title)}</title>')
        depth = level
    body.append("</item>" * depth)
    resources = "".join(
        f'<resource identifier="R{n}" type="webcontent" adlcp:scormtype="sco" '
        f"href={quoteattr(href)}><file href={quoteattr(href)}/></resource>"
        for n, href in enumerate(hrefs)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest identifier="M" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
        'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
        "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
        '<organizations default="O"><organization identifier="O"><title>Test course</title>'
        f"{''.join(body)}</organization></organizations>"
        f"<resources>{resources}</resources></manifest>"
    )
