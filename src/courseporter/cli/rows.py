"""Rows from the command line: formats, import, show, retry, run, choose, export, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from courseporter.api import rows as api_rows
from courseporter.api.rows import RowOptions, RowsPreview, RowsResult
from courseporter.cli.courses import AsJson, stopping
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, say, show_json, show_line, show_table
from courseporter.cli.stops import handling_stops
from courseporter.errors import SettingsError, _, gettext

SOME_FAILED, WAITS = 7, 5
app = typer.Typer(help="Import rows into a web service.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip
JobId = Annotated[str, typer.Argument(metavar="JOB")]
Text = str | None


@app.command("formats")
def formats(as_json: AsJson = False) -> int:
    """List the row formats and their columns."""
    known = api_rows.row_formats()
    if as_json:
        rows = [
            {"name": one.name, "label": str(one.label), "required": one.required,
             "optional": one.optional}
            for one in known
        ]  # fmt: skip
        show_json({"schema": 1, "formats": rows})
        return 0
    for one in known:
        show_line(f"{one.name}: {one.label}")
        show_line(f"  {', '.join(one.required)} ({', '.join(one.optional)})")
    return 0


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    format_: Annotated[str, typer.Option("--format", help="The row format.")] = "",
    to: Annotated[Text, typer.Option("--to", metavar="CONNECTION", help="Where to send.")] = None,
    enrich: Annotated[
        Text, typer.Option("--enrich", metavar="CONNECTION", help="Where to look up films.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing.")] = False,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Also send rows that already exist.")
    ] = False,
    date_order: Annotated[Text, typer.Option("--date-order", metavar="dmy|mdy")] = None,
    date: Annotated[Text, typer.Option("--date", help="One date for all rows.")] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="How to read columns with other names."),
    ] = None,
    only_estimate: Annotated[
        bool, typer.Option("--estimate", help="Show what the import takes, without importing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Import a table row by row; each row is sent exactly once."""
    options = RowOptions(
        format=format_, to=to, dry_run=dry_run, keep_duplicates=keep_duplicates,
        date_order=date_order, date=date, enrich=enrich,
        mapped={} if mapping is None else api_rows.row_mapping(mapping),
    )  # fmt: skip
    if only_estimate:
        with acting() as actor:
            _show_estimate(api_rows.preview_rows(actor, file, options), as_json=as_json)
        return 0
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        result = api_rows.import_rows(actor, file, options, watched.watch)
    return _shown(result, as_json=as_json)


@app.command("show")
def show(
    job: JobId,
    status: Annotated[Text, typer.Option(help="Only rows with this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many rows.")] = 100,
    after: Annotated[int, typer.Option(min=0, help="Only rows after this one.")] = 0,
    as_json: AsJson = False,
) -> int:
    """Show an import and its rows."""
    with acting() as actor:
        result = api_rows.rows_of(actor, job, status=status, limit=limit, after=after)
    if not as_json:
        rows = [
            [str(one.row), str(one.line), one.status, one.code or "", one.message or ""]
            for one in result.list
        ]
        show_table(
            [
                gettext("ROW"),
                gettext("LINE"),
                gettext("STATUS"),
                gettext("CODE"),
                gettext("MESSAGE"),
            ],
            rows,
        )
    return _shown(result, as_json=as_json)


@app.command("retry")
def retry(
    job: JobId,
    row: Annotated[int | None, typer.Option(help="Only this row, even if it is held.")] = None,
    as_json: AsJson = False,
) -> int:
    """Send failed rows again."""
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        result = api_rows.retry_rows(actor, job, row, watched.watch)
    return _shown(result, as_json=as_json)


@app.command("run")
def run(job: JobId, as_json: AsJson = False) -> int:
    """Continue an import; after a dry run, send its rows."""
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        result = api_rows.run_rows(actor, job, watched.watch)
    return _shown(result, as_json=as_json)


@app.command("choose")
def choose(
    job: JobId,
    row: Annotated[int, typer.Argument(metavar="ROW")],
    record: Annotated[str, typer.Argument(metavar="ID|none")],
    as_json: AsJson = False,
) -> int:
    """Choose the record for a held row, or none."""
    chosen = None if record == "none" else record
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        result = api_rows.choose_row(actor, job, row, chosen, watched.watch)
    return _shown(result, as_json=as_json)


@app.command("undo")
def undo(job: JobId, as_json: AsJson = False) -> int:
    """Delete the records that an import created, if the service can delete."""
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        result = api_rows.undo_rows(actor, job, watched.watch)
    return _shown(result, as_json=as_json)


@app.command("export")
def export(
    job: JobId,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.csv")],
    failed: Annotated[bool, typer.Option("--failed", help="Rows that failed or are held.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> int:
    """Write failed rows as CSV, to be corrected and imported again."""
    if not failed:
        raise SettingsError(
            _("Choose which rows to export, such as --failed."), None, "--failed", code="usage"
        )
    with acting() as actor:
        count = api_rows.export_failed_rows(actor, job, out, force=force)
    say(gettext("{count} rows exported.", count=count))
    return 0


def _show_estimate(found: RowsPreview, *, as_json: bool) -> None:
    if as_json:
        names = ("format", "rows", "first", "last", "duplicates", "skipped", "errors", "requests",
                 "days")  # fmt: skip
        show_json({"schema": 1, "estimate": {name: getattr(found, name) for name in names}})
        return
    show_line(gettext("{count:,} rows, {format}", count=found.rows, format=found.format))
    if found.first:
        show_line(gettext("From {first} to {last}", first=found.first, last=found.last))
    show_line(gettext("{count:,} duplicates in the file", count=found.duplicates))
    for code, count in found.errors.items():
        show_line(gettext("{count:,} invalid rows: {code}", count=count, code=code))
    if found.requests is not None:
        show_line(gettext("At least {count:,} requests to OMDb; {days} days with a free key",
                          count=found.requests, days=found.days))  # fmt: skip


def _shown(result: RowsResult, *, as_json: bool) -> int:
    if as_json:
        fields = msgspec.structs.asdict(result)
        if result.waiting_for is None:
            del fields["waiting_for"]
        show_json({"schema": 1, "rows": fields})
    else:
        names = ("total", "success", "failed", "skipped", "held", "pending")
        say(", ".join(f"{name} {getattr(result, name):,}" for name in names))
        say(gettext("job {id}", id=result.job))
    if result.state in ("pending", "running"):
        return WAITS
    return SOME_FAILED if result.failed or result.held else 0
