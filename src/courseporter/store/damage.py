"""Damage of a job store: the one sentence for it, and the look that finds it.

SQLite checks how a file is built, not what its values are: a text may have become bytes, and JSON
may be none any more.  `look` reads those, too.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, Table

from courseporter.errors import SettingsError, _
from courseporter.store.schema import SCHEMA_REVISION, metadata

ASIDE = (
    "“courseporter store restore” sets it aside and puts the newest good one of “backups” in its"
    " place; nothing is deleted."
)
SUSPECT = (
    "open-suspect"  # in `locks`, as a dead process leaves it: the next opening looks at the file
)
_STORED_AS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((BigInteger, Integer, Boolean), "integer"),
    ((Float,), "real"),
    ((LargeBinary,), "blob"),
)


def damaged(path: Path, detail: str) -> SettingsError:
    """The refusal of a damaged file; whoever opens it next looks at all of it."""
    with suppress(OSError):
        (path.parent / "locks" / SUSPECT).touch()
    return SettingsError(
        _("The job store is damaged ({detail}).", detail=detail),
        hint=ASIDE,
        where=str(path),
        code="store_unreadable",
        metadata={"damaged": True},
    )


def look(raw: sqlite3.Connection) -> str | None:
    """Read everything: the first thing that is wrong, or None.  Raises sqlite3.Error."""
    (built, *_), *_ = raw.execute("PRAGMA integrity_check(1)").fetchall()
    if built != "ok":
        return str(built)
    if (orphan := raw.execute("PRAGMA foreign_key_check").fetchone()) is not None:
        return f"a row of the table {orphan[0]} refers to one of {orphan[2]} that does not exist"
    present = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
    stamped = None
    if "alembic_version" in present:
        (stamped,) = raw.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    for table in metadata.sorted_tables:
        if table.name not in present and stamped == SCHEMA_REVISION:
            return f"the table {table.name} is gone"
        names = {row[1] for row in raw.execute(f"PRAGMA table_info({table.name})")}
        columns = [column for column in table.c if column.name in names]  # an older schema has less
        if table.name in present and (wrong := _first_wrong(raw, table, columns)) is not None:
            return f"the column {wrong} of the table {table.name} holds what cannot be read"
    return None


def _first_wrong(
    raw: sqlite3.Connection, table: Table, columns: list[Column[object]]
) -> str | None:
    cases = " ".join(f"WHEN {_is_wrong(column)} THEN '{column.name}'" for column in columns)
    query = f"SELECT CASE {cases} END AS wrong FROM {table.name} WHERE wrong IS NOT NULL LIMIT 1"  # noqa: S608 - our names
    row = raw.execute(query).fetchone()
    return None if row is None else str(row[0])


def _is_wrong(column: Column[object]) -> str:
    """SQL that is true of a value that this column never holds."""
    name = f'"{column.name}"'
    kind = next((kind for types, kind in _STORED_AS if isinstance(column.type, types)), "text")
    allowed = f"'{kind}', 'null'" if column.nullable else f"'{kind}'"
    wrong = f"typeof({name}) NOT IN ({allowed})"
    if isinstance(column.type, JSON) or column.info.get("json"):
        wrong += f" OR {name} IS NOT NULL AND NOT json_valid(CAST({name} AS TEXT))"
    return wrong
