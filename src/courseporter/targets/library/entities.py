"""What a library is made of: components with their files, and the containers above them.

Names follow openedx-core: a component's key is `xblock.v1:TYPE:ID`, a container's is its bare ID;
section, subsection and unit share one name space per library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from courseporter.errors import Phrase

Kind = Literal["section", "subsection", "unit", "component"]
Level = Literal["section", "subsection", "unit", "component"]
LEVELS: tuple[Level, ...] = ("section", "subsection", "unit", "component")
NAMESPACE = "xblock.v1"
MAX_TITLE = 500  # characters of the site's column
UNTITLED = "Untitled"


class File(msgspec.Struct, frozen=True, gc=False):
    """A file of a component: its path below the component's folder, such as `static/a.png`.

    `data` where it is made while rendering; otherwise it is the stored asset `sha256`.
    """

    path: str
    sha256: str
    size: int
    data: bytes | None = None


class Component(msgspec.Struct, frozen=True):
    """One block, inline, without `url_name`; its files are its own."""

    key: str
    source_key: str
    title: str
    block_type: str
    olx: bytes
    files: tuple[File, ...] = ()
    losses: tuple[Phrase, ...] = ()

    @property
    def identifier(self) -> str:
        """The part of the key that is the component's own."""
        return self.key.rpartition(":")[2]


class Container(msgspec.Struct, frozen=True):
    """A section, subsection or unit; `children` are entity keys in order."""

    key: str
    source_key: str
    kind: Kind
    title: str
    children: tuple[str, ...]


class Unsupported(msgspec.Struct, frozen=True):
    """A block that a library can't hold, and why."""

    source_key: str
    title: str
    block_type: str
    reason: Phrase


class Collection(msgspec.Struct, frozen=True):
    """All entities of one course."""

    key: str
    title: str
    entities: tuple[str, ...]


def library_title(title: str) -> str:
    """A title that every release accepts: never blank, at most 500 characters."""
    clean = " ".join(title.split())[:MAX_TITLE].strip()
    return clean or UNTITLED


def container_fingerprint(title: str, children: Sequence[str]) -> str:
    """SHA-256 of a container's content."""
    return _sha256(["container", title, *children])


def component_fingerprint(normal: str, title: str, files: Mapping[str, str]) -> str:
    """SHA-256 of a component's content: normal form (see `normal_form`), title, file hashes."""
    listed = [part for path in sorted(files) for part in (path, files[path])]
    return _sha256(["component", title, normal, *listed])


def _sha256(parts: Sequence[str]) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
