"""The template that creators download."""

from __future__ import annotations

import csv
import io
import zipfile

from courseporter.sources.csv_template import write_template
from courseporter.sources.csv_template.schema import LESSON_TYPES, LEVELS, QUESTION_TYPES


def test_the_template_imports_without_a_word(tmp_path, read):
    write_template(tmp_path / "template.zip")
    found = read(tmp_path / "template.zip")
    assert found.problems == []
    assert {e.outcome for e in found.entries if e.kind != "enrollment"} == {"converted"}
    assert {q.type for q in found.questions.values()} == set(QUESTION_TYPES)


def test_every_table_column_and_type_has_an_example(tmp_path):
    write_template(tmp_path / "template.zip")
    with zipfile.ZipFile(tmp_path / "template.zip") as archive:
        for level in LEVELS:
            text = archive.read(level.file).decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text, newline="")))
            assert set(rows[0]) == {*level.columns.required, *level.columns.optional}
            assert len(rows) > 1
        lessons = list(csv.DictReader(io.StringIO(archive.read("lessons.csv").decode("utf-8-sig"))))
        assert {row["type"] for row in lessons} == set(LESSON_TYPES)


def test_the_template_is_the_same_every_time(tmp_path):
    for name in ("a.zip", "b.zip"):
        write_template(tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_spreadsheets_find_a_byte_order_mark_and_their_line_ends(tmp_path):
    write_template(tmp_path / "template.zip")
    with zipfile.ZipFile(tmp_path / "template.zip") as archive:
        body = archive.read("course.csv")
    assert body.startswith(b"\xef\xbb\xbfexternal_id,title")
    assert body.endswith(b"\r\n")
