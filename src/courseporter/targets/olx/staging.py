"""A file that appears only when it is whole: written beside its place under a hidden name, synced,
then renamed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from courseporter.errors import AuthError, PorterError, SettingsError, TransientError

_LONGEST = 200


@contextmanager
def staged(out: Path) -> Generator[BinaryIO]:
    """A file open for writing and reading that becomes `out` when the block ends well, and vanishes
    otherwise.

    Its name depends on `out` alone, so what a killed run left behind is overwritten by the next.
    Raises AuthError, TransientError `disk_full` or SettingsError for what the system refuses.
    """
    name = out.name if len(out.name) <= _LONGEST else sha256(out.name.encode()).hexdigest()
    beside = out.with_name(f".{name.lstrip('.')}.part")
    try:
        with beside.open("w+b", buffering=1 << 20) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(out)
        _sync(out.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise system_error(error, out) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def system_error(error: OSError, path: Path) -> PorterError:
    """What the operating system refused, in plain words."""
    folder = str(path.parent)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TransientError(
            f"There is no room left in {folder}.",
            "Make room and try again.",
            folder,
            code="disk_full",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return AuthError(
            f"The folder {folder} cannot be written.",
            "Choose another folder.",
            folder,
            code="permission_denied",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return SettingsError(f"The folder {folder} does not exist.", "Choose another.", folder)
    return SettingsError(
        f"The package cannot be written to {folder}: {error.strerror or error}.",
        "Choose another folder.",
        folder,
    )


def _sync(folder: Path) -> None:
    """Make the new name last through a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
