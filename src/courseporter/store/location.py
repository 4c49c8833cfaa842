"""Whether a folder is a good home for a database; asked by the self-test."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "9p", "fuse.sshfs", "davfs", "glusterfs"}
)
SYNCHRONISED = ("onedrive", "dropbox", "mobile documents", "google drive", "icloud", "nextcloud")
MOUNTS = Path("/proc/self/mounts")


def doubts(home: Path) -> list[str]:
    """What speaks against this folder, one sentence each; mostly nothing."""
    found: list[str] = []
    if _on_network(home.absolute()):
        found.append(
            f"The data folder {home} is on a network drive, whose locks a database cannot trust."
            " Choose a folder on a disk of this computer with COURSEPORTER_HOME."
        )
    service = next((name for name in SYNCHRONISED if _inside(home, name)), None)
    if service is not None:
        found.append(
            f"The data folder {home} is synchronised by a service ({service}), which may swap the"
            " database while it is open. Choose another folder with COURSEPORTER_HOME."
        )
    return found


def _inside(home: Path, name: str) -> bool:
    return any(part.lower().startswith(name) for part in home.absolute().parts)


def _on_network(home: Path) -> bool:
    if sys.platform == "win32":
        return str(home).startswith("\\\\")
    try:
        lines = MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return _kind_of_disk(home, lines) in NETWORK


def _kind_of_disk(home: Path, lines: Iterable[str]) -> str:
    """The type of the file system that holds the path: that of the longest mount point above."""
    longest, kind = -1, ""
    for line in lines:
        _device, point, its_kind, *_ = line.split(" ")
        folder = Path(point.replace("\\040", " "))
        if home.is_relative_to(folder) and len(folder.parts) > longest:
            longest, kind = len(folder.parts), its_kind
    return kind
