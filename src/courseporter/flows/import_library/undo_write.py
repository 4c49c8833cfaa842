"""Writes one entity back to what it was."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from courseporter.errors import RejectedError
from courseporter.flows.import_library.kept import COLLECTION, kept
from courseporter.jobs.run import Run
from courseporter.store.assets import AssetStore
from courseporter.targets.library.entities import Collection, Component, Container, File
from courseporter.targets.library.writer import Action, Applied, Content, Entity, Library, Verb
from courseporter.workspace.libraries.imports import ItemRecord


class Restorer:
    """Takes items in the order of the undo; gives them with what happened to them."""

    def __init__(self, run: Run, library: Library) -> None:
        self._run = run
        self._library = library
        self._gone_back: set[str] = set()

    def back(self, one: ItemRecord) -> ItemRecord:
        """Write what was there before.  An archive takes an item again that it had already."""
        again = ("planned",) if self._library.durable else ("planned", "done")
        if one.outcome not in again:
            return one
        self._run.tick(one.seq, None, "items")
        if one.kind == COLLECTION:
            return self._collection(one)
        try:
            applied = self._entity(one)
        except RejectedError as error:
            if not self._library.durable:
                raise
            return msgspec.structs.replace(one, outcome="failed", reason=error.message)
        if applied.outcome == "done":
            self._gone_back.add(one.entity_key)
        after = msgspec.structs.replace(kept(one.after), entity=self._after(one, applied))
        return msgspec.structs.replace(
            one,
            outcome=applied.outcome,
            reason=applied.reason or one.reason,
            after=msgspec.to_builtins(after),
            version_after=applied.after.version if applied.after else None,
        )

    def _after(self, one: ItemRecord, applied: Applied) -> Entity | None:
        """The entity as it is now; that of an archive keeps the hashes of its bytes, by which it is
        written again after a crash.
        """
        target, now = kept(one.after).entity, applied.after
        if self._library.durable or target is None or now is None:
            return now
        published = target.published or now.published
        return msgspec.structs.replace(target, version=now.version, published=published)

    def _entity(self, one: ItemRecord) -> Applied:
        target, present = kept(one.after).entity, kept(one.before).entity
        if one.action == "remove" or target is None:
            kind = present.kind if present else "component"
            return self._library.apply(
                Action(verb="remove", key=one.entity_key, kind=kind, there=present)
            )
        applied = Applied(after=present)
        for number, (content, publish) in enumerate(steps(target, present)):
            part = part_of(one, target, content, self._run.store.assets)
            verb: Verb = "replace" if publish else "draft"
            if not number and (present is None or present.deleted):
                # what a site deleted keeps its name there
                fresh = present is None and not self._library.durable
                verb = "create" if fresh else "restore"
            there = present if not number else applied.after
            applied = self._library.apply(
                Action(
                    verb=verb, key=target.key, kind=target.kind, part=part, publish=publish,
                    there=there, fingerprint=content.fingerprint,
                )
            )  # fmt: skip
            if applied.outcome != "done":
                break
        return applied

    def _collection(self, one: ItemRecord) -> ItemRecord:
        keys = [key for key in kept(one.before).entities if key in self._gone_back]
        collection = Collection(one.entity_key, one.title, tuple(keys))
        if one.action == "collect":
            keys = list(self._library.collect(collection))
        elif keys:
            self._library.uncollect(collection, drop=True)
        return msgspec.structs.replace(
            one, outcome="done" if keys else None, after={"entities": keys}
        )


def steps(target: Entity, present: Entity | None) -> Iterator[tuple[Content, bool]]:
    """What to write, and whether to publish it, so that draft and published are as in `target`."""
    draft, published = target.draft, target.published
    if draft is None or (published and published.fingerprint == draft.fingerprint):
        content = draft or published
        if content is not None:
            yield content, True
        return
    now = present.published if present and not present.deleted else None
    if published is not None and (now is None or now.fingerprint != published.fingerprint):
        yield published, True
    yield draft, False


def part_of(
    one: ItemRecord, target: Entity, content: Content, assets: AssetStore
) -> Component | Container:
    """A kept version as something to write."""
    if target.kind != "component":
        return Container(target.key, one.source_key, target.kind, content.title, content.children)
    with assets.open(content.olx_sha256 or "") as stream:
        olx = stream.read()
    return Component(
        key=target.key,
        source_key=one.source_key,
        title=content.title,
        block_type=target.key.split(":")[1],
        olx=olx,
        files=tuple(
            File(path, sha256, _size(assets, sha256))
            for path, sha256 in sorted(content.files.items())
        ),
    )


def _size(assets: AssetStore, sha256: str) -> int:
    with assets.open(sha256) as stream:
        return stream.seek(0, 2)
