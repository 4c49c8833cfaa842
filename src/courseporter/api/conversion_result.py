"""The result of a conversion: a draft with its ledger and problems, and the written package."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import func, select

from courseporter.api.actor import Actor
from courseporter.api.results import Output, Result
from courseporter.disk.staging import staged
from courseporter.errors import refused_output
from courseporter.flows.checks import target_of
from courseporter.jobs import overview
from courseporter.jobs.job import Job
from courseporter.store.schema import draft_asset
from courseporter.workspace import drafts, ledger, problems
from courseporter.workspace.stored import StoredDraft


def result_of(actor: Actor, draft_id: str) -> Result:
    """A draft as the result of inspect or convert."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    with actor.store.read() as connection:
        listed = tuple(one for _, one in problems.listing(connection, draft.id))
        sums = ledger.sums(connection, draft.id)
        assets = connection.execute(
            select(func.count()).where(draft_asset.c.draft_id == draft.id)
        ).scalar_one()
    return Result(
        source=draft.source,
        version=draft.source_version,
        title=draft.course.title,
        language=draft.course.language,
        description=draft.course.description,
        outline=target_of(draft).outline(StoredDraft(actor.store, draft.id)),
        entries=ledger.entries(actor.store, draft.id),
        pages=ledger.pages(actor.store, draft.id),
        problems=listed,
        assets=int(assets),
        sums=sums,
    )


def with_output(result: Result, written: Job, out: Path) -> Result:
    """The result together with the package that a finished job wrote."""
    summary = written.summary or {}
    result.output = Output(
        path=str(out), bytes=int(str(summary["bytes"])), sha256=str(summary["sha256"])
    )
    result.job = written.id
    return result


def acknowledge(actor: Actor, result: Result) -> None:
    """The result has reached the user: the same command from now on is a new request."""
    if result.job is not None:
        with actor.store.write() as connection:
            found = overview.beginning_with(connection, result.job, actor.organisation)
            overview.release_key(connection, found.id)


def dump_draft(actor: Actor, draft_id: str, folder: Path) -> None:
    """Write the draft as JSON lines: course.json, nodes.jsonl, ledger.jsonl, problems.jsonl."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused_output(error, folder) from error
    draft = StoredDraft(actor.store, draft_id)
    with actor.store.read() as connection:
        listed = [one for _, one in problems.listing(connection, draft_id)]
    for name, values in (
        ("course.json", iter((draft.course,))),
        ("nodes.jsonl", draft.nodes()),
        ("ledger.jsonl", ledger.entries(actor.store, draft_id)),
        ("problems.jsonl", iter(listed)),
    ):
        with staged(folder / name) as stream:
            stream.writelines(msgspec.json.encode(value) + b"\n" for value in values)
