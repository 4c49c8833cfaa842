"""A content library on an Open edX site: every call that reads or writes it (LIBRARY.md 3).

The interfaces have traps that this module knows: a 500 on create tells nothing, so whoever creates
asks first; a unit lists components and a section subsections; deletions reach the published side
only by the library-wide commit, which is never called because it takes everybody's changes along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, Unpack
from urllib.parse import quote

import msgspec

from courseporter.errors import InputError, RejectedError, SettingsError, _
from courseporter.formats.xml import parse_xml
from courseporter.net import Answer, FilePart
from courseporter.net.options import Options
from courseporter.targets.library.entities import (
    Kind,
    component_fingerprint,
    container_fingerprint,
    library_title,
)
from courseporter.targets.library.normal_form import normal_form
from courseporter.targets.openedx.session import Session, authorized

API = "/api/libraries/v2"
PAGE = 100
PAGES = 10_000
BLOCK_CAP = 64 << 20  # bytes of one answer with OLX in it
BIGGEST_FILE = 20 << 20  # bytes; the site refuses more (LIBRARY.md 3)
T = TypeVar("T")


class LibraryKey(msgspec.Struct, frozen=True):
    """`lib:ORG:SLUG`."""

    org: str
    slug: str

    def __str__(self) -> str:
        return f"lib:{self.org}:{self.slug}"

    def component(self, block_type: str, identifier: str) -> str:
        """The usage key of a component."""
        return f"lb:{self.org}:{self.slug}:{block_type}:{identifier}"

    def container(self, kind: Kind, identifier: str) -> str:
        """The usage key of a container."""
        return f"lct:{self.org}:{self.slug}:{kind}:{identifier}"


def parse_library_key(text: str) -> LibraryKey:
    """Raises SettingsError."""
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "lib" or not all(part.strip() for part in parts):
        raise SettingsError(
            _("“{text}” isn't a library key.", text=text),
            _("A library key looks like lib:ORG:NAME. Studio shows it in the library's address."),
            text,
        )
    return LibraryKey(parts[1], parts[2])


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A library as the site lists it."""

    id: str
    title: str = ""
    description: str = ""
    can_edit_library: bool = True
    has_unpublished_changes: bool = False


class Membership(msgspec.Struct, frozen=True):
    """A collection that an entity is in."""

    key: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A component or a container as the site lists it.  `modified` has steps of one second."""

    id: str
    block_type: str = ""
    container_type: str = ""
    display_name: str = ""
    has_unpublished_changes: bool = False
    last_published: str | None = None
    modified: str = ""
    collections: tuple[Membership, ...] = ()


class RemoteCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection of the library."""

    key: str
    title: str = ""
    description: str = ""


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a component; `path` is below the component, such as `static/a.png`."""

    path: str
    url: str = ""
    size: int = 0


class RemoteBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A component's draft: its OLX, title, and files by path with their SHA-256."""

    olx: str
    title: str
    files: Mapping[str, str]
    fingerprint: str


class RemoteContainer(msgspec.Struct, frozen=True, kw_only=True):
    """A container's draft: its title and the usage keys of its children."""

    title: str
    children: tuple[str, ...]
    fingerprint: str
    has_unpublished_changes: bool = False
    is_published: bool = True


class _Page(msgspec.Struct):
    results: list[msgspec.Raw] = []
    next: str | None = None


class _Olx(msgspec.Struct):
    olx: str = ""
    version_num: int = 0


class _Files(msgspec.Struct):
    files: list[RemoteFile] = []


class _Named(msgspec.Struct):
    id: str = ""
    key: str = ""


class _Type(msgspec.Struct):
    block_type: str


