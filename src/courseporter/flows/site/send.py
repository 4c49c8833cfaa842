"""The upload and the wait for its end."""

from __future__ import annotations

import time
from pathlib import Path

from courseporter.errors import PorterError, TransientError, _
from courseporter.flows.site import state as states
from courseporter.flows.site.once import Lost, in_doubt, write_once
from courseporter.flows.site.open_site import session_for
from courseporter.flows.site.state import State, load, save
from courseporter.jobs.effects import Effect
from courseporter.jobs.run import Run
from courseporter.net import FilePart
from courseporter.targets.openedx import imports, waiting
from courseporter.targets.openedx.imports import State as ImportState
from courseporter.targets.openedx.session import Session

SETTLE_SECONDS = 15.0  # an upload whose answer is lost shows in the task list within this time
LOOK_SECONDS = 1.0
AWAKE_SECONDS = 30.0  # how long a job waits for an import before it lets go of its worker
MAX_ATTEMPTS = 20


def upload(run: Run) -> None:
    """Send the package, once, and remember the site's task."""
    state = load(run)
    if run.args.get("dry_run"):
        return
    with session_for(run) as session:
        begin(run, session, state)
    save(run, state, final=True)


def begin(run: Run, session: Session, state: State) -> None:
    """Make sure that the package is uploaded; sets `task_id` and the deadline."""
    while state.task_id is None:
        filename = states.file_name(run, state)
        try:
            state.task_id = _send(run, session, state, filename)
        except Lost:
            state.attempt += 1
            if state.attempt > MAX_ATTEMPTS:
                raise
            save(run, state)
    timeout = session.site.import_timeout * 1000
    state.deadline = states.database_now(run.store) + timeout
    state.answered, state.last_state = False, ""


def _send(run: Run, session: Session, state: State, filename: str) -> str:
    key = states.upload_key(filename)
    if not in_doubt(run, key):
        wait_for_others(run, session, state)
    request = {"course": state.key, "file": filename, "sha256": state.sha256}
    sent = [0]

    def progress(done: int, _total: int | None) -> None:
        sent[0] = done
        run.tick(done >> 20, state.bytes >> 20, "MB sent")

    def send() -> str:
        sent[0] = 0
        part = FilePart.of(Path(state.package), filename, "application/gzip")
        try:
            return imports.upload(session, state.course, part, progress)
        except TransientError as error:
            if sent[0] < state.bytes:  # the site never got the end, so it did nothing
                error.metadata["not_done"] = True
            if error.code == "timeout_error":
                raise waiting.upload_too_long(error) from error
            raise

    def find(earlier: Effect) -> str | None:
        return _find(run, session, state, filename, earlier)

    return write_once(run, key, request, send, find)


def _find(run: Run, session: Session, state: State, filename: str, earlier: Effect) -> str | None:
    """Look for an upload whose answer was lost.  Raises Lost when it surely never arrived."""
    until = earlier.at / 1000 + SETTLE_SECONDS
    while True:
        if imports.find(session, state.course, filename) is not None:
            return ""
        if states.database_now(run.store) / 1000 >= until:
            raise Lost
        rest(run, LOOK_SECONDS)


def wait_for_others(run: Run, session: Session, state: State) -> None:
    """Let an import of the same course that somebody else began come to its end.

    Two at a time would work in the same folder of the site.
    """
    until = time.monotonic() + session.site.import_timeout
    polls = 0
    while (other := imports.active(session, state.course)) is not None:
        if time.monotonic() > until:
            raise waiting.import_too_long(session.site.import_timeout, other)
        rest(run, waiting.pause(polls, session.site.poll_interval / 1000))
        polls += 1


def follow(run: Run) -> None:
    """Wait for the end of the import.  Between questions the job may let go of its worker."""
    state = load(run)
    if run.args.get("dry_run"):
        return
    with session_for(run) as session:
        if state.task_id is None:  # the last import failed, and the user tries again
            begin(run, session, state)
            save(run, state)
        _follow(run, session, state)
    save(run, state, final=True)


def _follow(run: Run, session: Session, state: State) -> None:
    began, polls = time.monotonic(), 0
    interval = session.site.poll_interval / 1000
    if states.database_now(run.store) >= state.deadline:  # tried again: wait for the same import
        state.deadline = states.database_now(run.store) + session.site.import_timeout * 1000
    while True:
        found = _ask(run, session, state)
        if found is not None and found.phase == "succeeded":
            return
        if found is not None and found.phase == "failed":
            _fail(run, session, state)
        if states.database_now(run.store) >= state.deadline:
            raise _late(state, session.site.import_timeout)
        seconds = waiting.pause(polls, interval)
        polls += 1
        if time.monotonic() - began > AWAKE_SECONDS:
            save(run, state)
            run.snooze(seconds, "remote")
        rest(run, seconds)


def _ask(run: Run, session: Session, state: State) -> ImportState | None:
    """The state of the import; None when the site can't be asked right now."""
    filename = states.file_name(run, state)
    try:
        if state.task_id:
            found = imports.poll(session, state.course, state.task_id, filename)
        else:
            task = imports.find(session, state.course, filename)
            found = imports.state_of(task.state) if task else ImportState("waiting")
    except TransientError as error:
        run.log("info", "not_asked", error.phrase)
        wait = error.metadata.get("retry_after")
        if isinstance(wait, int | float):
            left = (state.deadline - states.database_now(run.store)) / 1000
            rest(run, max(0.0, min(float(wait), left)))
        return None
    if found.phase != "waiting":
        state.answered = True
    if found.name and found.name != state.last_state:
        state.last_state = found.name
        run.log("info", "import_state", _("The site says: {state}.", state=found.name))
    run.tick()
    return found


def _late(state: State, seconds: int) -> PorterError:
    if state.answered:
        return waiting.import_too_long(seconds, state.last_state)
    return waiting.no_state(seconds)


def _fail(run: Run, session: Session, state: State) -> None:
    """Raise why the import failed; trying again will upload again."""
    error = imports.failure(session, state.course, states.file_name(run, state))
    state.task_id = None
    state.attempt += 1
    save(run, state)
    raise error


def rest(run: Run, seconds: float) -> None:
    """Wait, and stop at once when the job is told to."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        run.tick()
        run.stop.wait(min(0.05, left))
    run.tick()
