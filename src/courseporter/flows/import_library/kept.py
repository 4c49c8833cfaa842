"""What an item of an import keeps of its entity, before and after."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from courseporter.targets.library.writer import Entity, Verb

COLLECTION = "collection"  # the kind of the item that stands for the collection
VERBS: tuple[Verb, ...] = ("create", "replace", "draft", "restore", "restore_draft")


class Kept(msgspec.Struct, frozen=True):
    """An entity; `children` are a container's, ours alone; `written`: its fingerprint as an import
    of ours left it; `entities`: of a collection.
    """

    entity: Entity | None = None
    children: tuple[str, ...] | None = None
    publish: bool = False
    written: str | None = None
    entities: tuple[str, ...] = ()


def kept(value: Mapping[str, object] | None) -> Kept:
    """An item's before or after."""
    return msgspec.convert(value or {}, Kept)
