"""The preview says how many rows each table holds, before anything is imported."""

from __future__ import annotations

from courseporter import api
from fakes.material import scorm, simple_tables, template
from fakes.workbook import workbook

COUNTS = (
    ("course.csv", 1),
    ("sections.csv", 1),
    ("lessons.csv", 3),
    ("exercises.csv", 3),
    ("questions.csv", 3),
    ("options.csv", 6),
)


def test_a_template_says_its_rows_file_by_file(actor, tmp_path):
    found = api.sniff(actor, template(tmp_path / "t.zip", simple_tables(3)))
    assert found.files == COUNTS


def test_a_workbook_says_its_rows_sheet_by_sheet(actor, tmp_path):
    path = tmp_path / "t.xlsx"
    sheets = {
        name: [list(rows[0]), *[list(row.values()) for row in rows]]
        for name, rows in simple_tables(3).items()
    }
    path.write_bytes(workbook(sheets))
    wanted = [(f"sheet {name.removesuffix('.csv')}", rows) for name, rows in COUNTS]
    assert api.sniff(actor, path).files == tuple(wanted)


def test_other_material_has_no_tables(actor, tmp_path):
    path = scorm(tmp_path / "s.zip", [(1, "Start", "start.html")])
    assert api.sniff(actor, path).files == ()
