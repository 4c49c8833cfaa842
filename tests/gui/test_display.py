"""Whether a window can open is known before Qt is asked."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from courseporter.gui import display as displays
from courseporter.gui.display import refusal

pytestmark = pytest.mark.skipif(
    sys.platform in ("darwin", "win32"), reason="there, windows need no X server"
)


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="x"))  # short: a socket's name has 107 bytes at most
    yield made
    shutil.rmtree(made)


KEY = bytes(range(16))


@pytest.fixture
def display(folder, monkeypatch):
    """Starts an X server `X7` that lets in whoever shows one of these keys, and says nothing else.

    X11 protocol, section 8: 12 bytes, the name of the protocol and the key; an answer of one byte.
    """
    monkeypatch.setattr(displays, "PATIENCE", 60.0)  # a busy machine lets it answer late
    servers = []

    def answer(server, keys):
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                with client:
                    said = client.recv(100)
                    name, key = struct.unpack_from("<HH", said, 6)
                    start = 12 + name + -name % 4
                    client.sendall(b"\1" if said[start : start + key] in keys else b"\0")

    def start(*keys):
        server = socket.socket(socket.AF_UNIX)
        servers.append(server)
        server.bind(str(folder / "X7"))
        server.listen()
        threading.Thread(target=answer, args=(server, keys), daemon=True).start()
        return f"{folder}/X"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def keys_for(*entries):
    """An .Xauthority: family, then address, number, name and key with their lengths (Xau(3))."""
    return b"".join(
        b"\1\0" + b"".join(struct.pack(">H", len(field)) + field for field in entry)
        for entry in entries
    )


def test_a_display_that_lets_everybody_in_is_used(display):
    assert refusal({"DISPLAY": ":7.0"}, display(b"")) is None


def test_a_display_takes_the_key_that_is_for_it(display, folder):
    file = folder / "keys"
    cookie = b"MIT-MAGIC-COOKIE-1"
    other, right = (b"host", b"6", cookie, b"x" * 16), (b"host", b"7", cookie, KEY)
    file.write_bytes(keys_for(other, right))
    sockets = display(KEY)
    assert refusal({"DISPLAY": ":7", "XAUTHORITY": str(file)}, sockets) is None
    file.write_bytes(keys_for(other))
    said = refusal({"DISPLAY": ":7", "XAUTHORITY": str(file)}, sockets)
    assert "refuses the connection" in (said or "")


@pytest.mark.parametrize("content", [b"", b"\1\0\0\xffcut", None])
def test_a_display_without_a_usable_key_is_told_of(display, folder, content):
    file = folder / "keys"
    if content is not None:
        file.write_bytes(content)
    said = refusal({"DISPLAY": ":7", "XAUTHORITY": str(file)}, display(KEY))
    assert "refuses the connection" in (said or "")


def test_a_display_of_another_machine_is_asked_over_the_network(folder, unused_display):
    name = f"127.0.0.1:{unused_display}"
    assert "doesn't answer" in (refusal({"DISPLAY": name}, f"{folder}/X") or "")


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
