"""Runs a command; whatever happens becomes words, JSON and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import typer

from courseporter import __version__
from courseporter.api import keep_log
from courseporter.cli.commands import Commands
from courseporter.cli.say import fail, home, prepare_streams, say, stopped
from courseporter.errors import Canceled, PorterError, _, refused_by_system
from courseporter.languages import choose

HELP = "Move online courses into Open edX. Without a command the desktop app opens."
USAGE, CANCELED = 2, 130

app = typer.Typer(
    name="courseporter", cls=Commands, help=HELP, add_completion=False, rich_markup_mode=None,
    no_args_is_help=True, pretty_exceptions_enable=False,
)  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _options(
    home: str | None = typer.Option(
        None, metavar="DIR", help="The data folder; else COURSEPORTER_HOME, else the platform's."
    ),
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    _ = home, version


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code.  No traceback reaches the user."""
    prepare_streams()
    choose()
    as_json = "--json" in arguments
    try:
        Path.cwd()
        words = _take_home(list(arguments))
    except FileNotFoundError:
        gone = _("The current folder no longer exists.")
        return fail(
            PorterError(gone, _("Change to another folder."), code="usage"), as_json=as_json
        )
    except PorterError as error:
        return fail(error, as_json=as_json)
    odd = next((word for word in words if not word.isascii() and not _is_text(word)), None)
    if odd is not None:
        return fail(_unwritable(odd), as_json=as_json)
    keep_log(home())
    try:
        done = _perform(words, as_json=as_json)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return stopped(as_json=as_json)
    except (OSError, MemoryError, RecursionError) as error:
        return _refused(error, as_json=as_json)
    except Exception:
        logging.getLogger(__name__).exception("a command failed")
        return fail(_bug(), as_json=as_json)
    return done


def _perform(words: list[str], *, as_json: bool) -> int:
    try:
        done = typer.main.get_command(app).main(
            words, prog_name="courseporter", standalone_mode=False
        )
    except PorterError as error:
        return fail(error, as_json=as_json)
    except (Canceled, KeyboardInterrupt, click.exceptions.Abort):
        return stopped(as_json=as_json)
    except click.ClickException as error:
        return _misused(error, as_json=as_json)
    except SystemExit:  # click's way to say that nobody reads the output any more
        return 0
    if done == CANCELED:  # click's way to say Ctrl+C
        return stopped(as_json=as_json)
    return done if isinstance(done, int) else 0


def _refused(error: BaseException, *, as_json: bool) -> int:
    """An error of the system that no command expects; a closed pipe is not an error."""
    if isinstance(error, BrokenPipeError):
        return 0
    refusal = refused_by_system(error)
    if refusal is None:
        logging.getLogger(__name__).error("a command failed", exc_info=error)
        refusal = _bug()
    return fail(refusal, as_json=as_json)


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unwritable(word: str) -> PorterError:
    """A name in an old encoding can be in no job, no report and no JSON."""
    shown = word.encode("utf-8", "backslashreplace").decode()
    return PorterError(
        _("“{shown}” isn't valid UTF-8.", shown=shown),
        _("Rename the file or folder."),
        code="usage",
    )


def _take_home(words: list[str]) -> list[str]:
    """`--home DIR` may stand anywhere; it becomes the environment's COURSEPORTER_HOME.

    An empty name comes of a script's empty variable, and would mean the user's own data folder.
    Raises PorterError.
    """
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word != "--home" and not word.startswith("--home="):
            rest.append(word)
            continue
        folder = word.removeprefix("--home=") if "=" in word else words.pop(0) if words else ""
        if not folder:
            raise PorterError(_("--home needs a folder."), _("Use: --home DIR"), code="usage")
        os.environ["COURSEPORTER_HOME"] = folder
    return rest


def _misused(error: click.ClickException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if isinstance(context, click.Context) else "courseporter"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return USAGE
    wrong = PorterError(error.format_message(), _("See: {path} --help", path=path), code="usage")
    return fail(wrong, as_json=as_json)


def _bug() -> PorterError:
    kind, value, _trace = sys.exc_info()
    name = kind.__name__ if kind else "error"
    return PorterError(
        _("CoursePorter hit an internal error ({name}: {value}).", name=name, value=str(value)),
        _("Please report it. The log in the data folder has the details."),
        code="bug",
    )
