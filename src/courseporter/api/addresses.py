"""Old and new addresses of a course from a school: for redirects, and for links elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from courseporter.api.actor import Actor
from courseporter.disk.staging import staged
from courseporter.flows.checks import target_of
from courseporter.formats.names import static_name, url_name
from courseporter.formats.tabular import escape_cell
from courseporter.model import Audio, Link, Node, Resource, Video
from courseporter.settings import full_path
from courseporter.workspace import drafts, ledger
from courseporter.workspace.stored import StoredDraft

COLUMNS: Final = ("kind", "id", "title", "old address", "new address")


def write_addresses(actor: Actor, draft_id: str, out: Path) -> int:
    """Write a CSV of old addresses and new ones; returns the number of rows.

    New addresses of lessons are paths below the learners' site of Open edX; those of files in the
    package are their paths there.  Raises SettingsError.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    rows = [
        (one.kind, one.ref or "", one.title or "", one.href or "", new)
        for one, new in _moved(actor, draft)
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([escape_cell(cell) for cell in row] for row in rows)
    with staged(full_path(out)) as stream:
        stream.write(("\ufeff" + text.getvalue()).encode())
    return len(rows)


def _moved(actor: Actor, draft: drafts.DraftRecord) -> Iterator[tuple[ledger.Entry, str]]:
    found = [one for one in ledger.entries(actor.store, draft.id) if one.href and one.to]
    wanted = {one.to[0] for one in found}
    places = {
        node.key: node
        for node in StoredDraft(actor.store, draft.id).nodes()
        if node.key in wanted and node.kind in ("lesson", "block")
    }
    named = target_of(draft).identity(draft.course)
    for one in found:
        node = places.get(one.to[0])
        if node is not None:
            yield one, _address(node, named)


def _address(node: Node, named: Mapping[str, str]) -> str:
    course = "+".join(named.get(part, "") for part in ("org", "number", "run"))
    match node.block:
        case Video(file=str(path)) | Audio(file=str(path)) | Resource(file=path):
            return f"/static/{static_name(path)}"
        case Video(sources=(first, *_)):
            return first
        case Audio(url=str(url)) | Link(url=url):
            return url
        case _:
            return f"/courses/course-v1:{course}/jump_to_id/{url_name(node.key)}"
