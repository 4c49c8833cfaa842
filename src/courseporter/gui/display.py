"""Checks whether a window can open, before Qt is asked: without a display Qt ends the process.

X(7), "Display names": `host:number.screen`; without a host, a socket below /tmp/.X11-unix.  X11
protocol, section 8 "Connection setup"; Xau(3) for the file with the keys.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from courseporter.errors import gettext

SOCKETS: Final = "/tmp/.X11-unix/X"  # noqa: S108 - where X servers listen
FIRST_PORT: Final = 6000
PATIENCE: Final = 2.0  # seconds
COOKIE: Final = b"MIT-MAGIC-COOKIE-1"  # the one way to show a key that everybody uses
MAX_KEYS: Final = 1 << 20
_NAME: Final = re.compile(r"(?:unix|([^/:]+))?:(\d{1,5})(?:\.\d+)?")


def refusal(environment: Mapping[str, str], sockets: str = SOCKETS) -> str | None:
    """Return why no window can open; None if one can, or if only Qt can tell."""
    if sys.platform in ("darwin", "win32") or environment.get("QT_QPA_PLATFORM"):
        return None
    if environment.get("WAYLAND_DISPLAY"):
        return None
    name = environment.get("DISPLAY")
    if not name:
        return gettext("There is no display, so no window can open.")
    place = _NAME.fullmatch(name)
    if place is None:
        return None
    with suppress(OSError, OverflowError):
        with _connected(place[1], int(place[2]), sockets) as server:
            let_in = _lets_in(server, b"")
        for key in () if let_in else _keys(environment, place[2]):
            with _connected(place[1], int(place[2]), sockets) as server:
                let_in = let_in or _lets_in(server, key)
        if let_in:
            return None
        return gettext(
            "The display “{name}” refuses the connection (XAUTHORITY), so no window can open.",
            name=name,
        )
    return gettext("The display “{name}” doesn't answer, so no window can open.", name=name)


def _connected(host: str | None, number: int, sockets: str) -> socket.socket:
    """Raises OSError when nobody listens."""
    if host:
        return socket.create_connection((host, FIRST_PORT + number), PATIENCE)
    for address in (f"{sockets}{number}", f"\0{sockets}{number}"):
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(PATIENCE)
        with suppress(OSError):
            local.connect(address)
            return local
        local.close()
    raise ConnectionRefusedError(address)


def _lets_in(server: socket.socket, key: bytes) -> bool:
    """Whether the server begins to talk when it is shown this key (empty: none).

    Raises OSError when it says nothing.
    """
    name = COOKIE if key else b""
    head = struct.pack("<cxHHHHxx", b"l", 11, 0, len(name), len(key))
    server.sendall(head + b"".join(part + bytes(-len(part) % 4) for part in (name, key)))
    return server.recv(1) == b"\1"


def _keys(environment: Mapping[str, str], number: str) -> Iterator[bytes]:
    """The keys for a display of this number, whatever the machine is called in the file."""
    path = Path(environment.get("XAUTHORITY") or Path.home() / ".Xauthority")
    with suppress(OSError, struct.error), path.open("rb") as file:
        content, at = file.read(MAX_KEYS), 0
        while at < len(content):
            at += 2  # the family of the address
            fields: list[bytes] = []
            for _ in range(4):  # address, number, name, key
                (size,) = struct.unpack_from(">H", content, at)
                fields.append(content[at + 2 : at + 2 + size])
                at += 2 + size
            if fields[1] in (b"", number.encode()) and fields[2] == COOKIE:
                yield fields[3]


if __name__ == "__main__":
    why = refusal(os.environ)
    sys.stdout.write(why or "")
    sys.exit(why is not None)
