"""What a school didn't give, filled in by hand, and the list of old and new addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, say, show_json, show_table
from courseporter.errors import gettext, ngettext

DraftId = Annotated[str, typer.Argument(metavar="ID", help="A draft's ID, or the beginning of it.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(missing)
    app.command()(fill)
    app.command()(addresses)


def missing(
    draft: DraftId,
    folder: Annotated[
        Path | None, typer.Option("--forms", metavar="DIR", help="Write forms to fill in here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what the school didn't provide; with --forms, write forms to fill in."""
    with acting() as actor:
        if folder is None:
            found = api.missing(actor, draft)
        else:
            found = api.write_missing(actor, draft, folder)
    if as_json:
        show_json({"schema": 1, "missing": found})
        return
    rows = [(one.ref, one.kind, one.section, one.lesson, one.link) for one in found]
    show_table(
        (
            gettext("id"),
            gettext("kind"),
            gettext("section"),
            gettext("lesson"),
            gettext("old address"),
        ),
        rows,
    )
    if folder is not None:
        say(gettext("Wrote the forms. Fill them in, then run: courseporter drafts fill"))


def fill(
    draft: DraftId,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the forms.")],
    as_json: AsJson = False,
) -> None:
    """Replace placeholders with what you filled in or added to the folder."""
    with acting() as actor:
        done = api.fill_missing(actor, draft, folder)
    if as_json:
        show_json({"schema": 1, "filled": done.filled, "missing": done.left})
        return
    filled = ngettext("Filled in {count} item.", "Filled in {count} items.", done.filled)
    left = ngettext(
        "{count} item is still missing.", "{count} items are still missing.", len(done.left)
    )
    say(f"{filled} {left}" if done.left else str(filled))


def addresses(
    draft: DraftId,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE.csv", help="The CSV file.")],
) -> None:
    """Write a CSV file of old and new addresses, for redirects."""
    with acting() as actor:
        rows = api.write_addresses(actor, draft, out)
    say(str(ngettext("Wrote {count} address.", "Wrote {count} addresses.", rows)))
