"""Programs for worker processes; a child process finds them by name."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path


def wait_for_stop(home: str, pipe: Connection) -> None:
    """A worker that does as it is told."""
    (Path(home) / f"started-{os.getpid()}").touch()
    try:
        pipe.recv()
    except EOFError:
        return
    (Path(home) / f"stopped-{os.getpid()}").touch()


def never_listen(home: str, pipe: Connection) -> None:
    """A worker that is stuck."""
    (Path(home) / f"started-{os.getpid()}").touch()
    time.sleep(600)


def die_once(home: str, pipe: Connection) -> None:
    """A worker whose first life ends at once."""
    first = Path(home) / "died"
    if not first.exists():
        first.touch()
        os._exit(3)
    wait_for_stop(home, pipe)
