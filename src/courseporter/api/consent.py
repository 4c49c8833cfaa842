"""The question before SCORM lessons play in a course: what the package would do, and the answer.

The scripts of a package run with the permissions of whoever opens the lesson, so a person decides,
once per package.  The answer is kept with the draft; on the command line `--scorm` is the answer.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from courseporter.api.actor import Actor
from courseporter.api.values import ScormFinding, ScormQuestion
from courseporter.errors import SettingsError, _
from courseporter.formats.scorm_player.inspection import WORDS, Finding, Findings
from courseporter.workspace import drafts
from courseporter.workspace.edits import ops, scorm
from courseporter.workspace.edits.apply import apply

Answer = Literal["play", "download"]
ANSWER: Final = "scorm_consent"  # among the draft's options
LABELS: Final[dict[Answer, str]] = {
    "play": "Play in the course",
    "download": "Offer for download only",
}


def scorm_question(actor: Actor, draft_id: str) -> ScormQuestion | None:
    """Return what the draft's package would do when played, and the answer; None without SCORM."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    with actor.store.read() as connection:
        counts = scorm.modes(connection, draft.id)
        first = next(scorm.lessons(connection, draft.id), None) if counts else None
    if first is None:
        return None
    found = msgspec.convert(draft.options.get("scorm_findings") or {}, Findings)
    return ScormQuestion(
        package=first.package.file,
        play=counts.get("play", 0),
        plugin=counts.get("plugin", 0),
        download=counts.get("download", 0),
        answer=answer_of(draft),
        hosts=tuple(_finding(one, one.name) for one in found.hosts),
        calls=tuple(_finding(one, _capitalized(str(WORDS[one.name]))) for one in found.calls),
        unread=found.unread,
        cut=found.cut,
    )


def answer_scorm(actor: Actor, draft_id: str, answer: Answer) -> int:
    """Store the answer, and change the lessons that don't fit it; return how many were changed.

    Lessons for the SCORM XBlock stay as they are.
    """
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    with actor.store.write() as connection:
        drafts.add_options(connection, draft.id, {ANSWER: answer})
        keys = [
            place.node.key
            for place in scorm.lessons(connection, draft.id)
            if place.package.mode in LABELS and place.package.mode != answer
        ]
        if keys:
            chosen = ops.SetScorm(mode=answer, keys=tuple(keys))
            apply(connection, draft.id, [chosen], actor.user, label=LABELS[answer])
        return len(keys)


def require_answer(actor: Actor, draft_id: str) -> None:
    """Raise SettingsError `scorm_not_answered` while lessons would play and nobody allowed it."""
    question = scorm_question(actor, draft_id)
    if question is not None and question.is_open:
        package = question.package
        raise SettingsError(
            _("Decide first whether “{package}” may run scripts in the course.", package=package),
            _("Allow it, or offer the lessons as a download."),
            package,
            code="scorm_not_answered",
        )


def answer_of(draft: drafts.DraftRecord) -> Answer | None:
    """Return the answer for this draft's package; None while there is none."""
    stored = draft.options.get(ANSWER)
    return next((answer for answer in LABELS if answer == stored), None)


def _finding(one: Finding, words: str) -> ScormFinding:
    return ScormFinding(words=words, count=one.count, files=one.files, serious=one.serious)


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
