"""What the operating system refuses, and what is too much for this computer, as typed errors."""

from __future__ import annotations

import errno
from pathlib import Path

from courseporter.errors.message import Message, Phrase, _
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


def refused_by_system(error: BaseException) -> PorterError | None:
    """Return the refusal behind an error that nobody foresaw; None for a bug.

    Running out of memory or of stack is the input's doing: our own structures are small.
    """
    if isinstance(error, MemoryError):
        return InputError(
            _("This file needs more memory than your computer has available."),
            _("Split it into smaller files, or close other programs and try again."),
            code="too_large",
        )
    if isinstance(error, RecursionError):
        return InputError(
            _("This file is nested too deeply to be read."),
            _("Simplify its structure, or export it again."),
            code="too_deep",
        )
    return _refused_file(error) if isinstance(error, OSError) else None


def _refused_file(error: OSError) -> PorterError | None:
    path = str(error.filename) if error.filename else None
    name: Phrase = _("“{name}”", name=Path(path).name[:80] or path) if path else _("A file")
    if error.errno in FULL:
        return _full(_("The disk is full."), path)
    if error.errno in FORBIDDEN:
        return AuthError(
            _("{name} can't be read or written: permission denied.", name=name),
            _("Check the file's permissions, or choose another folder."),
            path,
            code="permission_denied",
        )
    if error.errno in UNREADABLE:
        why = error.strerror or str(error)
        return InputError(
            _("{name} can't be read or written: {why}.", name=name, why=why),
            _("Check the disk and the path."),
            path,
        )
    return None


def refused_output(error: OSError, path: Path) -> PorterError:
    """Return why nothing could be written at `path`."""
    folder = str(path.parent)
    if error.errno in FULL:
        return _full(_("The disk with {folder} is full.", folder=folder), folder)
    if error.errno in FORBIDDEN or (error.errno in NOT_THERE and path.parent.is_dir()):  # /proc
        return AuthError(
            _("You can't save to {folder}: permission denied.", folder=folder),
            _("Choose another folder."),
            folder,
            code="permission_denied",
        )
    if error.errno in NOT_THERE:
        return SettingsError(
            _("The folder {folder} doesn't exist.", folder=folder),
            _("Create the folder first, or choose another one."),
            folder,
        )
    return SettingsError(
        _(
            "“{name}” can't be saved in {folder}: {why}.",
            name=path.name[:80],
            folder=folder,
            why=error.strerror or str(error),
        ),
        _("Choose another name or folder."),
        folder,
    )


def refused_home(error: OSError, folder: Path) -> PorterError:
    """Return why the data folder, or this folder in it, can't be used."""
    if error.errno in FULL:
        return _full(_("The disk with the data folder is full."), str(folder))
    return SettingsError(
        _("CoursePorter can't write to its data folder: {why}.", why=error.strerror or str(error)),
        _("Check the folder's permissions, or choose another one with COURSEPORTER_HOME."),
        str(folder),
        code="store_unreadable",
    )


def _full(message: Message, where: str | None) -> PorterError:
    hint = _("Free up space, then run the command again to continue.")
    return TransientError(message, hint, where, code="disk_full")
