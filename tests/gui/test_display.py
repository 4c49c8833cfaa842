"""Whether a window can open is known before Qt is asked."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from courseporter.gui.display import refusal

pytestmark = pytest.mark.skipif(
    sys.platform in ("darwin", "win32"), reason="there, windows need no X server"
)


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="x"))  # short: a socket's name has 107 bytes at most
    yield made
    shutil.rmtree(made)


def test_a_display_that_listens_is_used(folder):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "X7"))
        server.listen()
        assert refusal({"DISPLAY": ":7.0"}, f"{folder}/X") is None


def test_a_display_of_another_machine_is_asked_over_the_network(folder, unused_display):
    name = f"127.0.0.1:{unused_display}"
    assert "does not answer" in (refusal({"DISPLAY": name}, f"{folder}/X") or "")


@pytest.fixture
def unused_display():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield max(0, taken.getsockname()[1] - 6000)  # bound, but nobody listens


def test_a_display_that_is_gone_is_named(folder):
    assert "“:7”" in (refusal({"DISPLAY": ":7"}, f"{folder}/X") or "")


def test_without_any_display_that_is_said():
    assert "no display" in (refusal({}) or "")


@pytest.mark.parametrize("name", ["WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_what_only_qt_can_tell_is_left_to_qt(name):
    assert refusal({name: "offscreen", "DISPLAY": ":7"}) is None


def test_the_app_without_a_display_says_so_and_names_the_commands(tmp_path):
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in gone}
    done = subprocess.run(
        [sys.executable, "-m", "courseporter", "--home", str(tmp_path)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "courseporter --help" in done.stderr
