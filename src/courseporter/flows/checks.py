"""The target of a draft, and the problems that it finds in it."""

from __future__ import annotations

from courseporter.errors import LISTED, Problem
from courseporter.flows.old_links import old_links
from courseporter.store import Store
from courseporter.targets import Target
from courseporter.targets.registry import named
from courseporter.workspace import drafts
from courseporter.workspace.stored import StoredDraft

OPTION = "target"  # among the draft's options


def target_of(draft: drafts.DraftRecord) -> Target:
    """The target that a draft is checked for: the one chosen for it, else the default one."""
    chosen = draft.options.get(OPTION)
    return named(chosen if isinstance(chosen, str) else None)


def check_draft(store: Store, draft: drafts.DraftRecord) -> tuple[Problem, ...]:
    """What is wrong with the whole draft for its target."""
    return all_problems(store, draft, LISTED)


def all_problems(store: Store, draft: drafts.DraftRecord, limit: int) -> tuple[Problem, ...]:
    """The same, with at most `limit` problems of one code one by one."""
    found = target_of(draft).check(StoredDraft(store, draft.id), limit)
    return (*found, *old_links(store, draft, limit))
