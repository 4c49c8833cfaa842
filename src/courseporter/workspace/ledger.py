"""The ledger: what was found in the source and what became of it, kept in pages of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from courseporter.model import Entry
from courseporter.store import Store
from courseporter.store.schema import item

PAGE = 500
OUTCOMES = ("converted", "converted_with_loss", "skipped", "failed")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Entry, ...]).decode


def append(connection: Connection, draft_id: str, page: int, entries: Sequence[Entry]) -> int:
    """Add entries as pages from number `page` on; returns the number of the next page."""
    rows: list[dict[str, object]] = []
    for start in range(0, len(entries), PAGE):
        part = tuple(entries[start : start + PAGE])
        row = {"draft_id": draft_id, "page": page + len(rows), **tally(part)}
        rows.append({**row, "entries": _encode(part)})
    if rows:
        connection.execute(insert(item), rows)
    return page + len(rows)


def tally(part: Sequence[Entry]) -> dict[str, int]:
    """found, converted, converted_with_loss, skipped, failed of these entries."""
    figures: dict[str, int] = dict.fromkeys(("found", *OUTCOMES), 0)
    figures["found"] = len(part)
    for entry in part:
        figures[entry.outcome] += 1
    return figures


def sums(connection: Connection, draft_id: str) -> dict[str, int]:
    """found, converted, converted_with_loss, skipped, failed of a draft."""
    columns = ("found", *OUTCOMES)
    totals = select(*(func.coalesce(func.sum(item.c[name]), 0) for name in columns))
    row = connection.execute(totals.where(item.c.draft_id == draft_id)).one()
    return {name: int(value) for name, value in zip(columns, row, strict=True)}


def entries(store: Store, draft_id: str) -> Iterator[Entry]:
    """Every entry in source order, streamed page by page; no transaction stays open in between."""
    for _, part in _pages(store, draft_id):
        yield from part


def pages(store: Store, draft_id: str) -> Iterator[bytes]:
    """The same as JSON lists, none of them empty."""
    return (data for data, _ in _pages(store, draft_id))


def _pages(store: Store, draft_id: str) -> Iterator[tuple[bytes, tuple[Entry, ...]]]:
    last = -1
    query = select(item.c.page, item.c.entries).where(item.c.draft_id == draft_id)
    while True:
        with store.read() as connection:
            found = connection.execute(
                query.where(item.c.page > last).order_by(item.c.page).limit(4)
            ).all()
            read = [(data, _decode(data)) for _, data in found]  # here: what is none is damage
        if not found:
            return
        last = found[-1][0]
        yield from read


def change(
    connection: Connection, draft_id: str, keys: set[str], rewrite: Callable[[Entry], Entry]
) -> None:
    """Rewrite the entries that became one of these places: a choice changed their outcome."""
    mine = item.c.draft_id == draft_id
    for page, data in connection.execute(select(item.c.page, item.c.entries).where(mine)).all():
        before = _decode(data)
        after = tuple(rewrite(one) if keys.intersection(one.to) else one for one in before)
        if after != before:
            connection.execute(
                update(item)
                .where(mine, item.c.page == page)
                .values(entries=_encode(after), **tally(after))
            )


def entries_to(store: Store, draft_id: str, keys: set[str]) -> Iterator[Entry]:
    """The entries that became one of these places."""
    return (entry for entry in entries(store, draft_id) if keys.intersection(entry.to))
