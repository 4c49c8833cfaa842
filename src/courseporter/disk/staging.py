"""A file that appears only when it is whole: written beside its place under a hidden name, synced,
then renamed.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from courseporter.errors import refused_output

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
        with suppress(OSError):
            beside.unlink()
        raise refused_output(error, out) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Make the new name last through a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
