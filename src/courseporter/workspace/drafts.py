"""Draft rows: made by a prepare job, looked at and edited by people, written by publish jobs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from courseporter.errors import SettingsError, _
from courseporter.model import Course
from courseporter.store import Store
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.rows import bury
from courseporter.store.schema import draft as table
from courseporter.store.schema import (
    draft_asset,
    history,
    item,
    kept_asset,
    node,
    problem,
    removed_node,
    source_node,
)
from courseporter.workspace import ledger, problems

UPDATE_OF: Final = "update_of"  # option of a draft that only shows what an update would change
_encode = msgspec.json.encode


class DraftRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One draft without its tree."""

    id: str
    key: str
    title: str
    state: str
    source: str
    source_version: str | None
    source_path: str
    course: Course
    options: dict[str, object]
    job_id: str | None
    connection_id: str | None
    last_export: str | None
    created_at: int
    updated_at: int
    rev: int
    content_rev: int  # when the course itself was last changed


def create(  # noqa: PLR0913 - what a draft begins with
    connection: Connection,
    draft_id: str,
    *,
    org_id: str,
    created_by: str | None,
    job_id: str | None,
    source: str,
    version: str | None,
    key: str,
    title: str,
    address: str,
    options: dict[str, object],
    connection_id: str | None = None,
) -> None:
    """A new, empty draft, which this job fills."""
    row = {
        "id": draft_id,
        "org_id": org_id,
        "created_by": created_by,
        "key": key,
        "title": title,
        "source": source,
        "source_version": version,
        "source_path": address,
        "connection_id": connection_id,
        "course": _encode(Course(key=key, title=title)).decode(),
        "options": options,
        "job_id": job_id,
    }
    times = {"created_at": now_ms(), "updated_at": now_ms()}
    rev = {"rev": next_rev(table), "content_rev": next_rev(table)}
    connection.execute(insert(table).values(**row, **times, **rev))


def get(store: Store, draft_id: str, org_id: str | None = None) -> DraftRecord:
    """The draft with this id, or whose id begins so, of this organization.

    Only jobs, which hold their draft's id, leave the organization out.  Raises SettingsError
    `unknown_item`.
    """
    query = select(table).where(table.c.id.startswith(draft_id, autoescape=True)).limit(2)
    if org_id is not None:
        query = query.where(table.c.org_id == org_id)
    with store.read() as connection:
        rows = connection.execute(query).all() if draft_id else ()
        found = [_record(row) for row in rows]
    if len(found) != 1:
        many = _("More than one draft has an id that begins with “{start}”.", start=draft_id)
        raise SettingsError(
            many if found else _("There is no draft “{draft_id}”.", draft_id=draft_id),
            _("List them with: courseporter drafts list"),
            code="unknown_item",
        )
    return found[0]


def mark(store: Store, draft: DraftRecord) -> str:
    """A hash that changes whenever the draft does."""
    query = select(func.max(node.c.rev), func.count()).where(node.c.draft_id == draft.id)
    with store.read() as connection:
        newest = connection.execute(query).one()
    said = (draft.id, str(tuple(newest)), _encode(draft.course).decode())
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def listing(store: Store, org_id: str) -> list[DraftRecord]:
    """Every draft of the organisation, newest first; none that only serves an update."""
    with store.read() as connection:
        rows = connection.execute(
            select(table).where(table.c.org_id == org_id).order_by(table.c.created_at.desc())
        ).all()
        records = [_record(row) for row in rows]
    return [one for one in records if UPDATE_OF not in one.options]


def serving(store: Store, draft_id: str, org_id: str) -> list[DraftRecord]:
    """The drafts that only show what an update of this one would change."""
    with store.read() as connection:
        rows = connection.execute(select(table).where(table.c.org_id == org_id)).all()
        records = [_record(row) for row in rows]
    return [one for one in records if one.options.get(UPDATE_OF) == draft_id]


def of_job(store: Store, job_id: str) -> list[DraftRecord]:
    """The drafts that a job made, in the order it made them."""
    with store.read() as connection:
        rows = connection.execute(
            select(table).where(table.c.job_id == job_id).order_by(table.c.created_at, table.c.id)
        ).all()
        return [_record(row) for row in rows]


def ids_of_job(connection: Connection, job_id: str) -> list[str]:
    """The ids of the drafts that a job made."""
    return list(connection.scalars(select(table.c.id).where(table.c.job_id == job_id)))


def set_course(connection: Connection, draft_id: str, course: Course) -> None:
    """Replace what is above the tree."""
    touch(connection, draft_id, course=_encode(course).decode(), title=course.title)


