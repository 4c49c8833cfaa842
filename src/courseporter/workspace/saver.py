"""Saves a source's chunk into a draft, in the transaction that saves the job's checkpoint."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, insert, select

from courseporter.model import Node, Quiz
from courseporter.sources import Chunk
from courseporter.store import Store
from courseporter.store.assets import Stored
from courseporter.store.schema import item, node
from courseporter.workspace import drafts, ledger, problems

BATCH = 500
_encode = msgspec.json.Encoder().encode


class ChunkSaver:
    """Knows where the next row goes: document order of nodes, page of the ledger.

    Starts behind what earlier chunks left, so a resumed job goes on seamlessly.
    """

    def __init__(self, store: Store, draft_id: str) -> None:
        self._draft = draft_id
        self._assets = store.assets
        with store.read() as connection:
            self._seq = _next(connection, node.c.seq, draft_id)
            self._page = _next(connection, item.c.page, draft_id)

    def save(self, connection: Connection, chunk: Chunk, stored: dict[str, Stored]) -> None:
        """Write nodes, ledger, problems and assets of one chunk."""
        if chunk.course is not None:
            drafts.set_course(connection, self._draft, chunk.course)
        self._assets.keep(connection, self._draft, stored)
        rows = [self._row(one, self._seq + number) for number, one in enumerate(chunk.nodes)]
        for start in range(0, len(rows), BATCH):
            connection.execute(insert(node), rows[start : start + BATCH])
        self._seq += len(rows)
        self._page = ledger.append(connection, self._draft, self._page, chunk.entries)
        problems.add(connection, self._draft, "read", chunk.problems)

    def _row(self, one: Node, seq: int) -> dict[str, object]:
        block = one.block
        return {
            "draft_id": self._draft,
            "seq": seq,
            "key": one.key,
            "kind": one.kind,
            "parent": one.parent,
            "title": one.title,
            "hidden": one.hidden,
            "type": None if block is None else type(block).__struct_config__.tag,
            "questions": len(block.questions) if isinstance(block, Quiz) else 0,
            "body": _encode(one),
        }


def _next(connection: Connection, column: object, draft_id: str) -> int:
    table = column.table  # type: ignore[attr-defined]
    last = select(func.coalesce(func.max(column), -1)).where(table.c.draft_id == draft_id)  # type: ignore[arg-type]
    return int(connection.execute(last).scalar_one()) + 1
