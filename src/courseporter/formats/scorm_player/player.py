"""Everything that travels with a package so that its lessons play (docs/reference/olx-blocks.md):
the repacked ZIP, its index, the scripts, the pages, and files too large for the ZIP.
"""

from __future__ import annotations

import tempfile
import threading
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from typing import BinaryIO, NamedTuple, Self, cast

import msgspec

from courseporter.context import Context
from courseporter.errors import InputError
from courseporter.formats.archive import Archive, Member
from courseporter.formats.scorm_player import bundled, index, names
from courseporter.formats.scorm_player.files import (
    PlayerFile,
    file_of,
    prove,
    scratch_of,
    shared,
)
from courseporter.formats.scorm_player.page import Pages
from courseporter.formats.scorm_player.plan import Plan, plan
from courseporter.formats.scorm_player.repack import UNREADABLE, Repacker
from courseporter.formats.scorm_player.versions import versions_of
from courseporter.formats.scorm_player.zip_writer import ZipWriter
from courseporter.model import Package

KEPT = 32 << 20  # bytes of a ZIP that browsers keep as a whole (WHOLE in worker.js)
_BUFFER = 1 << 18
_STEP = 4 << 20  # bytes between two reports of progress
_OF_WORKER = ("absent", "broken")  # its sentences of resources/scorm/messages.json
_encode = msgspec.json.encode


class Wishes(NamedTuple):
    """What the course says to its players: its language, and whether they offer the ZIP when a
    lesson cannot be played.
    """

    language: str | None = None
    offer_download: bool = False


class Player:
    """The files of one package.  A context manager: what it holds is gone when it is left.

    `files`: all but the lessons' pages, by name; `whole`: whether nothing had to be taken out of
    the ZIP; `left_out`: files that could not be read; `version`: changes with any of the files.
    """

    def __init__(
        self, archive: Archive, block: Package, ctx: Context, wishes: Wishes | None = None
    ) -> None:
        """Packs everything.  `block`: any lesson of the package; the archive must stay open as long
        as the player.
        """
        wishes = wishes or Wishes()
        self._language = wishes.language or bundled.ENGLISH
        self._say = bundled.sentences(wishes.language)
        self.id = names.player_id(block.identity)
        self._versions = versions_of(archive, block.version)
        self.left_out: list[str] = []
        self._archive = archive
        self._ctx = ctx
        self._lock = threading.Lock()
        self._open = ExitStack()
        try:
            self.files = self._pack(plan(archive))
        except BaseException:
            self._open.close()
            raise
        self._pages = self._make_pages(wishes)

    def page(self, block: Package, title: str) -> tuple[str, bytes]:
        """Name and bytes of the page of one lesson of the package."""
        return names.page_name(self.id, block.number), self._pages.page(block, title)

    def close(self) -> None:
        """Give back the scratch file."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _make_pages(self, wishes: Wishes) -> Pages:
        common = {"id": self.id, "v": self.version}
        if self._zip.size <= KEPT:
            common["sha"] = str(self._zip.sha256)
        if wishes.offer_download and self.whole:
            common["zip"] = self._zip.name
        say = {"broken": self._say.get("broken", "")}
        return Pages(bundled.template(), self._language, common, say)

    def _pack(self, parts: Plan) -> tuple[PlayerFile, ...]:
        scratch = tempfile.TemporaryFile(  # noqa: SIM115 - closed with the player
            dir=self._ctx.scratch, prefix="scorm-", buffering=_BUFFER
        )
        self._open.enter_context(scratch)
        file = cast("BinaryIO", scratch)
        beside = [self._beside(path, member) for path, member in parts.beside]
        rows, size = self._repack(file, parts)
        self._zip = scratch_of(names.archive_name(self.id), file, size, self._lock)
        self.whole = not parts.beside
        rows += [row for row, _ in filter(None, beside)]
        script, worker = bundled.script(self._say, self._versions), bundled.worker()
        files = index.encode(rows)
        self.version = _version(self._zip.sha256 or "", files, script, worker)
        found = [
            self._zip,
            file_of(names.index_name(self.id), self._index(files)),
            file_of(names.script_name(self.id), script),
            file_of(names.WORKER, worker),
            *(flat for _, flat in filter(None, beside)),
        ]
        return tuple(sorted(found, key=lambda one: one.name))

    def _index(self, files: bytes) -> bytes:
        """Return the index as one JSON object, and what the worker says of failures unless that is
        English, which it speaks itself.
        """
        head: dict[str, object] = {
            "zip": self._zip.name,
            "size": self._zip.size,
            "sha": self._zip.sha256,
            "v": self.version,
        }
        if self._language.partition("-")[0].lower() != bundled.ENGLISH:
            sentences = {name: self._say[name] for name in _OF_WORKER if name in self._say}
            head |= {"lang": self._language, "say": sentences}
        return b"".join((_encode(head)[:-1], b",", files, b"}\n"))

    def _repack(self, file: BinaryIO, parts: Plan) -> tuple[list[index.Row], int]:
        writer = ZipWriter(file)
        repacker = Repacker(self._archive, writer)
        tick = _Ticks(self._ctx, sum(member.packed_size for _, member in parts.zipped))
        rows: list[index.Row] = []
        for path, member in parts.zipped:
            stored = repacker.take(path, member, plain=path in parts.plain)
            if stored is None:
                self.left_out.append(path)
            else:
                rows.append(index.in_archive(path, stored))
            tick.add(member.packed_size)
        return rows, writer.close()

    def _beside(self, path: str, member: Member) -> tuple[index.Row, PlayerFile] | None:
        name = names.flat_name(self.id, path)
        opened = shared(partial(self._archive.open, member), self._lock)
        try:
            crc = prove(opened)
        except InputError as error:
            if error.code not in UNREADABLE:
                raise
            self.left_out.append(path)
            return None
        file = PlayerFile(name, member.size, None, opened)
        return index.beside(path, member.size, name, crc), file


class _Ticks:
    """Progress in whole megabytes, now and then."""

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx, self._total = ctx, total
        self._done = self._next = 0

    def add(self, size: int) -> None:
        self._done += size
        if self._done >= self._next:
            self._next = self._done + _STEP
            self._ctx.tick(self._done >> 20, self._total >> 20, "MB packed")


def _version(archive: str, *parts: bytes) -> str:
    """What browsers must fetch again when the ZIP or any of these changes."""
    digest = sha256(archive.encode())
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
