"""Words go to stderr, results to stdout; with --json stdout holds exactly one JSON object."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

import click
import msgspec

from courseporter import api
from courseporter.errors import Canceled, PorterError, Severity, _, gettext, ngettext
from courseporter.settings import home_folder

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_SIGNS = {code: chr(0x2400 + code) if code < 0x20 else f"\\x{code:02x}" for code in _CONTROLS}
_SIGNS[0x7F] = "␡"
del _SIGNS[ord("\n")], _SIGNS[ord("\t")]


def home() -> Path:
    """The data folder of this command."""
    return home_folder()


@contextmanager
def acting(actor: api.Actor | None = None) -> Generator[api.Actor]:
    """Whoever runs the command, at the store of the data folder unless it is open already."""
    actor = actor or api.start(home())
    try:
        yield actor
    except (PorterError, Canceled, OSError, click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:
        if (damage := api.diagnose(actor, error)) is None:
            raise
        raise damage from error
    finally:
        api.stop(actor)


def prepare_streams() -> None:
    """No letter, and no stream that somebody closed, may bring a command down."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def visible(text: str) -> str:
    """Return the text with its control characters shown as signs, such as ␛.

    Titles and file names come from elsewhere: they could move the cursor or rewrite the screen.
    """
    return text if text.isprintable() else text.translate(_SIGNS)


def show_line(text: str) -> None:
    """Print a line of the result."""
    print(visible(text))


def say(text: str) -> None:
    """A line for people."""
    with suppress(OSError):
        print(visible(text), file=sys.stderr)


def fail(error: PorterError, *, as_json: bool) -> int:
    """Print what happened, where, and what to do now; returns the exit code."""
    if as_json:
        with suppress(OSError):
            show_json({"schema": 1, "error": error.as_json()})
    say(f"courseporter: {error.message}")
    if error.where:
        say(gettext("  where: {where}", where=error.where))
    if error.hint:
        say(gettext("  what now: {hint}", hint=error.hint))
    return error.exit_code


def stopped(*, as_json: bool) -> int:
    """Say that the command was interrupted; returns the exit code."""
    error = PorterError(_("Stopped."), _("Run the command again to continue."), code="canceled")
    return fail(error, as_json=as_json)


def show_json(value: object) -> None:
    """One JSON object on stdout."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns on stdout, aligned; the last one as long as it is.  A head without words is none."""
    table = [*([tuple(head)] if any(head) else []), *(tuple(map(_cell, row)) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(head))]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        show_line("  ".join(cells).rstrip())


def _cell(text: str) -> str:
    """The text on one line."""
    return visible(text).replace("\n", "␊").replace("\t", "␉")


def balance(sums: Mapping[str, int]) -> str:
    """The ledger in one line."""
    return str(
        ngettext(
            "{count:,} item: {converted:,} converted, {partly:,} partly, {skipped:,} skipped, "
            "{failed:,} failed",
            "{count:,} items: {converted:,} converted, {partly:,} partly, {skipped:,} skipped, "
            "{failed:,} failed",
            sums["found"],
            converted=sums["converted"],
            partly=sums["converted_with_loss"],
            skipped=sums["skipped"],
            failed=sums["failed"],
        )
    )


def severity(name: Severity) -> str:
    """How bad a problem is, in a word."""
    return {"info": gettext("info"), "warning": gettext("warning"), "error": gettext("error")}[name]


def megabytes(size: int) -> str:
    """A size for people: "48 MB", "0.3 MB", "8 kB", "812 bytes"."""
    if size < 1000:
        return gettext("{count} bytes", count=size)
    if size < 100_000:
        return f"{size / 1000:.0f} kB"
    number = size / 1_000_000
    return f"{number:,.0f} MB" if number >= 10 else f"{number:,.1f} MB"


def on_terminal() -> bool:
    """Whether somebody watches stderr."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
