"""Enrolments of a draft: sent in batches after the course has arrived, with an outcome for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from courseporter.errors import PorterError
from courseporter.flows.site.state import State
from courseporter.jobs.run import Run
from courseporter.targets.openedx import enroll as lms
from courseporter.targets.openedx.session import Session
from courseporter.workspace import ledger


def people_of(run: Run) -> list[str]:
    """The e-mail addresses in the draft's enrollments.csv, each once, in their order."""
    draft = run.args.get("draft")
    if not draft:
        return []
    rows = ledger.entries(run.store, str(draft))
    wanted = (row for row in rows if row.kind == "enrollment" and row.outcome != "failed")
    return list(dict.fromkeys(row.ref for row in wanted if row.ref))


def enroll(run: Run, session: Session, state: State) -> dict[str, object]:
    """Enrol them; enrolling somebody again changes nothing, so a crash costs nothing."""
    people = people_of(run)
    rows: list[dict[str, str]] = []
    for start in range(0, len(people), lms.BATCH):
        run.tick(start, len(people), "learners")
        rows += _batch(session, state, people[start : start + lms.BATCH])
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return {"enrolled": {"counts": counts, "rows": rows}}


def _batch(session: Session, state: State, people: Sequence[str]) -> list[dict[str, str]]:
    try:
        outcomes = lms.enroll(session, state.course, people)
    except PorterError as error:
        if error.retryable:
            raise
        return [{"email": one, "state": "failed", "message": error.message} for one in people]
    return [
        {"email": one.email, "state": one.state} | ({"message": one.message} if one.message else {})
        for one in outcomes
    ]


def failed(summary: dict[str, object]) -> int:
    """How many people couldn't be enrolled."""
    enrolled = cast("dict[str, dict[str, int]]", summary.get("enrolled") or {})
    return enrolled.get("counts", {}).get("failed", 0)
