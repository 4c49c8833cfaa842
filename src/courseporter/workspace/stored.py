"""A stored draft as targets see it: streamed in batches, no transaction held open in between."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, Select, case, select

from courseporter.model import Asset, Course, Node, Text
from courseporter.store import Store
from courseporter.store.schema import draft_asset, node
from courseporter.workspace import drafts
from courseporter.workspace.edits.order import document_order, is_edited

BATCH = 500
_decode = msgspec.json.Decoder(Node).decode
_TEXT = Text(html="")
_WHOLE = select(node.c.seq, node.c.body)
_OUTLINE = select(
    node.c.seq,
    case((node.c.type == "text", None), else_=node.c.body),
    node.c.key,
    node.c.title,
    node.c.parent,
    node.c.hidden,
)


class StoredDraft:
    """Implements `targets.Draft`; `changes` are settings of the course for this export alone."""

    def __init__(
        self, store: Store, draft_id: str, changes: Mapping[str, str | bool] | None = None
    ) -> None:
        self._store = store
        self._id = draft_id
        course = drafts.get(store, draft_id).course
        self._course = msgspec.structs.replace(course, **(changes or {}))

    @property
    def course(self) -> Course:
        """What is above the tree."""
        return self._course

    def nodes(self, *, pages: bool = True) -> Iterator[Node]:
        """Every node in document order; without `pages`, the bodies of texts are not even read."""
        query = (_WHOLE if pages else _OUTLINE).where(node.c.draft_id == self._id)
        with self._store.read() as connection:
            edited = is_edited(connection, self._id)
            order = document_order(connection, self._id) if edited else None
        return self._imported(query) if order is None else self._arranged(query, order)

    def _imported(self, query: Select[*tuple[Any, ...]]) -> Iterator[Node]:
        last = -1
        while True:
            with self._store.read() as connection:
                rows = connection.execute(
                    query.where(node.c.seq > last).order_by(node.c.seq).limit(BATCH)
                ).all()
                found = list(map(_node, rows))  # here: what is none is damage
            if not rows:
                return
            last = rows[-1][0]
            yield from found

    def _arranged(self, query: Select[*tuple[Any, ...]], order: array[int]) -> Iterator[Node]:
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH].tolist()
            with self._store.read() as connection:
                rows = connection.execute(query.where(node.c.seq.in_(some))).all()
                found = {row[0]: _node(row) for row in rows}
            yield from (found[seq] for seq in some if seq in found)

    def assets(self) -> Iterator[Asset]:
        """Every asset, sorted by path."""
        last = ""
        columns = (draft_asset.c.path, draft_asset.c.sha256, draft_asset.c.size)
        query = select(*columns).where(draft_asset.c.draft_id == self._id)
        while True:
            with self._store.read() as connection:
                rows = connection.execute(
                    query.where(draft_asset.c.path > last).order_by(draft_asset.c.path).limit(BATCH)
                ).all()
            if not rows:
                return
            last = rows[-1][0]
            for path, sha256, size in rows:
                yield Asset(path=path, sha256=sha256, size=size)


def _node(row: Row[*tuple[Any, ...]]) -> Node:
    return _empty_page(*row[2:]) if row[1] is None else _decode(row[1])


def _empty_page(key: str, title: str, parent: str | None, hidden: bool) -> Node:  # noqa: FBT001
    return Node(key=key, kind="block", title=title, parent=parent, hidden=hidden, block=_TEXT)
