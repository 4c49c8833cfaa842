"""A stored draft as targets see it: streamed in batches, no transaction held open in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import select

from courseporter.model import Asset, Course, Node
from courseporter.store import Store
from courseporter.store.schema import draft_asset, node
from courseporter.workspace import drafts

BATCH = 500
_decode = msgspec.json.Decoder(Node).decode


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

    def nodes(self) -> Iterator[Node]:
        """Every node in document order."""
        last = -1
        query = select(node.c.seq, node.c.body).where(node.c.draft_id == self._id)
        while True:
            with self._store.read() as connection:
                rows = connection.execute(
                    query.where(node.c.seq > last).order_by(node.c.seq).limit(BATCH)
                ).all()
            if not rows:
                return
            last = rows[-1][0]
            for _, body in rows:
                yield _decode(body)

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
