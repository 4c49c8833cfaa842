"""A folder packed as a ZIP file, the same bytes every time."""

from __future__ import annotations

import shutil
import zipfile
from typing import BinaryIO

from courseporter.formats.archive.member import Archive

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP file can tell
_PACKED = (".mp4", ".m4v", ".webm", ".mp3", ".m4a", ".ogg", ".png", ".jpg", ".jpeg", ".gif", ".zip")


def pack_folder(archive: Archive, out: BinaryIO) -> None:
    """Write all members as a ZIP file: sorted, fixed times, media stored as they are."""
    with zipfile.ZipFile(out, "w") as target:
        for path in sorted(archive.members):
            info = zipfile.ZipInfo(path, EPOCH)
            stored = path.lower().endswith(_PACKED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            info.file_size = archive.members[path].size
            with archive.open(archive.members[path]) as source, target.open(info, "w") as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
