"""Folders and files that only their owner may read, and those that a team shares.

A data folder has lessons, logs and backups in it: 700 for folders, 600 for files.  What is in a
team's folder follows that folder instead, so that several users of one system can work.  On
Windows the folder of the user is private already, and all of this does nothing.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
POSIX = os.name == "posix"


def make_private(folder: Path) -> None:
    """Create the folder, and those above it, for their owner alone; what exists stays as it is.

    Raises OSError.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_private(folder.parent)
        folder.mkdir(FOLDER, exist_ok=True)


def create_private(path: Path) -> None:
    """Create an empty file for its owner alone; what exists stays as it is.  Raises OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), FILE))


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner alone.  Raises OSError."""
    create_private(path)
    path.write_bytes(data)


def tighten(path: Path, mode: int) -> None:
    """Take rights of others away from a file or folder of ours.  Links aren't followed."""
    if not POSIX:
        return
    with suppress(OSError):
        found = path.lstat()
        shared = stat.S_ISLNK(found.st_mode) or found.st_mode & stat.S_ISVTX
        if found.st_uid == os.geteuid() and not shared and found.st_mode & 0o777 & ~mode:
            path.chmod(stat.S_IMODE(found.st_mode) & mode)


def tighten_all(folder: Path) -> None:
    """Tighten what lies directly in the folder."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            is_folder = entry.is_dir(follow_symlinks=False)
            tighten(Path(entry.path), FOLDER if is_folder else FILE)


def like(folder: Path) -> tuple[int, int]:
    """Return the modes (of folders, of files) that things in this folder should have.

    They are private, unless the group may write into the folder: then it may do with files what it
    may do with the folder.
    """
    mode = stat.S_IMODE(folder.stat().st_mode) if POSIX else FOLDER
    if not mode & stat.S_IWGRP:
        return FOLDER, FILE
    return mode | FOLDER, (mode | FILE) & 0o666


def share(path: Path, folder: Path, mode: int) -> None:
    """Give a file or folder the mode and, where we may, the group of `folder`."""
    if not POSIX:
        return
    with suppress(OSError):
        group = folder.stat().st_gid
        if path.stat().st_gid != group:
            os.chown(path, -1, group)
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
