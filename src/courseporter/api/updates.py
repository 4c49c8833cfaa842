"""A second import of a draft's source: what it would change, and bringing that over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from courseporter.api.actor import Actor
from courseporter.api.edits import recheck
from courseporter.api.imports import enqueue_import, enqueue_prepare
from courseporter.api.inline import (
    PATIENCE_SECONDS,
    QUEUE,
    Watch,
    run_inline,
    run_to_end,
    through_cuts,
)
from courseporter.api.preflight import key_of_request, release
from courseporter.api.values import UpdateDiff, UpdateItem, UpdateView
from courseporter.errors import InputError, SettingsError, _
from courseporter.flows.material import limits_of
from courseporter.flows.places import name_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs import presence, queue
from courseporter.jobs.job import Job
from courseporter.settings import full_path
from courseporter.store import Store
from courseporter.store.pace import StoredPace
from courseporter.workspace import drafts
from courseporter.workspace.updates import update as updates
from courseporter.workspace.updates.compare import Group
from courseporter.workspace.updates.diff import Diffs, differences

DEFAULT: Final = "default"  # the queue of workers


def update_draft(
    actor: Actor,
    draft_id: str,
    *,
    take: str | Sequence[str] = updates.ALL,
    dry_run: bool = False,
    path: Path | None = None,
    watch: Watch = lambda _job: None,
) -> UpdateView:
    """Read a draft's source again, compare, and bring over what is chosen, as one undoable step.

    `take`: "all" (what people edited here stays), "new", or keys or ids of items, which win over
    edits.  `path`: the source, if it is in another file now.  The same call after a crash resumes.
    Raises PorterError, Canceled.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)

    def attempt() -> UpdateView:
        presence.rescue_lost(actor.store)
        job, other = _read_again(actor, draft, path, watch)
        try:
            found, step, diffs = _compare(actor, draft, other, take, dry_run=dry_run)
        finally:
            _forget(actor, job, other.id)
        if step is not None:
            recheck(actor, draft.id)
        return _view(actor, draft.id, found, step, diffs)

    return through_cuts(attempt)


def start_update(actor: Actor, draft_id: str, path: Path | None = None) -> str:
    """Start to read a draft's source again, in a worker; returns the job's id.

    When it has ended, `look_at_update` compares, and `take_update` or `drop_update` ends it.
    Raises InputError, SettingsError.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    _require_source(draft, path)
    job = _enqueued(actor, draft, path, queue_name=DEFAULT)
    if job.status == "completed":  # an earlier request left it: the source is read as it is now
        drop_update(actor, draft.id, job.id)
        job = _enqueued(actor, draft, path, queue_name=DEFAULT)
    elif job.status in ("failed", "canceled"):
        with actor.store.write() as connection:
            queue.retry(connection, job.id, to=DEFAULT)
    _tidy(actor, draft, job)
    return job.id


def look_at_update(actor: Actor, draft_id: str, job_id: str) -> UpdateView:
    """Compare a draft with its source as a job has read it; nothing is changed.

    Raises SettingsError when somebody else has ended the update.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    other = _other(actor, draft, job_id)
    found, step, diffs = _compare(actor, draft, other, updates.ALL, dry_run=True)
    return _view(actor, draft.id, found, step, diffs)


def take_update(
    actor: Actor,
    draft_id: str,
    job_id: str,
    take: str | Sequence[str],
    expect: int | None = None,
) -> UpdateView:
    """Bring over what is chosen of what a job has read, as one undoable step.

    `take`: as for `update_draft`.  `expect`: the revision that was looked at.  Raises ConflictError
    when the draft has changed since.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    other = _other(actor, draft, job_id)
    found, step, diffs = _compare(actor, draft, other, take, dry_run=False, expect=expect)
    drop_update(actor, draft.id, job_id)
    if step is not None:
        recheck(actor, draft.id)
    return _view(actor, draft.id, found, step, diffs)


def drop_update(actor: Actor, draft_id: str, job_id: str) -> None:
    """Forget what a job has read for an update; a second time does nothing."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    with actor.store.write() as connection:
        for one in drafts.of_job(actor.store, job_id):
            if one.options.get(drafts.UPDATE_OF) == draft.id:
                drafts.remove(connection, one.id)
    release(actor, job_id)


def _other(actor: Actor, draft: drafts.DraftRecord, job_id: str) -> drafts.DraftRecord:
    """The draft of the source as a job has read it."""
    for one in drafts.of_job(actor.store, job_id):
        if one.options.get(drafts.UPDATE_OF) == draft.id:
            return one
    raise SettingsError(
        _("This update no longer exists."),
        _("Compare with the source again."),
        code="unknown_item",
    )


