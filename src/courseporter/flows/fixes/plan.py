"""From a problem to the operations that fix it, and all that are like it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from courseporter.errors import Message, Phrase, Problem, SettingsError, _, ngettext
from courseporter.flows.checks import all_problems, target_of
from courseporter.flows.fixes import captions, missing
from courseporter.flows.fixes.folder import Matched, match
from courseporter.flows.old_links import OldAddresses
from courseporter.model import Course, Node, Video
from courseporter.store import Store
from courseporter.targets import Fix, FixRequest
from courseporter.workspace import drafts, problems, tree
from courseporter.workspace.edits import ops
from courseporter.workspace.edits.changes import differences, plain_course
from courseporter.workspace.stored import StoredDraft

NOTHING: Final = Matched({})
COURSE_WIDE: Final = "missing_files"  # one problem for the whole course


class Answer(NamedTuple):
    """What a person gives to a fix that asks: a text, a file or folder, and the file chosen for
    each name.
    """

    text: str | None = None
    place: Path | None = None
    chosen: Mapping[str, str] = {}


class Seen(NamedTuple):
    """A problem as a person has seen it: numbers of problems are used again."""

    code: str
    key: str | None
    message: str


class Plan(NamedTuple):
    """What a fix does: its label in the history, the operations, how many items change, and the
    files that it uses.
    """

    label: Phrase
    fix: Fix
    operations: list[ops.Operation]
    changed: int
    matched: Matched = NOTHING
    told: tuple[Problem, ...] | None = None  # what takes the place of what the import told


def plan(
    store: Store,
    draft: drafts.DraftRecord,
    problem_id: int,
    answer: Answer,
    *,
    all_alike: bool = False,
    seen: Seen | None = None,
) -> Plan:
    """What fixing a problem (or all that are like it) changes.

    Raises SettingsError `unknown_item` for a problem that is no longer there, `usage` for an answer
    that is missing; InputError for files that can't be read.
    """
    chosen, listed = _chosen(store, draft, problem_id, seen)
    fix = target_of(draft).fixes[chosen.fix or ""]
    _require_answer(fix, answer)
    alike = _alike(store, draft, chosen, listed, answer) if all_alike else [chosen]
    if fix.asks == "files":
        keys = None if all_alike or chosen.code == COURSE_WIDE else _keys(store, draft, alike)
        made = _files(store, draft, fix, keys, answer)
        told = _still_missing(chosen, made.matched) if chosen.code == COURSE_WIDE else None
        return made._replace(told=told)
    if fix.asks == "captions":
        return _captions(store, draft, fix, _keys(store, draft, alike), answer)
    operations, changed = _repairs(store, draft, fix, alike, answer)
    return Plan(fix.done, fix, operations, changed)


def detail_of(one: Problem) -> str:
    """What a problem found, as it tells it."""
    return str(one.message.args.get("detail", "")) if isinstance(one.message, Message) else ""


def _chosen(
    store: Store, draft: drafts.DraftRecord, problem_id: int, seen: Seen | None
) -> tuple[Problem, list[Problem]]:
    with store.read() as connection:
        listed = problems.listing(connection, draft.id)
    chosen = next((one for number, one in listed if number == problem_id), None)
    if chosen is not None and seen is not None:
        now = Seen(chosen.code, chosen.key, str(chosen.message))
        chosen = chosen if now == seen._replace(key=chosen.key) else None
    if chosen is None or chosen.fix not in target_of(draft).fixes:
        raise SettingsError(
            _("This problem no longer exists.")
            if chosen is None
            else _("CoursePorter can't fix this problem."),
            _("Look at the list of problems again."),
            code="unknown_item",
        )
    return chosen, [one for _number, one in listed]


def _require_answer(fix: Fix, answer: Answer) -> None:
    if fix.asks == "editor":
        raise SettingsError(
            _("Only you can decide this: open the item and edit it."),
            _("Choose “{label}”, or use: courseporter drafts edit", label=fix.label),
            code="usage",
        )
    if fix.asks == "text" and answer.text is None:
        raise SettingsError(
            _("The alternative text is missing."),
            _("Use --text, or --decorative for a decorative image."),
            code="usage",
        )
    if fix.asks in ("files", "captions") and answer.place is None:
        raise SettingsError(
            _("The file or folder to take them from is missing."), _("Use --from."), code="usage"
        )


def _alike(
    store: Store,
    draft: drafts.DraftRecord,
    chosen: Problem,
    listed: Sequence[Problem],
    answer: Answer,
) -> list[Problem]:
    """Problems with the same code and fix; with a text, only those of the same picture.

    The chosen one is the first.
    """
    if any(one.code == chosen.code and one.fix is None and one.count > 1 for one in listed):
        listed = all_problems(store, draft, sys.maxsize)
    found = [one for one in listed if (one.code, one.fix) == (chosen.code, chosen.fix)]
    if answer.text:
        found = [one for one in found if detail_of(one) == detail_of(chosen)]
    return [chosen, *(one for one in found if one != chosen)]


def _keys(store: Store, draft: drafts.DraftRecord, found: Iterable[Problem]) -> list[str]:
    """The items that problems are about; that of a question is its quiz."""
    keys = dict.fromkeys(one.key for one in found if one.key is not None)
    with store.read() as connection:
        known = tree.known(connection, draft.id, keys)
        places = (key if key in known else tree.quiz_of(connection, draft.id, key) for key in keys)
        return list(dict.fromkeys(key for key in places if key is not None))


def _repairs(
    store: Store, draft: drafts.DraftRecord, fix: Fix, found: Sequence[Problem], answer: Answer
) -> tuple[list[ops.Operation], int]:
    """What a fix does, as operations, and how many items it changes."""
    if fix.course is not None:
        operation = _course_operation(draft.course, fix.course(draft.course))
        return ([operation], 1) if operation is not None else ([], 0)
    if fix.remove:
        keys = tuple(_keys(store, draft, found))
        return ([ops.Remove(keys=keys)], len(keys)) if keys else ([], 0)
    addresses = OldAddresses.of(store, draft) if fix.links else None
    with store.read() as connection:
        pairs = [
            (old, new)
            for old, asked in _asked(connection, draft.id, fix, found)
            if (new := _fixed(fix, old, asked, answer, addresses)) != old
        ]
    operations = chain.from_iterable(_node_operations(old, new) for old, new in pairs)
    return list(operations), len(pairs)


def _fixed(
    fix: Fix, node: Node, found: list[Problem], answer: Answer, addresses: OldAddresses | None
) -> Node:
    if addresses is not None:
        return addresses.relink(node)
    if fix.by_request is not None:
        for one in found:
            node = fix.by_request(
                node, FixRequest(detail_of(one), one.key or "", answer.text or "")
            )
        return node
    return fix.node(node) if fix.node is not None else node


def _asked(
    connection: Connection, draft_id: str, fix: Fix, found: Sequence[Problem]
) -> Iterator[tuple[Node, list[Problem]]]:
    """Each item with its problems, and with `echoes` what repeats its title."""
    known = tree.known(connection, draft_id, (one.key for one in found if one.key))
    by_key: dict[str, list[Problem]] = {}
    for one in found:
        key = one.key if one.key in known else tree.quiz_of(connection, draft_id, one.key or "")
        if key is not None:
            by_key.setdefault(key, []).append(one)
    done: set[str] = set()
    for key, some in by_key.items():
        for place in tree.echoes(connection, draft_id, key) if fix.echoes else [key]:
            if place not in done:
                done.add(place)
                yield tree.get(connection, draft_id, place), some


def _files(
    store: Store, draft: drafts.DraftRecord, fix: Fix, keys: Sequence[str] | None, answer: Answer
) -> Plan:
    """Files for what items name but the course doesn't have; `keys` None: for all items."""
    stored = StoredDraft(store, draft.id)
    assets = {one.path for one in stored.assets()}
    lacking = [
        (node, missing.asked(names))
        for node in _nodes(store, draft, keys)
        if (names := missing.missing_names(node, assets))
    ]
    wanted = {asked for _node, names in lacking for asked in names.values()}
    matched = match(sorted(wanted), answer.place or Path(), answer.chosen)
    found = {
        name: matched.found[one]
        for _node, names in lacking
        for name, one in names.items()
        if one in matched.found
    }
    paths = missing.places(found, assets)
    puts = {path: str(found[name]) for name, path in paths.items()}
    operations: list[ops.Operation] = []
    changed = 0
    for node, names in lacking:
        operations += _node_operations(node, missing.with_files(node, paths))
        changed += not paths.keys().isdisjoint(names)
    files = [ops.PutFile(path=path, file=file) for path, file in puts.items()]
    return Plan(fix.done, fix, [*files, *operations], changed, matched)