def course(connection: Connection, draft_id: str) -> Course:
    """What is above the tree."""
    text = connection.execute(select(table.c.course).where(table.c.id == draft_id)).scalar_one()
    return msgspec.json.decode(text, type=Course)


def source(connection: Connection, draft_id: str) -> str:
    """The name of the draft's source."""
    return connection.execute(select(table.c.source).where(table.c.id == draft_id)).scalar_one()


def rev(connection: Connection, draft_id: str) -> int:
    """The draft's revision."""
    return connection.execute(select(table.c.rev).where(table.c.id == draft_id)).scalar_one()


def set_state(connection: Connection, draft_id: str, state: str) -> None:
    """Say how far the draft is: preparing, ready, exported, failed."""
    touch(connection, draft_id, state=state)


def options(connection: Connection, draft_id: str) -> Mapping[str, object]:
    """Return the draft's options; nobody else changes them until the transaction ends."""
    query = select(table.c.options).where(table.c.id == draft_id).with_for_update()
    return connection.execute(query).scalar_one() or {}


def add_options(connection: Connection, draft_id: str, more: Mapping[str, object]) -> None:
    """Keep more with the draft's options; what has the same name is replaced."""
    options_now = {**options(connection, draft_id), **more}
    touch(connection, draft_id, content=False, options=options_now)


def set_exported(connection: Connection, draft_id: str, out: str) -> None:
    """Remember the last package that was written."""
    touch(connection, draft_id, content=False, state="exported", last_export=out)


def hold(connection: Connection, draft_id: str) -> bool:
    """Let nobody else change the draft until the transaction ends: people may share a store.

    Whether it is there at all.
    """
    held = select(table.c.id).where(table.c.id == draft_id).with_for_update()
    return connection.execute(held).one_or_none() is not None


def touch(
    connection: Connection,
    draft_id: str,
    *,
    content: bool = True,
    rev: int | None = None,
    **values: object,
) -> None:
    """Change columns of a draft, with a new revision so that views read it again.

    `content`: the course itself has changed, so whoever has seen an earlier revision is told.
    """
    new = next_rev(table) if rev is None else rev
    if content:
        values["content_rev"] = new
    connection.execute(
        update(table).where(table.c.id == draft_id).values(updated_at=now_ms(), rev=new, **values)
    )


def remove(connection: Connection, draft_id: str) -> None:
    """Delete a draft with everything below it; its jobs keep their history."""
    connection.execute(delete(table).where(table.c.id == draft_id))
    bury(connection, table, [draft_id])


def empty(connection: Connection, draft_id: str) -> None:
    """Remove everything that was read into a draft; the draft itself stays."""
    for part in (node, removed_node, source_node, item, problem, draft_asset, history, kept_asset):
        connection.execute(delete(part).where(part.c.draft_id == draft_id))
    touch(connection, draft_id, state="preparing")


def edited(connection: Connection, draft_id: str) -> bool:
    """Whether a person has changed the draft since it was read."""
    changes = select(func.count()).where(
        history.c.draft_id == draft_id, history.c.undone.is_(False)
    )
    return bool(connection.execute(changes).scalar_one())


def counts(connection: Connection, draft_id: str) -> dict[str, int]:
    """Places by kind, blocks by type, and questions."""
    rows = connection.execute(
        select(node.c.kind, node.c.type, func.count(), func.sum(node.c.questions))
        .where(node.c.draft_id == draft_id)
        .group_by(node.c.kind, node.c.type)
    ).all()
    found: dict[str, int] = {"question": 0}
    for kind, type_, number, questions in rows:
        name = type_ or kind
        found[name] = found.get(name, 0) + int(number)
        found["question"] += int(questions or 0)
    return found


def weight(connection: Connection, draft_id: str) -> int:
    """Bytes of all files of a draft."""
    total = select(func.coalesce(func.sum(draft_asset.c.size), 0))
    return int(connection.execute(total.where(draft_asset.c.draft_id == draft_id)).scalar_one())


def summary(store: Store, records: Sequence[DraftRecord]) -> dict[str, object]:
    """What a prepare job found: its drafts, ledger and counts of the first, problems of all."""
    first = records[0]
    with store.read() as connection:
        found = Counter[str]()
        for record in records:
            found.update(problems.counts(connection, record.id))
        return {
            "drafts": [record.id for record in records],
            "ledger": ledger.sums(connection, first.id),
            "counts": counts(connection, first.id),
            "problems": dict(found),
        }


def _record(row: Row[tuple[object, ...]]) -> DraftRecord:
    values = {name: getattr(row, name) for name in DraftRecord.__struct_fields__}
    values["course"] = msgspec.json.decode(row.course, type=Course)
    values["options"] = row.options or {}
    return DraftRecord(**values)
