"""Rows kept family by family: those of one parent lie together, packed, in a private sort store.

Tables mostly come with the rows of a parent side by side, so a million rows are some hundred
thousand families; a family that is torn apart in the file is put together again on the way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

import msgspec

from courseporter.disk.spool import Spool

MOST = 500  # rows packed together
RowType = TypeVar("RowType", bound=tuple[Any, ...])


class Families(Generic[RowType]):
    """Rows that begin with (place of the parent, position, line); `row` is their NamedTuple."""

    def __init__(self, spool: Spool, name: str, row: type[RowType]) -> None:
        self._table = spool.table(name, "parent", "size", "packed")
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(list[row]).decode

    def extend(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append rows; a generator is consumed as a stream."""
        self._table.extend(self._packed(rows))

    def walk(self, start: int = 0) -> Iterator[tuple[int, list[RowType]]]:
        """(parent, its rows by position and line), in the order of the parents, from `start` on."""
        groups = self._table.rows("parent", "packed", by=("parent",), start=start or None)
        for parent, packs in groupby(groups, key=itemgetter(0)):
            rows: list[RowType] = []
            for _, packed in packs:
                rows += self._decode(cast("bytes", packed))
            rows.sort()  # no two rows have the same line, so nothing behind it is compared
            yield cast("int", parent), rows

    def count_below(self, parent: int) -> int:
        """How many rows belong to parents before this one."""
        if not parent:
            return 0
        sizes = self._table.rows("parent", "size")
        return sum(cast("int", size) for above, size in sizes if cast("int", above) < parent)

    def _packed(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, bytes]]:
        encode = self._encode
        for parent, family in groupby(rows, key=itemgetter(0)):
            while batch := list(islice(family, MOST)):
                yield parent, len(batch), encode(batch)


class Turns(Generic[RowType]):
    """Families handed out to parents that ask in order."""

    def __init__(self, families: Families[RowType] | None, start: int) -> None:
        self._walk = families.walk(start) if families else iter(())
        self._next = next(self._walk, None)

    def of(self, parent: int) -> list[RowType]:
        """The rows of one parent, none when it has no family."""
        if self._next is None or self._next[0] != parent:
            return []
        rows = self._next[1]
        self._next = next(self._walk, None)
        return rows
