"""Looking at drafts: the course page asks these questions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.imports import label_of, not_imported
from courseporter.api.preview import block_type, details, preview, read_asset, source_rows
from courseporter.api.values import (
    DraftRow,
    DraftView,
    ExportView,
    NodeView,
    ProblemRow,
    Sums,
    TreeNode,
)
from courseporter.errors import PorterError, Problem, SettingsError, Severity, shown
from courseporter.flows.checks import target_of
from courseporter.flows.fixes.plan import detail_of
from courseporter.flows.places import name_of
from courseporter.jobs import queue
from courseporter.model import Kind, Node, Package, PackageMode
from courseporter.sources.place import CONNECTION
from courseporter.store.sweep import sweep
from courseporter.targets import Fix
from courseporter.workspace import drafts as table
from courseporter.workspace import exports, ledger
from courseporter.workspace import problems as found
from courseporter.workspace import tree as rows
from courseporter.workspace.edits import history, scorm

log = logging.getLogger(__name__)
MAX_COVER_BYTES = 16 << 20


def drafts(actor: Actor) -> tuple[DraftRow, ...]:
    """Every course in the store, newest first."""
    records = table.listing(actor.store, actor.organisation)
    with actor.store.read() as connection:
        steps = exports.current_steps(connection, [one.id for one in records if one.last_export])
        rows = [_row(one, found.counts(connection, one.id), steps) for one in records]
    return tuple(_at_place(actor, one) for one in rows)


def draft(actor: Actor, draft_id: str) -> DraftView:
    """Everything about one course but its tree.  Raises SettingsError `unknown_item`."""
    record = table.get(actor.store, draft_id, actor.organisation)
    named = target_of(record).identity(record.course)
    with actor.store.read() as connection:
        steps = exports.current_steps(connection, (record.id,))
        return DraftView(
            row=_at_place(actor, _row(record, found.counts(connection, record.id), steps)),
            course=record.course,
            org=named.get("org", ""),
            number=named.get("number", ""),
            run=named.get("run", ""),
            counts=table.counts(connection, record.id),
            sums=Sums(**ledger.sums(connection, record.id)),
            undo_label=_undo_label(connection, actor, record.id),
            export=_export(record, steps),
            source_label=label_of(record.source, record.source_version),
            not_carried=not_imported(record.source),
        )


def _undo_label(connection: Connection, actor: Actor, draft_id: str) -> str | None:
    step = history.next_undo(connection, draft_id, actor.user)
    return None if step is None else str(step.label)


def cover(actor: Actor, draft_id: str) -> bytes | None:
    """Return the picture on the cover of a course; None without one, and for a very large one."""
    path = table.get(actor.store, draft_id, actor.organisation).course.cover
    return read_asset(actor, draft_id, path, MAX_COVER_BYTES) if path else None


def delete_draft(actor: Actor, draft_id: str) -> None:
    """Remove a course from the house; its packages and the history of its jobs stay.

    An import that has no other course to read stops.
    """
    record = table.get(actor.store, draft_id, actor.organisation)
    with actor.store.write() as connection:
        table.remove(connection, record.id)
        if record.job_id is not None and not table.ids_of_job(connection, record.job_id):
            with suppress(SettingsError):  # it may have been taken off the list
                queue.cancel(connection, record.job_id)
    try:
        sweep(actor.store)
    except PorterError as error:  # a bucket that is away: the daily care sweeps, too
        log.info("assets were not swept: %s", error)


def tree(actor: Actor, draft_id: str, parent: str | None) -> tuple[TreeNode, ...]:
    """What hangs directly below a place (None: the sections), in order."""
    with actor.store.read() as connection:
        marks = found.by_place(connection, draft_id)
        return tuple(_node(row, marks) for row in rows.children(connection, draft_id, parent))


def branches(
    actor: Actor, draft_id: str, parents: tuple[str, ...]
) -> dict[str, tuple[TreeNode, ...]]:
    """What hangs below each of many places: quicker than asking `tree` for one after the other."""
    with actor.store.read() as connection:
        marks = found.by_place(connection, draft_id)
        return {
            parent: tuple(_node(row, marks) for row in below)
            for parent, below in rows.levels(connection, draft_id, parents).items()
        }


def path(actor: Actor, draft_id: str, key: str) -> tuple[str, ...]:
    """Keys from the section down to the place; for a question down to its quiz."""
    with actor.store.read() as connection:
        way = rows.path(connection, draft_id, key)
        if not way and (quiz := rows.quiz_of(connection, draft_id, key)):
            way = rows.path(connection, draft_id, quiz)
        return tuple(step for step, _ in way)


def find(
    actor: Actor,
    draft_id: str,
    text: str,
    *,
    only_problems: bool = False,
    limit: int = 200,
) -> tuple[TreeNode, ...]:
    """Places whose title holds the text, in the course's order."""
    with actor.store.read() as connection:
        marks = found.by_place(connection, draft_id)
        keys = set(marks) if only_problems else None
        return tuple(
            _node(row, marks) for row in rows.find(connection, draft_id, text, keys, limit)
        )


