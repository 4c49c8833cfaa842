"""Editing drafts from the command line: operations, history, undo, redo, earlier states."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.api.values import EditView
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, say, show_json, show_line, show_table
from courseporter.errors import InputError, SettingsError, _, gettext, refused_by_system

DraftId = Annotated[str, typer.Argument(metavar="ID", help="A draft's ID, or the beginning of it.")]
To = Annotated[
    str | None,
    typer.Option(metavar="STEP", help="The step to go to, from “drafts history”."),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(edit)
    app.command()(history)
    app.command()(undo)
    app.command()(redo)
    app.command()(restore)


def edit(
    draft: DraftId,
    ops: Annotated[
        str, typer.Option(metavar="FILE", help="A JSON list of operations; “-” reads stdin.")
    ],
    expect: Annotated[
        int | None, typer.Option(metavar="REV", help="The revision that you last saw.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change a draft: all operations as one step, or none of them."""
    data = _read(ops)
    with acting() as actor:
        done = api.edit(actor, draft, data, expect=expect)
    _show(done, as_json=as_json)


def history(draft: DraftId, as_json: AsJson = False) -> None:
    """List the changes of a draft, oldest first."""
    with acting() as actor:
        found = api.history(actor, draft)
    if as_json:
        show_json({"schema": 1, "history": found})
        return
    rows = [
        (
            str(one.number),
            datetime.fromtimestamp(one.at / 1000).astimezone().strftime("%Y-%m-%d %H:%M"),
            one.actor or "",
            gettext("undone") if one.undone else "",
            one.label,
        )
        for one in found
    ]
    show_table((gettext("step"), gettext("when"), gettext("who"), "", gettext("change")), rows)


def undo(draft: DraftId, to: To = None, as_json: AsJson = False) -> None:
    """Undo your last change; with --to, all changes after a step (“start”: all of them)."""
    with acting() as actor:
        done = api.undo_step(actor, draft, to)
    if done is None:
        raise _nothing(gettext("There is nothing to undo."))
    _show(done, as_json=as_json)


def redo(draft: DraftId, to: To = None, as_json: AsJson = False) -> None:
    """Redo your last undone change; with --to, all undone changes up to a step."""
    with acting() as actor:
        done = api.redo_step(actor, draft, to)
    if done is None:
        raise _nothing(gettext("There is nothing to redo."))
    _show(done, as_json=as_json)


def restore(
    draft: DraftId,
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="A step of “drafts history”, or “start”.")
    ],
    as_json: AsJson = False,
) -> None:
    """Restore the course as it was after a step, as a new step that can be undone."""
    with acting() as actor:
        done = api.restore_state(actor, draft, step)
    if done is None:
        raise _nothing(gettext("The course is already in this state."))
    _show(done, as_json=as_json)


def _show(done: EditView, *, as_json: bool) -> None:
    for message in done.messages:
        say(message)
    if as_json:
        values: dict[str, object] = {"rev": done.rev, "step": done.step, "keys": done.keys}
        if done.messages:
            values["messages"] = done.messages
        show_json({"schema": 1, "edit": values})
        return
    if done.label:
        say(done.label)
    for key in done.keys:
        show_line(key)


def _read(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read()
        return Path(name).read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> InputError:
    refusal = refused_by_system(error)
    why = str(refusal.message) if refusal else error.strerror or str(error)
    return InputError(
        _("“{name}” can't be read: {why}", name=name, why=why),
        _("Check the path."),
        name,
        code="not_found",
    )


def _nothing(message: str) -> SettingsError:
    return SettingsError(message, _("See “courseporter drafts history”."), code="nothing_to_undo")
