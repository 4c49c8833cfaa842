"""Before the upload: plan, create the run when it's missing, keep what is there."""

from __future__ import annotations

from itertools import count

from courseporter.errors import Phrase, _, ngettext
from courseporter.flows.site import state as states
from courseporter.flows.site.enrolments import people_of
from courseporter.flows.site.once import Lost, write_once
from courseporter.flows.site.open_site import session_for
from courseporter.flows.site.prepare import read_package
from courseporter.flows.site.state import State, load, save
from courseporter.jobs.effects import Effect
from courseporter.jobs.run import Run
from courseporter.targets.openedx import runs
from courseporter.targets.openedx.content import NESTING
from courseporter.targets.openedx.expected import Expected
from courseporter.targets.openedx.keep import Keeper
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.tree import Item, read_tree


def plan(run: Run) -> None:
    """For a dry run, say what publishing would do; nothing is written."""
    if not run.args.get("dry_run"):
        return
    state = load(run)
    expected = read_package(run, state)
    with session_for(run) as session:
        tree = read_tree(session, state.course) if state.existed else None
    learners = len(people_of(run)) if run.args.get("enroll") else 0
    state.plan = [str(line) for line in plan_lines(state, expected, tree, learners)]
    state.undo = "possible"
    save(run, state, final=True)


def plan_lines(
    state: State, expected: Expected, tree: Item | None, learners: int = 0
) -> list[Phrase]:
    """What publishing would do, in words.  `learners`: how many are to be enrolled."""
    blocks = sum(block.type not in NESTING for block in expected.root.walk())
    lines: list[Phrase] = []
    if not state.existed:
        lines.append(_("Create the course run {key}.", key=state.key))
    lines.append(
        _(
            "Upload “{title}”: {blocks}, {files}, {size}.",
            title=expected.title,
            blocks=ngettext("{count} block", "{count} blocks", blocks),
            files=ngettext("{count} file", "{count} files", len(expected.assets)),
            size=_size(state.bytes),
        )
    )
    if tree is not None and tree.children:
        lines += _replacing(state, tree)
    lines.append(_("Read the course back and compare it block by block."))
    if learners:
        lines.append(
            ngettext(
                "Enroll {count} learner from enrollments.csv, without sending an email.",
                "Enroll {count} learners from enrollments.csv, without sending emails.",
                learners,
            )
        )
    lines.append(
        _("Undo restores the current course. Added files stay in Studio.")
        if state.existed
        else _("Undo empties the course. The run itself stays: Open edX can't delete it.")
    )
    return lines


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"


def _replacing(state: State, tree: Item) -> list[Phrase]:
    units = sum(item.category == "vertical" for item in tree.walk())
    lines: list[Phrase] = [
        ngettext(
            "Save a copy of “{title}” ({count} unit), then replace it.",
            "Save a copy of “{title}” ({count} units), then replace it.",
            units,
            title=tree.display_name,
        )
    ]
    if state.learners:
        lines.append(
            ngettext(
                "{count} learner is enrolled: progress in replaced units will be lost.",
                "{count} learners are enrolled: progress in replaced units will be lost.",
                state.learners,
            )
        )
    return lines


def create(run: Run) -> None:
    """Create the run, once."""
    state = load(run)
    if run.args.get("dry_run") or state.existed:
        return
    with session_for(run) as session:
        key, job = state.course, run.job.id
        request = runs.creation(key, state.title, job)

        def send() -> str:
            runs.create(session, key, request, job)
            return str(key)

        def find(_earlier: Effect) -> str | None:
            found = runs.look_up(session, key)
            if found is not None and not runs.created_by(found, job):
                raise runs.taken(key)
            return None if found is None else str(key)

        for attempt in count():
            try:
                write_once(run, states.create_key(state.key, attempt), request, send, find)
            except Lost:  # refused at an earlier try of this job
                continue
            break
    state.created = True
    run.log("info", "run_created", _("Created the course run {key}.", key=state.key))
    save(run, state, final=True)


def keep(run: Run) -> None:
    """Keep the present course as a package; what can't be kept is said in the log."""
    state = load(run)
    if run.args.get("dry_run"):
        return
    if state.existed and state.before is not None:
        with session_for(run) as session:
            tree = read_tree(session, state.course)
            if tree is not None and tree.children:
                _keep(run, state, session, tree)
                save(run, state, final=True)
                return
    state.undo = "possible"
    save(run, state, final=True)


def _keep(run: Run, state: State, session: Session, tree: Item) -> None:
    before = state.before
    assert before is not None
    found = runs.Run(
        title=before.title or tree.display_name,
        pacing_type=before.pacing,
        schedule=runs.Schedule(
            start=before.start,
            end=before.end,
            enrollment_start=before.enrollment_start,
            enrollment_end=before.enrollment_end,
        ),
        known=before.pacing is not None,
    )
    out = states.folder_of(run.store, run.job.id) / "before.tar.gz"

    def tick(done: int, total: int) -> None:
        run.tick(done, total, "units kept")

    kept = Keeper(session, state.course, found, tick).write(
        tree, read_package(run, state).assets, out
    )
    state.kept, state.kept_units = str(out), kept.units
    state.unkept = list(kept.missing)
    state.undo = "partly" if kept.missing else "possible"
    run.log(
        "info",
        "course_kept",
        _("Saved a copy of the current course: {units} units, {files} files.", units=kept.units,
          files=kept.files),
    )  # fmt: skip
    for missing in kept.missing[:20]:
        run.log("warning", "not_kept", _("Couldn't keep {what}.", what=missing))
