"""`courseporter connections` against a real socket, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fakes import keyrings
from fakes.web import Reply, served, unused_port

SECRET = "sk-nobody-may-ever-see-this-0815"


@pytest.fixture
def command(tmp_path):
    def run(*arguments, stdin="", **variables):
        environment = {**os.environ, "COURSEPORTER_HOME": str(tmp_path / "home"), **variables}
        return subprocess.run(
            [sys.executable, "-m", "courseporter", "connections", *arguments],
            input=stdin, capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip

    return run


def test_add_list_show_test_forget(command, tmp_path):
    known = {"COURSEPORTER_SECRET_SCHOOL": SECRET}
    with served(Reply(body=b'{"meta": {"total": 3}}')) as web:
        known["COURSEPORTER_TEACHABLE_URL"] = web.url
        added = command("add", "teachable", "School", "--json", **known)
        assert added.returncode == 0, added.stderr
        listed = json.loads(command("list", "--json", **known).stdout)
        shown = json.loads(command("show", "School", "--json", **known).stdout)
        tested = command("test", "School", "--json", **known)
        people = command("test", "School", **known)
    assert [one["name"] for one in listed["connections"]] == ["School"]
    assert shown["connection"]["secrets_kept"] == "environment"
    outcome = json.loads(tested.stdout)["test"]
    assert set(outcome) == {
        "success", "latency_ms", "message", "lms_version", "api_version", "checks", "can",
    }  # fmt: skip
    assert (tested.returncode, outcome["success"]) == (0, True)
    assert set(outcome["checks"][0]) == {"name", "state", "ms", "message", "hint"}
    assert "3 courses found" in people.stderr
    assert command("forget", "School").returncode == 0
    assert json.loads(command("list", "--json").stdout)["connections"] == []
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in written


def test_exit_codes_tell_refused_from_not_reachable(command):
    known = {"COURSEPORTER_SECRET_SCHOOL": SECRET}
    command("add", "teachable", "School", **known)
    with served(Reply(401)) as web:
        refused = command("test", "School", COURSEPORTER_TEACHABLE_URL=web.url, **known)
    nobody = f"http://127.0.0.1:{unused_port()}"
    away = command("test", "School", COURSEPORTER_TEACHABLE_URL=nobody, **known)
    assert (refused.returncode, away.returncode) == (4, 5)
    assert "didn't accept the credentials" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (("add", "moodle", "X"), "", 2, "no kind"),
        (("add", "openedx", "X", "--secret-stdin"), SECRET, 2, "LMS address is missing"),
        (("add", "teachable", "X"), "", 2, "COURSEPORTER_SECRET_X"),
        (("add", "teachable", "X", "--secret-stdin"), SECRET, 2, "keychain"),
        (("add", "teachable", "X", "--secret-stdin"), "a\nb\n", 2, "which secret on stdin"),
        (("show", "nobody"), "", 2, "no connection"),
        (("forget", "nobody"), "", 2, "no connection"),
    ],
)
def test_wrong_use_is_explained(command, arguments, stdin, code, words):
    result = command(*arguments, stdin=stdin)
    assert result.returncode == code, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert SECRET not in result.stdout + result.stderr


SESSION = """
import json, subprocess, sys
def run(*arguments, stdin=""):
    command = [sys.executable, "-m", "courseporter", "connections", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True)
site = ["--lms-url", "https://lms.example.com", "--studio-url", "https://studio.example.com",
        "--client-id", "porter", "--default-org", "MyOrg"]
added = run("add", "openedx", "Site", *site, "--secret-stdin", stdin="SECRET\\n")
assert added.returncode == 0, added.stderr
named = run("add", "thinkific", "T", "--subdomain", "t", "--secret-stdin",
            stdin="api_key=SECRET-1\\naccess_token=SECRET-2\\n")
assert named.returncode == 0, named.stderr
print(run("show", "Site", "--json").stdout)
import keyring
print(json.dumps(sorted(filter(None, (
    keyring.get_password("CoursePorter", f"{row['id']}/{field}")
    for row in json.loads(run("list", "--json").stdout)["connections"]
    for field in ("client_secret", "api_key", "access_token")
)))))
assert run("forget", "Site").returncode == 0
assert run("forget", "T").returncode == 0
"""


@pytest.mark.skipif(keyrings.missing() is not None, reason=str(keyrings.missing()))
def test_secrets_from_stdin_go_to_a_real_keychain(tmp_path):
    variables = {"COURSEPORTER_HOME": str(tmp_path / "home")}
    script = SESSION.replace("SECRET", SECRET)
    result = keyrings.run_with_keyring(tmp_path / "session", script, variables=variables)
    assert result.returncode == 0, result.stderr
    shown, kept = (json.loads(line) for line in result.stdout.splitlines() if line.strip())
    assert shown["connection"]["secrets_kept"] == "keychain"
    assert kept == [SECRET, f"{SECRET}-1", f"{SECRET}-2"]
    home = tmp_path / "home"
    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert SECRET.encode() not in written


ON_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from courseporter.cli.program import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_a_terminal_asks_for_the_secret_without_echo(tmp_path):
    import pty

    main, other = pty.openpty()
    environment = {**os.environ, "COURSEPORTER_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, "connections", "add", "teachable", "School"],
        stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(other)
    seen = read_until(main, b"API key:")
    os.write(main, f"{SECRET}\n".encode())
    seen += read_until(main, b"what now")
    process.wait(60)
    os.close(main)
    assert process.returncode == 2  # there is no keychain here: nothing is stored
    assert b"no secure keychain" in seen
    assert SECRET.encode() not in seen


def read_until(terminal, words):
    seen = b""
    while words not in seen:
        try:
            block = os.read(terminal, 1024)
        except OSError:  # the other end is closed
            return seen
        if not block:
            return seen
        seen += block
    return seen


def test_what_the_environment_knows_is_not_asked_for(command):
    result = command("add", "teachable", "My School", COURSEPORTER_SECRET_MY_SCHOOL=SECRET)
    assert result.returncode == 0, result.stderr