def _compare(
    actor: Actor,
    draft: drafts.DraftRecord,
    other: drafts.DraftRecord,
    take: str | Sequence[str],
    *,
    dry_run: bool,
    expect: int | None = None,
) -> tuple[updates.Comparison, str | None, Diffs]:
    if dry_run:
        with actor.store.write() as connection:
            found = updates.comparison(connection, draft.id, other.id)
            return found, None, differences(connection, draft.id, other.id, found.groups)
    name = name_of(actor.store, actor.organisation, draft.source_path)
    label = _("Updated from “{name}”", name=name)
    with actor.store.write() as connection:
        found, step = updates.bring_over(
            connection, draft.id, other.id, take, actor.user, label, expect
        )
        fresh = {"sha256": other.options.get("sha256"), "lessons": other.options.get("lessons")}
        drafts.add_options(connection, draft.id, fresh)
    return found, step, {}


def _read_again(
    actor: Actor, draft: drafts.DraftRecord, path: Path | None, watch: Watch
) -> tuple[Job, drafts.DraftRecord]:
    """The finished job that read the source, and its draft: new, or left by an earlier call."""
    _require_source(draft, path)
    while True:
        job = _enqueued(actor, draft, path)
        _tidy(actor, draft, job)
        run = run_inline if job.connection_id is None else run_to_end
        done = job if job.status == "completed" else run(actor, job, watch)
        made = drafts.of_job(actor.store, done.id)
        if made:
            return done, made[0]
        release(actor, done.id)  # an earlier call ended before it could say so


def _require_source(draft: drafts.DraftRecord, path: Path | None) -> None:
    if not draft.source_path and path is None:
        raise InputError(
            _("“{title}” wasn't imported, so there is no source to read.", title=draft.title),
            _("Name a file to compare it with: --file FILE"),
            code="not_found",
        )


def _enqueued(
    actor: Actor, draft: drafts.DraftRecord, path: Path | None, queue_name: str = QUEUE
) -> Job:
    before = _input(actor.store, draft)
    choices = msgspec.convert(before.get("choices") or {}, dict[str, str])
    args: dict[str, object] = {
        "choices": choices, "courses": [draft.key], drafts.UPDATE_OF: draft.id,
    }  # fmt: skip
    if draft.connection_id is not None and path is None:
        key = key_of_request("update", draft.id, draft.connection_id)
        lanes = f"{draft.source}:{draft.connection_id}"  # a used-up quota may be there again
        StoredPace(actor.store).end_long_pauses(lanes, PATIENCE_SECONDS)
        return enqueue_import(
            actor,
            draft.connection_id,
            (draft.key,),
            choices,
            key=key,
            queue_name=queue_name,
            args=args,
        )
    place = full_path(path or Path(draft.source_path))
    sha256 = fingerprint(place, limits_of(actor.store)) if place.exists() else ""
    key = key_of_request("update", draft.id, str(place), sha256)
    source = draft.source if path is None else None
    return enqueue_prepare(
        actor, place, source=source, args=args, key=key, sha256=sha256, queue_name=queue_name
    )


def _tidy(actor: Actor, draft: drafts.DraftRecord, job: Job) -> None:
    """Remove what an update of an earlier state of the source has left behind."""
    left = drafts.serving(actor.store, draft.id, actor.organisation)
    gone = [one.id for one in left if one.job_id != job.id]
    if gone:
        with actor.store.write() as connection:
            for draft_id in gone:
                drafts.remove(connection, draft_id)


def _input(store: Store, draft: drafts.DraftRecord) -> Mapping[str, object]:
    """What the job that made the draft was told; its options, if the job is off the list."""
    if draft.job_id is not None:
        try:
            with store.read() as connection:
                return queue.get(connection, draft.job_id).input
        except SettingsError:
            pass
    words = {name: value for name, value in draft.options.items() if isinstance(value, str)}
    return {"choices": {name: value for name, value in words.items() if name != "sha256"}}


def _forget(actor: Actor, job: Job, other: str) -> None:
    """Remove the second draft; the same request from now on reads again."""
    with actor.store.write() as connection:
        drafts.remove(connection, other)
    release(actor, job.id)


def _view(
    actor: Actor, draft_id: str, found: updates.Comparison, step: str | None, diffs: Diffs
) -> UpdateView:
    counts = {"new": 0, "changed": 0, "gone": 0, "same": 0, "edited": 0}
    for one in found.groups:
        counts[one.of] += 1
    return UpdateView(
        **counts,
        items=tuple(_item(one, diffs) for one in found.groups if one.of != "same"),
        step=step,
        rev=drafts.get(actor.store, draft_id, actor.organisation).rev,
    )


def _item(one: Group, diffs: Diffs) -> UpdateItem:
    return UpdateItem(
        ref=one.ref,
        title=one.title,
        class_=one.of,
        key=one.key,
        kind=one.kind,
        differs=one.differs,
        diff=tuple(UpdateDiff(*part) for part in diffs.get(one.key, ())),
    )
