"""What operations would change, in sentences for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final
from urllib.parse import unquote as decoded

from sqlalchemy import Connection

from courseporter.errors import Message, _, ngettext
from courseporter.flows.fixes.plan import Plan
from courseporter.formats.html.tags import start_tags, unquote
from courseporter.formats.node_html import html_of
from courseporter.model import ASSET_SCHEME, LESSON_SCHEME, Course, Node, Quiz, Video
from courseporter.store import Store
from courseporter.workspace import drafts, tree
from courseporter.workspace.edits import ops
from courseporter.workspace.edits.blocks import block_of
from courseporter.workspace.edits.changes import plain_course

SHOWN: Final = 8  # lines
LONGEST: Final = 80
_MOST: Final = 20_000  # characters of a page that are compared
_PIECE: Final = re.compile(r"<[^<>]*>|[^<>\s]+|\s+|[<>]")


def changes_of(store: Store, draft: drafts.DraftRecord, plan: Plan) -> tuple[str, ...]:
    """What a fix changes, a line per change, at most some of them."""
    lines: list[str] = []
    with store.read() as connection:
        for one in plan.operations:
            if len(lines) >= SHOWN:
                break
            lines += (str(line) for line in _lines(connection, draft, one))
    more = len(plan.operations) - SHOWN
    shown = list(dict.fromkeys(lines))[:SHOWN]
    if more > 0:
        shown.append(str(ngettext("and {count:,} more change", "and {count:,} more changes", more)))
    return tuple(shown)


def _lines(
    connection: Connection, draft: drafts.DraftRecord, one: ops.Operation
) -> Iterator[Message]:
    match one:
        case ops.Rename(key=key, title=title):
            old = tree.get(connection, draft.id, key).title
            yield _("“{old}” becomes “{new}”", old=_cut(old), new=_cut(title))
        case ops.Remove(keys=keys):
            for key in keys[:SHOWN]:
                title = tree.get(connection, draft.id, key).title
                yield _("“{title}” is removed", title=_cut(title))
        case ops.Describe(key=key, description=html):
            node = tree.get(connection, draft.id, key)
            yield _page(connection, draft.id, node.title, (node.description, html))
        case ops.SetBlock(key=key, block=block):
            node = tree.get(connection, draft.id, key)
            yield _block(connection, draft.id, node, block)
        case ops.PutFile(file=file):
            yield _("{file} is added", file=Path(file).name)
        case ops.SetCourse(values=values):
            yield from _course(draft.course, values)
        case _:
            return


def _course(course: Course, values: ops.Plain) -> Iterator[Message]:
    before = plain_course(course)
    for name, value in values.items():
        old, new = before.get(name) or "–", value or "–"
        yield _("{name}: {old} becomes {new}", name=name, old=str(old), new=str(new))


def _block(connection: Connection, draft_id: str, node: Node, plain: ops.Plain) -> Message:
    new = block_of(plain)
    if isinstance(node.block, Quiz) and isinstance(new, Quiz):
        left = {one.key for one in new.questions}
        for one in node.block.questions:
            if one.key not in left:
                text = one.title or one.text
                return _("The question “{text}” is removed", text=_cut(text))
    if isinstance(node.block, Video) and isinstance(new, Video) and new.captions:
        languages = ", ".join(one.language for one in new.captions)
        return _(
            "“{title}” gets captions: {languages}", title=_cut(node.title), languages=languages
        )
    if new.__class__ is not node.block.__class__:
        return _("“{title}” gets the file", title=_cut(node.title))
    before, after = _texts(node), _texts(Node(key="", kind="block", title="", block=new))
    if before == after:
        return _("“{title}” is changed", title=_cut(node.title))
    return _page(connection, draft_id, node.title, (before, after))


def _page(connection: Connection, draft_id: str, title: str, texts: tuple[str, str]) -> Message:
    old, new = tag_change(*_first_difference(*texts))
    old, new = (_readable(connection, draft_id, one) for one in (old, new))
    title = _cut(title)
    if not old:
        return _("“{title}”: {new} is added", title=title, new=_cut(new))
    if not new:
        return _("“{title}”: {old} is removed", title=title, old=_cut(old))
    return _("“{title}”: {old} becomes {new}", title=title, old=_cut(old), new=_cut(new))


def tag_change(old: str, new: str) -> tuple[str, str]:
    """What differs between two tags: their names, or the first attribute that isn't the same."""
    first, second = next(start_tags(old), None), next(start_tags(new), None)
    if first is None or second is None or first.name != second.name:
        return old.strip("<>"), new.strip("<>")
    before = {name: unquote(value or "''")[1] for name, value, _s, _e in first.attributes()}
    after = {name: unquote(value or "''")[1] for name, value, _s, _e in second.attributes()}
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            if name not in before:
                return "", f"{name}=“{after[name]}”"
            return before[name], after.get(name, "")
    return old, new


def _readable(connection: Connection, draft_id: str, text: str) -> str:
    """A reference of ours as people know it: the title of the lesson, the path of the file."""
    if text.startswith(ASSET_SCHEME):
        return decoded(text[len(ASSET_SCHEME) :])
    if text.startswith(LESSON_SCHEME):
        key = decoded(text[len(LESSON_SCHEME) :])
        way = tree.path(connection, draft_id, key)
        return f"“{way[-1][1]}”" if way else key
    return text


def _texts(node: Node) -> str:
    return "\n".join(html_of(node))


def _first_difference(before: str, after: str) -> tuple[str, str]:
    """The first piece that differs: a tag or words."""
    start = next(
        (n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = max(before.rfind("<", 0, start + 1), before.rfind(">", 0, start) + 1, 0)
    old = _PIECE.findall(before[start : start + _MOST])
    new = _PIECE.findall(after[start : start + _MOST])
    for tag, a, b, c, d in SequenceMatcher(
        None, old[:400], new[:400], autojunk=False
    ).get_opcodes():
        if tag != "equal":
            return "".join(old[a:b]).strip(), "".join(new[c:d]).strip()
    return "", ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
