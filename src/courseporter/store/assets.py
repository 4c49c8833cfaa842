"""Assets: bytes named by their SHA-256, kept once.  Small ones are rows, larger ones files.

Ten thousand files of a few kilobytes cost seconds of kernel time; as rows they travel in the
transaction of their chunk.  A file is on the disk before the row that names it is committed.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from itertools import chain
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, NamedTuple, Protocol

from sqlalchemy import Connection, delete, exists, select

from courseporter.disk.private import like, share
from courseporter.errors import SettingsError, _
from courseporter.store.clock import now_ms
from courseporter.store.locks import exclusive
from courseporter.store.rows import insert_missing, insert_or_heal, insert_or_touch
from courseporter.store.schema import asset, draft_asset, kept_asset, library_asset

SMALL = 64 * 1024
BLOCK = 1 << 20
GRACE = 24 * 3600  # seconds: how long a job may keep bytes before a draft names them


class Stored(NamedTuple):
    """Where bytes went: SHA-256 in hex, size, and the bytes themselves when they become a row."""

    sha256: str
    size: int
    data: bytes | None


class Reading(Protocol):
    """Whoever lends a read transaction."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection inside a read-only transaction."""
        ...


class AssetStore:
    """The assets of one store."""

    def __init__(self, store: Reading, folder: Path, owner: str = "shared") -> None:
        self._store = store
        self._owner = owner  # in the names of half-written files: whoever finds them knows whose
        self.folder = folder
        self.place = str(folder)

    def mark(self, store_id: str) -> None:
        """Write down whose assets these are."""
        self._make(self.folder)
        path = self.folder / "store-id"
        path.write_text(store_id, "utf-8")
        share(path, self.folder, like(self.folder)[1])

    def marked(self) -> str | None:
        """Whose assets these are; None when nobody has said."""
        try:
            return (self.folder / "store-id").read_text("utf-8") or None
        except FileNotFoundError:
            return None

    def put(self, stream: BinaryIO) -> Stored:
        """Read the stream to its end and keep it.

        Up to `SMALL` bytes come back in `data` and are safe only after `keep`; more are a file now.
        """
        head = stream.read(SMALL + 1)
        while 0 < len(head) <= SMALL and (more := stream.read(SMALL + 1 - len(head))):
            head += more
        if len(head) <= SMALL:
            return Stored(hashlib.sha256(head).hexdigest(), len(head), head)
        sha256, size = self._put_file(head, stream)
        return Stored(sha256, size, None)

    def keep(self, connection: Connection, draft_id: str, stored: Mapping[str, Stored]) -> None:
        """Enter assets of a draft, by path, in the caller's transaction.  Known ones stay."""
        if not stored:
            return
        self.insert(connection, stored.values())
        rows = [(draft_id, path, kept.sha256, kept.size) for path, kept in stored.items()]
        insert_missing(connection, draft_asset, ("draft_id", "path", "sha256", "size"), rows)

    def insert(self, connection: Connection, stored: Iterable[Stored]) -> None:
        """Enter assets without saying what for: the rows that `draft_asset` rows point to."""
        now = connection.scalar(select(now_ms()))
        # In one order everywhere: two workers that store the same bytes wait, and do not deadlock.
        ordered = sorted(stored, key=lambda kept: kept.sha256)
        rows = [(kept.sha256, kept.size, kept.data, now) for kept in ordered]
        columns = ("sha256", "size", "data", "stored_at")
        if connection.dialect.name == "sqlite":  # one writer: nobody collects beside us
            insert_or_heal(connection, asset, columns, rows, "data")
        else:
            insert_or_touch(connection, asset, columns, rows, "stored_at", "data")

    def open(self, sha256: str) -> BinaryIO:
        """The bytes from their start.  Raises SettingsError `store_unreadable` if they are gone."""
        with self._store.read() as connection:
            row = connection.execute(
                select(asset.c.size, asset.c.data).where(asset.c.sha256 == sha256)
            ).one_or_none()
        if row is not None and row.data is not None:
            return io.BytesIO(row.data)
        try:
            return self._open_file(sha256)
        except OSError as error:
            raise SettingsError(
                _(
                    "A file that a draft needs is missing from the data folder ({why}).",
                    why=error.strerror or str(error),
                ),
                hint=_("Restore the folder from a backup, or import the course again."),
                where=str(self._path(sha256)),
                code="store_unreadable",
            ) from error

    def small(self, wanted: Sequence[str]) -> dict[str, bytes]:
        """The bytes of those of these assets that are rows, in one read; keep the list short."""
        if not wanted:
            return {}
        query = select(asset.c.sha256, asset.c.data).where(asset.c.sha256.in_(wanted))
        with self._store.read() as connection:
            rows = connection.execute(query.where(asset.c.data.is_not(None))).all()
        return {row.sha256: row.data for row in rows}

    def collect_rows(self, connection: Connection, grace: float = GRACE) -> int:
        """Remove rows that no draft and no undo needs and nobody entered within `grace` seconds;
        gives the number of those that held their bytes.  Safe beside running jobs.
        """
        old = asset.alias()
        drafts = exists().where(draft_asset.c.sha256 == old.c.sha256)
        steps = exists().where(kept_asset.c.sha256 == old.c.sha256)
        undo = exists().where(library_asset.c.sha256 == old.c.sha256)
        limit = now_ms() - int(grace * 1000)
        doomed = select(old.c.sha256).where(~drafts, ~steps, ~undo, old.c.stored_at < limit)
        # What a worker is just entering again is locked, and passed over.
        free = doomed.order_by(old.c.sha256).with_for_update(skip_locked=True)
        gone = delete(asset).where(asset.c.sha256.in_(free)).returning(asset.c.size)
        return sum(size <= SMALL for size in connection.scalars(gone))

    def collect_files(self, known: Container[str], grace: float = GRACE) -> int:
        """Remove files that are not `known` and that nobody stored within `grace` seconds.

        Safe beside running jobs: `put` freshens what it finds, under the same lock.
        """
        oldest = time.time() - grace
        removed = 0
        with exclusive(self.folder / "lock", shared=self.folder):
            for path in chain(self.folder.glob("??/*"), self.folder.glob("new-*")):
                unknown = path.name not in known and path.stat().st_mtime < oldest
                if unknown and not path.is_dir():  # folders aren't ours
                    path.unlink()
                    removed += 1
        return removed

    def known(self, connection: Connection) -> set[str]:
        """Those that are no rows."""
        return set(connection.scalars(select(asset.c.sha256).where(asset.c.data.is_(None))))

    def _put_file(self, head: bytes, stream: BinaryIO) -> tuple[str, int]:
        self._make(self.folder)
        handle, name = mkstemp(dir=self.folder, prefix=f"new-{self._owner}-")
        try:
            with os.fdopen(handle, "wb") as out:
                sha256, size = copied(head, stream, out)
                share(Path(name), self.folder, like(self.folder)[1])
                os.fsync(handle)
            self._settle(Path(name), sha256)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return sha256, size

    def _settle(self, written: Path, sha256: str) -> None:
        """Put a file in its place.  The new copy wins: the old one may be damaged."""
        path = self._path(sha256)
        with exclusive(self.folder / "lock", shared=self.folder):
            self._make(path.parent)
            if path.is_dir():
                _remove_folder(path)
            try:
                written.replace(path)
            except PermissionError:  # Windows doesn't replace a file that somebody reads
                if not _has_hash(path, sha256):
                    raise
                os.utime(path)  # in use again, so the collector keeps it
                written.unlink()
                return
        _sync_folder(path.parent)

    def _make(self, folder: Path) -> None:
        """Create a folder with the rights of the one above it."""
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True)
            share(folder, folder.parent, like(folder.parent)[0])

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _open_file(self, sha256: str) -> BinaryIO:
        return self._path(sha256).open("rb")


