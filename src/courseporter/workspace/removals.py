"""What people removed from a draft, as its ledger tells it."""

from __future__ import annotations

from typing import NamedTuple, Self

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from courseporter.errors import Message, _
from courseporter.model import Entry, Node, Quiz
from courseporter.store.schema import removed_node

_decode = msgspec.json.Decoder(Node).decode


class Removal(NamedTuple):
    """Who removed something, and the key that has taken over its content."""

    actor: str | None
    into: str | None


class Removals:
    """The removed keys of a draft, those of questions too."""

    def __init__(self, gone: dict[str, Removal]) -> None:
        self._gone = gone

    @classmethod
    def of(cls, connection: Connection, draft_id: str) -> Self:
        """Read them."""
        table = removed_node.c
        query = select(table.key, table.kind, table.body, table.actor, table.into)
        gone: dict[str, Removal] = {}
        for row in connection.execute(query.where(table.draft_id == draft_id)):
            removal = Removal(row.actor, row.into)
            gone[row.key] = removal
            if row.kind == "block":
                gone.update(dict.fromkeys(_questions(row.body), removal))
        return cls(gone)

    def applied(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The entries of the import as they are now."""
        return tuple(map(self._entry, entries)) if self._gone else entries

    def _entry(self, entry: Entry) -> Entry:
        if self._gone.keys().isdisjoint(entry.to):
            return entry
        left = tuple(dict.fromkeys(key for one in entry.to if (key := self._now(one))))
        if left:
            return replace(entry, to=left)
        by = next(self._gone[key].actor for key in entry.to if key in self._gone)
        return replace(entry, outcome="skipped", reason=_reason(by), to=())

    def _now(self, key: str) -> str | None:
        """The key that stands for this one; None when its content is gone."""
        seen: set[str] = set()
        while key in self._gone and key not in seen:
            seen.add(key)
            into = self._gone[key].into
            if into is None:
                return None
            key = into
        return key


def _reason(actor: str | None) -> Message:
    return _("Removed by {user}.", user=actor) if actor else _("Removed.")


def _questions(body: bytes) -> tuple[str, ...]:
    block = _decode(body).block
    return tuple(one.key for one in block.questions) if isinstance(block, Quiz) else ()
