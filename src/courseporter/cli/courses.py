"""The main job: inspect, convert, check, and the sample course."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated

import typer

from courseporter import api
from courseporter.cli.offered import with_offered
from courseporter.cli.progress import Watched, progress
from courseporter.cli.say import acting, balance, home, megabytes, say, severity, show_line
from courseporter.cli.stops import handling_stops, leaving_silently
from courseporter.errors import Problem, gettext, place_of
from courseporter.errors.addresses import not_a_file, web_address

SOME_FAILED = 7
MAX_SHOWN = 12
SPOOL = 8 << 20  # bytes kept in memory before a result goes to a file


def _named(word: str) -> Path:
    """An empty name comes of a script's empty variable, and would mean this very folder."""
    if not word:
        raise typer.BadParameter("the name of the file is empty")
    if web_address(word):
        raise not_a_file(word)
    return Path(word)


File = Annotated[
    Path,
    typer.Argument(metavar="FILE", parser=_named, help="An archive, a workbook or a folder."),
]
Olx = Annotated[Path, typer.Argument(metavar="OLX.tar.gz", readable=False, help="An OLX package.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
SourceName = Annotated[str | None, typer.Option(help="The source to use if detection is wrong.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="The package to write (.tar.gz).")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(inspect)
    app.command()(with_offered(convert))
    app.command()(check)
    app.command()(sample)


def inspect(file: File, as_json: AsJson = False, source: SourceName = None) -> int:
    """Inspect a file: detect, read and check it, without writing a package or keeping a draft."""
    result = api.inspect(api.local_user(home()), file, source)
    show(result, as_json=as_json)
    return SOME_FAILED if result.sums["failed"] else 0


def convert(
    file: File,
    out: Out,
    source: SourceName = None,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.")] = False,
    dump: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the draft as JSON lines into DIR.")
    ] = None,
    as_json: AsJson = False,
    choices: Mapping[str, str] | None = None,
    settings: Mapping[str, str | bool] | None = None,
) -> int:
    """Convert a file into a package. Run the same command again after a crash to continue."""
    course = api.course_settings(settings or {})
    with acting() as actor:
        with progress(actor) as watched, handling_stops(stopping(watched)):
            result = api.convert(
                actor, file, out, source=source, choices=choices, force=force, course=course,
                watch=watched.watch, dump=dump,
            )  # fmt: skip
        show(result, as_json=as_json)
        api.acknowledge(actor, result)
    return SOME_FAILED if result.sums["failed"] else 0


def check(
    package: Olx,
    as_json: AsJson = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Also list what a site with OLX validation would refuse.")
    ] = False,
) -> int:
    """Read an OLX package back from its blocks and check it."""
    result = api.check(api.local_user(home()), package, gate=gate)
    show(result, as_json=as_json)
    return SOME_FAILED if result.sums["failed"] else 0


def sample(out: Out) -> int:
    """Convert the bundled sample course, and show where the package is and how good it is."""
    with acting() as actor:
        with progress(actor) as watched, handling_stops(stopping(watched)):
            result = api.convert(actor, api.sample(actor), out, force=True, watch=watched.watch)
        show(result, as_json=False)
        api.acknowledge(actor, result)
    return SOME_FAILED if result.sums["failed"] else 0


def stopping(watched: Watched) -> Callable[[], bool]:
    """Asks the job to stop; it keeps its checkpoint.  False where no job has begun."""

    def ask() -> bool:
        begun = watched.cancel()
        if begun:
            say(gettext("Stopping…"))
        return begun

    return ask


def show(result: api.Result, *, as_json: bool) -> None:
    """Print the result for people, or as the one JSON object."""
    if as_json:
        with SpooledTemporaryFile(max_size=SPOOL) as whole:  # a failure leaves no half object
            api.write_json(result, whole)
            whole.seek(0)
            leaving_silently()
            shutil.copyfileobj(whole, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    leaving_silently()
    show_line(f"“{result.title}” ({result.source}{' ' + result.version if result.version else ''})")
    show_line(balance(result.sums))
    _show_problems(result.problems)
    if result.output is not None:
        size = megabytes(result.output.bytes)
        path = os.fspath(result.output.path)
        show_line(gettext("Written and verified: {path}, {size}.", path=path, size=size))


def _show_problems(problems: tuple[Problem, ...]) -> None:
    for one in problems[:MAX_SHOWN]:
        place = place_of(one)
        named = place is None or place in str(one.message)
        say(f"{severity(one.severity)}: {one.message}" + ("" if named else f" [{place}]"))
    if len(problems) > MAX_SHOWN:
        further = len(problems) - MAX_SHOWN
        say(gettext("and {count:,} more; --json lists them all.", count=further))