def _still_missing(problem: Problem, matched: Matched) -> tuple[Problem, ...]:
    """What is left of the problem that an import told of all its missing files.

    Nothing if the check of the course tells the rest, page by page.
    """
    checked = [name for name in matched.missing if not name.startswith("/static/")]
    left = problem.count - len(matched.found)
    if left <= len(checked):
        return ()
    message = ngettext(
        "{count:,} file that the source names is still missing.",
        "{count:,} files that the source names are still missing.",
        left,
    )
    return (replace(problem, message=message, count=left),)


def _captions(
    store: Store, draft: drafts.DraftRecord, fix: Fix, keys: Sequence[str], answer: Answer
) -> Plan:
    videos = [one for one in _nodes(store, draft, keys) if isinstance(one.block, Video)]
    language = draft.course.language or "en"
    matched, found, paths = captions.match_captions(
        videos, answer.place or Path(), language, answer.chosen
    )
    operations: list[ops.Operation] = [
        ops.PutFile(path=path, file=file) for path, file in paths.items()
    ]
    for node in videos:
        if node.key in found:
            operations += _node_operations(node, captions.with_captions(node, found[node.key]))
    return Plan(fix.done, fix, operations, len(found), matched)


def _nodes(store: Store, draft: drafts.DraftRecord, keys: Sequence[str] | None) -> Iterator[Node]:
    if keys is None:
        yield from StoredDraft(store, draft.id).nodes()
        return
    for key in keys:
        with store.read() as connection:
            found = tree.get(connection, draft.id, key)
        yield found


def _node_operations(old: Node, new: Node) -> list[ops.Operation]:
    _before, after = differences(old, new)
    found: list[ops.Operation] = []
    if "title" in after:
        found.append(ops.Rename(key=new.key, title=new.title))
    if "description" in after:
        found.append(ops.Describe(key=new.key, description=new.description))
    if new.block is not None and "block" in after:
        found.append(ops.SetBlock(key=new.key, block=ops.plain_block(new.block)))
    return found


def _course_operation(old: Course, new: Course) -> ops.SetCourse | None:
    before, after = plain_course(old), plain_course(new)
    values = {name: after[name] for name in after if before[name] != after[name]}
    return ops.SetCourse(values=values) if values else None
