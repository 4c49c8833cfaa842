"""SIGKILL at every call that matters: the same command again ends with one course and one upload.

The fake kills the command at a call, before it does what was asked or before it answers.
"""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from fakes.olx_course import members, pack
from fakes.studio import Studio

KEY = "course-v1:PorterU+C1+self_paced"
RUN, IMPORT = "/course_runs/", "/api/courses/v0/import/"
POINTS = [
    ("call", "POST", "access_token"),
    ("call", "GET", RUN),
    ("call", "POST", RUN),
    ("call_after", "POST", RUN),
    ("call", "POST", IMPORT),
    ("call_after", "POST", IMPORT),
    ("call", "GET", IMPORT),
    ("call_after", "GET", IMPORT),
    ("call", "GET", "course_index"),
    ("call", "GET", "olx-export"),
]


@pytest.fixture
def fake():
    with Studio() as studio:
        yield studio


@pytest.fixture
def campus(shell, fake, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_CAMPUS", "staff-secret")
    added = shell.run(
        "connections", "add", "openedx", "campus", "--lms-url", fake.lms, "--studio-url",
        fake.studio, "--client-id", "staff-client", "--default-org", "PorterU",
        "--poll-interval", "100",
    )  # fmt: skip
    assert added.code == 0, added.said
    return "campus"


@pytest.mark.slow
@pytest.mark.parametrize(("when", "method", "where"), POINTS)
def test_a_killed_publish_goes_on_without_a_second_effect(
    shell, fake, campus, tmp_path, when, method, where
):
    package = pack(tmp_path / "course.tar.gz", members())
    running = []

    def kill():
        os.kill(running[0].pid, 9)
        running[0].wait()

    fake.add_fault(when, method=method, path=where, do=kill)
    running.append(shell.start("publish", package, "--to", campus))
    assert running[0].wait(timeout=120) == -9

    again = shell.run("publish", package, "--to", campus, "--json")
    assert again.code == 0, again.said
    result = again.document["publish"]
    assert (result["success"], result["created"]) == (True, True)
    assert result["read_back"]["equal"]
    assert list(fake.site.runs) == [KEY]
    assert len(fake.site.tasks) == 1
    assert result["task_id"] in (fake.site.tasks[0].id, None)
    assert fake.site.overlaps == []
    assert len(shell.run("jobs", "list", "--json").document["jobs"]) == 1


@pytest.mark.slow
def test_the_secret_is_on_no_command_line_and_in_no_output(shell, fake, campus, tmp_path):
    package = pack(tmp_path / "course.tar.gz", members())
    seen = []

    def look():
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                seen.append(file.read_bytes())

    fake.add_fault("call", method="POST", path=IMPORT, do=look)
    done = shell.run("publish", package, "--to", campus, "--json")
    assert done.code == 0
    assert seen
    assert not [line for line in seen if b"staff-secret" in line]
    assert "staff-secret" not in done.out + done.said


@pytest.mark.slow
def test_the_exit_codes_are_those_of_the_contract(shell, fake, campus, tmp_path):
    package = pack(tmp_path / "course.tar.gz", members())
    fake.site.create("PorterU", "C1", "self_paced", title="Theirs")
    refused = shell.run("publish", package, "--to", campus, "--json")
    assert (refused.code, refused.document["error"]["code"]) == (6, "conflict")
    unasked = shell.run("publish", package, "--to", campus, "--overwrite", "--json")
    assert (unasked.code, unasked.document["error"]["code"]) == (6, "conflict")
    done = shell.run("publish", package, "--to", campus, "--overwrite", "--yes", "--json")
    assert done.code == 0, done.said
    lossy = pack(tmp_path / "lossy.tar.gz", {**members(), "html/h1.html": b"\xff\xfe"})
    lost = shell.run("publish", lossy, "--to", campus, "--overwrite", "--yes", "--json")
    assert (lost.code, lost.document["publish"]["success"]) == (7, False)
    assert shell.run("publish", tmp_path / "nothing.tar.gz", "--to", campus).code == 3
    assert shell.run("publish", package, "--to", "nowhere").code == 2
