"""The target of a draft, and the problems that it finds in it."""

from __future__ import annotations

from courseporter.errors import Problem
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
    return tuple(target_of(draft).check(StoredDraft(store, draft.id)))
