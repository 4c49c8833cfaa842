"""The one safe reader of archives: ZIP files and folders as a flat list of members.

Everything is streamed, nothing is unpacked to disk.  docs/reference/archives.md tells what is
refused, what is tolerated with a problem, and the limits.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from courseporter.context import Limits
from courseporter.errors import AuthError, InputError, _
from courseporter.formats.archive.fingerprint import fingerprint
from courseporter.formats.archive.folder import FolderArchive
from courseporter.formats.archive.kind import describe, describe_file
from courseporter.formats.archive.member import Archive, Member, Raw
from courseporter.formats.archive.packing import pack_folder
from courseporter.formats.archive.proof import check_members
from courseporter.formats.archive.zip_file import ZipArchive

__all__ = [
    "Archive",
    "Member",
    "Raw",
    "check_members",
    "describe",
    "describe_file",
    "fingerprint",
    "open_archive",
    "open_stored",
    "pack_folder",
]


def open_archive(path: Path, limits: Limits) -> Archive:
    """Open a ZIP file or a folder.

    Raises InputError naming the file or the entry; AuthError when the system forbids reading.
    """
    try:
        if path.is_dir():
            return FolderArchive(path, limits)
        if not path.exists():
            raise InputError(
                _("“{name}” does not exist.", name=path.name),
                _("Check the name and the folder."),
                str(path),
                code="not_found",
            )
        if not path.is_file():
            raise InputError(
                _("“{name}” is neither a file nor a folder.", name=path.name),
                _("Choose a file that your authoring tool or school exported."),
                str(path),
                code="not_a_package",
            )
        return ZipArchive(path, limits)
    except PermissionError as error:
        closed = Path(error.filename or path)  # perhaps a folder in the folder
        raise AuthError(
            _("“{name}” can't be read: permission denied.", name=closed.name),
            _("Check the file's permissions, or copy it to your own folder."),
            str(closed),
            code="permission_denied",
        ) from error


def open_stored(name: str, file: BinaryIO, limits: Limits) -> Archive:
    """Open the bytes of a ZIP file called `name`; closing the archive closes `file`."""
    return ZipArchive(Path(name), limits, file)
