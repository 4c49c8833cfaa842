"""Publishing to an Open edX site: publish, status, undo."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from courseporter import api
from courseporter.api import libraries, publishing, undoing
from courseporter.api.publish_words import details_of, headline
from courseporter.api.publishing import Arrival, PublishOptions, PublishResult
from courseporter.cli import library
from courseporter.cli.courses import AsJson, stopping
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, on_terminal, say, show_json
from courseporter.cli.stops import handling_stops, leaving_silently
from courseporter.errors import Canceled, ConflictError, PorterError, _, gettext, ngettext

SOME_FAILED = 7
MAX_SHOWN = 20
SHOWN = (
    "success state course_key course_url studio_url task_id duration_ms created read_back undo"
).split()
Text = str | None
To = Annotated[str, typer.Option("--to", metavar="CONNECTION", help="The site's name or ID.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done, without writing.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(publish)
    app.command()(status)
    app.command()(undo)


def publish(
    what: Annotated[str, typer.Argument(metavar="DRAFT|OLX.tar.gz")],
    to: To,
    org: Annotated[Text, typer.Option(help="Organization of the course key.")] = None,
    number: Annotated[Text, typer.Option(help="Course number.")] = None,
    run: Annotated[Text, typer.Option(help="Course run.")] = None,
    overwrite: Annotated[
        bool | None,
        typer.Option(
            "--overwrite/--no-overwrite",
            help="Replace an existing course (by default, only one that CoursePorter created).",
        ),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    enroll: Annotated[bool, typer.Option("--enroll", help="Enroll the draft's learners.")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Write pages that pass the site's check of OLX.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Publish a draft or a package to Studio. Run the command again after a crash to continue."""
    options = PublishOptions(
        org=org, number=number, run=run, overwrite=overwrite, dry_run=dry_run, enroll=enroll,
        gate=gate,
    )  # fmt: skip
    with acting() as actor:
        subject = _subject(actor, what)
        _confirm(actor, subject, to, options, yes=yes)
        with progress(actor) as watched, handling_stops(stopping(watched)):
            result = _printing_errors(lambda: publishing.publish_course(
                actor, subject, to, options, watched.watch
            ))  # fmt: skip
        _show(result, as_json=as_json)
        publishing.acknowledge_publish(actor, result)
    return _exit_code(result)


def status(
    connection: Annotated[str, typer.Argument(metavar="CONNECTION")],
    course_key: Annotated[str, typer.Argument(metavar="COURSE_KEY")],
    as_json: AsJson = False,
) -> None:
    """Show what a site has for a course key."""
    with acting() as actor:
        found = publishing.course_status(actor, connection, course_key)
    if as_json:
        show_json({"schema": 1, "status": found})
        return
    if not found.exists:
        print(gettext("{key} doesn't exist on this site.", key=course_key))
        return
    print(gettext("{key} exists.", key=course_key))
    print(gettext("published: yes") if found.published else gettext("published: no"))
    if found.enrollment_count is not None:
        print(gettext("learners: {count}", count=found.enrollment_count))
    print(f"Studio: {found.studio_url}\nLMS: {found.lms_url}")


def undo(
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="A publish job, a draft, or its import.")
    ],
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Undo a publish job, an import into a library, or the last change of a draft."""
    with acting() as actor:
        job_id = publishing.published_by(actor, job)
        imported = libraries.library_import_named(actor, job) if job_id is None else None
        if imported is not None and dry_run:
            return library.show_undo(actor, imported, as_json=as_json)
        if imported is not None:
            return library.take_back(actor, imported, force=yes, as_json=as_json)
        if job_id is None:
            label = api.undo(actor, api.draft_of(actor, job))
            text = gettext("Undone: {label}", label=label or "")
            say(text if label else gettext("There is nothing to undo."))
            return 0
        plan = undoing.undo_plan(actor, job_id)
        for line in plan:
            say(line)
        if dry_run:
            if as_json:
                show_json({"schema": 1, "undo": {"job": job_id, "plan": plan}})
            return 0
        _agree(gettext("Undo this?"), yes=yes)
        with progress(actor) as watched, handling_stops(stopping(watched)):
            result = _printing_errors(lambda: undoing.undo_publish(actor, job_id, watched.watch))
        _show(result, as_json=as_json, undone=True)
        publishing.acknowledge_publish(actor, result)
    return _exit_code(result)


def _subject(actor: api.Actor, what: str) -> str | Path:
    """A package when it is named like one or is there, else a draft."""
    path = Path(what)
    if what.endswith((".tar.gz", ".zip")) or path.exists():
        return path
    return api.draft_of(actor, what)


def _confirm(
    actor: api.Actor, subject: str | Path, to: str, options: PublishOptions, *, yes: bool
) -> None:
    """Ask before somebody else's course is replaced."""
    if yes or not options.overwrite or options.dry_run:
        return
    if publishing.begun(actor, subject, to, options):
        return  # an earlier call was allowed to
    found = publishing.look_before(actor, subject, to, options)
    if found.exists and not found.ours:
        _agree(_question(found), yes=yes)


def _question(found: Arrival) -> str:
    if found.learners:
        return str(
            ngettext(
                "{key} (“{title}”) was created by someone else; {count} learner is enrolled. "
                "Replace it?",
                "{key} (“{title}”) was created by someone else; {count} learners are enrolled. "
                "Replace it?",
                found.learners,
                key=found.key,
                title=found.title,
            )
        )
    return gettext(
        "{key} (“{title}”) was created by someone else. Replace it?",
        key=found.key,
        title=found.title,
    )


def _agree(question: str, *, yes: bool) -> None:
    """Ask the user to agree.  Raises ConflictError without a terminal, Canceled after no."""
    if yes:
        return
    if not (sys.stdin.isatty() and on_terminal()):
        raise ConflictError(question, _("Add --yes to go ahead."))
    if not typer.confirm(question, err=True):
        raise Canceled


def _printing_errors(work: Callable[[], PublishResult]) -> PublishResult:
    """Run it; say line by line what a site's check found."""
    try:
        return work()
    except PorterError as error:
        for line in msgspec.convert(error.metadata.get("errors") or [], list[str]):
            say(line)
        raise


def _show(result: PublishResult, *, as_json: bool, undone: bool = False) -> None:
    leaving_silently()
    if as_json:
        show_json({"schema": 1, "publish": _row(result), "job": result.job})
        return
    if result.plan and result.read_back is None:
        print("\n".join(result.plan))
        return
    print(headline(result, undo=undone))
    for line in details_of(result, MAX_SHOWN):
        print(f"  {line}")
    print(f"Studio: {result.studio_url}\nLMS: {result.course_url}")


def _row(result: PublishResult) -> dict[str, object]:
    """The keys of the contract, and what a dry run or enrolments add."""
    whole = msgspec.to_builtins(result)
    row = {name: whole.get(name) for name in SHOWN}
    further = ("plan", "unkept", "restored", "learners", "skipped", "enrolled")
    return row | {name: whole[name] for name in further if whole.get(name)}


def _exit_code(result: PublishResult) -> int:
    failed = result.enrolled.counts.get("failed", 0) if result.enrolled else 0
    return 0 if result.success and not failed else SOME_FAILED
