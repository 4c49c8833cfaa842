"""The files of an OLX package, one after the other: tar.gz (streamed), ZIP or folder, with every
name checked.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, Member, open_archive
from courseporter.formats.gzip_stream import GzipReader
from courseporter.formats.tar import PIECE, Stream, TarMember, TarReader

ENTRIES_PER_LIMIT = 5  # a lesson is up to eight small files of OLX: tar entries cost little
FREE_BYTES = 64 << 20  # below this, no ratio is suspicious
_GZIP = b"\x1f\x8b"
_DRIVE = re.compile(r"[A-Za-z]:")


class PackageFile(NamedTuple):
    """One file: its path in the package, its size in bytes, and its bytes, to be had once, whole or
    in pieces.  `read` is None for a link, `targets` are the paths that it may lead to.
    """

    path: str
    size: int
    read: Callable[[], bytes] | None
    pieces: Callable[[], Iterator[bytes]]
    targets: tuple[str, ...] = ()


def package_files(path: Path, limits: Limits) -> Iterator[PackageFile]:
    """Every file in the package's own order.  Raises InputError that names the package and the
    entry.
    """
    if path.is_dir():
        yield from _archived(path, limits)
        return
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise InputError(
            _("Can't find {name}.", name=path.name),
            _("Check the path."),
            path.name,
            code="not_found",
        ) from error
    with stream:
        magic = stream.read(4)
        stream.seek(0)
        if magic[:2] == _GZIP:
            packed = path.stat().st_size
            yield from _tarred(
                Ceiling(GzipReader(stream, path.name), packed, limits, path.name), path.name, limits
            )
            return
    if magic == b"PK\x03\x04":
        yield from _archived(path, limits)
        return
    raise InputError(
        _("{name} isn't a .tar.gz or ZIP file, so it isn't an OLX package.", name=path.name),
        _("In Studio, choose Tools → Export Course and use the downloaded file."),
        path.name,
        code="not_a_package",
    )


def is_gzip(path: Path) -> bool:
    """Whether the file begins as gzip does."""
    with path.open("rb") as stream:
        return stream.read(2) == _GZIP


class Ceiling:
    """A stream that stops with InputError `too_large` when it gives more than it should."""

    def __init__(self, stream: Stream, packed: int, limits: Limits, where: str) -> None:
        self._stream = stream
        self._limit = min(limits.unpacked, max(packed * limits.ratio, FREE_BYTES))
        self._where = where
        self._seen = 0

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`."""
        data = self._stream.read(size)
        self._seen += len(data)
        if self._seen > self._limit:
            raise InputError(
                _(
                    "{where} expands to more than {size} MB, which is suspiciously large for its "
                    "size.",
                    where=self._where,
                    size=self._limit >> 20,
                ),
                _("If you trust the package, raise the size and ratio limits in the settings."),
                self._where,
                code="too_large",
            )
        return data


def _tarred(stream: Stream, where: str, limits: Limits) -> Iterator[PackageFile]:
    tar = TarReader(stream, where)
    limit = limits.entries * ENTRIES_PER_LIMIT
    for count, member in enumerate(tar):
        if count >= limit:
            raise InputError(
                _("{where} has more than {limit:,} entries.", where=where, limit=limit),
                _("If you trust the package, raise the limit of entries in the settings."),
                where,
                code="too_many_entries",
            )
        path = safe_path(member.name, where)
        if member.kind == "file":
            yield PackageFile(path, member.size, member.read, member.pieces)
        elif member.kind != "folder":
            _refuse_special(member, path, where)
            yield PackageFile(path, 0, None, member.pieces, _targets(member, path))


def _refuse_special(member: TarMember, path: str, where: str) -> None:
    """Links inside the package are allowed (nothing follows them); anything else is refused."""
    if member.kind == "link":
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), member.link))
        hard = posixpath.normpath(member.link)  # a hard link names its target from the top
        if (
            not member.link.startswith("/")
            and not inside.startswith("..")
            and not hard.startswith("../..")
        ):
            return
    message = (
        _(
            "The entry {name} in {where} is a link that points outside the package.",
            name=member.name,
            where=where,
        )
        if member.kind == "link"
        else _("The entry {name} in {where} is a device or pipe.", name=member.name, where=where)
    )
    raise InputError(
        message,
        _("Courses don't contain such entries. Export the course again."),
        member.name,
        code="unsafe_entry",
    )


def _targets(member: TarMember, path: str) -> tuple[str, ...]:
    """A symbolic link leads on from its own folder, a hard link from the top of the archive."""
    symbolic = posixpath.join(posixpath.dirname(path), member.link)
    return posixpath.normpath(symbolic), posixpath.normpath(member.link)


def backslashed_names(path: Path) -> list[str]:
    """Names of a ZIP file that contain backslashes, with which Studio's import fails."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [one.orig_filename for one in archive.infolist() if "\\" in one.orig_filename]
    except (OSError, ValueError, zipfile.BadZipFile):
        return []


def safe_path(name: str, where: str) -> str:
    """The name without `./` and doubled slashes.  Raises InputError `unsafe_path` when it leaves
    the package.
    """
    plain = name.replace("\\", "/") if "\\" in name else name
    if (
        not plain.startswith(("/", "."))
        and "/." not in plain
        and "//" not in plain
        and ":" not in plain[:2]
    ):
        return name
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if plain.startswith("/") or ".." in parts or _DRIVE.match(plain):
        raise InputError(
            _(
                "The entry {name} in {where} would be unpacked outside the package.",
                name=name,
                where=where,
            ),
            _("Courses don't contain such names. Export the course again."),
            name,
            code="unsafe_path",
        )
    return "/".join(parts)


def _archived(path: Path, limits: Limits) -> Iterator[PackageFile]:
    archive = open_archive(path, limits)
    try:
        for member in archive.members.values():
            pieces = partial(_pieces, archive, member)
            yield PackageFile(member.path, member.size, partial(_joined, pieces), pieces)
    finally:
        archive.close()


def _pieces(archive: Archive, member: Member) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _joined(pieces: Callable[[], Iterator[bytes]]) -> bytes:
    return b"".join(pieces())
