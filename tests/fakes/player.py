"""Packages to be packed anew, and what came out of it."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from functools import cached_property
from pathlib import Path

from courseporter.context import Limits
from courseporter.formats.archive import open_archive, open_stored
from courseporter.formats.scorm_player import Player, Wishes
from courseporter.model import Package
from fakes.zips import zip_of

MANIFEST = {"imsmanifest.xml": "<manifest/>"}
LESSON = Package(file="course.zip", href="a.html", identity="M/O", version="1.2")


class Bench:
    """A `Context` that only lends a folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.limits = Limits()
        self.ticks: list[tuple[int, int | None, str]] = []

    def tick(self, done, total, unit) -> None:
        self.ticks.append((done, total, unit))


def long_rows(index):
    """What lies where, as the worker reads it from an index."""
    rows, end = {}, 0
    for path, first, *more in index["files"]:
        ending = path.rpartition("/")[2].rpartition(".")[2].lower()
        kind = index["types"].get(ending, "application/octet-stream")
        if len(more) == 2:
            rows[path] = {"n": more[0], "s": first, "x": more[1], "t": kind}
            continue
        start = end + 30 + len(path.encode())
        end = start + first
        size, method = (more[0], 8) if more else (first, 0)
        rows[path] = {"o": start, "c": first, "s": size, "m": method, "t": kind}
    return rows


class Made:
    """The files of a player, read into memory."""

    def __init__(self, player: Player) -> None:
        self.id = player.id
        self.whole = player.whole
        self.left_out = player.left_out
        self.files = {}
        for file in player.files:
            with file.open() as stream:
                self.files[file.name] = stream.read()
            assert len(self.files[file.name]) == file.size
        self.zip = self.files[f"cpscorm-{player.id}.zip"]
        self.index = json.loads(self.files[f"cpscorm-{player.id}.json"])

    def row(self, path):
        """The row of a file, in the long form that the worker makes of the index."""
        return self.rows[path]

    @cached_property
    def rows(self):
        """All rows by path."""
        return long_rows(self.index)

    def read(self, path) -> bytes:
        """A file of the lesson, found by the index alone, as the worker finds it."""
        row = self.row(path)
        if "n" in row:
            return self.files[row["n"]]
        data = self.zip[row["o"] : row["o"] + row["c"]]
        if row["m"] == 8:
            inflater = zlib.decompressobj(-15)
            data = inflater.decompress(data) + inflater.flush()
            assert inflater.eof
            assert not inflater.unused_data
        assert len(data) == row["s"]
        return data

    def listing(self) -> zipfile.ZipFile:
        """The ZIP as any program opens it, every checksum compared."""
        archive = zipfile.ZipFile(io.BytesIO(self.zip))
        assert archive.testzip() is None
        return archive


def made(
    folder: Path, data: bytes | dict, wishes: Wishes | None = None, block: Package = LESSON
) -> Made:
    """Pack the bytes of a ZIP (or files) and read everything."""
    if isinstance(data, dict):
        data = zip_of({**MANIFEST, **data})
    archive = open_stored("course.zip", io.BytesIO(data), Limits())
    try:
        with Player(archive, block, Bench(folder), wishes) as player:
            return Made(player)
    finally:
        archive.close()


def made_of_folder(folder: Path, scratch: Path) -> Made:
    """Pack a folder."""
    archive = open_archive(folder, Limits())
    with Player(archive, LESSON, Bench(scratch)) as player:
        return Made(player)


def page_config(folder: Path, block: Package, title: str, wishes: Wishes | None = None):
    """The page of a lesson, and what page and script tell the player."""
    archive = open_stored("course.zip", io.BytesIO(zip_of(MANIFEST)), Limits())
    with Player(archive, block, Bench(folder), wishes) as player:
        name, page = player.page(block, title)
        script = Made(player).files[f"cpscorm-{player.id}.js"]
    archive.close()
    text = page.decode()
    inside = text.partition("const config=")[2].partition(";const base")[0]
    config = json.loads(inside)
    words = script.partition(b"config.say, ")[2].partition(b");\n")[0]
    config["say"] |= json.loads(words)
    return name, text, config
