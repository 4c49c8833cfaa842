"""Receipts: what publish jobs have written, kept so that it can be resumed, shown and undone."""

from __future__ import annotations

from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from courseporter.store import Store
from courseporter.store.clock import now_ms
from courseporter.store.schema import receipt as table


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt; `key` is unique in its job, `ref` the name at the destination."""

    key: str
    state: str
    ref: str | None = None
    facts: dict[str, object] = msgspec.field(default_factory=dict[str, object])


class Writer(NamedTuple):
    """The job that writes, and what it writes where."""

    org_id: str
    job_id: str
    draft_id: str | None
    connection_id: str | None
    target: str


def add(connection: Connection, writer: Writer, one: Written) -> None:
    """Save a receipt; a later one with the same key replaces it."""
    mine = table.c.job_id == writer.job_id
    connection.execute(delete(table).where(mine, table.c.key == one.key))
    following = select(func.coalesce(func.max(table.c.seq), 0) + 1).where(mine)
    connection.execute(
        insert(table).values(
            **writer._asdict(),
            **msgspec.structs.asdict(one),
            seq=following.scalar_subquery(),
            at=now_ms(),
        )
    )


def of_job(store: Store, job_id: str) -> tuple[Written, ...]:
    """Everything that a job has written, the first one first."""
    columns = (table.c.key, table.c.state, table.c.ref, table.c.facts)
    query = select(*columns).where(table.c.job_id == job_id).order_by(table.c.seq)
    with store.read() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Written(key=key, state=state, ref=ref, facts=cast("dict[str, object]", facts or {}))
        for key, state, ref, facts in rows
    )
