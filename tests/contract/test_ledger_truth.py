"""Promise 1: everything found in the source stands in the ledger, and what was converted is there.

Packages are made at random with a truth that is known; dropping anything silently fails here.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from courseporter import api
from fakes.material import scorm, simple_tables, template

KINDS = {
    "course": "course",
    "sections": "section",
    "lessons": "lesson",
    "exercises": "exercise",
    "questions": "question",
    "options": "option",
}
DAMAGES = (
    lambda row: row.update(external_id=""),
    lambda row: row.update({name: "nowhere" for name in row if name.endswith("_external_id")}),
    lambda row: row.update(type="no such type"),
    lambda row: row.update(position="third"),
    lambda row: row.update(title="", text=""),
)


def inspected(path: Path) -> dict:
    """The result of inspect as the command line prints it."""
    out = BytesIO()
    api.write_json(api.inspect(api.local_user(path.parent / "home"), path), out)
    return json.loads(out.getvalue())


def assert_sound(found: dict) -> None:
    """What holds for every result: sums balance, reasons and targets stand where they must."""
    entries, sums = found["ledger"]["entries"], found["ledger"]
    keys = {row["key"] for row in found["outline"]}
    assert len(keys) == len(found["outline"])
    assert sums["found"] == len(entries)
    tally = Counter(entry["outcome"] for entry in entries)
    for outcome in ("converted", "converted_with_loss", "skipped", "failed"):
        assert sums[outcome] == tally[outcome]
    for entry in entries:
        assert bool(entry["reason"]) == (entry["outcome"] != "converted"), entry
        assert bool(entry["to"]) == entry["outcome"].startswith("converted"), entry
        assert keys.issuperset(entry["to"]), entry


@given(lessons=st.integers(1, 25), data=st.data())
def test_every_record_of_a_template_has_its_entry(lessons, data):
    tables = simple_tables(lessons)
    names = [name for name in tables if name != "course"]
    for _ in range(data.draw(st.integers(0, 3))):
        rows = tables[data.draw(st.sampled_from(names))]
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        data.draw(st.sampled_from(DAMAGES))(row)
    with tempfile.TemporaryDirectory() as folder:
        found = inspected(template(Path(folder) / "course.zip", tables))

    assert_sound(found)
    have = Counter(entry["kind"] for entry in found["ledger"]["entries"])
    assert have == {KINDS[name]: len(rows) for name, rows in tables.items()}
    whole = [entry for entry in found["ledger"]["entries"] if entry["outcome"] == "converted"]
    titles = Counter(row["title"] for row in found["outline"])
    for entry in whole:
        if entry["kind"] in ("section", "lesson"):
            assert titles[entry["title"]], entry
    asked = {row["key"]: row["questions"] for row in found["outline"]}
    for entry in found["ledger"]["entries"]:
        if entry["kind"] == "question" and entry["to"]:
            shown_only = "it has no options" in (entry["reason"] or "")
            assert [asked.pop(key) for key in entry["to"]] == [0 if shown_only else 1]
    assert not any(asked.values())


@given(
    depths=st.lists(st.integers(1, 6), min_size=1, max_size=30),
    pages=st.lists(st.booleans(), min_size=30, max_size=30),
    missing=st.integers(0, 3),
)
def test_every_item_of_a_scorm_package_has_its_entry(depths, pages, missing):
    items, level = [], 0
    for number, (depth, page) in enumerate(zip(depths, pages, strict=False)):
        level = min(depth, level + 1)
        items.append((level, f"Item {number}", f"page{number}.html" if page else None))
    with tempfile.TemporaryDirectory() as folder:
        found = inspected(scorm(Path(folder) / "p.zip", items, missing=missing))

    assert_sound(found)
    entries = found["ledger"]["entries"]
    assert [(e["depth"], e["title"], e["href"]) for e in entries] == items
    launched = [row["href"] for row in found["outline"] if row["type"] == "package"]
    hrefs = [href for _, _, href in items if href]
    assert launched == hrefs[: max(0, len(hrefs) - missing)]