def node(actor: Actor, draft_id: str, key: str) -> NodeView:
    """One place in its three looks: result, source, details."""
    with actor.store.read() as connection:
        one = rows.get(connection, draft_id, key)
        way = rows.path(connection, draft_id, key)
        modes = _modes(connection, draft_id, one)
    entry = next(ledger.entries_to(actor.store, draft_id, {key}), None)
    return NodeView(
        key=key,
        parent=one.parent,
        kind=one.kind,
        type=block_type(one),
        title=one.title,
        hidden=one.hidden,
        path=tuple(title for _, title in way[:-1]),
        result_html=preview(actor, draft_id, one),
        source=source_rows(entry),
        details=details(one),
        outcome=entry.outcome if entry else None,
        reason=shown(entry.reason) if entry else None,
        scorm=tuple(modes.items()),
    )


def _modes(connection: Connection, draft_id: str, one: Node) -> dict[PackageMode, int]:
    """SCORM lessons at and below a place, by what happens to them."""
    if one.block is None:
        return scorm.modes(connection, draft_id, (one.key,))
    return {one.block.mode: 1} if isinstance(one.block, Package) else {}


def problems(actor: Actor, draft_id: str) -> tuple[ProblemRow, ...]:
    """The problems of a course, errors first."""
    fixes = target_of(table.get(actor.store, draft_id, actor.organisation)).fixes
    with actor.store.read() as connection:
        listed = found.listing(connection, draft_id)
        places = rows.known(connection, draft_id, (one.key for _, one in listed if one.key))
    alike = Counter((one.code, one.fix) for _, one in listed)
    others = Counter({one.code: one.count for _, one in listed if one.fix is None})
    same = Counter((one.code, detail_of(one)) for _, one in listed)
    return tuple(
        msgspec.structs.replace(
            _problem(number, _placed(one, places), fixes),
            alike=alike[one.code, one.fix] + (others[one.code] if one.fix else 0),
            same=same[one.code, detail_of(one)],
        )
        for number, one in listed
    )


def _placed(one: Problem, places: set[str]) -> Problem:
    """The problem without a key that leads nowhere."""
    if one.key is None or one.key in places:
        return one
    if one.key.startswith("question:") or one.code.startswith("question_"):
        return one  # it leads to the quiz
    return msgspec.structs.replace(one, key=None)


def _problem(number: int, one: Problem, fixes: Mapping[str, Fix]) -> ProblemRow:
    fix = fixes.get(one.fix) if one.fix else None  # another target may have offered it
    return ProblemRow(
        id=number,
        code=one.code,
        severity=one.severity,
        message=str(one.message),
        where=shown(one.where),
        hint=shown(one.hint),
        count=one.count,
        key=one.key,
        fix=one.fix if fix is not None else None,
        fix_label=str(fix.label) if fix is not None else None,
        asks=fix.asks if fix is not None else "",
    )


def _export(record: table.DraftRecord, steps: dict[str, str]) -> ExportView | None:
    kept = exports.last(record)
    if kept is None:
        return None
    return ExportView(
        path=kept.path,
        bytes=kept.bytes,
        at=kept.at,
        exists=_is_file(kept.path),
        changed=kept.step != steps.get(record.id),
    )


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False


def _row(record: table.DraftRecord, tally: dict[str, int], steps: dict[str, str]) -> DraftRow:
    kept = exports.last(record)
    return DraftRow(
        id=record.id,
        title=record.title,
        source=record.source,
        version=record.source_version,
        state=record.state,
        rev=record.rev,
        created_at=record.created_at,
        updated_at=record.updated_at,
        warnings=tally["warning"],
        errors=tally["error"],
        problems=sum(tally.values()),
        source_path=record.source_path,
        last_export=record.last_export,
        changed_since_export=kept is not None and kept.step != steps.get(record.id),
        cover=record.course.cover,
        source_label=label_of(record.source, record.source_version),
        job_id=record.job_id,
    )


def _at_place(actor: Actor, row: DraftRow) -> DraftRow:
    """The row of a course from a school says the connection's name in place of its address."""
    if not row.source_path.startswith(CONNECTION):
        return row
    name = name_of(actor.store, actor.organisation, row.source_path)
    return msgspec.structs.replace(row, source_path=name, is_school=True)


def _node(row: rows.TreeRow, marks: dict[str, tuple[int, str]]) -> TreeNode:
    number, severity = marks.get(row.key, (0, None))
    return TreeNode(
        key=row.key,
        parent=row.parent,
        kind=cast(Kind, row.kind),
        type=row.type,
        title=row.title,
        hidden=bool(row.hidden),
        children=row.children,
        questions=row.questions,
        problems=number,
        severity=cast(Severity | None, severity),
    )
