"""Reads the archive of a library: what it holds, by the keys in its files and not by their names.

Studio's own backups name folders otherwise than keys (LIBRARY.md 2), so the TOML decides.  Every
member is named by somebody, so that nothing gets lost when the archive is written again.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import msgspec

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, open_archive, open_stored
from courseporter.targets.library.entities import (
    Kind,
    component_fingerprint,
    container_fingerprint,
)
from courseporter.targets.library.normal_form import normal_form
from courseporter.targets.library.toml import TIME

_COMPONENT = re.compile(r"(entities/[^/]+/[^/]+/[^/]+)/component_versions/")
_VERSION = re.compile(r"/component_versions/v(\d+)/(.+)\Z")
BLOCK = 1 << 20
_CONTAINERS: tuple[Kind, ...] = ("section", "subsection", "unit")
MAX_TOML = 4 << 20
MAX_BLOCK = 64 << 20
Table = Mapping[str, object]


class ExistingVersion(msgspec.Struct, frozen=True):
    """A version of an entity: its content, and where its files are in the archive."""

    number: int
    title: str
    children: tuple[str, ...] = ()
    files: Mapping[str, str] = {}  # path below the version → member
    fingerprint: str = ""


class Existing(msgspec.Struct, frozen=True):
    """An entity of the archive; `members` are all members that are its own, its TOML first."""

    key: str
    kind: Kind
    draft: ExistingVersion | None
    published: ExistingVersion | None
    highest: int
    members: tuple[str, ...]
    alone: bool = True
    created: str = TIME

    @property
    def fingerprint(self) -> str:
        """Of what is there now: the draft, or what is published where there is none."""
        version = self.draft or self.published
        return version.fingerprint if version else ""


class ExistingCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection of the archive, and the file that says so."""

    key: str
    title: str
    entities: tuple[str, ...]
    member: str
    description: str = ""
    created: str = TIME


class LibraryArchive:
    """An open archive of a library.  Raises InputError when it isn't one; a context manager."""

    def __init__(self, path: Path, limits: Limits, stream: BinaryIO | None = None) -> None:
        """`stream`: its bytes, where it isn't the file `path`; closing the archive closes it."""
        self.name = path.name
        self.archive: Archive = (
            open_stored(path.name, stream, limits) if stream else open_archive(path, limits)
        )
        try:
            package = _table(self.toml("package.toml"), "learning_package")
        except KeyError:
            self.archive.close()
            raise _no_library(self.name) from None
        except BaseException:
            self.archive.close()
            raise
        self.key = str(package.get("key", ""))
        self.title = str(package.get("title", ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.archive.close()

    def open(self, member: str) -> BinaryIO:
        """A member as a stream.  Raises KeyError, InputError."""
        return self.archive.open(self.archive.members[member])

    def read(self, member: str, limit: int = MAX_BLOCK) -> bytes:
        """The bytes of a member.  Raises KeyError when there is none, InputError."""
        return self.archive.read(self.archive.members[member], limit)

    def toml(self, member: str) -> Table:
        """A TOML file of the archive.  Raises KeyError when there is none, InputError."""
        data = self.read(member, MAX_TOML)
        try:
            return tomllib.loads(data.decode("utf-8-sig"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError(
                _("“{member}” in “{name}” can't be read.", member=member, name=self.name),
                _("Create a new backup of the library in Studio."),
                member,
                code="library_invalid",
            ) from error

    def entities(self) -> Iterator[Existing]:
        """Every component and container, in the order of their files' names."""
        below: dict[str, list[str]] = {}
        for member in self.archive.members:
            if match := _COMPONENT.match(member):
                below.setdefault(match[1], []).append(member)
        for member in sorted(self.archive.members):
            if not member.startswith("entities/") or not member.endswith(".toml"):
                continue
            stem = member.removesuffix(".toml")
            if member.count("/") in (1, 3):
                yield self._entity(member, tuple(sorted(below.get(stem, ()))))

    def collections(self) -> Iterator[ExistingCollection]:
        """Every collection."""
        for member in sorted(self.archive.members):
            if member.startswith("collections/") and member.endswith(".toml"):
                table = _table(self.toml(member), "collection")
                yield ExistingCollection(
                    key=str(table.get("key", "")),
                    title=str(table.get("title", "")),
                    entities=tuple(map(str, _list(table, "entities"))),
                    member=member,
                    description=str(table.get("description", "")),
                    created=_time(table),
                )

    def _entity(self, member: str, files: tuple[str, ...]) -> Existing:
        document = self.toml(member)
        entity = _table(document, "entity")
        kind = _kind(_table(entity, "container"))
        versions = {
            version.number: version
            for version in (
                self._version(_as_table(one), kind, files) for one in _list(document, "version")
            )
        }
        draft = versions.get(_number(_table(entity, "draft"), "version_num"))
        published = versions.get(_number(_table(entity, "published"), "version_num"))
        return Existing(
            key=str(entity.get("key", "")),
            kind=kind,
            draft=draft,
            published=published,
            highest=max(versions, default=0),
            members=(member, *files),
            alone=entity.get("can_stand_alone") is not False,
            created=_time(entity),
        )

    def _version(self, table: Table, kind: Kind, files: tuple[str, ...]) -> ExistingVersion:
        number, title = _number(table, "version_num"), str(table.get("title", ""))
        if kind != "component":
            children = tuple(map(str, _list(_table(table, "container"), "children")))
            mark = container_fingerprint(title, children)
            return ExistingVersion(number, title, children, {}, mark)
        own: dict[str, str] = {}
        for member in files:
            match = _VERSION.search(member)
            if match and int(match[1]) == number:
                own[match[2]] = member
        return ExistingVersion(number, title, (), own, self._mark(title, own))

    def _mark(self, title: str, own: Mapping[str, str]) -> str:
        """The fingerprint of a component; one whose block can't be read has none."""
        if "block.xml" not in own:
            return ""
        try:
            normal = normal_form(self.read(own["block.xml"]), own["block.xml"])
        except InputError:
            return ""
        hashes = {path: self._sha256(member) for path, member in own.items() if path != "block.xml"}
        return component_fingerprint(normal, title, hashes)

    def _sha256(self, member: str) -> str:
        digest = hashlib.sha256()
        with closing(self.archive.open(self.archive.members[member])) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()


def _no_library(name: str) -> InputError:
    return InputError(
        _("“{name}” isn't a library backup: it has no package.toml.", name=name),
        _("Choose a library backup (ZIP) that you downloaded from Studio."),
        name,
        code="library_invalid",
    )


def _time(table: Table) -> str:
    """When it was created, as TOML writes it."""
    value = table.get("created")
    if not isinstance(value, datetime) or value.tzinfo is None:
        return TIME
    return value.isoformat().replace("+00:00", "Z")


def _kind(container: Table) -> Kind:
    for kind in _CONTAINERS:
        if kind in container:
            return kind
    return "component"


def _as_table(value: object) -> Table:
    return cast(Table, value) if isinstance(value, dict) else {}


def _table(document: Table, name: str) -> Table:
    return _as_table(document.get(name))


def _list(document: Table, name: str) -> list[object]:
    value = document.get(name)
    return cast(list[object], value) if isinstance(value, list) else []


def _number(table: Table, name: str) -> int:
    value = table.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
