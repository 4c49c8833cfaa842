"""Serves packed SCORM lessons on this computer, in the form a course will have."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from functools import partial
from html import escape
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
from sqlalchemy import select

from courseporter.errors import SettingsError, _
from courseporter.flows.checks import target_of
from courseporter.flows.material import Sketch, limits_of
from courseporter.formats.scorm_player import Player, Wishes, open_package
from courseporter.loopback import Loopback, Served, served
from courseporter.model import Package
from courseporter.store import Store
from courseporter.store.schema import draft_asset
from courseporter.workspace import drafts
from courseporter.workspace.edits import scorm

_PAGES = Path(__file__).parents[1] / "bundled" / "scorm"
_PARTS = ("play.css", "play.js")


class ServedPackage(NamedTuple):
    """Where a package is served: the server, and the token in its addresses."""

    server: Loopback
    token: str


class Lesson(NamedTuple):
    """What is to be played: the lesson's block and title, and the package it is in."""

    block: Package
    title: str
    sha256: str
    course: str  # ORG+NUMBER
    language: str | None

    @property
    def ground(self) -> tuple[str, str, str | None]:
        """What the files of the package depend on, besides the titles of its lessons."""
        return self.sha256, self.course, self.language


class Stage:
    """The files of one package of one draft, and where they are served."""

    def __init__(self, store: Store, lesson: Lesson, place: ServedPackage) -> None:
        self.place = place
        self.opened: set[str] = set()  # pages that a browser has requested
        self.ground = lesson.ground
        self._open = ExitStack()
        try:
            self._player = self._packed(store, lesson)
        except BaseException:
            self._open.close()
            raise
        self._files = {one.name: Served(one.size, one.open) for one in self._player.files}
        self._pages = {name: served((_PAGES / name).read_bytes()) for name in _PARTS}

    def put(self, lesson: Lesson) -> str:
        """Serve one more lesson; returns the address of the page around it."""
        server, token = self.place
        course = f"{lesson.course}+{token}"
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
        page = served(_around(lesson.title, config))
        self._pages[around] = page._replace(open=partial(self._open_page, around, page))
        server.put(assets, dict(self._files))
        server.put(f"/play-{token}", dict(self._pages))
        return f"{server.origin}/play-{token}/{around}"

    def _open_page(self, name: str, page: Served) -> BinaryIO:
        self.opened.add(name)
        return page.open()

    def close(self) -> None:
        """Give everything back."""
        self._open.close()

    def _packed(self, store: Store, lesson: Lesson) -> Player:
        stream = store.assets.open(lesson.sha256)
        archive = open_package(lesson.block.file, stream, lesson.sha256, limits_of(store))
        self._open.callback(archive.close)
        wishes = Wishes(lesson.language)
        player = Player(archive, lesson.block, Sketch(store), wishes)
        return self._open.enter_context(player)


class Playroom:
    """All lessons that are played from one store.

    Each package of each draft has a server of its own: lessons of two packages have different
    origins, so their scripts can't read each other.
    """

    def __init__(self, store: Store, org_id: str) -> None:
        self._store, self._org_id = store, org_id
        self._stages: dict[tuple[str, str], Stage] = {}

    def play(self, draft_id: str, key: str) -> str:
        """See `api.play`."""
        draft = drafts.get(self._store, draft_id, self._org_id)
        lesson = lesson_at(self._store, draft, key)
        return self._stage(draft.id, lesson).put(lesson)

    def was_opened(self, address: str) -> bool:
        """Whether a browser has requested a page that `play` returned."""
        folder, _slash, name = address.rpartition("/")
        return any(
            folder == f"{one.place.server.origin}/play-{one.place.token}" and name in one.opened
            for one in self._stages.values()
        )

    def _stage(self, draft_id: str, lesson: Lesson) -> Stage:
        key = draft_id, lesson.block.identity
        old = self._stages.get(key)
        if old is not None and old.ground == lesson.ground:
            return old
        # Saved progress belongs to an address, so new files keep the old one.
        place = old.place if old else ServedPackage(Loopback(), secrets.token_hex(16))
        try:
            new = self._stages[key] = Stage(self._store, lesson, place)
        except BaseException:
            if old is None:
                place.server.close()
            raise
        if old is not None:
            old.close()
        return new

    def close(self) -> None:
        """Stop serving; nothing is left on the disk."""
        for stage in self._stages.values():
            stage.place.server.close()
            stage.close()
        self._stages.clear()


def lesson_at(store: Store, draft: drafts.DraftRecord, key: str) -> Lesson:
    """The first lesson at or below a place that can be played.  Raises SettingsError."""
    with store.read() as connection:
        places = scorm.lessons(connection, draft.id, (key,))
        place = next((one for one in places if one.package.identity), None)
        if place is None:
            raise SettingsError(
                _("There is no playable SCORM lesson here."),
                _(
                    "Choose a lesson that opens a file from its package. If an earlier version of "
                    "CoursePorter imported the course, import it again."
                ),
                draft.title,
                code="unknown_item",
            )
        named = (draft_asset.c.draft_id == draft.id, draft_asset.c.path == place.package.file)
        sha256 = connection.execute(select(draft_asset.c.sha256).where(*named)).scalar_one()
    named = target_of(draft).identity(draft.course)
    course = f"{named.get('org', 'Org')}+{named.get('number', 'Course')}"
    language = draft.course.language
    return Lesson(place.package, place.node.title, sha256, course, language)


def _around(title: str, config: dict[str, str]) -> bytes:
    before, after = (_PAGES / "play.html").read_text("utf-8").split("{{config}}")
    json = msgspec.json.encode(config).decode().replace("<", "\\u003c")
    shown = escape(title)
    text = f"{before.replace('{{title}}', shown)}{json}{after.replace('{{title}}', shown)}"
    return text.encode("utf-8", "replace")
