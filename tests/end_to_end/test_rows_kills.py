"""SIGKILL at every commit of an import: the same command again ends with each record once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fakes import dying
from fakes.records import KEY, served_records

HEADER = "Date,Name,Year,Letterboxd URI\n"
FILMS = ["M", "Ran", "Ikiru", "Stalker"]
MOST_COMMITS = 60


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
    with served_records() as made:
        yield made


def run(shell, deadly, *words):
    return subprocess.run(
        [sys.executable, dying.__file__, str(deadly), *map(str, words)],
        env=shell.environment() | {"PYTHONPATH": str(Path(dying.__file__).parents[2] / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_killed_import_makes_each_record_once_wherever_it_dies(shell, service, tmp_path):
    profile = service.profile(tmp_path)
    added = shell.run("connections", "add", "http_api", "films", "--profile", profile)
    assert added.code == 0, added.said
    died = 0
    for deadly in range(1, MOST_COMMITS):
        service.records.clear()
        source = tmp_path / f"watched{deadly}.csv"  # another request each time
        rows = [f"2024-03-01,{film},1931,https://boxd.it/{film}\n" for film in FILMS]
        source.write_text(HEADER + "".join(rows) + f"2024-13-01,x,{deadly},\n")
        words = ("rows", "import", source, "--to", "films", "--json")
        first = run(shell, deadly, *words)
        if first.returncode != -9:
            assert first.returncode == 7
            break
        died += 1
        again = run(shell, 0, *words)
        assert again.returncode == 7, again.stderr
        found = json.loads(again.stdout)["rows"]
        assert (found["total"], found["success"], found["failed"]) == (5, 4, 1), deadly
        assert sorted(service.titles()) == sorted(FILMS), deadly
        made = sorted(str(record["id"]) for record in service.records)
        assert sorted(row["target"] for row in found["list"][:4]) == made, deadly
    assert died > 8


@pytest.mark.slow
def test_a_killed_retry_sends_each_row_once_wherever_it_dies(shell, service, tmp_path):
    profile = service.profile(tmp_path)
    added = shell.run("connections", "add", "http_api", "films", "--profile", profile)
    assert added.code == 0, added.said
    died = 0
    for deadly in range(1, MOST_COMMITS):
        service.records.clear()
        service.faults = {"M": [422], "Ran": [422]}
        source = tmp_path / f"watched{deadly}.csv"
        rows = [f"2024-03-01,{film},1931,https://boxd.it/{film}\n" for film in FILMS]
        source.write_text(HEADER + "".join(rows))
        first = run(shell, 0, "rows", "import", source, "--to", "films", "--json")
        job = json.loads(first.stdout)["rows"]["job"]
        retried = run(shell, deadly, "rows", "retry", job, "--json")
        died += retried.returncode == -9
        again = run(shell, 0, "rows", "retry", job, "--json")
        assert again.returncode == 0, again.stdout
        found = json.loads(again.stdout)["rows"]
        assert (found["total"], found["success"]) == (4, 4), deadly
        assert sorted(service.titles()) == sorted(FILMS), deadly
        if retried.returncode != -9:
            break
    assert died > 4
