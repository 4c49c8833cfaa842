"""The ledger: what was found in the source and what happened to it, kept in pages of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from courseporter.model import Entry
from courseporter.store import Store
from courseporter.store.schema import item
from courseporter.workspace.removals import Removals

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
    gone = Removals.of(connection, draft_id)
    for page, data, imported in _stored(connection, draft_id):
        before = _decode(imported or data)
        after = tuple(rewrite(one) if keys.intersection(one.to) else one for one in before)
        if after != before:
            _store(connection, draft_id, page, data, after, gone)


def imported(connection: Connection, draft_id: str) -> tuple[Entry, ...]:
    """The entries as the import made them, whatever people removed since."""
    pages_ = _stored(connection, draft_id)
    return tuple(one for _page, data, before in pages_ for one in _decode(before or data))


def replace(connection: Connection, draft_id: str, found: Sequence[Entry]) -> None:
    """Put entries in the place of all that there are."""
    connection.execute(delete(item).where(item.c.draft_id == draft_id))
    append(connection, draft_id, 0, found)


def settle(connection: Connection, draft_id: str) -> None:
    """Let the entries say what is in the course now: what a person removed is skipped."""
    gone = Removals.of(connection, draft_id)
    for page, data, imported in _stored(connection, draft_id):
        _store(connection, draft_id, page, data, _decode(imported or data), gone)


def _stored(connection: Connection, draft_id: str) -> Iterator[tuple[int, bytes, bytes | None]]:
    query = select(item.c.page, item.c.entries, item.c.imported).where(item.c.draft_id == draft_id)
    for row in connection.execute(query.order_by(item.c.page)).all():
        yield row.page, row.entries, row.imported


def _store(
    connection: Connection,
    draft_id: str,
    page: int,
    now: bytes,
    imported: tuple[Entry, ...],
    gone: Removals,
) -> None:
    shown = gone.applied(imported)
    data = _encode(shown)
    if data == now and shown == imported:
        return
    values = {"imported": None if shown == imported else _encode(imported), "entries": data}
    same = (item.c.draft_id == draft_id, item.c.page == page)
    connection.execute(update(item).where(*same).values(**values, **tally(shown)))


def entries_to(store: Store, draft_id: str, keys: set[str]) -> Iterator[Entry]:
    """The entries that became one of these places."""
    return (entry for entry in entries(store, draft_id) if keys.intersection(entry.to))
