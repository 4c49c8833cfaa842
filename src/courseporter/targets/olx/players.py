"""The players of a draft's SCORM packages, made when the first lesson of each comes by."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator
from contextlib import ExitStack
from typing import Self

from courseporter.context import Context
from courseporter.errors import InputError, _
from courseporter.formats.scorm_player import (
    WORKER,
    Player,
    PlayerFile,
    Wishes,
    open_package,
    plays,
)
from courseporter.model import Asset, Package
from courseporter.targets import Draft

log = logging.getLogger(__name__)


class Players:
    """Knows which packages play and which travel as they were imported.  A context manager.

    `plugin`: whether any lesson waits for the plug-in; `names`: all files that were made so far.
    """

    def __init__(self, draft: Draft, ctx: Context) -> None:
        self._draft = draft
        self._ctx = ctx
        self._wishes = Wishes(draft.course.language, draft.course.scorm_download)
        self._players: dict[tuple[str, str], Player] = {}
        self._assets: dict[str, Asset] | None = None
        self._carried: set[str] = set()
        self._open = ExitStack()
        self.plugin = False
        self.names: list[str] = []

    def take(self, block: Package, title: str) -> tuple[str, bytes] | None:
        """Name and bytes of the page of a lesson that plays; None for the others, whose package
        must travel.
        """
        if plays(block):
            page = self._player(block).page(block, title)
            self.names.append(page[0])
            return page
        self._carried.add(block.file)
        self.plugin = self.plugin or block.mode == "plugin"
        return None

    def travels(self, asset: Asset, linked: Container[str]) -> bool:
        """Whether the file is part of the course: packages that only play are not.  `linked`: what
        pages refer to.
        """
        played = any(file == asset.path for file, _ in self._players)
        return not played or asset.path in self._carried or asset.path in linked

    def files(self) -> Iterator[PlayerFile]:
        """The files of all players; the worker, which they share, once."""
        for number, player in enumerate(self._players.values()):
            for file in player.files:
                if not number or file.name != WORKER:
                    yield file

    def close(self) -> None:
        """Give back scratch files and archives."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _player(self, block: Package) -> Player:
        key = (block.file, block.identity)
        player = self._players.get(key)
        if player is None:
            sha256 = self._hash_of(block.file)
            stream = self._ctx.open_asset(sha256)
            archive = open_package(block.file, stream, sha256, self._ctx.limits)
            self._open.callback(archive.close)
            player = Player(archive, block, self._ctx, self._wishes)
            self._players[key] = self._open.enter_context(player)
            self.names += [file.name for file in player.files]
            if player.left_out:  # unreadable in the source, too: the import reported them
                log.warning("unreadable in %s, not exported: %s", block.file, player.left_out)
        return player

    def _hash_of(self, path: str) -> str:
        if self._assets is None:
            self._assets = {asset.path: asset for asset in self._draft.assets()}
        asset = self._assets.get(path)
        if asset is None:
            raise InputError(
                _(
                    "The package “{path}” is missing from the draft, but lessons need it.",
                    path=path,
                ),
                _("Import the source again."),
                path,
                code="course_not_ready",
            )
        return asset.sha256
