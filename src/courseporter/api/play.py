"""Trying a SCORM lesson: the files that the course package will carry, in the user's own browser.

They are served from this computer alone, at addresses of the platform's form with a token that
nobody can guess, by a process that ends with the app and leaves nothing behind.
"""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from courseporter.api.actor import Actor, start, stop
from courseporter.errors import PorterError, refused_by_system

if TYPE_CHECKING:
    from courseporter.flows.play_server import Playroom

PATIENCE = 2.0  # seconds the process has to end


class Room:
    """The process that packs and serves, and our end of its pipe."""

    def __init__(self, home: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=attend, args=(str(home), theirs), name="courseporter-play", daemon=True
        )
        self._process.start()
        theirs.close()
        self._turn = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive()

    def play(self, draft_id: str, key: str) -> str:
        """Return the address to open.  Raises what the process raised, EOFError when it is gone."""
        with self._turn:
            self._pipe.send(("play", draft_id, key))
            answer: str | PorterError = self._pipe.recv()
        if isinstance(answer, PorterError):
            raise answer
        return answer

    def was_opened(self, address: str) -> bool:
        """Whether a browser has asked for this address."""
        with self._turn:
            self._pipe.send(("was_opened", address))
            return bool(self._pipe.recv())

    def close(self) -> None:
        """End the process, also in the middle of its work: its files have no names."""
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        with suppress(OSError):
            self._pipe.close()


_rooms: dict[Path, Room] = {}
_turn = threading.Lock()


def play(actor: Actor, draft_id: str, key: str) -> str:
    """The address at which the SCORM lesson at or below this place plays in a browser of this
    computer.  Packs the package first, which takes its time: call it off the GUI thread.

    Raises SettingsError `unknown_item` where nothing plays, InputError for a broken package.
    """
    with _turn:
        room = _rooms.get(actor.home)
        if room is not None and not room.is_open:
            room.close()
            room = None
        if room is None:
            room = _rooms[actor.home] = Room(actor.home)
    return room.play(draft_id, key)


def was_opened(actor: Actor, address: str) -> bool:
    """Whether a browser has opened the lesson at an address that `play` returned."""
    with _turn:
        room = _rooms.get(actor.home)
    return room is not None and room.is_open and room.was_opened(address)


def stop_playing(actor: Actor) -> None:
    """End the server of this data folder, if there is one."""
    with _turn:
        room = _rooms.pop(actor.home, None)
    if room is not None:
        room.close()


def attend(home: str, pipe: Connection) -> None:
    """Run the process: answer ("play", draft, key) with an address or a PorterError, and
    ("was_opened", address) with a boolean, until the other end of the pipe is gone.
    """
    from courseporter.flows.play_server import Playroom

    actor = start(Path(home))
    room = Playroom(actor.store, actor.organisation)
    try:
        with suppress(EOFError, OSError):
            while True:
                verb, *values = pipe.recv()
                answer = room.was_opened if verb == "was_opened" else partial(_answer, room)
                pipe.send(answer(*values))
    finally:
        room.close()
        stop(actor)


def _answer(room: Playroom, draft_id: str, key: str) -> str | PorterError:
    """The address, or why there is none."""
    try:
        return room.play(draft_id, key)
    except PorterError as error:
        return error
    except OSError as error:  # such as a full disk: said, and the others play on
        refusal = refused_by_system(error)
        if refusal is None:
            raise
        return refusal
