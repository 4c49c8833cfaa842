"""The last package written from a draft, and whether the draft has changed since.

It is kept with the draft, not with the job: a cleared list of jobs takes nothing from the course.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, case, func, select

from courseporter.store.clock import system_clock
from courseporter.store.schema import history
from courseporter.workspace import drafts

KEPT_AS: Final = "export"  # among the draft's options
BEGUN: Final = "export_begun"
UNKNOWN: Final = "?"  # the id of no step


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One package: its file, when it was written (epoch ms), and the step of the history it shows.

    `step` is None when the draft was exported as it had been imported.
    """

    path: str
    bytes: int
    sha256: str
    at: int
    step: str | None = None


class _Begun(msgspec.Struct, frozen=True):
    """The job that has begun to write the draft, and the step it writes."""

    job: str
    step: str | None = None


def current_step(connection: Connection, draft_id: str) -> str | None:
    """Return the id of the last change that is not undone; None for a draft nobody changed."""
    return current_steps(connection, (draft_id,)).get(draft_id)


def current_steps(connection: Connection, draft_ids: Collection[str]) -> dict[str, str]:
    """Return the state that each of these drafts has reached, if it was ever edited.

    It is the last step that is not undone, with the number of undone ones before it.
    """
    done = history.c.undone.is_(False)
    last = (
        select(history.c.draft_id, func.max(history.c.number).label("number"))
        .where(history.c.draft_id.in_(draft_ids), done)
        .group_by(history.c.draft_id)
        .subquery()
    )
    same = history.c.draft_id == last.c.draft_id
    undone = func.sum(case((done, 0), else_=1))
    step = func.max(case((history.c.number == last.c.number, history.c.id), else_=""))
    rows = connection.execute(
        select(history.c.draft_id, step, undone)
        .join(last, same & (history.c.number <= last.c.number))
        .group_by(history.c.draft_id)
    ).all()
    return {
        str(draft_id): f"{step}-{undone}" if undone else str(step)
        for draft_id, step, undone in rows
    }


def begin(connection: Connection, draft_id: str, job_id: str) -> None:
    """Remember the step of the history that a job is about to write."""
    begun = {"job": job_id, "step": current_step(connection, draft_id)}
    drafts.add_options(connection, draft_id, {BEGUN: begun})


def keep(
    connection: Connection, draft_id: str, job_id: str, path: str, facts: Mapping[str, object]
) -> None:
    """Remember a package that a job has written; `facts`: its `bytes` and `sha256`.

    If another job has begun meanwhile, the step is unknown, and the draft counts as changed.
    """
    options = drafts.options(connection, draft_id)
    begun = msgspec.convert(options.get(BEGUN) or {"job": ""}, _Begun)
    made = Export(
        path=path,
        bytes=msgspec.convert(facts.get("bytes", 0), int),
        sha256=str(facts.get("sha256", "")),
        at=system_clock(),
        step=begun.step if begun.job == job_id else UNKNOWN,
    )
    drafts.add_options(connection, draft_id, {KEPT_AS: msgspec.to_builtins(made), BEGUN: None})
    drafts.set_exported(connection, draft_id, path)


def last(draft: drafts.DraftRecord) -> Export | None:
    """Return the last package of a draft; None for one that an older version exported."""
    kept = draft.options.get(KEPT_AS)
    return None if kept is None else msgspec.convert(kept, Export)
