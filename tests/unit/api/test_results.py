"""The JSON of a result, whichever way its entries come."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from courseporter.api.results import Result, write_json
from courseporter.errors import Problem
from courseporter.model import Entry

ENTRIES = tuple(
    Entry(kind="lesson", depth=2, title=f"Lesson {n}", ref=str(n), outcome="converted", to=("k",))
    for n in range(5)
)


def written(**fields):
    sums = dict.fromkeys(("converted_with_loss", "skipped", "failed"), 0)
    result = Result(
        source="csv", version=None, title="T", language=None, description=None, outline=(),
        assets=0, sums={"found": 5, "converted": 5, **sums}, **{"problems": (), **fields},
    )  # fmt: skip
    out = io.BytesIO()
    write_json(result, out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("sizes", [(5,), (2, 3), (1, 1, 1, 1, 1), ()])
def test_stored_pages_give_the_same_json_as_the_entries(sizes):
    entries, pages, at = ENTRIES[: sum(sizes)], [], 0
    for size in sizes:
        pages.append(msgspec.json.encode(entries[at : at + size]))
        at += size
    assert written(entries=(), pages=pages) == written(entries=entries)


def test_a_problem_without_a_place_in_the_source_names_its_place_in_the_course():
    told = Problem(code="unit_empty", severity="warning", message="M", key="unit:7")
    placed = Problem(code="row_value", severity="warning", message="M", where="a.csv", key="l:1")
    problems = written(entries=ENTRIES, problems=(told, placed))["problems"]
    assert [one["where"] for one in problems] == ["unit:7", "a.csv"]
