"""What the operating system refuses, as errors that the user can do something about."""

from __future__ import annotations

import errno
from pathlib import Path

from courseporter.errors.tree import (
    AuthError,
    InputError,
    PorterError,
    SettingsError,
    TransientError,
)

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
NOT_THERE = (errno.ENOENT, errno.ENOTDIR)
UNREADABLE = (errno.EIO, errno.ENXIO, errno.ESTALE, errno.ENAMETOOLONG, errno.ELOOP)


def refused_by_system(error: OSError) -> PorterError | None:
    """The refusal behind an OSError that nobody foresaw; None for what is a bug of ours."""
    name = str(error.filename) if error.filename else None
    what = f"“{Path(name).name[:80] or name}”" if name else "A file"
    if error.errno in FULL:
        return _full("The disk is full.", name)
    if error.errno in FORBIDDEN:
        return AuthError(
            f"{what} may not be read or written: the system forbids it.",
            "Check the rights on it, or choose another place.",
            name,
            code="permission_denied",
        )
    if error.errno in UNREADABLE:
        why = error.strerror or str(error)
        return InputError(
            f"{what} cannot be read or written: {why}.", "Check the disk and the path.", name
        )
    return None


def refused_output(error: OSError, path: Path) -> PorterError:
    """Why nothing could be written at `path`."""
    folder = str(path.parent)
    if error.errno in FULL:
        return _full(f"There is no room left in {folder}.", folder)
    if error.errno in FORBIDDEN or (error.errno in NOT_THERE and path.parent.is_dir()):  # /proc
        return AuthError(
            f"The folder {folder} cannot be written.",
            "Choose another folder.",
            folder,
            code="permission_denied",
        )
    if error.errno in NOT_THERE:
        return SettingsError(f"The folder {folder} does not exist.", "Choose another.", folder)
    return SettingsError(
        f"“{path.name[:80]}” cannot be written to {folder}: {error.strerror or error}.",
        "Choose another name or folder.",
        folder,
    )


def refused_home(error: OSError, folder: Path) -> PorterError:
    """Why the data folder, or this folder in it, cannot be used."""
    if error.errno in FULL:
        return _full("The disk of the data folder is full.", str(folder))
    return SettingsError(
        f"CoursePorter cannot write to its data folder ({error.strerror or error}).",
        "Check the rights on this folder, or name another one with COURSEPORTER_HOME.",
        str(folder),
        code="store_unreadable",
    )


def _full(message: str, where: str | None) -> PorterError:
    hint = "Make room; the same command goes on where it was."
    return TransientError(message, hint, where, code="disk_full")
