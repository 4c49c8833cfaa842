"""Items of a course while they are being edited: what they hold, and the pictures in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.edits import edit
from courseporter.api.preview import read_asset
from courseporter.api.values import EditView
from courseporter.errors import _
from courseporter.model import ASSET_SCHEME, Node
from courseporter.workspace import drafts, tree
from courseporter.workspace.edits import blocks, ops

PICTURE_BYTES: Final = 8 << 20
ALL_PICTURES: Final = 48 << 20
COPIED_BYTES: Final = 1 << 30  # of a file that goes to another course
_PICTURE: Final = re.compile(rf"src=\\?[\"']({ASSET_SCHEME}[^\"'\\]*)")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """An item as it is stored, the pictures in its texts by address, and the names of the
    assignment types that a lesson may be graded as.
    """

    node: Node
    pictures: dict[str, bytes]
    formats: tuple[str, ...] = ()


def content(actor: Actor, draft_id: str, key: str) -> Content:
    """Return an item to edit.  Raises SettingsError `unknown_item`."""
    with actor.store.read() as connection:
        node = tree.get(connection, draft_id, key)
    course = drafts.get(actor.store, draft_id, actor.organisation).course
    formats = tuple(one.name for one in course.grading.types) if course.grading else ()
    return Content(node=node, pictures=_pictures(actor, draft_id, node), formats=formats)


def copy_items(
    actor: Actor,
    draft_id: str,
    source_id: str,
    keys: Sequence[str],
    parent: str | None,
    before: str | None = None,
) -> EditView:
    """Copy items of a course, with all that is in them and their files, to a place of this course
    or of another one, as one step.  Raises InputError `edit_invalid`.
    """
    source = drafts.get(actor.store, source_id, actor.organisation).id
    with actor.store.read() as connection:
        nodes = [_copied(connection, source, key) for key in keys]
    with TemporaryDirectory() as folder:
        puts: list[ops.Operation] = []
        if source != draft_id:
            wanted = {path for one in nodes for path in _files(one)}
            puts = _brought(actor, (source, draft_id), sorted(wanted), Path(folder))
        inserts = [ops.Insert(node=one, parent=parent, before=before) for one in nodes]
        label = _("Copied “{title}”", title=nodes[0].title)
        return edit(actor, draft_id, [*puts, *inserts], label=label, check=False)


def _copied(connection: Connection, draft_id: str, key: str) -> ops.NewNode:
    """An item with all that is in it; its questions get keys of their own."""
    node = tree.get(connection, draft_id, key)
    below = tree.children(connection, draft_id, key)
    settings = node.settings
    block = blocks.with_new_keys(node.block)
    return ops.NewNode(
        kind=node.kind,
        title=node.title,
        block=None if block is None else ops.plain_block(block),
        hidden=node.hidden,
        description=node.description,
        settings=None if settings is None else msgspec.to_builtins(settings),
        children=tuple(_copied(connection, draft_id, one.key) for one in below),
    )


def _files(node: ops.NewNode) -> set[str]:
    found = set(blocks.paths_in(node.description))
    if node.block is not None:
        found |= blocks.files_in(blocks.block_of(node.block))
    return found.union(*(_files(one) for one in node.children))


def _brought(
    actor: Actor, drafts_: tuple[str, str], paths: Sequence[str], folder: Path
) -> list[ops.Operation]:
    """Files of a course that another one lacks, as operations."""
    source, target = drafts_
    found: list[ops.Operation] = []
    for number, path in enumerate(paths):
        if read_asset(actor, target, path, COPIED_BYTES) is not None:
            continue
        data = read_asset(actor, source, path, COPIED_BYTES)
        if data is not None:
            file = folder / str(number)
            file.write_bytes(data)
            found.append(ops.PutFile(path=path, file=str(file)))
    return found


def _pictures(actor: Actor, draft_id: str, node: Node) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = ALL_PICTURES
    for address in dict.fromkeys(_PICTURE.findall(msgspec.json.encode(node).decode())):
        path = unquote(address.removeprefix(ASSET_SCHEME))
        data = read_asset(actor, draft_id, path, min(left, PICTURE_BYTES))
        if data is not None:
            found[address] = data
            left -= len(data)
    return found
