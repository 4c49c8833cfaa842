"""Taking back what was published: the course as it was before, or an empty one."""

from __future__ import annotations

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, run_to_end
from courseporter.api.publishing import PublishResult, active_key, hash_of, job_of, result_of_job
from courseporter.api.rights import guarded
from courseporter.errors import ConflictError, SettingsError, _, ngettext
from courseporter.flows.site import state as states
from courseporter.flows.site.connect import KIND
from courseporter.flows.site.undo import undo_lines
from courseporter.jobs import overview, queue
from courseporter.jobs.job import Job, NewJob


def undo_plan(actor: Actor, job_id: str) -> tuple[str, ...]:
    """What undoing a publish job would do and what it can't, in words.  Raises SettingsError."""
    job = _undoable(actor, job_id)
    lines = undo_lines(states.load_from(job))
    later = sum(one.kind == "publish_course" for one in _since(actor, job))
    if later:
        lines.append(
            ngettext(
                "The course was published {count} more time since then; that will be undone, too.",
                "The course was published {count} more times since then; that will be undone, too.",
                later,
            )
        )
    return tuple(str(line) for line in lines)


def start_undo(actor: Actor, job_id: str) -> str:
    """Start bringing back what was there before a publish job; returns the job's id."""
    return _enqueue_undo(actor, job_id, at_once=False).id


def undo_publish(actor: Actor, job_id: str, watch: Watch = lambda _job: None) -> PublishResult:
    """The same in this process.  Raises PorterError, Canceled."""
    job = _enqueue_undo(actor, job_id, at_once=True)
    return result_of_job(run_to_end(actor, job, watch))


def _undoable(actor: Actor, job_id: str) -> Job:
    job = job_of(actor, job_id)
    if job.kind != "publish_course" or job.remote_task_id is None:
        raise SettingsError(
            _("There is nothing to undo: this job published no course."),
            _("“courseporter jobs list” shows the jobs that did."),
            f"job {job.id}",
            code="unknown_item",
        )
    since = _since(actor, job)
    if since and since[0].parent_job_id == job.id and since[0].status == "completed":
        raise ConflictError(_("This has already been undone."), None, f"job {since[0].id}")
    if states.load_from(job).undo == "no":
        raise ConflictError(
            _("This can't be undone: the earlier course couldn't be saved."),
            None,
            f"job {job.id}",
        )
    return job


def _since(actor: Actor, job: Job) -> list[Job]:
    """Later jobs that wrote to the same course, newest first."""
    with actor.store.read() as connection:
        later = overview.later_on(connection, job)
    return [one for one in later if one.remote_task_id is not None]


def _enqueue_undo(actor: Actor, job_id: str, *, at_once: bool) -> Job:
    job = _undoable(actor, job_id)
    key = str(job.input["key"])
    new = NewJob(
        kind="undo_publish",
        queue=QUEUE if at_once else "default",
        org_id=actor.organisation,
        created_by=actor.user,
        provider=KIND,
        max_attempts=job.max_attempts,
        connection_id=job.connection_id,
        draft_id=job.draft_id,
        source_course_title=job.source_course_title,
        target_course_id=key,
        parent_job_id=job.id,
        input={"connection": job.connection_id, "key": key, "job": job.id},
        idempotency_key=hash_of("undo_publish", job.id) if at_once else None,
        active_key=active_key(str(job.connection_id), key),
    )
    with actor.store.write() as connection:
        overview.release_key(connection, job.id)  # the same command publishes again
        return queue.enqueue(connection, new)


DOOR = (undo_plan, start_undo, undo_publish)
for _call in DOOR:
    globals()[_call.__name__] = guarded(_call.__name__, _call)
