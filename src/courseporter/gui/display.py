"""Whether a window can open here, asked before Qt is: without a display it ends the process.

X(7), "Display names": `host:number.screen`; without a host, a socket below /tmp/.X11-unix.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

SOCKETS: Final = "/tmp/.X11-unix/X"  # noqa: S108 - where X servers listen
FIRST_PORT: Final = 6000
PATIENCE: Final = 2.0  # seconds
_NAME: Final = re.compile(r"(?:unix|([^/:]+))?:(\d{1,5})(?:\.\d+)?")


def refusal(environment: Mapping[str, str], sockets: str = SOCKETS) -> str | None:
    """Why no window can open; None when one can, or when only Qt can tell."""
    if sys.platform in ("darwin", "win32") or environment.get("QT_QPA_PLATFORM"):
        return None
    if environment.get("WAYLAND_DISPLAY"):
        return None
    name = environment.get("DISPLAY")
    if not name:
        return "There is no display here, so no window opens."
    place = _NAME.fullmatch(name)
    if place is None or _answers(place[1], int(place[2]), sockets):
        return None
    return f"The display “{name}” does not answer, so no window opens."


def _answers(host: str | None, number: int, sockets: str) -> bool:
    with suppress(OSError, OverflowError):
        if host:
            socket.create_connection((host, FIRST_PORT + number), PATIENCE).close()
            return True
        for address in (f"{sockets}{number}", f"\0{sockets}{number}"):
            with suppress(OSError), socket.socket(socket.AF_UNIX) as local:
                local.settimeout(PATIENCE)
                local.connect(address)
                return True
    return False


if __name__ == "__main__":
    why = refusal(os.environ)
    sys.stdout.write(why or "")
    sys.exit(why is not None)
