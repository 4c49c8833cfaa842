"""Fixing what the check of a draft has found: one problem, or all that are like it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from courseporter.api.actor import Actor
from courseporter.api.edits import edit, recheck
from courseporter.api.fix_values import FixAnswer, FixPreview, FixUnclear
from courseporter.api.preview import read_asset
from courseporter.api.values import ProblemRow
from courseporter.errors import SettingsError, _
from courseporter.flows.fixes import Answer, Plan, Seen, changes_of, plan
from courseporter.flows.fixes.plan import COURSE_WIDE, detail_of
from courseporter.settings import full_path
from courseporter.workspace import drafts, problems

MOST_PICTURE: Final = 8 << 20  # bytes


def fix(
    actor: Actor,
    draft_id: str,
    problem_id: int,
    *,
    all_alike: bool = False,
    answer: FixAnswer | None = None,
    seen: ProblemRow | None = None,
    expect: int | None = None,
) -> int:
    """Fix a problem (or all that are like it) as one step; returns how many items changed.

    `answer`: for a fix that asks.  `seen`: the problem as it was shown; another one with its number
    is refused.  `expect`: the revision that was shown.  Raises SettingsError for a problem that is
    no longer there and for an answer that is missing or unclear, InputError for files that can't be
    read, ConflictError when the course has changed since `expect`.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    chosen = _planned(actor, draft, problem_id, all_alike=all_alike, answer=answer, seen=seen)
    if unclear := chosen.matched.unclear:
        raise SettingsError(
            _(
                "Several files are called “{name}”: {files}.",
                name=unclear[0].name,
                files=", ".join(unclear[0].files),
            ),
            _("Choose one with --use NAME=FILE."),
            code="usage",
        )
    if chosen.operations:
        edit(actor, draft.id, chosen.operations, label=chosen.label, expect=expect, check=False)
    if chosen.told is not None:
        with actor.store.write() as connection:
            problems.forget(connection, draft.id, COURSE_WIDE)
            problems.add(connection, draft.id, "read", chosen.told)
    recheck(actor, draft.id)
    return chosen.changed


def fix_preview(
    actor: Actor,
    draft_id: str,
    problem_id: int,
    *,
    all_alike: bool = False,
    answer: FixAnswer | None = None,
    seen: ProblemRow | None = None,
) -> FixPreview:
    """What `fix` would do.  Raises SettingsError, InputError."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    chosen = _planned(actor, draft, problem_id, all_alike=all_alike, answer=answer, seen=seen)
    lines = changes_of(actor.store, draft, chosen)
    matched = chosen.matched
    lines += tuple(str(_("“{name}” can't be read", name=one)) for one in matched.skipped[:3])
    return FixPreview(
        lines=lines,
        changed=chosen.changed,
        rev=draft.rev,
        files={name: str(file) for name, file in matched.found.items()},
        unclear=tuple(FixUnclear(name=one.name, files=one.files) for one in matched.unclear),
        missing=matched.missing,
    )


def problem_picture(actor: Actor, draft_id: str, problem_id: int) -> bytes | None:
    """The picture that a problem is about; None when it isn't a file of the course."""
    with actor.store.read() as connection:
        listed = dict(problems.listing(connection, draft_id))
    found = listed.get(problem_id)
    if found is None or found.code != "image_without_text":
        return None
    return read_asset(actor, draft_id, detail_of(found), MOST_PICTURE)


def _planned(
    actor: Actor,
    draft: drafts.DraftRecord,
    problem_id: int,
    *,
    all_alike: bool,
    answer: FixAnswer | None,
    seen: ProblemRow | None,
) -> Plan:
    given = answer or FixAnswer()
    place = full_path(Path(given.place)) if given.place else None
    return plan(
        actor.store,
        draft,
        problem_id,
        Answer(given.text, place, given.files),
        all_alike=all_alike,
        seen=Seen(seen.code, seen.key, seen.message) if seen is not None else None,
    )
