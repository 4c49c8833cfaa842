"""What an import into a library would do, entity by entity: a dry run is this and nothing else.

Pure: it compares what the course is now with what the library has and what we wrote last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

import msgspec

from courseporter.errors import InputError, Phrase, _, ngettext
from courseporter.targets.library.classes import (
    Class,
    Policy,
    Publish,
    There,
    classify,
    decide,
    default_publish,
)
from courseporter.targets.library.entities import (
    Component,
    Container,
    Kind,
    Unsupported,
)
from courseporter.targets.library.keys import marked
from courseporter.targets.library.marks import fingerprint_of
from courseporter.targets.library.merge import Merged, merge
from courseporter.targets.library.writer import Action, Entity, Library, Verb

BATCH = 200
Part = Component | Container | Unsupported
Step = Literal["create", "replace", "draft", "restore", "restore_draft", "skip", "fail"]


class Written(msgspec.Struct, frozen=True):
    """What imports of this course wrote last under a key: fingerprints, and of a container its
    children, ours alone.
    """

    fingerprints: frozenset[str] = frozenset()
    children: tuple[str, ...] | None = None
    kind: str = ""
    source_key: str = ""
    title: str = ""


class History(msgspec.Struct, frozen=True):
    """What earlier imports wrote into this library.

    `keys`: (block type or kind of container, source key) → entity key, of this course alone.
    """

    keys: Mapping[tuple[str, str], str] = {}
    written: Mapping[str, Written] = {}


class Choices(msgspec.Struct, frozen=True):
    """What a person decided.  `rows`: source or entity key → policy for that row alone.

    `confirmed`: what isn't ours may be replaced: everywhere (True), or under these keys.
    """

    policy: Policy = "skip"
    publish: Publish | None = None
    rows: Mapping[str, Policy] = {}
    confirmed: bool | frozenset[str] = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of the plan.  `action` is None where nothing will be written."""

    seq: int
    kind: Kind
    block_type: str
    source_key: str
    entity_key: str
    title: str
    entity_class: Class
    step: Step
    held: bool = False
    reason: Phrase | None = None
    fingerprint: str = ""
    own_children: tuple[str, ...] | None = None
    there: Entity | None = None
    action: Action | None = None
    part: Component | Container | None = None


