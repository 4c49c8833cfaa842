"""Files of a draft in edits: which bytes are at a path, and bytes that an undo may need."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from courseporter.errors import ConflictError, _
from courseporter.store.rows import insert_missing
from courseporter.store.schema import draft_asset, kept_asset
from courseporter.workspace.edits.changes import File, FileChange


def at(connection: Connection, draft_id: str, path: str) -> File | None:
    """The file at this path of the course."""
    query = select(draft_asset.c.sha256, draft_asset.c.size)
    row = connection.execute(query.where(*_at(draft_id, path))).one_or_none()
    return None if row is None else File(row.sha256, row.size)


def missing(connection: Connection, draft_id: str, paths: set[str]) -> set[str]:
    """Those of the paths where the course has no file."""
    wanted, found = sorted(paths), set[str]()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        query = select(draft_asset.c.path).where(
            draft_asset.c.draft_id == draft_id, draft_asset.c.path.in_(some)
        )
        found.update(connection.scalars(query))
    return paths - found


def perform(connection: Connection, draft_id: str, change: FileChange) -> None:
    """Put other bytes at a path.  Raises ConflictError where others stand there by now."""
    if at(connection, draft_id, change.path) != change.before:
        raise ConflictError(
            _("The file “{path}” has been changed since.", path=change.path),
            _("Undo the later changes first."),
            change.path,
        )
    connection.execute(delete(draft_asset).where(*_at(draft_id, change.path)))
    for one in (change.before, change.after):
        if one is not None:
            rows = [(draft_id, one.sha256)]
            insert_missing(connection, kept_asset, ("draft_id", "sha256"), rows)
    if change.after is not None:
        new = {"sha256": change.after.sha256, "size": change.after.size}
        connection.execute(insert(draft_asset).values(draft_id=draft_id, path=change.path, **new))


def _at(draft_id: str, path: str):  # noqa: ANN202 - conditions
    return draft_asset.c.draft_id == draft_id, draft_asset.c.path == path
