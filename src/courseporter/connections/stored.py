"""Settings of connections in the store: found, added, changed, forgotten, by organization.

Values with a column of their own are kept there, the others in `options`. Secrets never come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from courseporter.errors import ConflictError, SettingsError, _
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.identity import new_id
from courseporter.store.rows import bury
from courseporter.store.schema import connection as table
from courseporter.store.schema import forgotten_connection as forgotten
from courseporter.store.schema import tombstone

COLUMNS = (
    "lms_url",
    "studio_url",
    "client_id",
    "default_org",
    "default_run",
    "import_timeout_seconds",
    "poll_interval_ms",
    "max_retries",
    "auto_create_course",
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One connection as it is stored. Times are epoch milliseconds."""

    id: str
    org_id: str
    kind: str
    name: str
    description: str | None = None
    values: dict[str, object] = {}
    secrets_kept: str | None = None
    is_active: bool = True
    last_test: int | None = None
    last_status: str | None = None
    last_report: dict[str, object] | None = None
    created_by: str | None = None
    created_at: int = 0
    updated_at: int = 0
    rev: int = 0


def add(
    connection: Connection,
    record: Record,
) -> None:
    """Store a new connection. Raises ConflictError when its name is taken."""
    row = {
        "id": record.id,
        "org_id": record.org_id,
        "created_by": record.created_by,
        "kind": record.kind,
        "is_active": record.is_active,
        "last_connection_test": record.last_test,
        "last_connection_status": record.last_status,
        "last_connection_report": record.last_report,
        **_row(record),
    }
    statement = insert(table).values(
        **row, created_at=now_ms(), updated_at=now_ms(), rev=next_rev(table)
    )
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except IntegrityError as error:
        raise taken(record.name) from error
    connection.execute(delete(forgotten).where(forgotten.c.id == record.id))
    connection.execute(  # it may be back from being forgotten
        delete(tombstone).where(
            tombstone.c.table_name == table.name, tombstone.c.row_id == record.id
        )
    )


def change(connection: Connection, record: Record) -> None:
    """Store other settings of a connection. Raises ConflictError, SettingsError `unknown_item`."""
    mine = (table.c.id == record.id) & (table.c.org_id == record.org_id)
    statement = update(table).where(mine)
    values = {**_row(record), "is_active": record.is_active}
    try:
        with connection.begin_nested():
            done = connection.execute(
                statement.values(**values, updated_at=now_ms(), rev=next_rev(table))
            )
    except IntegrityError as error:
        raise taken(record.name) from error
    if not done.rowcount:
        raise _unknown(record.name)


def listing(connection: Connection, org_id: str) -> tuple[Record, ...]:
    """The organization's connections, by name."""
    query = select(table).where(table.c.org_id == org_id).order_by(table.c.name)
    return tuple(_record(row) for row in connection.execute(query).mappings())


def find(connection: Connection, org_id: str, name_or_id: str) -> Record:
    """A connection by its name or id. Raises SettingsError `unknown_item`."""
    wanted = or_(table.c.name == name_or_id, table.c.id == name_or_id)
    query = select(table).where(table.c.org_id == org_id, wanted)
    rows = connection.execute(query).mappings().all()
    exact = [row for row in rows if row["id"] == name_or_id] or rows
    if not exact:
        raise _unknown(name_or_id)
    return _record(exact[0])


def note_test(
    connection: Connection, connection_id: str, status: str, report: Mapping[str, object] | None
) -> None:
    """Keep the outcome of the last test: success, failed, or pending while it runs."""
    values: dict[str, object] = {
        "last_connection_status": status,
        "last_connection_test": now_ms(),
    }
    if report is not None:
        values["last_connection_report"] = dict(report)
    statement = update(table).where(table.c.id == connection_id)
    connection.execute(statement.values(**values, rev=next_rev(table)))


def forget(connection: Connection, record: Record) -> None:
    """Remove a connection; its name stays for the history of jobs."""
    connection.execute(delete(table).where(table.c.id == record.id))
    connection.execute(delete(forgotten).where(forgotten.c.id == record.id))
    connection.execute(
        insert(forgotten).values(
            id=record.id,
            org_id=record.org_id,
            kind=record.kind,
            name=record.name,
            forgotten_at=now_ms(),
        )
    )
    bury(connection, table, [record.id])


def name_of(connection: Connection, org_id: str, connection_id: str) -> str | None:
    """The name of a connection, also of a forgotten one."""
    for known in (table, forgotten):
        query = select(known.c.name).where(known.c.id == connection_id, known.c.org_id == org_id)
        name = connection.execute(query).scalar_one_or_none()
        if name is not None:
            return str(name)
    return None


def fresh_id() -> str:
    """An id for a new connection; its secrets are kept under it."""
    return new_id()


def _row(record: Record) -> dict[str, object]:
    given = record.values
    columns = {name: given.get(name) for name in COLUMNS if given.get(name) is not None}
    options = {name: value for name, value in given.items() if name not in COLUMNS}
    return {
        "name": record.name,
        "description": record.description,
        "secret_ref": record.id,
        "secrets_kept": record.secrets_kept,
        "options": options or None,
        **columns,
    }


def _record(row: RowMapping) -> Record:
    options = cast("dict[str, object]", row["options"] or {})
    columns = {name: row[name] for name in COLUMNS if row[name] is not None}
    return Record(
        id=cast("str", row["id"]),
        org_id=cast("str", row["org_id"]),
        kind=cast("str", row["kind"]),
        name=cast("str", row["name"]),
        description=cast("str | None", row["description"]),
        values={**columns, **options},
        secrets_kept=cast("str | None", row["secrets_kept"]),
        is_active=bool(row["is_active"]),
        last_test=cast("int | None", row["last_connection_test"]),
        last_status=cast("str | None", row["last_connection_status"]),
        last_report=cast("dict[str, object] | None", row["last_connection_report"]),
        created_by=cast("str | None", row["created_by"]),
        created_at=cast("int", row["created_at"]),
        updated_at=cast("int", row["updated_at"]),
        rev=cast("int", row["rev"]),
    )


def taken(name: str) -> ConflictError:
    """The error for a name that another connection has."""
    return ConflictError(
        _("A connection called “{name}” already exists.", name=name),
        _("Choose another name."),
        "name",
    )


def _unknown(name: str) -> SettingsError:
    return SettingsError(
        _("There is no connection called “{name}”.", name=name[:100]),
        _("See the list: courseporter connections list"),
        code="unknown_item",
    )
