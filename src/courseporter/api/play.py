"""Trying a SCORM lesson: the files that the course package will carry, in the user's own browser.

They are served from this computer alone, at addresses of the platform's form with a token that
nobody can guess, and are gone with the app.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from courseporter.api.actor import Actor
from courseporter.errors import SettingsError
from courseporter.store.schema import draft_asset
from courseporter.targets.olx import course_identity
from courseporter.workspace import drafts, scorm_choice

if TYPE_CHECKING:  # the web server is loaded with the first lesson
    from courseporter.api.playroom import Lesson, Playroom

_rooms: dict[Path, Playroom] = {}
_turn = threading.Lock()


def play(actor: Actor, draft_id: str, key: str) -> str:
    """The address at which the SCORM lesson at or below this place plays in a browser of this
    computer.  Packs the package first, which takes its time: call it off the GUI thread.

    Raises SettingsError `unknown_item` where nothing plays, InputError for a broken package.
    """
    from courseporter.api.playroom import Playroom

    draft = drafts.get(actor.store, draft_id)
    lesson = _lesson(actor, draft, key)
    with _turn:
        room = _rooms.get(actor.home)
        if room is None:
            room = _rooms[actor.home] = Playroom(actor.store)
    return room.play(draft.id, lesson)


def stop_playing(actor: Actor) -> None:
    """Close the server of this data folder, if there is one."""
    with _turn:
        room = _rooms.pop(actor.home, None)
    if room is not None:
        room.close()


def _lesson(actor: Actor, draft: drafts.DraftRecord, key: str) -> Lesson:
    from courseporter.api.playroom import Lesson

    with actor.store.read() as connection:
        places = scorm_choice.lessons(connection, draft.id, (key,))
        place = next((one for one in places if one.package.identity), None)
        if place is None:
            raise SettingsError(
                "There is no SCORM lesson here that could be played.",
                "Choose one that starts with a file of its package. A course that an earlier "
                "version of CoursePorter has read must be imported again.",
                draft.title,
                code="unknown_item",
            )
        named = (draft_asset.c.draft_id == draft.id, draft_asset.c.path == place.package.file)
        sha256 = connection.execute(select(draft_asset.c.sha256).where(*named)).scalar_one()
    org, number, _ = course_identity(draft.course)
    course, language = f"{org}+{number}", draft.course.language
    return Lesson(place.package, place.node.title, sha256, course, language)
