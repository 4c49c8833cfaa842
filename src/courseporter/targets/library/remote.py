"""A library of an Open edX site behind the contract of `writer` (LIBRARY.md 5.4).

Every call may be repeated: what exists is asked for before it is created, files come before the
OLX that names them and are removed after it, and an entity that somebody else changed since the
plan was made is held back.  Somebody else's change is what isn't the state that was planned for,
the state that is wanted, or a step on our own way between them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from io import BytesIO
from typing import BinaryIO, cast

from courseporter.errors import Phrase, RejectedError, TransientError, _
from courseporter.net import FilePart
from courseporter.targets.library import entities
from courseporter.targets.library.entities import Component, Container, File, Kind
from courseporter.targets.library.marks import fingerprint_of
from courseporter.targets.library.site import (
    BIGGEST_FILE,
    LibrarySite,
    Listed,
    RemoteBlock,
    RemoteContainer,
    Row,
)
from courseporter.targets.library.under_way import is_expected
from courseporter.targets.library.usages import (
    CONTAINERS,
    child_usage,
    entity_key,
    is_component,
    usage_key,
)
from courseporter.targets.library.writer import Action, Applied, Content, Entity, Keep

STEP = 25  # entities between two ticks


class RemoteLibrary:
    """Implements `writer.Library`.  `tick` is asked between calls and may raise to end the job."""

    durable = True

    def __init__(
        self,
        site: LibrarySite,
        listed: Listed,
        open_asset: Callable[[str], BinaryIO],
        tick: Callable[[int], None],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._site = site
        self._open_asset = open_asset
        self._tick = tick
        self._close = close
        self.key = str(site.key)
        self.title = listed.title or self.key
        self.types: frozenset[str] | None = site.block_types()
        self._components: dict[str, Row] | None = None
        self._kinds: dict[str, Kind | None] = {}  # bare key of a container → its level
        self._seen = 0

    # ------------------------------------------------------------------------------- reading

    def entities(self, keys: Collection[str]) -> Mapping[str, Entity]:
        """The present state of these."""
        if self._components is None:
            self._components = {row.id: row for row in self._site.components()}
        found: dict[str, Entity] = {}
        for key in keys:
            self._seen += 1
            if not self._seen % STEP:
                self._tick(self._seen)
            entity = self._listed(key, self._components)
            if entity is not None:
                found[key] = entity
        return found

    def _listed(self, key: str, rows: Mapping[str, Row]) -> Entity | None:
        if not is_component(key):
            kind = self._kind(key)
            return None if kind is None else self._container(key, kind)
        usage = self._usage(key, "component")
        return self._component(key, usage, rows[usage]) if usage in rows else None

    def _present(self, key: str, kind: Kind) -> Entity | None:
        """The state now, asked for again."""
        if kind != "component":
            found = self._container(key, kind)
            self._kinds[key] = kind if found is not None else None
            return found
        usage = self._usage(key, kind)
        row = self._site.row(usage)
        if row is None:
            return None
        if self._components is not None:
            self._components[usage] = row
        return self._component(key, usage, row)

    def _component(self, key: str, usage: str, row: Row) -> Entity | None:
        read = self._site.component(usage)
        if read is None:
            return None
        draft = _content_of_block(read)
        published: Content | None = draft
        if row.last_published is None:
            published = None
        elif row.has_unpublished_changes:
            before = self._site.component(usage, "published")
            published = None if before is None else _content_of_block(before)
        return Entity(key=key, kind="component", draft=draft, published=published)

    def _container(self, key: str, kind: Kind) -> Entity | None:
        read = self._site.container(self._usage(key, kind))
        if read is None:
            return None
        draft = self._content_of(read)
        published = draft if not read.has_unpublished_changes else _unlike(draft)
        return Entity(
            key=key, kind=kind, draft=draft, published=published if read.is_published else None
        )

    def _content_of(self, read: RemoteContainer) -> Content:
        children = tuple(entity_key(usage) for usage in read.children)
        mark = entities.container_fingerprint(read.title, children)
        return Content(title=read.title, fingerprint=mark, children=children)

    def _kind(self, key: str) -> Kind | None:
        """The level that has this name; the three share one name space."""
        if key not in self._kinds:
            self._kinds[key] = None
            for kind in CONTAINERS:
                if self._site.row(self._usage(key, kind)):
                    self._kinds[key] = kind
                    break
        return self._kinds[key]

    def keep(self, entity: Entity, keep: Keep) -> Entity:
        """Store the bytes of what will be replaced: the draft's OLX and files."""
        if entity.kind != "component" or entity.draft is None:
            return entity
        usage = self._usage(entity.key, entity.kind)
        read = self._site.component(usage)
        if read is None:
            return entity
        hashes = {one.path: keep(BytesIO(self._site.file(one))) for one in self._site.files(usage)}
        kept = Content(
            title=read.title,
            fingerprint=read.fingerprint,
            files=hashes,
            olx_sha256=keep(BytesIO(read.olx.encode())),
        )
        published = entity.published
        if published is not None and published.fingerprint == kept.fingerprint:
            published = kept
        elif published is not None:
            before = self._site.component(usage, "published")
            sha256 = keep(BytesIO(before.olx.encode())) if before else None
            published = _with_olx(published, sha256)
        return Entity(
            key=entity.key, kind=entity.kind, draft=kept, published=published,
            deleted=entity.deleted, version=entity.version,
        )  # fmt: skip

    def calls(self, action: Action) -> int:
        """Requests that a look, the writes and a look afterwards take."""
        if action.verb == "remove":
            return 3
        fixed = 4 + action.publish + (action.verb == "create")
        if isinstance(action.part, Component):
            return fixed + 2 + 2 * len(action.part.files)
        return fixed + 2

    # ------------------------------------------------------------------------------- writing

    def apply(self, action: Action) -> Applied:
        """Write one entity and read it back."""
        now = self._present(action.key, action.kind)
        if action.verb == "remove":
            return self._remove(action, now)
        part = action.part
        assert part is not None
        wanted = action.fingerprint or fingerprint_of(part)
        usage = self._usage(action.key, action.kind)
        if now is None:
            refused = self._make(action, usage)
            if refused is not None:
                return Applied(outcome="held", reason=refused)
            now = self._present(action.key, action.kind)
        read = partial(self._site.component, usage)
        if now is not None and not is_expected(now, action, wanted, read):
            reason = _("Someone changed it in the library after the plan was made.")
            return Applied(outcome="held", reason=reason, after=now)
        too_big = _too_big(part)
        if too_big is not None:
            return Applied(outcome="failed", reason=too_big, after=now)
        if now is None or now.fingerprint != wanted:
            self._write(part, usage, now)
        reason = self._publish(part, usage) if action.publish else None
        after = self._present(action.key, action.kind)
        if after is None or after.fingerprint != wanted:
            what = _("The library doesn't show what was written.")
            return Applied(outcome="failed", reason=what, after=after)
        return Applied(reason=reason, after=after)

    def _remove(self, action: Action, now: Entity | None) -> Applied:
        if now is None:
            return Applied(after=None)
        if action.there is not None and action.there.fingerprint != now.fingerprint:
            reason = _("Someone changed it in the library after the plan was made.")
            return Applied(outcome="held", reason=reason, after=now)
        self._site.delete(self._usage(action.key, action.kind))
        return Applied(after=None)

    def _make(self, action: Action, usage: str) -> Phrase | None:
        """Create or restore what doesn't exist; the reason why it can't be."""
        if action.verb in ("restore", "restore_draft"):
            self._site.restore(usage)
            return None
        identifier = action.key.rpartition(":")[2]
        try:
            if action.kind == "component":
                self._site.create_component(action.key.split(":")[1], identifier)
            else:
                assert isinstance(action.part, Container)
                self._site.create_container(action.kind, identifier, action.part.title)
        except (RejectedError, TransientError) as error:
            return self._why(action, usage, error)
        return None

    def _why(
        self, action: Action, usage: str, error: RejectedError | TransientError
    ) -> Phrase | None:
        """A refused create says little, so the library is asked; raises when it doesn't tell."""
        if self._site.row(usage) is not None:
            return None  # it was done after all
        if action.kind != "component":
            for kind in CONTAINERS:
                if kind != action.kind and self._site.row(self._usage(action.key, kind)):
                    return _("Another level of the library has this name.")
        if _status(error) in (400, 500):
            return _("It was deleted in the library, but its name is still reserved.")
        raise error

    def _write(self, part: Component | Container, usage: str, now: Entity | None) -> None:
        had = now.draft if now is not None else None
        if isinstance(part, Container):
            library = self._site.key
            if had is None or had.title != part.title:
                self._site.rename_container(usage, part.title)
            children = [child_usage(library, key, part.kind) for key in part.children]
            present = [child_usage(library, key, part.kind) for key in had.children] if had else []
            if children != present:
                self._site.set_children(usage, children, present)
            return
        files = dict(had.files) if had else {}
        for one in part.files:
            if files.get(one.path) != one.sha256:
                self._site.put_file(usage, one.path, self._part(one))
        self._site.set_olx(usage, part.olx.decode())
        for path in sorted(files.keys() - {one.path for one in part.files}):
            self._site.delete_file(usage, path)

    def _part(self, one: File) -> FilePart:
        name = one.path.rpartition("/")[2]
        data = one.data
        if data is not None:
            return FilePart(lambda: BytesIO(data), len(data), name)
        return FilePart(lambda: self._open_asset(one.sha256), one.size, name)

    def _publish(self, part: Component | Container, usage: str) -> Phrase | None:
        """Publish, unless that would publish somebody else's draft; gives the reason then."""
        if isinstance(part, Container) and part.kind == "unit":
            waiting = [
                key
                for key in part.children
                if (row := self._site.row(self._usage(key, "component")))
                and row.has_unpublished_changes
            ]
            if waiting:
                return _(
                    "It stays a draft, because publishing it would also publish the draft of "
                    "“{name}”.",
                    name=waiting[0].rpartition(":")[2],
                )
        row = self._site.row(usage)
        if row is None or row.has_unpublished_changes or row.last_published is None:
            self._site.publish(usage)
        return None

    # --------------------------------------------------------------------------- collections

    def collect(self, collection: entities.Collection) -> tuple[str, ...]:
        """Add entities to the collection of the course."""
        there = self._collection(collection)
        key = there or self._site.create_collection(collection.title, _mark(collection))
        members = self._members(key, collection.entities) if there else frozenset[str]()
        added = [one for one in dict.fromkeys(collection.entities) if one not in members]
        for start in range(0, len(added), 100):
            usages = [self._usage_of(one) for one in added[start : start + 100]]
            self._site.add_to_collection(key, usages)
            self._tick(start)
        return tuple(added)

    def uncollect(self, collection: entities.Collection, *, drop: bool) -> None:
        """Take entities out of the collection of the course."""
        key = self._collection(collection)
        if key is None:
            return
        there = [one for one in collection.entities if self._exists(one)]
        for start in range(0, len(there), 100):
            usages = [self._usage_of(one) for one in there[start : start + 100]]
            self._site.remove_from_collection(key, usages)
        if drop and not self._members(key, collection.entities):
            self._site.delete_collection(key)

    def _collection(self, collection: entities.Collection) -> str | None:
        mark = _mark(collection)
        for one in self._site.collections():
            if one.description == mark:
                return one.key
        return None

    def _members(self, key: str, named: Collection[str]) -> frozenset[str]:
        """The members among all components and the named containers: the site lists no others."""
        rows = list(self._site.components())
        for name in named:
            kind = None if is_component(name) else self._kind(name)
            row = self._site.row(self._usage(name, kind)) if kind else None
            rows += [row] if row else []
        return frozenset(
            entity_key(row.id) for row in rows if any(one.key == key for one in row.collections)
        )

    def _exists(self, key: str) -> bool:
        return self._site.row(self._usage_of(key)) is not None

    def finish(self) -> Mapping[str, object]:
        """Everything is there already."""
        return {"calls": self._site.calls}

    def close(self) -> None:
        """Close the session."""
        self._close()

    def _usage(self, key: str, kind: Kind) -> str:
        return usage_key(self._site.key, key, kind)

    def _usage_of(self, key: str) -> str:
        if is_component(key):
            return self._usage(key, "component")
        return self._usage(key, self._kinds.get(key) or self._kind(key) or "unit")


def _mark(collection: entities.Collection) -> str:
    """The description by which the collection of a course is found again."""
    return f"CoursePorter {collection.key}"


def _content_of_block(read: RemoteBlock) -> Content:
    return Content(title=read.title, fingerprint=read.fingerprint, files=read.files)


def _with_olx(content: Content, sha256: str | None) -> Content:
    return Content(
        title=content.title,
        fingerprint=content.fingerprint,
        children=content.children,
        files=content.files,
        olx_sha256=sha256,
    )


def _unlike(content: Content) -> Content:
    """A published version of which the site tells only that it differs from the draft."""
    return Content(title=content.title, children=content.children)


def _too_big(part: Component | Container) -> Phrase | None:
    if isinstance(part, Component):
        for one in part.files:
            if one.size > BIGGEST_FILE:
                return _(
                    "“{name}” is larger than {limit} MB, the limit for libraries.",
                    name=one.path.rpartition("/")[2],
                    limit=BIGGEST_FILE >> 20,
                )
    return None


def _status(error: RejectedError | TransientError) -> object:
    http = error.metadata.get("http")
    return cast("dict[str, object]", http).get("status") if isinstance(http, dict) else None
