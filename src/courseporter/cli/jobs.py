"""The job store from the command line: list, show, retry, cancel, resume."""

from __future__ import annotations

import time
from typing import Annotated

import msgspec
import typer

from courseporter import api
from courseporter.api.values import JobRow, LogLine
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, say, show_json, show_line, show_table
from courseporter.errors import gettext, ngettext

app = typer.Typer(help="View and control jobs.", no_args_is_help=True, rich_markup_mode=None)
LINES = 10_000  # of a log, read at once
JobId = Annotated[str, typer.Argument(metavar="ID", help="A job's ID, or the beginning of it.")]


@app.command("list")
def list_jobs(as_json: AsJson = False) -> None:
    """List the jobs, newest first."""
    with acting() as actor:
        found = api.jobs(actor)
    if as_json:
        show_json({"schema": 1, "jobs": [_fields(one) for one in found]})
        return
    show_table(
        (gettext("id"), gettext("kind"), gettext("state"), gettext("stage"), gettext("course")),
        [(j.id, j.kind, j.state, j.stage, j.title) for j in found],
    )


@app.command()
def show(job: JobId, as_json: AsJson = False) -> None:
    """Show a job with its log."""
    with acting() as actor:
        row = api.job(actor, job)
        lines = whole_log(actor, row.id)
    if as_json:
        show_json({"schema": 1, "job": _fields(row), "log": lines})
        return
    show_line(f"{row.id}  {row.kind}  {row.state}  {row.stage}  {row.percent} %  {row.title}")
    times = (("created", row.created_at), ("started", row.started_at), ("ended", row.finished_at))
    show_line(", ".join(f"{name} {_time(at)}" for name, at in times if at))
    if row.error is not None:
        show_line(f"{row.error.code}: {row.error.message}")
    for line in lines:
        show_line(f"{_time(line.at)}  {line.level:7}  {line.message}")


def _fields(row: JobRow) -> dict[str, object]:
    """The row under the names of the contract (docs/reference/cli.md)."""
    named = {"status": row.state, "progress_percent": row.percent}
    return {**msgspec.structs.asdict(row), **named}


def whole_log(actor: api.Actor, job_id: str) -> list[LogLine]:
    """Every line of a job's log, read in pages."""
    lines: list[LogLine] = []
    while page := api.job_log(
        actor, job_id, lines[-1].id if lines else 0, level="debug", limit=LINES
    ):
        lines += page
    return lines


def _time(epoch_ms: int) -> str:
    """A moment on the clock of whoever looks."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(epoch_ms / 1000))


@app.command()
def retry(job: JobId, as_json: AsJson = False) -> None:
    """Continue a failed or stopped job where it stopped; a worker or the app runs it."""
    with acting() as actor:
        api.retry(actor, job)
        row = api.job(actor, job)
    waits = row.state == "pending"
    _tell(row, "The job waits for a worker." if waits else _is(row), as_json=as_json)


@app.command()
def cancel(job: JobId, as_json: AsJson = False) -> None:
    """Stop a job; what it has read is kept."""
    with acting() as actor:
        api.cancel(actor, job)
        row = api.job(actor, job)
    stops = row.state == "running"
    _tell(row, "The job stops." if stops else _is(row), as_json=as_json)


@app.command()
def resume(as_json: AsJson = False) -> None:
    """Continue all failed and stopped jobs."""
    with acting() as actor:
        count = api.resume_all(actor)
    if as_json:
        show_json({"schema": 1, "resumed": count})
        return
    say(
        str(
            ngettext(
                "{count:,} job is waiting for a worker.",
                "{count:,} jobs are waiting for a worker.",
                count,
            )
        )
    )


def _is(row: JobRow) -> str:
    return f"The job is {row.state}."


def _tell(row: JobRow, words: str, *, as_json: bool) -> None:
    if as_json:
        show_json({"schema": 1, "job": row})
        return
    say(words)
