"""Looking at a draft's tree: children of a place, the way to it, search; never the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, func, or_, select

from courseporter.errors import SettingsError, _
from courseporter.model import Node
from courseporter.store.hints import unlikely
from courseporter.store.schema import node
from courseporter.workspace.edits.order import IN_ORDER, document_order, is_edited

_decode = msgspec.json.Decoder(Node).decode
_child = node.alias("child")
_number = (
    select(func.count())
    .where(_child.c.draft_id == node.c.draft_id, _child.c.parent == node.c.key)
    .correlate(node)
    .scalar_subquery()
    .label("children")
)


class TreeRow(NamedTuple):
    """One place with the number of places below it."""

    key: str
    parent: str | None
    kind: str
    type: str | None
    title: str
    hidden: bool
    questions: int
    children: int


def _rows(draft_id: str) -> Select[*tuple[Any, ...]]:
    columns = (node.c.key, node.c.parent, node.c.kind, node.c.type, node.c.title, node.c.hidden)
    return select(*columns, node.c.questions, _number).where(node.c.draft_id == draft_id)


def children(connection: Connection, draft_id: str, parent: str | None) -> list[TreeRow]:
    """The rows directly below a place, in order."""
    below = node.c.parent.is_(None) if parent is None else node.c.parent == parent
    found = connection.execute(_rows(draft_id).where(unlikely(below)).order_by(*IN_ORDER)).all()
    return [TreeRow(*row) for row in found]


def levels(
    connection: Connection, draft_id: str, parents: Sequence[str]
) -> dict[str, list[TreeRow]]:
    """The rows below many places at once: one query for five hundred of them."""
    found: dict[str, list[TreeRow]] = {parent: [] for parent in parents}
    for some in (parents[at : at + 500] for at in range(0, len(parents), 500)):
        query = _rows(draft_id).where(unlikely(node.c.parent.in_(some))).order_by(*IN_ORDER)
        for row in connection.execute(query):
            found[row.parent].append(TreeRow(*row))
    return found


def path(connection: Connection, draft_id: str, key: str) -> list[tuple[str, str]]:
    """(key, title) from the section down to the place itself; empty when there is no such place."""
    way: list[tuple[str, str]] = []
    at: str | None = key
    while at is not None:
        row = connection.execute(
            select(node.c.parent, node.c.title).where(node.c.draft_id == draft_id, node.c.key == at)
        ).one_or_none()
        if row is None:
            break
        way.append((at, row.title))
        at = row.parent
    return way[::-1]


def quiz_of(connection: Connection, draft_id: str, key: str) -> str | None:
    """Key of the place whose quiz holds this question: questions are no places of their own."""
    inside = b'"key":' + msgspec.json.encode(key)
    quizzes = connection.execute(
        select(node.c.key, node.c.body).where(node.c.draft_id == draft_id, node.c.questions > 0)
    )
    return next((str(row.key) for row in quizzes if inside in row.body), None)


def known(connection: Connection, draft_id: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys that are places of the draft."""
    wanted = sorted(set(keys))
    found: set[str] = set()
    for some in (wanted[at : at + 500] for at in range(0, len(wanted), 500)):
        query = select(node.c.key).where(node.c.draft_id == draft_id, node.c.key.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def echoes(connection: Connection, draft_id: str, key: str) -> list[str]:
    """The item and everything below it that only repeats its title: units, blocks, and lessons that
    were made from the same item of the source (their keys begin with its key).
    """
    keys, title = [key], get(connection, draft_id, key).title
    above = [key]
    while above:
        below = levels(connection, draft_id, above)
        above = [
            row.key
            for parent, rows in below.items()
            for row in rows
            if row.title == title
            and (row.kind in {"unit", "block"} or row.key.startswith(f"{parent}/"))
        ]
        keys += above
    return keys


def find(
    connection: Connection, draft_id: str, text: str, keys: set[str] | None, limit: int
) -> list[TreeRow]:
    """Places whose title holds the text (any case), in document order, among `keys` if given."""
    wanted = [node.c.draft_id == draft_id]
    if text:
        titled = node.c.title.icontains(text, autoescape=True)
        wanted.append(or_(titled, node.c.key.icontains(text, autoescape=True)))
    if keys is not None:
        wanted.append(node.c.key.in_(sorted(keys)))
    if not is_edited(connection, draft_id):
        query = _rows(draft_id).where(*wanted).order_by(node.c.seq).limit(limit)
        return [TreeRow(*row) for row in connection.execute(query)]
    found = set(connection.scalars(select(node.c.seq).where(*wanted)))
    order = (seq for seq in document_order(connection, draft_id) if seq in found)
    first = list(islice(order, limit))
    rows = connection.execute(_rows(draft_id).add_columns(node.c.seq).where(node.c.seq.in_(first)))
    by_seq = {row[-1]: TreeRow(*row[:-1]) for row in rows}
    return [by_seq[seq] for seq in first]


def get(connection: Connection, draft_id: str, key: str) -> Node:
    """One place.  Raises SettingsError `unknown_item`."""
    body = connection.execute(
        select(node.c.body).where(node.c.draft_id == draft_id, node.c.key == key)
    ).scalar_one_or_none()
    if body is None:
        raise SettingsError(
            _("This item is no longer in the course."),
            _("Refresh the course."),
            key,
            code="unknown_item",
        )
    return _decode(body)
