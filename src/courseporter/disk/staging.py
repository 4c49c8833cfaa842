"""A file that appears only when it is whole: written beside its place under a hidden name, synced,
then renamed.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from courseporter.errors import ConflictError, Phrase, _, refused_output

_LONGEST = 200
_NEW = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def staged(out: Path) -> Generator[BinaryIO]:
    """A file open for writing and reading that becomes `out` when the block ends well, and vanishes
    otherwise.

    Its name depends on `out` alone, so what a killed run left behind is removed by the next; a link
    that somebody put there is removed, not followed.  Raises AuthError, TransientError `disk_full`
    or SettingsError for what the system refuses.
    """
    name = out.name if len(out.name) <= _LONGEST else sha256(out.name.encode()).hexdigest()
    beside = out.with_name(f".{name.lstrip('.')}.part")
    try:
        beside, handle = _created(beside)
        with os.fdopen(handle, "w+b", buffering=1 << 20) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(out)
        sync_folder(out.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise refused_output(error, out) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _created(beside: Path) -> tuple[Path, int]:
    """Create the file, or one of another name when this name can't be had.  Raises OSError."""
    with suppress(OSError):  # not there, or not ours
        beside.unlink()
    try:
        return beside, os.open(beside, _NEW, 0o666)
    except FileExistsError:
        other = beside.with_name(f"{beside.stem[:150]}.{token_hex(8)}.part")
        return other, os.open(other, _NEW, 0o666)


def sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_existing(out: Path, hint: Phrase | None = None) -> None:
    """Raise ConflictError when the file already exists."""
    if out.exists():
        raise ConflictError(
            _("“{name}” already exists.", name=out.name),
            hint or _("Choose another name, or replace it (--force on the command line)."),
            str(out),
        )