class LibrarySite:
    """Reads and writes one library.  Every method raises PorterError; `calls` counts requests."""

    def __init__(self, session: Session, key: LibraryKey) -> None:
        self._studio = session.studio
        self._sender = session.sender
        self.key = key
        self.calls = 0

    # ------------------------------------------------------------------------------- reading

    def find(self) -> Listed | None:
        """The library itself; None when there is none that this account may see."""
        return self._maybe(f"{API}/{self.key}/", Listed)

    def block_types(self) -> frozenset[str]:
        """The types that the site offers for components."""
        answer = self._call("GET", f"{API}/{self.key}/block_types/")
        return frozenset(one.block_type for one in answer.decode(list[_Type]))

    def components(self) -> Iterator[Row]:
        """Every component that isn't deleted, page by page."""
        return self._pages(f"{API}/{self.key}/blocks/", Row)

    def collections(self) -> Iterator[RemoteCollection]:
        """Every collection."""
        return self._pages(f"{API}/{self.key}/collections/", RemoteCollection)

    def component(self, usage: str, version: str = "draft") -> RemoteBlock | None:
        """What a component holds; None when it doesn't exist, is deleted, or has no such version.

        Files are those of the draft, whose bytes are fetched to be hashed.
        """
        path = f"{API}/blocks/{usage}/olx/"
        if version != "draft":
            path = f"/api/xblock/v2/xblocks/{usage}@{version}/olx/"
        read = self._maybe(path, _Olx)
        if read is None:
            return None
        files = {one.path: self._sha256(one) for one in self.files(usage)}
        title = title_of(read.olx)
        return RemoteBlock(
            olx=read.olx,
            title=title,
            files=files,
            fingerprint=fingerprint_of(read.olx, title, files),
        )

    def files(self, usage: str) -> list[RemoteFile]:
        """The files of a component's draft."""
        return self._call("GET", f"{API}/blocks/{usage}/assets/").decode(_Files).files

    def file(self, one: RemoteFile) -> bytes:
        """The bytes of a file."""
        return self._call("GET", one.url, cap=BIGGEST_FILE + 1).body

    def row(self, usage: str) -> Row | None:
        """A component or container as listed; None when it doesn't exist or is deleted."""
        return self._maybe(self._path(usage), Row)

    def container(self, usage: str) -> RemoteContainer | None:
        """What a container holds; None when it doesn't exist or is deleted."""
        row = self._maybe(self._path(usage), Row)
        if row is None:
            return None
        answer = self._call("GET", f"{self._path(usage)}children/", cap=BLOCK_CAP)
        children = tuple(one.id for one in answer.decode(list[Row]))
        return RemoteContainer(
            title=row.display_name,
            children=children,
            fingerprint=container_fingerprint(row.display_name, children),
            has_unpublished_changes=row.has_unpublished_changes,
            is_published=row.last_published is not None,
        )

    def courses_using(self, usage: str) -> tuple[str, ...]:
        """Courses whose content comes from this entity, as far as the account may know."""

        class Use(msgspec.Struct):
            downstream_context_key: str = ""

        try:
            path = "/api/contentstore/v2/downstreams/"
            rows = list(self._pages(path, Use, {"upstream_usage_key": usage}))
        except RejectedError:
            return ()
        return tuple(sorted({one.downstream_context_key for one in rows}))

    # ------------------------------------------------------------------------------- writing

    def create_component(self, block_type: str, identifier: str) -> None:
        """Make an empty component.  Ask first whether it exists: the site's refusal is a 400."""
        body = {"block_type": block_type, "definition_id": identifier, "can_stand_alone": True}
        self._call("POST", f"{API}/{self.key}/blocks/", json=body, repeat=False)

    def set_olx(self, usage: str, olx: str) -> None:
        """Make this the draft.  It revives a deleted component."""
        self._call("POST", f"{API}/blocks/{usage}/olx/", json={"olx": olx}, repeat=True)

    def put_file(self, usage: str, path: str, part: FilePart) -> None:
        """Store a file of a component; `path` begins with `static/`."""
        address = f"{API}/blocks/{usage}/assets/{quote(path)}"
        self._call("PUT", address, files={"content": part}, repeat=True)

    def delete_file(self, usage: str, path: str) -> None:
        """Remove a file of a component."""
        self._call("DELETE", f"{API}/blocks/{usage}/assets/{quote(path)}", repeat=True)

    def create_container(self, kind: Kind, identifier: str, title: str) -> None:
        """Make an empty container.  Ask first whether it exists: the site's refusal is a 500."""
        body = {"container_type": kind, "display_name": title, "slug": identifier}
        self._call("POST", f"{API}/{self.key}/containers/", json=body, repeat=False)

    def rename_container(self, usage: str, title: str) -> None:
        """Give a container another title."""
        self._call("PATCH", self._path(usage), json={"display_name": title}, repeat=True)

    def set_children(self, usage: str, children: Sequence[str], now: Sequence[str]) -> None:
        """Replace a container's children; `now` are those it has, which an empty list removes."""
        path = f"{self._path(usage)}children/"
        if children:
            self._call("PATCH", path, json={"usage_keys": list(children)}, repeat=True)
        elif now:
            self._call("DELETE", path, json={"usage_keys": list(now)}, repeat=True)

    def publish(self, usage: str) -> None:
        """Publish an entity's draft; a unit takes its components along, others nothing."""
        self._call("POST", f"{self._path(usage)}publish/", repeat=True)

    def delete(self, usage: str) -> None:
        """Delete softly; the published side keeps it until somebody publishes the library."""
        self._call("DELETE", self._path(usage), accept=(404,), repeat=True)

    def restore(self, usage: str) -> None:
        """Bring a deleted entity back as it was."""
        self._call("POST", f"{self._path(usage)}restore/", repeat=True)

    def create_collection(self, title: str, description: str) -> str:
        """Make a collection and return its key.  Never twice: the second would be another one."""
        body = {"title": title, "description": description}
        answer = self._call("POST", f"{API}/{self.key}/collections/", json=body, repeat=False)
        return answer.decode(_Named).key

    def add_to_collection(self, collection: str, usages: Sequence[str]) -> None:
        """Add entities; those that are in it already stay."""
        self._items("PATCH", collection, usages)

    def remove_from_collection(self, collection: str, usages: Sequence[str]) -> None:
        """Take entities out of a collection; they stay in the library."""
        self._items("DELETE", collection, usages)

    def delete_collection(self, collection: str) -> None:
        """Remove a collection; its entities stay."""
        path = f"{API}/{self.key}/collections/{collection}/"
        self._call("DELETE", path, accept=(404,), repeat=True)

    # ------------------------------------------------------------------------------- the call

    def _items(self, method: str, collection: str, usages: Sequence[str]) -> None:
        path = f"{API}/{self.key}/collections/{collection}/items/"
        self._call(method, path, json={"usage_keys": list(usages)}, repeat=True)

    def _path(self, usage: str) -> str:
        return f"{API}/{'blocks' if usage.startswith('lb:') else 'containers'}/{usage}/"

    def _sha256(self, one: RemoteFile) -> str:
        return hashlib.sha256(self.file(one)).hexdigest()

    def _call(self, method: str, path: str, **options: Unpack[Options]) -> Answer:
        self.calls += 1
        client = self._sender if "files" in options else self._studio
        with authorized(_("This account isn't allowed to change {key}.", key=str(self.key))):
            return client.request(method, path, **options)

    def _maybe(self, path: str, kind: type[T]) -> T | None:
        answer = self._call("GET", path, accept=(404,), cap=BLOCK_CAP)
        return None if answer.status == 404 else answer.decode(kind)

    def _pages(
        self, path: str, kind: type[T], params: Mapping[str, str] | None = None
    ) -> Iterator[T]:
        for page in range(1, PAGES):
            asked = {**(params or {}), "page": page, "page_size": PAGE, "pagination": "true"}
            answer = self._call("GET", path, params=asked, cap=BLOCK_CAP)
            read = answer.decode(_Page)
            for raw in read.results:
                yield msgspec.json.decode(raw, type=kind)
            if not read.next:
                return


def libraries(session: Session) -> list[Listed]:
    """The libraries that this account may see."""
    found: list[Listed] = []
    for page in range(1, PAGES):
        params: dict[str, str | int] = {"pagination": "true", "page_size": PAGE, "page": page}
        with authorized(_("This account isn't allowed to list the site's libraries.")):
            read = session.studio.get(f"{API}/", params=params).decode(_Page)
        found += [msgspec.json.decode(raw, type=Listed) for raw in read.results]
        if not read.next:
            break
    return found


def title_of(olx: str) -> str:
    """The title that a component's OLX gives it, never blank."""
    try:
        return library_title(
            parse_xml(olx.encode(), name="block.xml").root.get("display_name") or ""
        )
    except InputError:
        return library_title("")


def fingerprint_of(olx: str, title: str, files: Mapping[str, str]) -> str:
    """The fingerprint of a component's content; "" when its OLX can't be read."""
    try:
        return component_fingerprint(normal_form(olx.encode()), title, files)
    except InputError:
        return ""
