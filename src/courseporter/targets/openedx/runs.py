"""Course runs: look one up, create it, restore its settings, count its learners.

`/api/v1/course_runs/` wants staff; a member of the course team gets 403 even for reading, but may
import.  So a 403 here falls back to the outline of the course.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from courseporter.errors import (
    AuthError,
    ConflictError,
    PorterError,
    RejectedError,
    TransientError,
    _,
)
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session, authorized

RUNS = "/api/v1/course_runs/"
START, END_DAY = "2020-01-01T00:00:00Z", "2100-01-01"
MAX_PAGES = 10  # of 100 learners; more are "at least"


class Schedule(msgspec.Struct, frozen=True):
    """Dates of a run, ISO 8601."""

    start: str | None = None
    end: str | None = None
    enrollment_start: str | None = None
    enrollment_end: str | None = None


class Images(msgspec.Struct, frozen=True):
    """Addresses of the run's pictures."""

    card_image: str | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What the site says of a run.  `known` is false where only its existence can be seen."""

    title: str = ""
    pacing_type: str | None = None
    schedule: Schedule = Schedule()
    images: Images = Images()
    known: bool = True


def look_up(session: Session, key: CourseKey) -> Run | None:
    """The run, or None when there is none.  Raises AuthError `insufficient_role`."""
    try:
        answer = session.studio.get(f"{RUNS}{key}/", accept=(404,))
    except AuthError as error:
        if error.code != "permission_error":
            with authorized(_("This account isn't allowed to read course runs.")):
                raise
        return _seen(session, key)
    return None if answer.status == 404 else answer.decode(Run)


def _seen(session: Session, key: CourseKey) -> Run | None:
    """Whether a member of the course team sees the course."""
    with authorized(_("This account isn't allowed to open {key} in Studio.", key=str(key))):
        answer = session.studio.get(f"/api/contentstore/v1/course_index/{key}", accept=(404,))
    return None if answer.status == 404 else Run(known=False)


def end_mark(job: str) -> str:
    """The end date under which a job creates a run: its time of day tells the job's run from one
    that somebody else created meanwhile.  The import replaces it.
    """
    seconds = int(hashlib.sha256(job.encode()).hexdigest(), 16) % 86_400
    hours, rest = divmod(seconds, 3600)
    return f"{END_DAY}T{hours:02}:{rest // 60:02}:{rest % 60:02}Z"


def creation(key: CourseKey, title: str, job: str) -> dict[str, object]:
    """The request that creates a run.  With a schedule, the site demands an end."""
    return {
        "title": title[:255] or key.number,
        "org": key.org,
        "number": key.number,
        "run": key.run,
        "schedule": {"start": START, "end": end_mark(job)},
        "pacing_type": "self_paced",
    }


def created_by(found: Run | None, job: str) -> bool:
    """Whether the run is one that this job created."""
    return found is not None and found.schedule.end == end_mark(job)


def create(session: Session, key: CourseKey, request: Mapping[str, object], job: str) -> None:
    """Create the run, once: the site refuses a second one of the same key.

    An existing run is answered with a bare 500, so after one the run is looked up.  Raises
    ConflictError when somebody else has created it, AuthError, RejectedError, TransientError.
    """
    try:
        with authorized(_("This account isn't allowed to create course runs.")):
            answer = session.studio.post(RUNS, json=dict(request), accept=(400,))
    except TransientError:
        found = look_up(session, key)
        if found is None:
            _refuse_other_case(session, key)
            raise
        if not created_by(found, job):
            raise taken(key) from None
        return
    if answer.status == 400:
        raise RejectedError(
            _(
                "Studio refused to create {key}: {fields}.",
                key=str(key),
                fields=_fields(answer.body),
            ),
            _("Change the organization, number, or run, or create the run in Studio."),
            str(key),
            code="invalid_course_input",
        )


def taken(key: CourseKey) -> ConflictError:
    """Somebody else's run is in the way."""
    return ConflictError(
        _("{key} was created by someone else.", key=str(key)),
        _("Publish to another run, or allow overwriting (--overwrite)."),
        str(key),
    )


def _refuse_other_case(session: Session, key: CourseKey) -> None:
    """The site takes keys that differ in letter case only for the same one."""
    try:
        listed = session.studio.get(RUNS, params={"page_size": 100}).decode(_Listed)
    except PorterError:
        return
    for one in listed.results:
        if one.id.lower() == str(key).lower():
            raise ConflictError(
                _(
                    "{found} already exists and differs from {key} only in letter case.",
                    found=one.id,
                    key=str(key),
                ),
                _("Use the same spelling, or another run."),
                one.id,
            )


class _Id(msgspec.Struct):
    id: str = ""


class _Listed(msgspec.Struct):
    results: list[_Id] = []


def _fields(body: bytes) -> str:
    """The names of the refused fields: the words are in the site's language."""
    try:
        return ", ".join(msgspec.json.decode(body, type=dict[str, object]))
    except msgspec.DecodeError:
        return "…"


def restore(session: Session, key: CourseKey, changes: Mapping[str, object]) -> None:
    """Set title, pacing or dates again.  Raises PorterError."""
    with authorized(_("This account isn't allowed to change course settings.")):
        session.studio.request("PATCH", f"{RUNS}{key}/", json=dict(changes), repeat=True)


class _Learner(msgspec.Struct):
    is_active: bool = True


class _Learners(msgspec.Struct):
    results: list[_Learner] = []
    next: str | None = None


def count_learners(session: Session, key: CourseKey) -> int | None:
    """How many learners are enrolled, counted up to 1,000; None when the site doesn't tell."""
    path: str | None = "/api/enrollment/v1/enrollments"
    params: dict[str, str | int | bool | list[str]] | None = {
        "course_id": str(key),
        "page_size": 100,
    }
    count = 0
    for _page in range(MAX_PAGES):
        try:
            page = session.lms.get(path, params=params).decode(_Learners)
        except (AuthError, RejectedError, TransientError):
            return count or None
        count += sum(one.is_active for one in page.results)
        path, params = page.next, None
        if not path:
            break
    return count
