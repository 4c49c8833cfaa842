"""The schema's version: made new without Alembic, brought up to date with it, never guessed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert

from courseporter.errors import SettingsError
from courseporter.store import backup, open_sqlite
from courseporter.store.clock import Clock
from courseporter.store.identity import new_id
from courseporter.store.schema import SCHEMA_REVISION, meta, metadata

KNOWN = ("0001",)  # every revision there ever was, oldest first
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
        raise SettingsError(
            f"The data folder was last used by a newer CoursePorter (schema {found}).",
            hint="Update CoursePorter, or name another data folder with COURSEPORTER_HOME.",
            where=str(path),
            code="store_unreadable",
        )
    backup.before_migration(path, found)
    with open_sqlite.rebuilding(path, clock) as connection:
        upgrade(connection)


def _revision(path: Path) -> str | None:
    """The revision of the file; None when it is new.  Raises SettingsError."""
    with closing(open_sqlite.connect(path)) as raw, open_sqlite.translated(path):
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
        if stamp.name in names:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else ""
    if names:
        raise SettingsError(
            "This file is no job store of CoursePorter.",
            hint="Move it aside, or name another data folder with COURSEPORTER_HOME.",
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
