"""Locks that die with their holder: the kernel drops them however a process ends."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from courseporter.disk.private import FILE, FOLDER, like, make_private, share, tighten, tighten_all
from courseporter.errors import TransientError, _, refused_home

PATIENCE = 60.0  # seconds; a migration of a large store takes some

if os.name == "nt":  # pragma: no cover - the same promises by other calls
    import msvcrt

    def _lock(handle: int, *, wait: bool) -> bool:
        mode = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK
        while True:
            try:
                msvcrt.locking(handle, mode, 1)
            except OSError:
                if not wait:
                    return False
            else:
                return True

else:
    import fcntl

    def _lock(handle: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


class Presence:
    """A lock file held from construction to `leave`, or to the death of the process.

    The file's name is used once only, so a file that nobody holds belongs to the dead.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        handle = _open(path)
        _lock(handle, wait=True)
        while not _is_at(handle, path):  # removed as if dead, just before we had the lock
            os.close(handle)
            handle = _open(path)
            _lock(handle, wait=True)
        self.leave = weakref.finalize(self, _leave, handle, path)


def make_usable(home: Path) -> None:
    """Create the data folder, or tighten its rights.  Raises SettingsError if it can't be used."""
    try:
        known = (home / "locks").is_dir() or (home / "logs").is_dir()
        make_private(home)
    except OSError as error:
        raise refused_home(error, home) from error
    os.close(_open(home / "locks" / "opening"))
    if known:  # ours, and not a folder that somebody named by mistake
        tighten(home, FOLDER)
    for folder in (home, home / "backups", home / "logs"):
        tighten_all(folder)


def _open(path: Path, shared: Path | None = None) -> int:
    """Open a lock file, created if need be; in a folder that a team shares it's the team's."""
    try:
        make_private(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
    except OSError as error:
        raise refused_home(error, path.parent) from error
    if shared is not None:
        share(path, shared, like(shared)[1])
    return handle


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _leave(handle: int, path: Path) -> None:
    with suppress(OSError):  # Windows removes no open file: closing first, the name after
        if os.name != "nt":
            path.unlink()
    os.close(handle)
    with suppress(OSError):
        path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock file.  A missing file is held by nobody."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _lock(handle, wait=False)
    finally:
        os.close(handle)


@contextmanager
def exclusive(
    path: Path, patience: float = PATIENCE, *, shared: Path | None = None
) -> Generator[None]:
    """Do something that only one process may do at a time; the others wait.  The file stays.

    `shared`: a folder whose rights the file takes on.

    Raises TransientError `store_busy` after `patience` seconds: whoever holds the lock is stopped.
    """
    handle = _open(path, shared)
    try:
        limit = time.monotonic() + patience
        while not _lock(handle, wait=False):
            if time.monotonic() > limit:
                raise TransientError(
                    _("Another copy of CoursePorter is busy and isn't responding."),
                    hint=_("Wait for it to finish, or quit it, then try again."),
                    where=str(path),
                    code="store_busy",
                )
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)
