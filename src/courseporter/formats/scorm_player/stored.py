"""The stored copy of a SCORM package, opened only after its bytes have been compared."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, open_stored
from courseporter.limits import Limits

_BLOCK = 1 << 20  # bytes read at once


def open_package(path: str, stream: BinaryIO, sha256: str, limits: Limits) -> Archive:
    """Return the package `path` as an archive; closing the archive closes `stream`.

    Raises InputError `archive_corrupt` when the bytes don't have this SHA-256.  Checksums inside a
    ZIP aren't enough: a flipped bit in one of its headers would drop a file from the lesson.
    """
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    if digest.hexdigest() != sha256:
        stream.close()
        raise _damaged(path)
    stream.seek(0)
    return open_stored(path, stream, limits)


def _damaged(path: str) -> InputError:
    return InputError(
        _("The stored copy of “{path}” is damaged.", path=path),
        _("The disk may be failing. Import the source again to replace the copy."),
        path,
        code="archive_corrupt",
    )
