"""First steps: check the draft, write the package, look the run up, decide."""

from __future__ import annotations

from pathlib import Path

from courseporter.context import Context
from courseporter.errors import ConflictError, InputError, RejectedError, _, ngettext
from courseporter.flows.material import Material, limits_of, measured
from courseporter.flows.site import state as states
from courseporter.flows.site.open_site import session_for
from courseporter.flows.site.render import render_package
from courseporter.flows.site.state import Before, State, load, save
from courseporter.jobs.run import Run
from courseporter.targets.openedx import runs
from courseporter.targets.openedx.expected import Expected, read_expected
from courseporter.workspace import drafts


def check(run: Run) -> None:
    """Stop before any work when there is nothing to publish, or nowhere to."""
    draft_id = run.args.get("draft")
    if draft_id is not None:
        draft = drafts.get(run.store, str(draft_id))
        if draft.state not in ("ready", "exported"):
            raise InputError(
                _("“{title}” is still being imported.", title=draft.title),
                _("Wait for the import to finish, then publish."),
                code="course_not_ready",
            )
    session_for(run).__exit__(None, None, None)  # the connection and its secret are there


def package(run: Run) -> None:
    """Write and verify the package, or take the given one; it must hold a course."""
    state = load(run)
    path = _given(run) if run.args.get("olx") else _rendered(run)
    with path.open("rb") as stream:
        stored = measured(stream)
    expected = read_expected(path, limits_of(run.store), run.tick)
    if all(block.type in ("course", "chapter", "sequential") for block in expected.root.walk()):
        raise InputError(
            _("“{title}” has no lessons yet.", title=expected.title),
            _("Add a lesson, then publish."),
            code="course_not_ready",
        )
    state.package, state.sha256, state.bytes = str(path), stored.sha256, stored.size
    state.title = expected.title
    save(run, state, final=True)


def _given(run: Run) -> Path:
    path = Path(str(run.args["olx"]))
    if not path.is_file():
        raise InputError(
            _("“{name}” doesn't exist.", name=path.name),
            _("Check the path."),
            str(path),
            code="not_found",
        )
    return path


def _rendered(run: Run) -> Path:
    path = states.folder_of(run.store, run.job.id) / "package.tar.gz"
    ctx: Context = Material(run)
    render_package(run, path, ctx)
    return path


def read_package(run: Run, state: State) -> Expected:
    """The package that this job uploads.  Raises InputError when it is gone or another one."""
    path = Path(state.package)
    if not path.is_file() and not run.args.get("olx") and run.args.get("draft"):
        _rendered(run)
    if path.is_file():
        with path.open("rb") as stream:
            if measured(stream).sha256 == state.sha256:
                return read_expected(path, limits_of(run.store), run.tick)
    raise InputError(
        _("The package has changed since publishing started."),
        _("Publish again."),
        str(path),
        code="idempotency_mismatch",
    )


def look_up(run: Run) -> None:
    """Find the run, and stop where it may not be written."""
    state = load(run)
    with session_for(run) as session:
        found = runs.look_up(session, state.course)
        mine = runs.created_by(found, run.job.id)
        state.existed = found is not None and not mine
        if found is None and not session.site.may_create:
            raise RejectedError(
                _("{key} doesn't exist on the site.", key=state.key),
                _("Create it in Studio, or allow this connection to create course runs."),
                state.key,
                code="remote_missing",
            )
        if found is not None and not mine:
            state.ours = _is_ours(run, state)
            state.learners = runs.count_learners(session, state.course)
            state.before = _before(found)
    _refuse(run, state)
    save(run, state, final=True)


def _is_ours(run: Run, state: State) -> bool:
    with run.store.read() as connection:
        return states.created_by_us(
            connection, run.job.org_id, str(run.job.connection_id), state.key
        )


def _before(found: runs.Run) -> Before:
    dates = found.schedule
    return Before(
        title=found.title,
        pacing=found.pacing_type,
        start=dates.start,
        end=dates.end,
        enrollment_start=dates.enrollment_start,
        enrollment_end=dates.enrollment_end,
        image=found.images.card_image,
    )


def _refuse(run: Run, state: State) -> None:
    """Raise ConflictError unless the run may be written (`overwrite`: None means ours only)."""
    overwrite = run.args.get("overwrite")
    if not state.existed or overwrite is True or (overwrite is None and state.ours):
        return
    learners = state.learners or 0
    metadata: dict[str, object] = {"learners": state.learners, "ours": state.ours}
    if state.ours:
        message = _("{key} already exists.", key=state.key)
    elif learners:
        message = ngettext(
            "{key} already exists and CoursePorter didn't create it. {count} learner is enrolled.",
            "{key} already exists and CoursePorter didn't create it. {count} learners are "
            "enrolled.",
            learners,
            key=state.key,
        )
    else:
        message = _("{key} already exists and CoursePorter didn't create it.", key=state.key)
    raise ConflictError(
        message,
        _("Publish to another run (--run), or allow overwriting (--overwrite)."),
        state.key,
        metadata=metadata,
    )
