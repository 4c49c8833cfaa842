"""One write to the site, done once whatever happens in between (jobs/effects).

A write whose outcome is unknown after a crash is looked for before it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from courseporter.errors import RejectedError
from courseporter.jobs import effects
from courseporter.jobs.effects import Effect
from courseporter.jobs.run import Run

Send = Callable[[], str]
Find = Callable[[Effect], str | None]


@dataclass
class _Side:
    """The remote system of one write: the site refuses or absorbs a repetition, and `find` comes
    first in any case, so there is nothing to wait for.
    """

    go: Send
    repeatable: bool = True
    searchable: bool = False
    quarantine: float = 0.0
    refusal: RejectedError | None = None  # the journal keeps no more than its sentence

    def find(self, key: str) -> str | None:
        """Never asked: repeatable."""
        raise NotImplementedError(key)

    def send(self, key: str, body: bytes) -> str:
        """Write."""
        del key, body
        try:
            return self.go()
        except RejectedError as error:
            self.refusal = error
            raise


class Lost(Exception):  # noqa: N818 - control flow, not an error
    """An earlier try was refused or never carried out; it is recorded so, and a new one needs a new
    key.
    """


def write_once(run: Run, key: str, request: object, send: Send, find: Find) -> str:
    """The site's name for what was written under `key`.

    `find` is asked when an earlier try is in doubt: what it found, or None to send again; it may
    raise Lost, after which the key is closed.  Raises what `send` and `find` raise.
    """
    known = effects.journal(run).get(key)
    if known is not None and known.state == "done":
        return known.target_ref or ""
    if known is not None and known.state == "rejected":
        raise Lost
    if known is not None:
        try:
            found = find(known)
        except Lost:
            effects.conclude(run, key, "rejected", "never arrived")
            raise
        if found is not None:
            effects.conclude(run, key, "done", found)
            return found
    body = msgspec.json.encode(request, order="sorted")
    side = _Side(send)
    done = effects.deliver(run, {key: body}, side)[key]
    if side.refusal is not None:
        raise side.refusal
    return done.target_ref or ""


def in_doubt(run: Run, key: str) -> bool:
    """Whether a try under this key has no known outcome."""
    known = effects.journal(run).get(key)
    return known is not None and known.state == "intent"
