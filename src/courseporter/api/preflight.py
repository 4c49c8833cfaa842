"""Checks before a command starts: settings, destination, folders, and what an earlier call left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from courseporter import __version__
from courseporter.api.actor import Actor
from courseporter.api.edits import validate_course
from courseporter.api.imports import active_key
from courseporter.errors import PorterError, SettingsError, _
from courseporter.jobs import overview
from courseporter.jobs.job import Job
from courseporter.targets import Destination, Policy, Target, registry
from courseporter.workspace import drafts


def course_settings(given: Mapping[str, str | bool]) -> Mapping[str, str | bool]:
    """Settings as a command gave them.  Raises SettingsError that names the invalid one."""
    wrong = validate_course(given)
    if wrong:
        options = {one.name: one.option for one in registry.named(None).settings}
        field = wrong[0].field
        raise SettingsError(
            wrong[0].message, _("Enter another value."), options.get(field) or field, code="usage"
        )
    return given


def require_destination(actor: Actor, target: Target, to: Destination, policy: Policy) -> None:
    """The destination can be written, or an earlier call already has and ended before it could say
    so.
    """
    with actor.store.read() as connection:
        begun = overview.has_open_request(connection, active_key(target, to))
    target.require(to, Policy.OVERWRITE if begun else policy)


def refuse_inside(path: Path, written: Path) -> None:
    """Nothing is written into the folder that is read: the same command would not find the same."""
    if path.is_dir() and written.resolve().is_relative_to(path.resolve()):
        raise PorterError(
            _("“{name}” would be inside the folder that is being imported.", name=written.name),
            _("Choose a path outside that folder."),
            str(written),
            code="usage",
        )


def key_of_request(*parts: str) -> str:
    """The idempotency key of a request with these parts, in this version of CoursePorter."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()


def release(actor: Actor, job_id: str) -> None:
    """Forget the request behind a job: the same one is a new request from now on."""
    with actor.store.write() as connection:
        overview.release_key(connection, job_id)


def untouched(actor: Actor, job: Job) -> bool:
    """Whether the job's draft is still as the job made it: nobody edited or deleted it."""
    made = drafts.of_job(actor.store, job.id)
    with actor.store.read() as connection:
        return bool(made) and not drafts.edited(connection, made[0].id)
