"""Rows kept family by family."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from courseporter.disk.spool import Spool
from courseporter.sources.csv_template import families
from courseporter.sources.csv_template.families import Families, Turns


class Row(NamedTuple):
    parent: int
    position: float
    line: int
    key: str


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path) as made:
        yield made


def test_families_come_in_the_order_of_their_parents_sorted_by_position_and_line(spool):
    made = Families(spool, "rows", Row)
    rows = [(2, 1.0, 2, "a"), (2, 0.5, 3, "b"), (1, float("inf"), 4, "c"), (2, 0.5, 5, "d")]
    made.extend(iter(rows))
    assert [(parent, [row.key for row in found]) for parent, found in made.walk()] == [
        (1, ["c"]),
        (2, ["b", "d", "a"]),
    ]
    assert isinstance(next(made.walk())[1][0], Row)


def test_a_large_family_is_whole_although_it_is_packed_in_parts(spool, monkeypatch):
    monkeypatch.setattr(families, "MOST", 3)
    made = Families(spool, "rows", Row)
    made.extend((0, 0.0, line, str(line)) for line in range(10))
    assert [len(found) for _, found in made.walk()] == [10]


def test_walking_may_start_at_any_parent(spool):
    made = Families(spool, "rows", Row)
    made.extend((parent, 0.0, parent * 2 + n, "x") for parent in range(4) for n in range(2))
    assert [parent for parent, _ in made.walk(2)] == [2, 3]
    assert [made.count_below(parent) for parent in (0, 2, 9)] == [0, 4, 8]


def test_parents_without_a_family_get_nothing(spool):
    made = Families(spool, "rows", Row)
    made.extend([(1, 0.0, 2, "a"), (4, 0.0, 3, "b")])
    turns = Turns(made, 0)
    assert [[row.key for row in turns.of(parent)] for parent in range(6)] == [
        [],
        ["a"],
        [],
        [],
        ["b"],
        [],
    ]
    assert Turns(None, 0).of(0) == []
