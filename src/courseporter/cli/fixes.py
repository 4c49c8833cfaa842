"""The problems of a draft from the command line, and fixing them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.api.fix_values import FixAnswer, FixPreview
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, say, show_json, show_line, show_table
from courseporter.errors import SettingsError, _, gettext, ngettext

DraftId = Annotated[str, typer.Argument(metavar="ID", help="A draft's ID, or the beginning of it.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(problems)
    app.command()(fix)


def problems(draft: DraftId, as_json: AsJson = False) -> None:
    """List the problems of a draft, with their numbers and fixes."""
    with acting() as actor:
        found = api.problems(actor, draft)
    if as_json:
        show_json({"schema": 1, "problems": found})
        return
    rows = [(str(one.id), one.severity, one.fix_label or "", one.message) for one in found]
    show_table((gettext("number"), gettext("severity"), gettext("fix"), gettext("problem")), rows)


def fix(
    draft: DraftId,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="A problem, from “drafts problems”.")
    ],
    every: Annotated[bool, typer.Option("--all", help="Fix all problems like this one.")] = False,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The alternative text of an image.")
    ] = None,
    decorative: Annotated[
        bool, typer.Option("--decorative", help="The image is decorative.")
    ] = False,
    place: Annotated[
        Path | None,
        typer.Option("--from", metavar="PATH", help="The file or folder to take files from."),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="The file for a name that several files have."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    expect: Annotated[
        int | None, typer.Option(metavar="REV", help="The revision that you last saw.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fix a problem of a draft, as one step that can be undone."""
    answer = FixAnswer(
        text="" if decorative else text,
        place=None if place is None else str(place),
        files=dict(map(_pair, use or ())),
    )
    with acting() as actor:
        seen = api.fix_preview(actor, draft, number, all_alike=every, answer=answer)
        done = 0
        if not dry_run:
            done = api.fix(
                actor, draft, number, all_alike=every, answer=answer, expect=expect or seen.rev
            )
    if as_json:
        show_json({"schema": 1, "fix": {"changed": done, "dry_run": dry_run, "preview": seen}})
        return
    _show(seen)
    if not dry_run:
        say(str(ngettext("Fixed {count:,} item.", "Fixed {count:,} items.", done)))


def _show(seen: FixPreview) -> None:
    for line in seen.lines:
        show_line(line)
    for one in seen.unclear:
        say(gettext("Several files are called “{name}”:", name=one.name))
        for file in one.files:
            say(f"  {file}")
    for name in seen.missing:
        say(gettext("No file found for “{name}”.", name=name))


def _pair(text: str) -> tuple[str, str]:
    name, equals, file = text.partition("=")
    if not equals or not name:
        raise SettingsError(
            _("“{text}” isn't a name and a file.", text=text),
            _("Write NAME=FILE, such as pot.png=/home/me/pot.png."),
            "--use",
            code="usage",
        )
    return name, file
