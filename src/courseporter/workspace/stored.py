"""A stored draft as targets see it: streamed in batches, no transaction held open in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import case, select

from courseporter.model import Asset, Course, Node, Text
from courseporter.store import Store
from courseporter.store.schema import draft_asset, node
from courseporter.workspace import drafts

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
        """What stands above the tree."""
        return self._course

    def nodes(self, *, pages: bool = True) -> Iterator[Node]:
        """Every node in document order; without `pages`, the bodies of texts are not even read."""
        last = -1
        query = (_WHOLE if pages else _OUTLINE).where(node.c.draft_id == self._id)
        while True:
            with self._store.read() as connection:
                rows = connection.execute(
                    query.where(node.c.seq > last).order_by(node.c.seq).limit(BATCH)
                ).all()
                found = [  # here: what is none is damage
                    _empty_page(*row[2:]) if row[1] is None else _decode(row[1]) for row in rows
                ]
            if not rows:
                return
            last = rows[-1][0]
            yield from found

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


def _empty_page(key: str, title: str, parent: str | None, hidden: bool) -> Node:  # noqa: FBT001
    return Node(key=key, kind="block", title=title, parent=parent, hidden=hidden, block=_TEXT)
