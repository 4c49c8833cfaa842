"""The sort store: order, ties, starting points, memory and tidiness."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from courseporter.disk.spool import Spool


@pytest.mark.parametrize("wide", [False, True])
def test_rows_come_out_sorted_and_ties_keep_their_order(tmp_path: Path, *, wide: bool) -> None:
    rows = [(2, 1.5, "a"), (1, None, "b"), (2, 0.5, "c"), (1, None, "d"), (1, 3, "e")]
    with Spool(tmp_path) as spool:
        table = spool.table("things", "parent", "position", "name", wide=wide)
        table.extend(rows)
        assert [name for (name,) in table.rows("name", by=("parent", "position"))] == list("bdeca")


def test_rows_without_an_order_come_out_as_they_went_in(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        table = spool.table("things", "name")
        table.extend((name,) for name in "zay")
        table.add("b")
        assert list(table.rows()) == [("z",), ("a",), ("y",), ("b",)]


@pytest.mark.parametrize("wide", [False, True])
def test_a_start_leaves_out_what_lies_before(tmp_path: Path, *, wide: bool) -> None:
    with Spool(tmp_path) as spool:
        table = spool.table("things", "parent", "name", wide=wide)
        table.extend([(3, "c"), (1, "a"), (2, "b")])
        assert list(table.rows("name", by=("parent",), start=2)) == [("b",), ("c",)]
        assert len(table) == 3


def test_names_sort_by_their_bytes(tmp_path: Path) -> None:
    names = ["b", "B", "ä", "a/b", "a-b", "\N{ROCKET}", "\uffee"]
    with Spool(tmp_path) as spool:
        table = spool.table("members", "name", "body", wide=True)
        table.extend((name, name.encode() * 1000) for name in names)
        found = [name for (name,) in table.rows("name", by=("name",))]
    assert found == sorted(names, key=str.encode)


def test_two_tables_can_be_read_side_by_side(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        one, two = spool.table("one", "name"), spool.table("two", "name")
        one.extend((number,) for number in range(2000))
        two.extend((number,) for number in range(2000))
        assert list(zip(one.rows(), two.rows(), strict=True))[1999] == ((1999,), (1999,))


def test_nothing_is_left_in_the_folder_when_it_spills(tmp_path: Path) -> None:
    names = list(range(3000))
    random.Random(7).shuffle(names)
    with Spool(tmp_path, cache=64 << 10) as spool:
        table = spool.table("members", "name", "body", wide=True)
        table.extend((name, bytes(500)) for name in names)
        assert [name for (name,) in table.rows("name", by=("name",))] == sorted(names)
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []
