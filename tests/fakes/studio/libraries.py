"""Content libraries of the site: blocks, containers and collections, each with its versions.

LIBRARY.md section 3 says what the platform answers; the names of the fields are the platform's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

LEVELS = ("unit", "subsection", "section")
BELOW = {"unit": None, "subsection": "unit", "section": "subsection"}
TYPES = (
    "about annotatable drag-and-drop-v2 freetextresponse games html itembank lti_consumer "
    "openassessment poll problem survey video word_cloud videoalpha"
).split()
WITH_CHILDREN = ("chapter", "sequential", "vertical", "library_content", "split_test")
KNOWN = {*TYPES, *WITH_CHILDREN, "discussion"}
BIGGEST_FILE = 20 << 20  # bytes
SLUG = re.compile(r"[\w-]+")


def now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


class RefusedError(Exception):
    """The platform's answer to what it doesn't take: a status and a JSON body, or a page."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass
class Version:
    title: str
    olx: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)


@dataclass
class Entity:
    """A component or a container.  `draft` and `published` are numbers of versions; 0: none."""

    key: str
    kind: str  # the block type, or the level
    id: str
    versions: list[Version] = field(default_factory=list)
    draft: int = 0
    published: int = 0
    created: str = field(default_factory=now)
    modified: str = field(default_factory=now)

    @property
    def container(self) -> bool:
        return self.kind in LEVELS

    @property
    def there(self) -> bool:
        return self.draft > 0

    def at(self, number: int) -> Version:
        return self.versions[number - 1]

    @property
    def now(self) -> Version:
        return self.at(self.draft or len(self.versions))

    def add(self, version: Version) -> int:
        self.versions.append(version)
        self.draft = len(self.versions)
        self.modified = now()
        return self.draft

    def change(self, **fields: Any) -> int:
        old = self.now
        kept = {"title": old.title, "olx": old.olx, "files": dict(old.files)}
        return self.add(Version(**(kept | {"children": list(old.children)} | fields)))


@dataclass
class Collection:
    key: str
    title: str
    description: str
    members: list[str] = field(default_factory=list)


@dataclass
class Library:
    org: str
    slug: str
    title: str
    description: str = ""
    team: dict[str, str] = field(default_factory=dict)  # user to read, author or admin
    entities: dict[str, Entity] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    courses_using: dict[str, list[str]] = field(default_factory=dict)  # usage key to courses
    limit: int = 100_000

    @property
    def key(self) -> str:
        return f"lib:{self.org}:{self.slug}"

    # --- components ----------------------------------------------------------------------------

    def add_block(self, kind: str, name: str) -> Entity:
        if kind in WITH_CHILDREN:
            raise RefusedError(400, {"block_type": f"The '{kind}' block may have children."})
        if kind not in KNOWN:
            raise RefusedError(500)
        if not SLUG.fullmatch(name):
            raise RefusedError(400, {"definition_id": ["Enter a valid slug."]})
        key = f"lb:{self.org}:{self.slug}:{kind}:{name}"
        if key in self.entities:
            text = f"There is already a block with type {kind} and ID {name}"
            raise RefusedError(400, {"detail": f"{text} in this library."})
        if sum(not one.container for one in self.entities.values()) >= self.limit:
            raise RefusedError(
                400, {"detail": f"Library cannot have more than {self.limit} Components"}
            )
        made = Entity(key, kind, name)
        made.add(Version("", f"<{kind}/>"))
        self.entities[key] = made
        return made

    def set_olx(self, block: Entity, olx: str) -> int:
        if olx.lstrip().startswith("<?xml"):
            raise RefusedError(400, {"detail": "Unicode strings with encoding declaration."})
        try:
            root = ET.fromstring(olx)
        except ET.ParseError:
            raise RefusedError(500) from None
        if root.tag != block.kind:
            text = f"Invalid XBlock definition: wrong root element {root.tag}"
            raise RefusedError(400, {"detail": text})
        return block.change(title=root.get("display_name", ""), olx=_without_name(olx))

    def put_file(self, block: Entity, path: str, data: bytes) -> None:
        if len(data) > BIGGEST_FILE:
            raise RefusedError(400, {"detail": "File size exceeds the limit."})
        name = path.replace(" ", "_")
        if ".." in name.split("/"):
            raise RefusedError(400, {"detail": "Invalid path."})
        block.change(files={**block.now.files, name: data})

    def drop_file(self, block: Entity, path: str) -> None:
        block.change(files={name: data for name, data in block.now.files.items() if name != path})

    # --- containers ----------------------------------------------------------------------------

    def add_container(self, level: str, title: str, slug: str | None) -> Entity:
        if level not in LEVELS:
            raise RefusedError(400, {"container_type": [f'"{level}" is not a valid choice.']})
        if not title.strip():
            raise RefusedError(400, {"display_name": ["This field may not be blank."]})
        name = slug or re.sub(r"\W+", "-", title.lower()).strip("-")
        taken = any(one.container and one.id == name for one in self.entities.values())
        if taken or not SLUG.fullmatch(name):
            raise RefusedError(500)
        made = Entity(f"lct:{self.org}:{self.slug}:{level}:{name}", level, name)
        made.add(Version(title))
        self.entities[made.key] = made
        return made

    def children_for(self, container: Entity, keys: list[str]) -> list[str]:
        """The keys as the container takes them."""
        if not keys:
            raise RefusedError(400, {"usage_keys": ["This list may not be empty."]})
        for key in keys:
            child = self.entities.get(key)
            if child is None:
                raise RefusedError(500)
            if (child.kind if child.container else None) != BELOW[container.kind]:
                raise RefusedError(404, {"detail": "Not found."})
        return keys

    # --- publishing and deleting ---------------------------------------------------------------

    def publish(self, one: Entity) -> None:
        """A unit publishes its components; a section doesn't reach its units."""
        if one.container and not one.there:
            raise RefusedError(404, {"detail": "Not found."})
        if not one.there:
            return
        one.published = one.draft
        if one.kind == "unit":
            for key in one.now.children:
                self.publish(self.entities[key])

    def commit(self) -> None:
        for one in self.entities.values():
            one.published = one.draft

    def revert(self) -> None:
        for one in self.entities.values():
            one.draft = one.published

    def delete(self, one: Entity) -> None:
        one.draft = 0

    def restore(self, one: Entity) -> None:
        if one.there:
            return
        one.draft = len(one.versions)

    # --- collections ---------------------------------------------------------------------------

    def add_collection(self, title: str, description: str) -> Collection:
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        if not base:
            raise RefusedError(500)
        key, count = base, 0
        while key in self.collections:
            count += 1
            key = f"{base}-{count}"
        made = self.collections[key] = Collection(key, title, description)
        return made

    def collections_of(self, key: str) -> list[dict[str, str]]:
        return [
            {"key": one.key, "title": one.title}
            for one in self.collections.values()
            if key in one.members
        ]


def _without_name(olx: str) -> str:
    """The text as it came, but for `url_name`; an author's CDATA stays."""
    return re.sub(r'\surl_name=("[^"]*"|\'[^\']*\')', "", olx, count=1)
