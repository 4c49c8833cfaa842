"""Saves a source's chunk into a draft, in the transaction that saves the job's checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, func, select

from courseporter.errors import Problem
from courseporter.model import Course, Entry, Node, Quiz
from courseporter.store import Store
from courseporter.store.assets import Stored
from courseporter.store.rows import insert_rows
from courseporter.store.schema import item, node
from courseporter.workspace import drafts, ledger, problems

COLUMNS = (
    "draft_id", "seq", "key", "kind", "parent", "title", "hidden", "type", "questions", "body",
)  # fmt: skip
BATCH = 500
_encode = msgspec.json.Encoder().encode


class Portion(Protocol):
    """Some of a course, as sources deliver it in chunks."""

    @property
    def course(self) -> Course | None:
        """What is above the tree, once known."""
        ...

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Places in document order."""
        ...

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was found, in the order of the source."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is odd about it."""
        ...

    @property
    def facts(self) -> Mapping[str, object] | None:
        """Facts for people, to be kept with the draft."""
        ...


class ChunkSaver:
    """Knows where the next row goes: document order of nodes, page of the ledger.

    Starts behind what earlier chunks left, so a resumed job continues seamlessly.
    """

    def __init__(self, store: Store, draft_id: str) -> None:
        self._draft = draft_id
        self._assets = store.assets
        with store.read() as connection:
            self._seq = _next(connection, node, node.c.seq, draft_id)
            self._page = _next(connection, item, item.c.page, draft_id)

    def save(self, connection: Connection, chunk: Portion, stored: dict[str, Stored]) -> None:
        """Write nodes, ledger, problems and assets of one chunk."""
        if chunk.course is not None:
            drafts.set_course(connection, self._draft, chunk.course)
        if chunk.facts:
            drafts.add_options(connection, self._draft, chunk.facts)
        self._assets.keep(connection, self._draft, stored)
        rows = [self._row(one, self._seq + number) for number, one in enumerate(chunk.nodes)]
        for start in range(0, len(rows), BATCH):
            insert_rows(connection, node, COLUMNS, rows[start : start + BATCH])
        self._seq += len(rows)
        self._page = ledger.append(connection, self._draft, self._page, chunk.entries)
        problems.add(connection, self._draft, "read", chunk.problems)

    def _row(self, one: Node, seq: int) -> tuple[object, ...]:
        block = one.block
        kind = None if block is None else type(block).__struct_config__.tag
        questions = len(block.questions) if isinstance(block, Quiz) else 0
        at = (self._draft, seq, one.key, one.kind, one.parent, one.title, one.hidden)
        return (*at, kind, questions, _encode(one))


def _next(connection: Connection, table: Table, column: ColumnElement[int], draft_id: str) -> int:
    last = select(func.coalesce(func.max(column), -1)).where(table.c.draft_id == draft_id)
    return int(connection.execute(last).scalar_one()) + 1
