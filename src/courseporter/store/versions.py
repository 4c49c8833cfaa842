"""The schema's version: made new without Alembic, brought up to date with it, never guessed."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    select,
    text,
)

from courseporter.errors import SettingsError, _
from courseporter.store import backup, open_postgres, open_sqlite
from courseporter.store.clock import Clock
from courseporter.store.identity import new_id
from courseporter.store.schema import SCHEMA_REVISION, meta, metadata

log = logging.getLogger(__name__)

KNOWN = (
    "0001",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
)  # every revision there ever was, oldest first
MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic's own table: reading and stamping it here keeps Alembic out of the start-up.
stamp = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def create(connection: Connection) -> None:
    """Make every table of the present schema, in the caller's transaction."""
    metadata.create_all(connection, checkfirst=False)
    stamp.create(connection)
    connection.execute(insert(stamp).values(version_num=SCHEMA_REVISION))
    connection.execute(insert(meta).values(name="store_id", value=new_id()))


def bring_up_to_date(path: Path, clock: Clock) -> None:
    """Create or migrate the SQLite file.  The caller keeps other openers out."""
    found = _revision(path)
    if found == SCHEMA_REVISION:
        return
    if found is None:
        _, writer = open_sqlite.engines(path, clock)
        with open_sqlite.translated(path), writer.begin() as connection:
            create(connection)
        writer.dispose()
        return
    if found not in KNOWN:
        raise _newer("data folder", found, str(path))
    backup.before_migration(path, found)
    with open_sqlite.rebuilding(path, clock) as connection:
        upgrade(connection)


def bring_shared_up_to_date(writer: Engine, where: str) -> None:
    """Create or migrate a shared database; programs that start together take turns.

    There is no copy of it to be made here: backups are its server's (docs/how-to/team.md).
    """
    with open_postgres.translated(where), writer.begin() as connection:
        if _shared_revision(connection) == SCHEMA_REVISION:
            return
    with open_postgres.opening(writer, where) as connection:
        found = _shared_revision(connection)
        if found is None:
            create(connection)
        elif found not in KNOWN:
            raise _newer("shared store", found, where)
        elif found != SCHEMA_REVISION:
            log.warning(
                "The shared store goes from schema %s to %s; older programs must be updated.",
                found, SCHEMA_REVISION,
            )  # fmt: skip
            upgrade(connection)


def _shared_revision(connection: Connection) -> str | None:
    # Not to_regclass: what it knew before another program made the table, it knows afterwards, too.
    there = "SELECT 1 FROM pg_class WHERE relname = 'alembic_version' AND pg_table_is_visible(oid)"
    if connection.scalar(text(there)) is None:
        return None
    return connection.scalar(select(stamp.c.version_num)) or ""


def _newer(what: str, found: str, where: str) -> SettingsError:
    return SettingsError(
        _(
            "The {what} was last used by a newer version of CoursePorter (schema {found}).",
            what=what,
            found=found,
        ),
        hint=_("Update CoursePorter, or choose another data folder with COURSEPORTER_HOME."),
        where=where,
        code="store_unreadable",
    )


def _revision(path: Path) -> str | None:
    """The revision of the file; None when it is new.  Raises SettingsError."""
    with closing(open_sqlite.connect(path)) as raw, open_sqlite.translated(path):
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
        if stamp.name in names:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else ""
    if names:
        raise SettingsError(
            _("This file isn't a CoursePorter job store."),
            hint=_("Move it elsewhere, or choose another data folder with COURSEPORTER_HOME."),
            where=str(path),
            code="store_unreadable",
        )
    return None


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the revisions that are missing, in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
