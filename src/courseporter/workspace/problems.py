"""The problems of a draft: those of its source and those that the checks find, kept apart."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select

from courseporter.errors import Problem
from courseporter.store.schema import problem

# The source tells all missing files in one problem; the check would tell each page of them again.
TOLD_BY_SOURCE = {"missing_files": "relative_reference"}


def add(connection: Connection, draft_id: str, phase: str, found: Iterable[Problem]) -> None:
    """Add problems; `phase` is "read" or "check"."""
    last = select(func.coalesce(func.max(problem.c.seq), 0)).where(problem.c.draft_id == draft_id)
    first = int(connection.execute(last).scalar_one()) + 1
    rows = [
        {
            "draft_id": draft_id,
            "seq": number,
            "phase": phase,
            "code": one.code,
            "severity": one.severity,
            "message": one.message,
            "where": one.where,
            "hint": one.hint,
            "count": one.count,
            "key": one.key,
            "fix": one.fix,
        }
        for number, one in enumerate(found, first)
    ]
    for start in range(0, len(rows), 500):
        connection.execute(insert(problem), rows[start : start + 500])


def replace(connection: Connection, draft_id: str, phase: str, found: Iterable[Problem]) -> None:
    """Put these problems in place of the earlier ones of the same phase.

    What another phase tells already is not told again.
    """
    connection.execute(
        delete(problem).where(problem.c.draft_id == draft_id, problem.c.phase == phase)
    )
    codes = connection.execute(
        select(problem.c.code).where(
            problem.c.draft_id == draft_id, problem.c.code.in_(TOLD_BY_SOURCE)
        )
    ).scalars()
    known = {TOLD_BY_SOURCE[code] for code in codes}
    add(connection, draft_id, phase, [one for one in found if one.code not in known])


def forget(connection: Connection, draft_id: str, code: str) -> None:
    """Remove a problem that the source told; from now on the check tells what is left of it."""
    told = (problem.c.draft_id == draft_id, problem.c.phase == "read", problem.c.code == code)
    connection.execute(delete(problem).where(*told))


def listing(connection: Connection, draft_id: str) -> list[tuple[int, Problem]]:
    """(number, problem) of a draft: errors first, then in the order they were found."""
    rank = {"error": 0, "warning": 1, "info": 2}
    names = list(Problem.__struct_fields__)
    columns = [problem.c.seq, *(problem.c[name] for name in names)]
    rows = connection.execute(
        select(*columns).where(problem.c.draft_id == draft_id).order_by(problem.c.seq)
    ).all()
    found = [(int(row[0]), Problem(**dict(zip(names, row[1:], strict=True)))) for row in rows]
    return sorted(found, key=lambda pair: rank[pair[1].severity])


def counts(connection: Connection, draft_id: str) -> dict[str, int]:
    """Number of problems by severity."""
    rows = connection.execute(
        select(problem.c.severity, func.count())
        .where(problem.c.draft_id == draft_id)
        .group_by(problem.c.severity)
    ).all()
    return {"info": 0, "warning": 0, "error": 0, **{name: int(n) for name, n in rows}}


def by_place(connection: Connection, draft_id: str) -> dict[str, tuple[int, str]]:
    """Node key → (number of problems, worst severity)."""
    worst: dict[str, tuple[int, str]] = {}
    for _, one in listing(connection, draft_id):
        if one.key is not None:
            count, severity = worst.get(one.key, (0, one.severity))
            worst[one.key] = (count + 1, severity)
    return worst
