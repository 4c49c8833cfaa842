"""What is installed, the templates, the workers, reports and the self-test."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.api import workers
from courseporter.api.values import JobRow
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, home, say, show_json, show_table
from courseporter.cli.stops import handling_stops
from courseporter.errors import ERROR_CODES, Canceled, StoreAway, gettext, ngettext

AGAIN = 5  # as after a passing trouble
AWAY_SECONDS = 1.0  # between two attempts to reach a store that is away


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (sources, targets, template, worker, report, selftest):
        app.command()(command)


def sources(as_json: AsJson = False) -> None:
    """List the sources that can be imported."""
    found = api.sources()
    if as_json:
        show_json({"schema": 1, "sources": found})
        return
    show_table(
        (gettext("name"), gettext("title"), gettext("files")),
        [(s.name, s.title, " ".join(s.extensions)) for s in found],
    )


def targets(as_json: AsJson = False) -> None:
    """List the targets that can be exported to."""
    found = api.targets()
    if as_json:
        show_json({"schema": 1, "targets": found})
        return
    show_table((gettext("name"), gettext("title")), [(t.name, t.title) for t in found])


def template(
    name: Annotated[str, typer.Argument(help="csv", metavar="NAME")],
    out: Annotated[Path, typer.Argument(help="The ZIP file to write.", metavar="OUT.zip")],
) -> None:
    """Write a template with example rows."""
    api.write_template(out, name=name)
    say(gettext("Saved the template: {path}", path=str(out)))


def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when no job is due.")] = False,
    job: Annotated[str | None, typer.Option(metavar="ID", help="Run this job only.")] = None,
    max_jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop after N jobs.")
    ] = None,
) -> None:
    """Run jobs from the store."""
    stop = threading.Event()
    with handling_stops(partial(_put_back, stop)):
        started = None if once or job is not None else _patiently_started(stop)
        with acting(started) as actor:
            job_id = api.job(actor, job).id if job is not None else None
            done = workers.work(actor, once=once, job_id=job_id, limit=max_jobs, stop=stop)
            if stop.is_set():
                raise Canceled
            code = 0 if job_id is None else _exit_code(api.job(actor, job_id))
    say(str(ngettext("{count:,} job done.", "{count:,} jobs done.", done)))
    if code:
        raise typer.Exit(code)


def _patiently_started(stop: threading.Event) -> api.Actor:
    """Whoever works, as soon as the store answers: a machine may be up before its database."""
    warned = False
    while not stop.is_set():
        try:
            return api.start(home())
        except StoreAway as error:
            if not warned:
                say(gettext("{error} Waiting for it.", error=error.message))
                say(gettext("  where: {where}", where=error.where))
            warned = True
        stop.wait(AWAY_SECONDS)
    raise Canceled


def _put_back(stop: threading.Event) -> bool:
    """Let the worker put its job back, and end.

    From a thread: the signal may have come while this one holds the lock of the event.
    """
    threading.Thread(target=stop.set, daemon=True).start()
    return True


def _exit_code(row: JobRow) -> int:
    """What an orchestrator makes of the job it dispatched: 5 means that it should do so again."""
    if row.state == "pending":
        return AGAIN
    if row.state == "failed" and row.error is not None:
        return ERROR_CODES[row.error.code].exit_code
    return 0


def report(
    job: Annotated[str, typer.Argument(help="A job or a draft.", metavar="JOB")],
    out: Annotated[Path, typer.Option("-o", "--out", help="FILE.html or FILE.csv")],
) -> None:
    """Write the report of an import: everything found and what happened to it."""
    with acting() as actor:
        api.report(actor, job, out)
    say(gettext("Saved the report: {path}", path=str(out)))


def selftest() -> None:
    """Test what everything else depends on."""
    found = list(api.selftest(api.local_user(home())))
    show_table(
        ("", gettext("part"), gettext("seen")),
        [("ok" if f.fine else "!!", f.name, f.detail) for f in found],
    )
    if not all(one.fine for one in found):
        raise typer.Exit(1)
