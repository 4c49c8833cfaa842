"""The contract of a library that is read and written: an archive, or a library of a site.

The flow `import_library` reads the present state, plans against it, and applies one action after
the other.  It knows nothing of archives and requests; a writer knows nothing of policies, history
and the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import BinaryIO, Literal, Protocol

import msgspec

from courseporter.errors import Phrase
from courseporter.targets.library import entities
from courseporter.targets.library.entities import Component, Container, Kind

Verb = Literal["create", "replace", "draft", "restore", "restore_draft", "remove"]
Outcome = Literal["done", "held", "failed", "skipped"]
Keep = Callable[[BinaryIO], str]  # stores the bytes, gives their SHA-256


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an entity.

    `fingerprint` is "" where the block can't be read.  `files`: path such as `static/a.png` →
    SHA-256.  `olx_sha256`: of the block's bytes, once `keep` has stored them.
    """

    title: str
    fingerprint: str = ""
    children: tuple[str, ...] = ()
    files: Mapping[str, str] = {}
    olx_sha256: str | None = None


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """An entity as the library has it now; `deleted`: it existed and can be restored.

    `version`: its highest version number, 0 where nobody tells.
    """

    key: str
    kind: Kind
    draft: Content | None = None
    published: Content | None = None
    deleted: bool = False
    version: int = 0

    @property
    def fingerprint(self) -> str:
        """Of what is there now: the draft, or what is published where there is none."""
        content = self.draft or self.published
        return content.fingerprint if content else ""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with one entity.

    `there`: the entity as it was when this was planned; a writer whose remote system can change
    holds the action back when it isn't so any more.  `part` is None for `remove`.
    `publish`: what was written becomes what learners see; else it stays a draft.
    `fingerprint`: of `part`.
    """

    verb: Verb
    key: str
    kind: Kind
    part: Component | Container | None = None
    publish: bool = True
    there: Entity | None = None
    fingerprint: str = ""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to an action; `after`: the entity as it is now, None when it is gone."""

    outcome: Outcome = "done"
    reason: Phrase | None = None
    after: Entity | None = None


class Library(Protocol):
    """One library.  Every call raises PorterError, and what ends the job."""

    @property
    def key(self) -> str:
        """Such as `lib:ORG:SLUG`."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def types(self) -> frozenset[str] | None:
        """Block types that it takes; None where nobody tells: the usual ones."""
        ...

    @property
    def durable(self) -> bool:
        """Whether what `apply` did is there when the process ends: then each action is saved alone.
        Otherwise nothing is there before `finish`, and a resume applies all actions again.
        """
        ...

    def entities(self, keys: Collection[str]) -> Mapping[str, Entity]:
        """The present state of these entities; a key that never existed is missing.  Called with
        some hundreds of keys at a time.
        """
        ...

    def calls(self, action: Action) -> int:
        """How many requests this takes, 0 without a network."""
        ...

    def keep(self, entity: Entity, keep: Keep) -> Entity:
        """Store the bytes of an entity that will be replaced; gives it with `olx_sha256` filled."""
        ...

    def apply(self, action: Action) -> Applied:
        """Do it, once: also when an earlier process may have done it already."""
        ...

    def collect(self, collection: entities.Collection) -> tuple[str, ...]:
        """Add these entities to the collection, creating it when it is missing; gives the keys that
        were not in it before.  Nothing is ever removed.
        """
        ...

    def uncollect(self, collection: entities.Collection, *, drop: bool) -> None:
        """Take these entities out of the collection; `drop`: delete it when it is empty then."""
        ...

    def finish(self) -> Mapping[str, object]:
        """Nothing more will be applied: what isn't durable becomes so now, whole or not at all.
        Gives facts for the job's summary, such as bytes and SHA-256 of a file.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
