"""Imports: upload a package, ask for its state, find a task again, learn why it failed.

The poll gives a state only; the reason is in an artifact of the task, which is found by its name,
because the import's task id is not one of the task API.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from courseporter.errors import AuthError, PorterError, RejectedError, _, ngettext
from courseporter.net import FilePart
from courseporter.net.bodies import Progress
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session, authorized

TASKS = "/api/tasks/v0/tasks/"
PAGES = 5
Phase = Literal["waiting", "running", "succeeded", "failed"]
_ENDED: dict[str, Phase] = {"Succeeded": "succeeded", "Failed": "failed", "Canceled": "failed"}


class State(msgspec.Struct, frozen=True):
    """Where an import is.  `name` is the site's own word; unknown ones count as running.

    `waiting`: no worker of the site has taken it, or it isn't an import.
    """

    phase: Phase
    name: str = ""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the task list."""

    name: str = ""
    state: str = ""
    artifacts: tuple[str, ...] = ()


class _Tasks(msgspec.Struct):
    results: list[Task] = []
    num_pages: int = 1


class _Begun(msgspec.Struct):
    task_id: str


class _State(msgspec.Struct):
    state: str


class _Trouble(msgspec.Struct):
    error_code: str = ""


class Artifact(msgspec.Struct, frozen=True):
    """What a task leaves behind."""

    name: str = ""
    text: str = ""


class Findings(msgspec.Struct, frozen=True):
    """What the site's OLX gate found."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def path_of(key: CourseKey) -> str:
    """The address of imports; without the last slash the site redirects and loses the body."""
    return f"/api/courses/v0/import/{key}/"


def upload(session: Session, key: CourseKey, part: FilePart, progress: Progress) -> str:
    """Send a package and return the id of the task.  Sent again only if nothing was done."""
    with authorized(_("This account isn't allowed to import into {key}.", key=str(key))):
        answer = session.sender.post(
            path_of(key), files={"course_data": part}, progress=progress, repeat=False
        )
    return answer.decode(_Begun).task_id


def poll(session: Session, key: CourseKey, task_id: str, filename: str) -> State:
    """The import's state.  A 500 with `internal_error` means that it hasn't begun."""
    with authorized(_("This account isn't allowed to import into {key}.", key=str(key))):
        answer = session.studio.get(
            path_of(key), params={"task_id": task_id, "filename": filename}, accept=(500,)
        )
    if answer.status == 500:
        if _is_internal(answer.body):
            return State("waiting")
        return State("waiting", "500")
    return state_of(answer.decode(_State).state)


def _is_internal(body: bytes) -> bool:
    try:
        return msgspec.json.decode(body, type=_Trouble).error_code == "internal_error"
    except msgspec.DecodeError:
        return False


def state_of(name: str) -> State:
    """The phase that a state of the site stands for."""
    return State(_ENDED.get(name, "running"), name)


def find(session: Session, key: CourseKey, filename: str) -> Task | None:
    """The newest task that imports a file of this name, among the account's latest tasks."""
    wanted = f"Import of {key} from {filename}"
    for page in range(1, PAGES + 1):
        with authorized(_("This account isn't allowed to list its tasks.")):
            answer = session.studio.get(TASKS, params={"page_size": 50, "page": page})
        listed = answer.decode(_Tasks)
        for task in listed.results:
            if task.name == wanted:
                return task
        if page >= listed.num_pages:
            break
    return None


def failure(session: Session, key: CourseKey, filename: str) -> PorterError:
    """Why the import failed, as an error to raise."""
    task = find(session, key, filename)
    for address in task.artifacts if task else ():
        artifact = session.studio.get(address).decode(Artifact)
        if artifact.name == "OLX_VALIDATION_ERROR":
            return _gate(artifact.text, key)
        return _failed(artifact.text, key)
    canceled = task is not None and task.state == "Canceled"
    return _failed("Canceled" if canceled else "", key)


def _gate(text: str, key: CourseKey) -> RejectedError:
    try:
        findings = msgspec.json.decode(text, type=Findings)
    except msgspec.DecodeError:
        findings = Findings(errors=(text[:2000],))
    count = len(findings.errors)
    return RejectedError(
        ngettext(
            "The site checks packages before importing them and found {count} error: {first}",
            "The site checks packages before importing them and found {count} errors: {first}",
            count,
            first="; ".join(findings.errors[:3]),
        ),
        _("Publish again with “Pass the site's check”, or fix the listed problems."),
        str(key),
        code="olx_validation_error",
        metadata={
            "errors": list(findings.errors[:500]),
            "warnings": list(findings.warnings[:500]),
        },
    )


_REJECTED = ("Could not find the course.xml", "Unsafe archive", "Error while reading")


def _failed(text: str, key: CourseKey) -> PorterError:
    metadata: dict[str, object] = {"said": text}
    if text.startswith("Permission denied"):
        return AuthError(
            _("The site rejected the import. It says: {text}", text=text),
            _("Ask the site's administrator to add the account to the course team."),
            str(key),
            code="insufficient_role",
            metadata=metadata,
        )
    rejected = text.startswith(_REJECTED)
    return RejectedError(
        _("The site couldn't import the course. It says: {text}", text=text)
        if text
        else _("The site couldn't import the course."),
        _(
            "The package passed CoursePorter's own checks, so the reason is in the site's log. "
            "Send its administrator the course key and the time."
        ),
        str(key),
        code="import_rejected" if rejected else "import_error",
        metadata=metadata,
    )


def active(session: Session, key: CourseKey) -> str | None:
    """The state of an import of this course that is under way, if the account can see one."""
    start = f"Import of {key} from "
    try:
        listed = session.studio.get(TASKS, params={"page_size": 20}).decode(_Tasks)
    except (AuthError, RejectedError):
        return None  # a site without a task list
    for task in listed.results:
        if task.name.startswith(start) and task.state not in _ENDED:
            return task.state or "Pending"
    return None