class PrivateAssets(AssetStore):
    """Assets of a temporary store: larger ones are in one nameless file, gone with the process."""

    def __init__(self, store: Reading, folder: Path) -> None:
        super().__init__(store, folder)
        self._places: dict[str, tuple[int, int]] = {}
        self._heap: BinaryIO | None = None

    def close(self) -> None:
        """Give the space back."""
        if self._heap is not None:
            self._heap.close()

    def _put_file(self, head: bytes, stream: BinaryIO) -> tuple[str, int]:
        if self._heap is None:
            self._heap = _nameless_file(self.folder)
        start = self._heap.seek(0, os.SEEK_END)
        sha256, size = copied(head, stream, self._heap)
        if sha256 in self._places:
            self._heap.truncate(start)
        self._places.setdefault(sha256, (start, size))
        return sha256, size

    def _open_file(self, sha256: str) -> BinaryIO:
        if self._heap is None or sha256 not in self._places:
            raise FileNotFoundError(2, "no such asset")
        return io.BufferedReader(_Slice(self._heap.fileno(), *self._places[sha256]), BLOCK)


class _Slice(io.RawIOBase):
    """A part of a file, read by position so that readers do not disturb each other."""

    def __init__(self, handle: int, start: int, size: int) -> None:
        self._handle, self._at, self._end = handle, start, start + size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        data = os.pread(self._handle, min(len(buffer), self._end - self._at), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _nameless_file(folder: Path) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(dir=folder, prefix="assets-")
    with suppress(PermissionError):  # Windows keeps the name while the file is open
        Path(name).unlink()
    return os.fdopen(handle, "w+b", buffering=0)


def copied(head: bytes, stream: BinaryIO, out: BinaryIO) -> tuple[str, int]:
    """Write `head` and the rest of the stream; gives SHA-256 in hex, and size."""
    digest = hashlib.sha256(head)
    size = len(head)
    out.write(head)
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
        out.write(block)
    out.flush()
    return digest.hexdigest(), size


def _has_hash(path: Path, sha256: str) -> bool:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _remove_folder(path: Path) -> None:
    """Remove an empty folder that took a file's place.  Raises SettingsError for any other."""
    try:
        path.rmdir()
    except OSError as error:
        raise SettingsError(
            _("“{name}” in the data folder is a folder, but should be a file.", name=path.name),
            _("Move that folder elsewhere, then try again."),
            str(path),
            code="store_unreadable",
        ) from error


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
