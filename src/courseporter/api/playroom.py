"""What is being played on this computer: packed lessons behind one small web server."""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import NamedTuple

import msgspec

from courseporter.flows.material import Sketch, limits_of
from courseporter.formats.archive import open_stored
from courseporter.formats.scorm_player.player import Player, Wishes
from courseporter.loopback import Loopback, Served, served
from courseporter.model import Package
from courseporter.store import Store

_PAGES = Path(__file__).parents[1] / "bundled" / "scorm"
_PARTS = ("play.css", "play.js")


class Lesson(NamedTuple):
    """What is to be played: the lesson's block and title, and the package it lies in."""

    block: Package
    title: str
    sha256: str
    course: str  # ORG+NUMBER
    language: str | None

    @property
    def ground(self) -> tuple[str, str, str | None]:
        """What the files of the package depend on, besides the titles of its lessons."""
        return self.sha256, self.course, self.language


class Shelf:
    """The files of one package of one draft, at an address of their own."""

    def __init__(self, store: Store, lesson: Lesson, token: str) -> None:
        self.token = token
        self.ground = lesson.ground
        self._open = ExitStack()
        try:
            self._player = self._packed(store, lesson)
        except BaseException:
            self._open.close()
            raise
        self._files = {one.name: Served(one.size, one.open) for one in self._player.files}
        self._pages = {name: served((_PAGES / name).read_bytes()) for name in _PARTS}

    def put(self, lesson: Lesson, server: Loopback) -> str:
        """Serve one more lesson; returns the path of the page around it."""
        course = f"{lesson.course}+{self.token}"
        assets = f"/asset-v1:{course}+type@asset+block"
        name, page = self._player.page(lesson.block, lesson.title)
        self._files[name] = served(page)
        config = {
            "lesson": f"{assets}/{name}",
            "course": course,
            "id": self._player.id,
            "item": lesson.block.item or str(lesson.block.number),
        }
        around = f"{lesson.block.number}.html"
        self._pages[around] = served(_around(lesson.title, config))
        server.put(assets, dict(self._files))
        server.put(f"/play-{self.token}", dict(self._pages))
        return f"/play-{self.token}/{around}"

    def close(self) -> None:
        """Give everything back."""
        self._open.close()

    def _packed(self, store: Store, lesson: Lesson) -> Player:
        stream = store.assets.open(lesson.sha256)
        archive = open_stored(lesson.block.file, stream, limits_of(store))
        self._open.callback(archive.close)
        wishes = Wishes(lesson.language)
        player = Player(archive, lesson.block.identity, Sketch(store), wishes)
        return self._open.enter_context(player)


class Playroom:
    """All that is being played on one store; open from the first lesson until `close`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._server = Loopback()
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._turn = threading.Lock()

    def play(self, draft_id: str, lesson: Lesson) -> str:
        """The address to open in the browser.  Raises PorterError for what cannot be packed."""
        with self._turn:  # two lessons of one package need it packed once
            return self._server.origin + self._shelf(draft_id, lesson).put(lesson, self._server)

    def _shelf(self, draft_id: str, lesson: Lesson) -> Shelf:
        key = draft_id, lesson.block.identity
        old = self._shelves.get(key)
        if old is not None and old.ground == lesson.ground:
            return old
        # What a lesson has kept belongs to its address: the new files take it over.
        token = old.token if old else secrets.token_hex(16)
        new = self._shelves[key] = Shelf(self._store, lesson, token)
        if old is not None:
            old.close()
        return new

    def close(self) -> None:
        """Stop serving; nothing is left on the disk."""
        with self._turn:
            self._server.close()
            for shelf in self._shelves.values():
                shelf.close()
            self._shelves.clear()


def _around(title: str, config: dict[str, str]) -> bytes:
    before, after = (_PAGES / "play.html").read_text("utf-8").split("{{config}}")
    json = msgspec.json.encode(config).decode().replace("<", "\\u003c")
    shown = escape(title)
    text = f"{before.replace('{{title}}', shown)}{json}{after.replace('{{title}}', shown)}"
    return text.encode("utf-8", "replace")
