"""After the import: restore what it reset, read the course back, say how it went."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from courseporter.errors import PorterError, _
from courseporter.flows.site.enrolments import enroll
from courseporter.flows.site.open_site import session_for
from courseporter.flows.site.prepare import read_package
from courseporter.flows.site.state import Before, State, load, save
from courseporter.jobs.run import Run
from courseporter.targets.openedx import images, runs
from courseporter.targets.openedx.compare import Comparison, Report
from courseporter.targets.openedx.expected import Expected
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.tree import read_tree
from courseporter.workspace import drafts

PACING = {True: "self_paced", False: "instructor_paced"}


def read_back(run: Run) -> None:
    """Compare the course on the site with the package, block by block."""
    state = load(run)
    if run.args.get("dry_run"):
        _finish(run, state, None, {})
        return
    expected = read_package(run, state)
    with session_for(run) as session:
        _restore(run, session, state, expected)

        def tick(done: int, total: int) -> None:
            run.tick(done, total, "units compared")

        report = Comparison(session, state.course, expected, tick).run()
        tree = read_tree(session, state.course)
        state.edited_on = tree.edited_on if tree else None
        enrolled = enroll(run, session, state) if run.args.get("enroll") else {}
    _finish(run, state, report, enrolled)


def _restore(run: Run, session: Session, state: State, expected: Expected) -> None:
    """Set again what the import reset although the package says nothing about it."""
    before = state.before
    if before is None or before.pacing is None:
        return
    given = _given(run, expected)
    changes = lost_settings(before, given)
    try:
        if changes:
            runs.restore(session, state.course, changes)
            state.restored = sorted(changes)
        if before.image and "course_image" not in given:
            with tempfile.TemporaryDirectory(prefix="courseporter-") as folder:
                if images.restore_image(session, state.course, before.image, Path(folder)):
                    state.restored = [*state.restored, "course_image"]
    except PorterError as error:
        run.log("warning", "settings_not_restored", error.phrase)


def _given(run: Run, expected: Expected) -> dict[str, object]:
    """What the package says on purpose; it holds a draft's defaults, too, which nobody chose."""
    given = dict(expected.settings)
    draft = run.args.get("draft")
    if draft:
        course = drafts.get(run.store, str(draft)).course
        chosen = {
            "start": course.start,
            "end": course.end,
            "enrollment_start": course.enrollment_start,
            "enrollment_end": course.enrollment_end,
            "course_image": course.cover,
            "self_paced": None,
        }
        for name, value in chosen.items():
            if value is None:
                given.pop(name, None)
    return given


def lost_settings(before: Before, given: Mapping[str, object]) -> dict[str, object]:
    """The settings of the run that nobody said: dates and pacing."""
    dates = {
        name: value
        for name, value in (
            ("start", before.start),
            ("end", before.end),
            ("enrollment_start", before.enrollment_start),
            ("enrollment_end", before.enrollment_end),
        )
        if value and not given.get(name)
    }
    changes: dict[str, object] = {}
    if dates:
        whole = {"start": before.start, "end": before.end} | {
            name: given[name] for name in ("start", "end") if given.get(name)
        }
        if all(whole.values()):
            changes["schedule"] = whole | dates
    if before.pacing is not None and "self_paced" not in given:
        changes["pacing_type"] = before.pacing
    return changes


def _finish(run: Run, state: State, report: Report | None, enrolled: dict[str, object]) -> None:
    with session_for(run) as session:
        site = session.site
    links = {
        "course_url": site.lms_page(state.key),
        "studio_url": site.studio_page(state.key),
    }
    summary: dict[str, object] = {
        "course_key": state.key,
        "success": report is None or report.equal,
        "created": state.created,
        "overwritten": state.existed,
        "learners": state.learners,
        "undo": state.undo,
        "unkept": state.unkept,
        "restored": state.restored,
        "sha256": state.sha256,
        "bytes": state.bytes,
        **links,
        **enrolled,
    }
    if report is None:
        summary |= {"plan": state.plan, "dry_run": True}
    else:
        summary |= {"read_back": report.as_json(), "skipped": report.skipped[:100]}
        if run.job.kind == "undo_publish":
            summary["plan"] = state.plan
        _log(run, report)
    run.finish(summary=summary, links=dict(links))
    draft = run.args.get("draft")

    if report is None or not draft:
        save(run, state)
        return
    run.save(
        None,
        lambda connection: drafts.set_exported(connection, str(draft), links["studio_url"]),
        metadata={"publish": msgspec.to_builtins(state)},
    )


def _log(run: Run, report: Report) -> None:
    if report.equal:
        run.log(
            "info",
            "read_back_equal",
            _("Read the course back: all {count} parts are there.", count=report.compared),
        )
    for one in report.differences[:50]:
        run.log(
            "warning",
            "read_back_differs",
            _("{where}: {what}", where=one.where, what=one.what),
        )
