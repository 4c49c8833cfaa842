"""Courses that are written here: a new draft, its items as they are, its export."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from courseporter.api.actor import Actor
from courseporter.api.conversion_result import result_of, with_output
from courseporter.api.convert import published
from courseporter.api.edits import recheck
from courseporter.api.inline import Watch, through_cuts
from courseporter.api.preflight import require_destination
from courseporter.api.results import Result
from courseporter.api.values import TreeRow
from courseporter.errors import InputError, _
from courseporter.formats.olx import outline_of
from courseporter.jobs import presence
from courseporter.model import Course, Node
from courseporter.settings import full_path
from courseporter.store.identity import new_id
from courseporter.targets import Destination, Order, Policy, registry
from courseporter.workspace import drafts, tree
from courseporter.workspace.edits.blocks import text_of
from courseporter.workspace.edits.ops import Invalid
from courseporter.workspace.stored import StoredDraft

SOURCE: Final = "new"  # of a draft that nothing was imported into
_DEPTH: Final = {"section": 1, "lesson": 2, "unit": 3, "block": 4}


def new_draft(actor: Actor, title: str) -> str:
    """Create a course without any content; returns the draft's id.  Raises InputError."""
    draft_id = new_id()
    _require_title(title)
    with actor.store.write() as connection:
        drafts.create(
            connection,
            draft_id,
            org_id=actor.organisation,
            created_by=actor.user,
            job_id=None,
            source=SOURCE,
            version=None,
            key=f"{SOURCE}-{draft_id}",
            title=title,
            address="",
            options={},
        )
        drafts.set_state(connection, draft_id, "ready")
        course = Course(key=f"{SOURCE}-{draft_id}", title=title)
        drafts.set_course(connection, draft_id, course)
    return draft_id


def outline(actor: Actor, draft_id: str) -> Iterator[TreeRow]:
    """Every item of a draft in document order, each with its key and that of its parent."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    hidden: dict[str | None, bool] = {None: False}
    for one in StoredDraft(actor.store, draft.id).nodes():
        own = one.hidden or hidden.get(one.parent, False)
        if one.block is None:
            hidden[one.key] = own
        yield _row(one, hidden=own)


def item(actor: Actor, draft_id: str, key: str) -> Node:
    """One item of a draft as it is stored.  Raises SettingsError `unknown_item`."""
    with actor.store.read() as connection:
        return tree.get(connection, draft_id, key)


def export_draft(
    actor: Actor,
    draft_id: str,
    out: Path,
    *,
    force: bool = False,
    settings: Mapping[str, str | bool] | None = None,
    watch: Watch = lambda _job: None,
) -> Result:
    """Write a draft as a package in this process; the same call after a crash resumes.

    Raises PorterError, Canceled.
    """
    began = time.monotonic()
    path = full_path(out)
    target = registry.writing(path)
    policy = Policy.OVERWRITE if force else Policy.SKIP
    order = Order(to=Destination(path=str(path)), policy=policy, settings=dict(settings or {}))

    def attempt() -> Result:
        presence.rescue_lost(actor.store)
        require_destination(actor, target, order.to, policy)
        draft = drafts.get(actor.store, draft_id, actor.organisation)
        recheck(actor, draft.id)  # a program that was killed may have left it to us
        written = published(actor, draft.id, target, order, watch, mark=str(draft.content_rev))
        return with_output(result_of(actor, draft.id), written, path)

    result = through_cuts(attempt)
    result.seconds = time.monotonic() - began
    return result


def _require_title(title: str) -> None:
    try:
        blank = not text_of(title).strip()
    except Invalid:
        blank = True
    if blank:
        raise InputError(
            _("Enter a title for the course."),
            _("Enter at least one letter or digit."),
            code="edit_invalid",
        )


def _row(one: Node, *, hidden: bool) -> TreeRow:
    leaves = outline_of(one)
    first = leaves[0] if leaves else None
    return TreeRow(
        depth=_DEPTH[one.kind],
        kind=one.kind,
        type=None if one.block is None else str(one.block.__struct_config__.tag),
        title=one.title,
        key=one.key,
        parent=one.parent,
        hidden=hidden,
        href=first.href if first else None,
        questions=sum(leaf.questions for leaf in leaves),
    )