class Planner:
    """Plans parts in document order.  `collected`: keys that the course's collection will hold."""

    def __init__(self, library: Library, history: History, choices: Choices) -> None:
        self._library = library
        self._history = history
        self._choices = choices
        self._absent: set[str] = set()  # keys that won't exist, so nothing may list them
        self._renamed: dict[str, str] = {}
        self._seen: set[str] = set()
        self.collected: list[str] = []
        self._seq = 0

    def rows(self, parts: Iterable[Part]) -> Iterator[Row]:
        """One row for each part, in the same order; then what is gone here."""
        stream = iter(parts)
        while batch := list(islice(stream, BATCH)):
            keys = [one.key for one in batch if not isinstance(one, Unsupported)]
            there = self._library.entities(keys)
            for part in batch:
                yield self._row(part, there)
        yield from self._gone()

    def _row(self, part: Part, there: Mapping[str, Entity]) -> Row:
        self._seq += 1
        if isinstance(part, Unsupported):
            return Row(
                seq=self._seq, kind="component", block_type=part.block_type,
                source_key=part.source_key, entity_key="", title=part.title,
                entity_class="unsupported", step="fail", reason=part.reason,
            )  # fmt: skip
        row = self._classified(part, there.get(part.key))
        if row.action is not None or row.entity_class == "same":
            self.collected.append(row.entity_key)
        elif row.there is None or row.there.deleted:
            self._absent.add(row.entity_key)
        self._seen.add(row.entity_key)
        return row

    def _classified(self, part: Component | Container, there: Entity | None) -> Row:
        policy = self._policy(part)
        written = self._history.written.get(part.key)
        part, own, left = self._completed(part, there, written)
        try:
            now = fingerprint_of(part)
        except InputError as error:
            return self._entry(part, there, "failed", "fail", reason=error.message)
        found = classify(now, _there(there, written))
        if policy == "keep_both" and found not in ("new", "same", "deleted_there", "update"):
            return self._beside(part)
        verdict = decide(found, "overwrite" if policy == "keep_both" else policy)
        held = verdict.held and not self._may(part, policy)
        reason = _reason(found, there, verdict.warning, left)
        if verdict.action in ("none", "skip") or held:
            return self._entry(
                part, there, found, "skip", reason=reason, held=held, now=now, own=own
            )
        action = self._action(part, there, verdict.action, policy, now)
        return self._entry(
            part, there, found, action.verb, reason=reason, now=now, own=own, action=action
        )

    def _beside(self, part: Component | Container) -> Row:
        """The row that keeps both: the same thing once more, under a key of its own."""
        key = marked(part.key, f"{part.source_key}:{part.key}")
        self._renamed[part.key] = key
        beside = msgspec.structs.replace(part, key=key)
        found = self._library.entities([key]).get(key)
        if found is not None and not found.deleted:
            row = self._classified(beside, found)
            return msgspec.structs.replace(row, seq=self._seq)
        now = fingerprint_of(beside)
        action = self._action(beside, None, "create", "keep_both", now)
        reason = _("Added next to the library's item with this name.")
        own = beside.children if isinstance(beside, Container) else None
        return self._entry(
            beside, None, "new", "create", reason=reason, now=now, own=own, action=action
        )

    def _completed(
        self, part: Component | Container, there: Entity | None, written: Written | None
    ) -> tuple[Component | Container, tuple[str, ...] | None, Sequence[str]]:
        """A container with the children that it will have; ours alone; what leaves it."""
        if isinstance(part, Component):
            return part, None, ()
        own = tuple(self._renamed.get(key, key) for key in part.children if key not in self._absent)
        content = (there.draft or there.published) if there and not there.deleted else None
        theirs = content.children if content else ()
        base = written.children if written else None
        both = merge(own, theirs, base) if content else Merged(own, ())
        whole = Container(part.key, part.source_key, part.kind, part.title, both.children)
        return whole, own, both.left

    def _action(
        self,
        part: Component | Container,
        there: Entity | None,
        step: str,
        policy: Policy,
        now: str,
    ) -> Action:
        wanted = self._choices.publish or default_publish(policy)
        fresh = step in ("create", "restore", "restore_draft")
        publish = wanted == "all" or (wanted == "new" and fresh)
        verb: Verb = "create"
        if step in ("replace", "draft"):
            verb = "replace" if publish else "draft"
        elif step in ("restore", "restore_draft"):
            verb = "restore" if publish else "restore_draft"
        kind: Kind = part.kind if isinstance(part, Container) else "component"
        return Action(
            verb=verb, key=part.key, kind=kind, part=part, publish=publish, there=there,
            fingerprint=now,
        )  # fmt: skip

    def _entry(  # noqa: PLR0913 - the parts of a row
        self,
        part: Component | Container,
        there: Entity | None,
        found: Class,
        step: Step | Verb,
        *,
        reason: Phrase | None = None,
        held: bool = False,
        now: str = "",
        own: tuple[str, ...] | None = None,
        action: Action | None = None,
    ) -> Row:
        losses = part.losses if isinstance(part, Component) and action is not None else ()
        return Row(
            seq=self._seq,
            kind=part.kind if isinstance(part, Container) else "component",
            block_type=part.kind if isinstance(part, Container) else part.block_type,
            source_key=part.source_key,
            entity_key=part.key,
            title=part.title,
            entity_class=found,
            step="fail" if step == "remove" else step,
            held=held,
            reason=reason or (losses[0] if losses else None),
            fingerprint=now,
            own_children=own,
            there=there,
            action=action,
            part=part,
        )

    def _policy(self, part: Component | Container) -> Policy:
        rows = self._choices.rows
        return rows.get(part.key) or rows.get(part.source_key) or self._choices.policy

    def _may(self, part: Component | Container, policy: Policy) -> bool:
        """Whether somebody agreed to replace what isn't ours: for all, or for this row."""
        confirmed, rows = self._choices.confirmed, self._choices.rows
        if isinstance(confirmed, bool):
            if confirmed:
                return True
        elif part.key in confirmed or part.source_key in confirmed:
            return True
        return policy == (rows.get(part.key) or rows.get(part.source_key))

    def _gone(self) -> Iterator[Row]:
        """What an earlier import of this course wrote and this one doesn't have: it stays."""
        gone = [
            key
            for key, written in self._history.written.items()
            if written.fingerprints and key not in self._seen
        ]
        for start in range(0, len(gone), BATCH):
            batch = gone[start : start + BATCH]
            there = self._library.entities(batch)
            for key in batch:
                found = there.get(key)
                if found is not None and not found.deleted:
                    yield self._row_gone(key, found)

    def _row_gone(self, key: str, there: Entity) -> Row:
        self._seq += 1
        written = self._history.written[key]
        content = there.draft or there.published
        return Row(
            seq=self._seq, kind=there.kind, block_type=written.kind, source_key=written.source_key,
            entity_key=key, title=content.title if content else "", entity_class="gone_here",
            step="skip", there=there,
            reason=_("No longer in the course. It stays in the library."),
        )  # fmt: skip


def count_classes(rows: Collection[Row]) -> dict[str, int]:
    """How many rows each class has."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.entity_class] = counts.get(row.entity_class, 0) + 1
    return counts


def _there(there: Entity | None, written: Written | None) -> There | None:
    known = written is not None and bool(written.fingerprints)
    if there is None:
        return There(deleted=True) if known and written is not None else None
    last = written.fingerprints if written else frozenset[str]()
    published = there.published.fingerprint if there.published else None
    return There(
        draft=there.fingerprint,
        published=published,
        known=known,
        written=there.fingerprint if there.fingerprint in last else None,
        deleted=there.deleted,
    )


def _reason(
    found: Class,
    there: Entity | None,
    warning: bool,  # noqa: FBT001
    left: Sequence[str],
) -> Phrase | None:
    """What a person should know about the row."""
    if left and there is not None:
        return ngettext(
            "{count} item in the library would be removed from “{key}”: {names}.",
            "{count} items in the library would be removed from “{key}”: {names}.",
            len(left),
            key=there.key,
            names=", ".join(left[:3]) + ("…" if len(left) > 3 else ""),
        )
    if found == "same":
        return "identical"
    if found == "deleted_there":
        return _("It was deleted in the library.")
    if not warning:
        return None
    if found == "draft_there":
        return _("Someone has an unpublished draft of it in the library.")
    if found == "foreign":
        return _("The library has another item with this name.")
    return _("Someone changed it in the library since the last import.")
