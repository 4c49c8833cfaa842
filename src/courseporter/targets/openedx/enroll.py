"""Enrolments: people of a draft through the LMS's bulk enrolment, with an outcome for each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from courseporter.errors import _
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session, authorized

BATCH = 100


class Outcome(msgspec.Struct, frozen=True):
    """One person: `state` is enrolled, invited (no account yet), present, or failed."""

    email: str
    state: str
    message: str = ""  # why it failed


class _State(msgspec.Struct):
    enrollment: bool = False
    allowed: bool = False


class _Row(msgspec.Struct, rename={"invalid": "invalidIdentifier"}):
    identifier: str = ""
    invalid: bool = False
    error: bool = False
    before: _State = msgspec.field(default_factory=_State)
    after: _State = msgspec.field(default_factory=_State)


class _Course(msgspec.Struct):
    results: list[_Row] = []


class _Answer(msgspec.Struct):
    courses: dict[str, _Course] = {}


def enroll(session: Session, key: CourseKey, emails: Sequence[str]) -> list[Outcome]:
    """Enrol people without sending them e-mails.  Enrolling again changes nothing.

    Raises AuthError `insufficient_role`, TransientError, RejectedError.
    """
    request = {
        "action": "enroll",
        "auto_enroll": True,
        "email_students": False,
        "courses": str(key),
        "identifiers": ",".join(emails),
    }
    with authorized(_("This account isn't allowed to enroll learners.")):
        answer = session.lms.post("/api/bulk_enroll/v1/bulk_enroll", json=request, repeat=True)
    rows = answer.decode(_Answer).courses.get(str(key), _Course()).results
    outcomes = [Outcome(row.identifier, _state(row), _reason(row)) for row in rows]
    known = {one.email.casefold() for one in outcomes}
    silent = str(_("The site didn't respond for this address."))
    return outcomes + [
        Outcome(email, "failed", silent)
        for email in emails
        if not {part.strip().casefold() for part in email.split(",")} & known
    ]


def _reason(row: _Row) -> str:
    if row.invalid:
        return str(_("The site doesn't accept this email address."))
    return str(_("The site couldn't enroll this person.")) if row.error else ""


def _state(row: _Row) -> str:
    if row.invalid or row.error:
        return "failed"
    if row.before.enrollment:
        return "present"
    return "enrolled" if row.after.enrollment else "invited"
