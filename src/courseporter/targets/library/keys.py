"""Names of entities: what an import called something once stays its name (LIBRARY.md 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

from courseporter.formats.names import url_name
from courseporter.targets.library.entities import NAMESPACE, Kind

MAX_STEM = 70  # characters that are left of a name when a mark follows


class Keys:
    """Gives keys to what a course becomes.

    `known`: (block type or kind of container, source key) → the key of an earlier import.
    `kind_of`: what the library has under a key.  Section, subsection and unit share one name space,
    so a key that another level has gets a mark of its own.
    """

    def __init__(
        self,
        known: Mapping[tuple[str, str], str] | None = None,
        kind_of: Callable[[str], Kind | None] = lambda _key: None,
    ) -> None:
        self._known = known or {}
        self._kind_of = kind_of
        self._containers: dict[str, str] = {}  # entity key → kind:source key

    def component(self, block_type: str, source_key: str) -> str:
        """The key of a component."""
        known = self._known.get((block_type, source_key))
        return known or f"{NAMESPACE}:{block_type}:{url_name(source_key)}"

    def container(self, kind: Kind, source_key: str) -> str:
        """The key of a container."""
        own = f"{kind}:{source_key}"
        key = self._known.get((kind, source_key)) or url_name(source_key)
        there = self._kind_of(key)
        taken = there is not None and there != kind
        if taken or self._containers.setdefault(key, own) != own:
            key = marked(key, own)
            self._containers[key] = own
        return key


def marked(key: str, own: str) -> str:
    """Another key for the same thing: with six hex digits of the hash of `own`."""
    above, _, stem = key.rpartition(":")
    mark = sha256(own.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{above}:{stem[:MAX_STEM]}-{mark}" if above else f"{stem[:MAX_STEM]}-{mark}"
