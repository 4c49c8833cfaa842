"""A team's store from the command line, and jobs that an orchestrator dispatches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from courseporter import api
from courseporter.store.schema import job as jobs
from fakes.material import simple_template

FLEET = Path(__file__).resolve().parent.parent / "fakes" / "dask_fleet.py"


@pytest.fixture
def team(shell, database, monkeypatch, tmp_path):
    """The shell of a machine that shares a store."""
    monkeypatch.setenv("COURSEPORTER_DATABASE_URL", database)
    monkeypatch.setenv("COURSEPORTER_ASSETS", str(tmp_path.parent / "assets-of-the-team"))
    monkeypatch.setenv("COURSEPORTER_HOME", str(shell.home))
    actor = api.start()
    with actor.store.write() as connection:
        connection.execute(delete(jobs))
    yield actor
    api.stop(actor)


def states(actor):
    with actor.store.read() as connection:
        return Counter(connection.scalars(select(jobs.c.status)))


def test_the_package_is_the_same_from_either_store(shell, team, tmp_path, monkeypatch):
    source = simple_template(tmp_path / "course.zip", lessons=30)
    done = shell.run("convert", source, "-o", tmp_path / "team.tar.gz")
    assert done.code == 0, done.said
    monkeypatch.delenv("COURSEPORTER_DATABASE_URL")
    alone = type(shell)(tmp_path / "alone")
    assert alone.run("convert", source, "-o", tmp_path / "alone.tar.gz").code == 0
    assert (tmp_path / "team.tar.gz").read_bytes() == (tmp_path / "alone.tar.gz").read_bytes()
    assert states(team) == {"completed": 2}


def test_a_dispatched_job_tells_by_its_exit_code_how_it_went(shell, team, tmp_path):
    good = api.prepare(team, simple_template(tmp_path / "course.zip"))
    bad = api.prepare(team, simple_template(tmp_path / "gone.zip"))
    (tmp_path / "gone.zip").write_bytes(b"no archive any more")
    other = type(shell)(tmp_path / "other-machine")
    assert other.run("worker", "--once", "--job", good).code == 0
    assert other.run("worker", "--once", "--job", good).code == 0  # once more does no harm
    assert shell.run("worker", "--once", "--job", bad).code == 3
    assert states(team) == {"completed": 1, "failed": 1}


def test_a_worker_that_starts_before_its_database_waits_for_it(
    shell, team, postgres, database, monkeypatch, tmp_path
):
    api.prepare(team, simple_template(tmp_path / "course.zip"))
    late = tmp_path / "late"
    monkeypatch.setenv(
        "COURSEPORTER_DATABASE_URL", database.replace(str(postgres.folder), str(late))
    )
    with subprocess.Popen(
        shell.command("worker", "--max-jobs", "1"),
        env=shell.environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert "Waiting for it." in worker.stderr.readline()
        late.symlink_to(postgres.folder)
        _, said = worker.communicate(timeout=300)
    assert worker.returncode == 0, said
    assert "1 job done." in said
    assert states(team) == {"completed": 1}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed")
def test_dask_dispatches_jobs_and_may_do_so_twice(team, tmp_path):
    ids = [
        api.prepare(team, simple_template(tmp_path / f"{n}.zip", lessons=n + 1)) for n in range(4)
    ]
    done = subprocess.run(
        [sys.executable, FLEET, *ids, *ids[:2]],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    came = json.loads(done.stdout.splitlines()[-1])
    assert Counter(came)["completed"] >= 4
    assert states(team) == {"completed": 4}
    with team.store.read() as connection:
        assert set(connection.scalars(select(jobs.c.fence))) == {1}
