"""A library in an archive: nothing at all, or the backup of one, becomes a new archive.

What isn't changed is carried as it is, byte for byte.  Restoring an archive always makes a new
library, so version numbers matter only in that they never fall.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from courseporter.context import Context
from courseporter.disk.staging import staged
from courseporter.errors import ConflictError, _
from courseporter.targets.library import entities
from courseporter.targets.library.archive import BLOCK, Archive, component_folder
from courseporter.targets.library.check_archive import check_bytes, check_entities
from courseporter.targets.library.entities import Component, Container, Kind
from courseporter.targets.library.marks import fingerprint_of
from courseporter.targets.library.pending import Pending, content_of, entity_of
from courseporter.targets.library.reader import Existing, ExistingCollection, LibraryArchive
from courseporter.targets.library.toml import collection_toml
from courseporter.targets.library.writer import Action, Applied, Content, Entity, Keep

STEP = 100


class Base:
    """The archive that is continued: its name for people, and its bytes from the start."""

    def __init__(self, name: str, opened: Callable[[], BinaryIO], sha256: str) -> None:
        self.name = name
        self.opened = opened
        self.sha256 = sha256


class ArchivedLibrary:
    """Implements `writer.Library` for a ZIP file.

    `present`: the hash that `out` has as far as we know, None where it didn't exist; whoever else
    changed it meanwhile keeps it.  `new`: key, title and description of a library from nothing.
    """

    durable = False
    types = None

    def __init__(
        self,
        out: Path,
        ctx: Context,
        base: Base | None,
        new: tuple[str, str, str],
        present: str | None,
    ) -> None:
        self._out, self._ctx, self._base, self._new = out, ctx, base, new
        self._present = present
        self._old: LibraryArchive | None = None
        self.key, self.title = new[0], new[1]
        if base is not None:
            self._old = LibraryArchive(Path(base.name), ctx.limits, base.opened())
            self.key, self.title = self._old.key or new[0], self._old.title or new[1]
        self._pending: dict[str, Pending] = {}
        self._removed: set[str] = set()
        self._changed: dict[str, ExistingCollection] = {}
        self._dropped: set[str] = set()
        self._archive = Archive(
            ctx.scratch, ctx.open_asset, self._old.open if self._old is not None else None
        )

    @cached_property
    def _existing(self) -> dict[str, Existing]:
        """What the continued archive has; read when it is first asked for."""
        found: dict[str, Existing] = {}
        for number, one in enumerate(self._old.entities() if self._old else ()):
            found[one.key] = one
            if not number % STEP:
                self._ctx.tick(number, None, "items read")
        return found

    @cached_property
    def _collections(self) -> dict[str, ExistingCollection]:
        return {one.key: one for one in self._old.collections()} if self._old else {}

    def entities(self, keys: Collection[str]) -> Mapping[str, Entity]:
        """The present state of these."""
        found: dict[str, Entity] = {}
        for key in keys:
            if key in self._removed:
                continue
            if key in self._pending:
                found[key] = self._pending[key].entity()
            elif key in self._existing:
                found[key] = entity_of(self._existing[key])
        return found

    def calls(self, action: Action) -> int:
        """None: it's a file."""
        del action
        return 0

    def keep(self, entity: Entity, keep: Keep) -> Entity:
        """Store the bytes of what will be replaced."""
        existing = self._existing.get(entity.key)
        if existing is None or existing.kind != "component":
            return entity
        old = existing.draft

        def kept(content: Content | None, published: bool) -> Content | None:  # noqa: FBT001
            version = existing.published if published else old
            if content is None or version is None or self._old is None:
                return content
            hashes: dict[str, str] = {}
            for path, member in version.files.items():
                with self._old.open(member) as stream:
                    hashes[path] = keep(stream)
            return content_of(version, hashes)

        return Entity(
            key=entity.key,
            kind=entity.kind,
            draft=kept(entity.draft, published=False),
            published=kept(entity.published, published=True),
            deleted=entity.deleted,
            version=entity.version,
        )

    def apply(self, action: Action) -> Applied:
        """Put it into the new archive."""
        if action.verb == "remove":
            return self._remove(action.key)
        part = action.part
        assert part is not None
        self._removed.discard(action.key)
        pending = self._pending.get(action.key) or self._begun(action, part)
        number = pending.following()
        if isinstance(part, Component):
            self._archive.add_version(part, number, pending.stem)
        mark = action.fingerprint or fingerprint_of(part)
        pending.write(number, part, mark, publish=action.publish)
        self._pending[action.key] = pending
        return Applied(after=pending.entity())

    def _begun(self, action: Action, part: Component | Container) -> Pending:
        existing = self._existing.get(action.key)
        if existing is not None:
            return Pending.of(existing)
        stem = component_folder(part) if isinstance(part, Component) else f"entities/{part.key}"
        return Pending(action.key, action.kind, stem)

    def _remove(self, key: str) -> Applied:
        users = [one for one in self._containers() if one.lists(key)]
        if users:
            reason = _("“{name}” in the library uses it.", name=users[0].title)
            return Applied(outcome="held", reason=reason, after=self.entities([key]).get(key))
        self._pending.pop(key, None)
        self._removed.add(key)
        for one in [*self._collections.values(), *self._changed.values()]:
            present = self._changed.get(one.key, one)
            if key in present.entities:
                self._put(present, [name for name in present.entities if name != key])
        return Applied(after=None)

    def _containers(self) -> Iterable[Pending]:
        for key, existing in self._existing.items():
            if existing.kind != "component" and key not in self._removed:
                yield self._pending.get(key) or Pending.of(existing)
        for key, pending in self._pending.items():
            if pending.kind != "component" and key not in self._existing:
                yield pending

    def collect(self, collection: entities.Collection) -> tuple[str, ...]:
        """Add entities to a collection."""
        present = self._changed.get(collection.key) or self._collections.get(collection.key)
        if present is None:
            present = ExistingCollection(
                key=collection.key,
                title=collection.title,
                entities=(),
                member=f"collections/{collection.key}.toml",
            )
        known = set(present.entities)
        added = tuple(key for key in dict.fromkeys(collection.entities) if key not in known)
        if added:
            self._dropped.discard(collection.key)
            self._put(present, [*present.entities, *added])
        return added

    def uncollect(self, collection: entities.Collection, *, drop: bool) -> None:
        """Take entities out of a collection."""
        present = self._changed.get(collection.key) or self._collections.get(collection.key)
        if present is None:
            return
        gone = set(collection.entities)
        left = [key for key in present.entities if key not in gone]
        self._put(present, left)
        if drop and not left:
            self._dropped.add(collection.key)

    def _put(self, present: ExistingCollection, keys: Iterable[str]) -> None:
        self._changed[present.key] = ExistingCollection(
            key=present.key,
            title=present.title,
            entities=tuple(keys),
            member=present.member,
            description=present.description,
            created=present.created,
        )

    def finish(self) -> Mapping[str, object]:
        """Write the archive, check it, and put it in place.  Raises ConflictError when somebody
        changed the file meanwhile, RejectedError when it isn't as it was to be.
        """
        check_entities((one.entity() for one in self._pending.values()), self._kinds())
        with staged(self._out) as stream:
            if self._pending or self._removed or self._changed or self._base is None:
                self._fill()
                checks = self._archive.write(stream, lambda: self._ctx.tick(0, None, "items"))
                stream.flush()
                check_bytes(stream, self._out.name, self._ctx, checks)
            else:
                with self._base.opened() as base:
                    shutil.copyfileobj(base, stream, BLOCK)
            size, sha256 = _measured(stream)
            present = file_hash(self._out)
            if present not in (self._present, sha256):
                raise _changed_meanwhile(self._out)
        return {"bytes": size, "sha256": sha256, "path": str(self._out)}

    def _kinds(self) -> dict[str, Kind]:
        kinds: dict[str, Kind] = {
            key: one.kind for key, one in self._existing.items() if key not in self._removed
        }
        kinds.update((key, one.kind) for key, one in self._pending.items())
        return kinds

    def _fill(self) -> None:
        if self._old is None:
            self._archive.add_package(*self._new)
        else:
            self._carry(self._old)
        for key, pending in self._pending.items():
            for member in pending.carried(self._existing.get(key)):
                self._archive.carry(member)
            self._archive.add(f"{pending.stem}.toml", pending.toml())
        self._fill_collections()

    def _carry(self, old: LibraryArchive) -> None:
        """What nobody changed stays as it is."""
        owned = {one.member for one in self._collections.values()}
        for key in {*self._pending, *self._removed} & self._existing.keys():
            owned.update(self._existing[key].members)
        for member in old.archive.members:
            if member not in owned:
                self._archive.carry(member)

    def _fill_collections(self) -> None:
        for key, one in {**self._collections, **self._changed}.items():
            if key in self._dropped:
                continue
            if key not in self._changed:
                self._archive.carry(one.member)
                continue
            plain = entities.Collection(one.key, one.title, one.entities)
            self._archive.add(one.member, collection_toml(plain, one.description, one.created))

    def close(self) -> None:
        """Close the files."""
        self._archive.close()
        if self._old is not None:
            self._old.close()


def file_hash(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _measured(stream: BinaryIO) -> tuple[int, str]:
    stream.flush()
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]
    return size, sha256


def _changed_meanwhile(out: Path) -> ConflictError:
    return ConflictError(
        _("Another program changed “{name}” in the meantime.", name=out.name),
        _("Nothing was written. Run the import again."),
        str(out),
    )
