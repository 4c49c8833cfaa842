"""Writes the archive of a library: sorted members, fixed times, the same content the same bytes."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from courseporter.disk.spool import Spool
from courseporter.errors import InputError, _
from courseporter.targets.library.entities import Component, File
from courseporter.targets.library.toml import (
    package_toml,
)

_TIME = (2020, 1, 1, 0, 0, 0)
_STORED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4", ".webm", ".mp3", ".zip", ".gz", ".pdf")
BLOCK = 1 << 20
CARRIED = ":"  # no SHA-256 begins so


class Archive:
    """Collects members of any number with flat memory, then writes them sorted.

    `opened` reads a stored asset by its SHA-256, `carried` a member of the archive that this one
    continues.  A context manager.
    """

    def __init__(
        self,
        scratch: Path,
        opened: Callable[[str], BinaryIO],
        carried: Callable[[str], BinaryIO] | None = None,
    ) -> None:
        self._spool = Spool(scratch)
        self._members = self._spool.table("members", "name", "data", "source", wide=True)
        self._opened = opened
        self._carried = carried

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, name: str, data: bytes) -> None:
        """A member with these bytes."""
        self._members.add(name, data, None)

    def carry(self, name: str) -> None:
        """A member of the archive that this one continues, as it is."""
        self._members.add(name, None, CARRIED + name)

    def close(self) -> None:
        """Drop everything."""
        self._spool.close()

    def add_version(self, one: Component, number: int, folder: str) -> None:
        """The block and the files of one version, below the component's folder."""
        below = f"{folder}/component_versions/v{number}"
        self.add(f"{below}/block.xml", one.olx)
        for file in one.files:
            self._add_file(f"{below}/{file.path}", file)

    def add_package(self, key: str, title: str, description: str) -> None:
        """What is above the entities."""
        self.add("package.toml", package_toml(key, title, description))

    def write(self, out: BinaryIO, tick: Callable[[], None]) -> dict[str, int]:
        """Write all members; gives the CRC-32 of each.  Raises InputError when two have the same
        name.
        """
        last = ""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, data, source in self._members.rows(by=("name",)):
                if name == last:
                    raise _twice(str(name))
                last = str(name)
                self._write_one(archive, last, data, source)
                tick()
            return {info.filename: info.CRC for info in archive.filelist}

    def _add_file(self, name: str, file: File) -> None:
        self._members.add(name, file.data, None if file.data is not None else file.sha256)

    def _write_one(self, archive: zipfile.ZipFile, name: str, data: object, source: object) -> None:
        info = zipfile.ZipInfo(name, _TIME)
        info.external_attr = 0o644 << 16
        info.create_system = 3
        stored = name.lower().endswith(_STORED)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=False) as member:
            if isinstance(data, bytes):
                member.write(data)
                return
            with self._open(str(source)) as stream:
                shutil.copyfileobj(stream, member, BLOCK)

    def _open(self, source: str) -> BinaryIO:
        if self._carried is not None and source.startswith(CARRIED):
            return self._carried(source.removeprefix(CARRIED))
        return self._opened(source)


def component_folder(one: Component) -> str:
    """Where a component lies; the name of its file without the ending."""
    return f"entities/xblock.v1/{one.block_type}/{one.identifier}"


def _twice(name: str) -> InputError:
    return InputError(
        _("Two items in the course would become the same file in the library: {name}.", name=name),
        _("Import the source again. If that doesn't help, please report it."),
        name,
        code="duplicate_entry",
    )
