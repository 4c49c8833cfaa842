from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing

import pytest

from courseporter.errors import SettingsError
from courseporter.store import backup, open_sqlite, open_store, schema, versions
from courseporter.store.clock import system_clock
from courseporter.store.store import FILE_NAME

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("colour", sa.Text(), server_default="red", nullable=False))
        job.alter_column("provider", new_column_name="origin")
    {more}
"""


def definitions(path):
    """Name of each thing in the schema, and its parts in any order."""
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    parts = {}
    for name, sql in rows:
        plain = re.sub(r'\s+|"', " ", sql).lower().strip()
        head, _, rest = plain.partition("(")
        body, _, tail = rest.rpartition(")")
        pieces = re.split(r", (?=constraint|[a-z_0-9]+ [a-z])", body.strip())
        parts[name] = (head.strip(), sorted(piece.replace(" ", "") for piece in pieces), tail)
    return parts


def test_the_revisions_make_the_schema_of_today(tmp_path):
    (tmp_path / "migrated").mkdir()
    migrated = tmp_path / "migrated" / FILE_NAME
    with open_sqlite.rebuilding(migrated, system_clock) as connection:
        versions.upgrade(connection)
    open_store(tmp_path / "made").close()
    made = definitions(tmp_path / "made" / FILE_NAME)
    assert definitions(migrated) == made
    assert len(made) > 25


def test_every_constraint_has_a_name():
    unnamed = [
        (table.name, constraint)
        for table in schema.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


@pytest.fixture
def future(tmp_path, monkeypatch):
    """A folder of revisions that knows one more than today."""

    def make(more="pass"):
        folder = tmp_path / "migrations"
        (folder / "versions").mkdir(parents=True)
        for path in versions.MIGRATIONS.glob("versions/*.py"):
            (folder / "versions" / path.name).write_text(path.read_text())
        (folder / "env.py").write_text((versions.MIGRATIONS / "env.py").read_text())
        revision = REVISION.format(more=more, before=schema.SCHEMA_REVISION)
        (folder / "versions" / "9999_next.py").write_text(revision)
        monkeypatch.setattr(versions, "MIGRATIONS", folder)
        monkeypatch.setattr(versions, "SCHEMA_REVISION", "9999")
        monkeypatch.setattr(versions, "KNOWN", (*versions.KNOWN, "9999"))

    return make


def old_store(home):
    open_store(home).close()
    with closing(sqlite3.connect(home / FILE_NAME)) as raw:
        raw.execute(
            "INSERT INTO job (id, kind, run_after, input, created_at, updated_at, provider)"
            " VALUES ('j', 'prepare', 0, '{}', 0, 0, 'scorm')"
        )
        raw.execute("INSERT INTO job_log (job_id, at, level, message) VALUES ('j', 0, 'info', 'x')")
        raw.commit()


def rows(path, query):
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(query).fetchall()


def test_an_old_store_is_migrated_and_keeps_its_rows(tmp_path, future):
    home = tmp_path / "home"
    old_store(home)
    future()
    open_store(home).close()
    assert rows(home / FILE_NAME, "SELECT id, origin, colour FROM job") == [("j", "scorm", "red")]
    assert rows(home / FILE_NAME, "SELECT message FROM job_log") == [("x",)]
    (sql,) = rows(home / FILE_NAME, "SELECT sql FROM sqlite_master WHERE name = 'job'")[0]
    assert "ck_job_lease_iff_running" in sql


def test_a_backup_of_the_old_schema_stands_beside_it(tmp_path, future):
    home = tmp_path / "home"
    old_store(home)
    future()
    open_store(home).close()
    (copy,) = (home / "backups").iterdir()
    assert copy.name.startswith(f"schema-{schema.SCHEMA_REVISION}-")
    assert rows(copy, "SELECT id, provider FROM job") == [("j", "scorm")]


def test_a_migration_that_fails_changes_nothing(tmp_path, future):
    home = tmp_path / "home"
    old_store(home)
    before = definitions(home / FILE_NAME)
    future(
        more='op.execute("INSERT INTO job_log (job_id, at, level, message) '
        "VALUES ('nobody', 0, 'info', 'orphan')\")"
    )
    with pytest.raises(SettingsError, match="1 orphans"):
        open_store(home)
    assert definitions(home / FILE_NAME) == before


def test_a_store_of_a_newer_program_is_left_alone(tmp_path):
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0099'")
        raw.commit()
    with pytest.raises(SettingsError, match="newer version of CoursePorter") as caught:
        open_store(tmp_path)
    assert "Update" in caught.value.hint


def test_a_backup_of_a_day_that_is_yet_to_come_keeps_none_back(tmp_path):
    open_store(tmp_path).close()
    copy = backup.daily(tmp_path / FILE_NAME)
    then = time.time() + 1000 * backup.DAY  # the clock was wrong for a while
    os.utime(copy, (then, then))
    assert backup.daily(tmp_path / FILE_NAME) is not None


def test_one_backup_a_day_and_five_are_kept(tmp_path, monkeypatch):
    open_store(tmp_path).close()
    assert backup.daily(tmp_path / FILE_NAME) is not None
    assert backup.daily(tmp_path / FILE_NAME) is None
    monkeypatch.setattr(backup, "DAY", -1)
    names = iter(f"2031010{n}-000000" for n in range(1, 9))
    monkeypatch.setattr(backup.time, "strftime", lambda _format: next(names))
    for _ in range(7):
        backup.daily(tmp_path / FILE_NAME)
    kept = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert kept == [f"daily-2031010{n}-000000.sqlite3" for n in range(3, 8)]


def test_states_of_imported_rows_become_numbers(tmp_path):
    path = tmp_path / FILE_NAME
    with open_sqlite.rebuilding(path, system_clock) as connection:
        versions.upgrade(connection, "0009")
        connection.exec_driver_sql(
            "INSERT INTO import_row (job_seq, row_number, line, raw, seed, title, status, found,"
            " created_at, updated_at) VALUES (1, 2, 3, '[]', '{}', 'Fargo', 'held', '{}', 4, 5),"
            " (1, 1, 2, '[]', '{}', 'Heat', 'pending', NULL, 4, 5)"
        )
    with open_sqlite.rebuilding(path, system_clock) as connection:
        versions.upgrade(connection)
    kept = rows(path, "SELECT row_number, title, status, found, updated_at FROM import_row")
    assert kept == [(1, "Heat", 0, None, 5), (2, "Fargo", 5, "{}", 5)]
