"""What a publish job knows so far, kept in the job's metadata from step to step."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from courseporter.errors import SettingsError, _
from courseporter.jobs.job import Job
from courseporter.jobs.run import Run
from courseporter.store import Store
from courseporter.store.clock import now_ms
from courseporter.store.schema import effect, job
from courseporter.targets.openedx.keys import CourseKey, parse_key

FOLDER = "publishing"
Undo = str  # possible, partly, no


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the run before the import, which resets them."""

    title: str = ""
    pacing: str | None = None
    start: str | None = None
    end: str | None = None
    enrollment_start: str | None = None
    enrollment_end: str | None = None
    image: str | None = None


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`attempt` counts uploads; `task_id` is None while the current one hasn't begun, and "" when
    it can only be followed by its file name.  Times are epoch milliseconds.
    """

    key: str
    title: str = ""
    package: str = ""
    sha256: str = ""
    bytes: int = 0
    existed: bool = False
    ours: bool = False
    created: bool = False
    learners: int | None = None
    before: Before | None = None
    kept: str | None = None
    kept_units: int = 0
    unkept: list[str] = []
    undo: Undo = "no"
    attempt: int = 1
    task_id: str | None = None
    deadline: int = 0
    answered: bool = False  # whether the site ever said how the import is going
    last_state: str = ""
    edited_on: str | None = None
    restored: list[str] = []
    plan: list[str] = []

    @property
    def course(self) -> CourseKey:
        """The key as a value."""
        return parse_key(self.key)


def load(run: Run) -> State:
    """What earlier steps saved; the beginning for the first one."""
    kept = (run.job.metadata or {}).get("publish")
    if kept is None:
        return State(key=str(run.args["key"]))
    return msgspec.convert(kept, State)


def dump(state: State) -> dict[str, object]:
    """The job's metadata."""
    return {"publish": msgspec.to_builtins(state)}


def save(run: Run, state: State, *, final: bool = False) -> None:
    """Commit it; `final` ends the step."""
    run.save(
        None,
        final=final,
        metadata=dump(state),
        target_course_id=state.key,
        remote_task_id=state.task_id,
    )


def folder_of(store: Store, job_id: str) -> Path:
    """Where the job keeps its packages."""
    folder = store.home / FOLDER / job_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database_now(store: Store) -> int:
    """The database's clock."""
    with store.read() as connection:
        return int(connection.execute(select(now_ms())).scalar_one())


def created_by_us(connection: Connection, org_id: str, connection_id: str, key: str) -> bool:
    """Whether a job of this connection created the run."""
    query = (
        select(effect.c.key)
        .join(job, job.c.id == effect.c.job_id)
        .where(
            job.c.org_id == org_id,
            job.c.connection_id == connection_id,
            (effect.c.key == create_key(key))
            | effect.c.key.startswith(f"{create_key(key)} ", autoescape=True),
            effect.c.state == "done",
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def create_key(key: str, attempt: int = 0) -> str:
    """The journal's name for the creation of a run; `attempt`: how often the site refused it."""
    return f"create {key} {attempt}" if attempt else f"create {key}"


def upload_key(filename: str) -> str:
    """The journal's name for an upload."""
    return f"upload {filename}"


def file_name(run: Run, state: State) -> str:
    """The name of the uploaded file: part of the import's identity, so each upload has its own."""
    return f"courseporter-{run.job.id}-{state.attempt}.tar.gz"


def load_from(done: Job) -> State:
    """What a publish job left behind.  Raises SettingsError for a job of another kind."""
    kept = (done.metadata or {}).get("publish")
    if kept is None:
        raise SettingsError(
            _("There is nothing to undo: this job published no course."),
            None,
            f"job {done.id}",
            code="unknown_item",
        )
    return msgspec.convert(kept, State)
