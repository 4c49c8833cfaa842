"""Changing a draft: titles, hidden places, settings of the course, repairs, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

import msgspec

from courseporter.api.actor import Actor
from courseporter.api.values import FieldError
from courseporter.errors import SettingsError
from courseporter.flows.checks import check_draft, target_of
from courseporter.formats.languages import platform_language
from courseporter.model import Course, Node
from courseporter.targets.registry import named
from courseporter.workspace import drafts, edits, problems, tree


def rename(actor: Actor, draft_id: str, key: str, title: str) -> None:
    """Give a place another title, and with a lesson the pages in it that repeat its title.

    Learners see the title of the page, not that of the lesson above it.
    """
    with actor.store.read() as connection:
        keys = tree.echoes(connection, draft_id, key)
    _change(actor, draft_id, keys, partial(_renamed, title=title), f"Rename to “{title}”")


def set_hidden(actor: Actor, draft_id: str, keys: Sequence[str], *, hidden: bool) -> None:
    """Hide items from learners, or show them, as one step."""
    label = "Hide from learners" if hidden else "Show to learners"
    _change(actor, draft_id, list(keys), partial(_hidden, hidden=hidden), label)


def set_course(actor: Actor, draft_id: str, **fields: str | bool | None) -> None:
    """Change settings of the course.  Raises SettingsError naming the first wrong one."""
    texts = {name: value or "" for name, value in fields.items() if not isinstance(value, bool)}
    wrong = validate_course(texts)
    if wrong:
        raise SettingsError(wrong[0].message, "Correct the field.", wrong[0].field)
    values: dict[str, str | bool | None] = {
        name: value if isinstance(value, bool) else value or None for name, value in fields.items()
    }
    if language := texts.get("language"):
        values["language"] = platform_language(language)
    if "title" in texts:
        values["title"] = texts["title"]
    with actor.store.write() as connection:
        edits.change_course(
            connection, draft_id, partial(_with, values=values), "Change course settings"
        )
    recheck(actor, draft_id)


def undo(actor: Actor, draft_id: str) -> str | None:
    """Take the last change back; returns the words for what was undone."""
    with actor.store.write() as connection:
        label = edits.undo(connection, draft_id)
    if label is not None:
        recheck(actor, draft_id)
    return label


def fix(actor: Actor, draft_id: str, problem_id: int, *, all_alike: bool = False) -> int:
    """Repair a problem (or all that are like it); returns how many places changed."""
    with actor.store.read() as connection:
        listed = problems.listing(connection, draft_id)
    chosen = next((one for number, one in listed if number == problem_id), None)
    if chosen is None or chosen.fix is None:
        raise SettingsError("This note is no longer there.", "Look again.", code="unknown_item")
    alike = [one for _, one in listed if (one.code, one.fix) == (chosen.code, chosen.fix)]
    keys = [one.key for one in (alike if all_alike else [chosen]) if one.key is not None]
    repair = target_of(drafts.get(actor.store, draft_id, actor.organisation)).fixes[chosen.fix]
    with actor.store.write() as connection:
        changed = 0
        if repair.node is not None and keys:
            if repair.echoes:
                found = (tree.echoes(connection, draft_id, key) for key in keys)
                keys = list(chain.from_iterable(found))
            places = list(dict.fromkeys(keys))
            changed = edits.change_nodes(connection, draft_id, places, repair.node, repair.label)
        elif repair.course is not None:
            done = edits.change_course(connection, draft_id, repair.course, repair.label)
            changed = int(done)
    recheck(actor, draft_id)
    return changed


def recheck(actor: Actor, draft_id: str) -> None:
    """Check the draft again after a change."""
    found = check_draft(actor.store, drafts.get(actor.store, draft_id, actor.organisation))
    with actor.store.write() as connection:
        problems.replace(connection, draft_id, "check", found)


def validate_course(
    fields: Mapping[str, str | bool], target: str | None = None
) -> tuple[FieldError, ...]:
    """What is wrong with settings of a course for a target (None: the default one), a sentence
    each; empty values mean the default.
    """
    wrong = named(target).validate(fields)
    return tuple(FieldError(field=one.field, message=str(one.message)) for one in wrong)


def _change(
    actor: Actor, draft_id: str, keys: list[str], rewrite: partial[Node], label: str
) -> None:
    with actor.store.write() as connection:
        edits.change_nodes(connection, draft_id, keys, rewrite, label)
    recheck(actor, draft_id)


def _renamed(one: Node, title: str) -> Node:
    return msgspec.structs.replace(one, title=title)


def _hidden(one: Node, *, hidden: bool) -> Node:
    return msgspec.structs.replace(one, hidden=hidden)


def _with(course: Course, values: dict[str, str | bool | None]) -> Course:
    return msgspec.structs.replace(course, **values)
