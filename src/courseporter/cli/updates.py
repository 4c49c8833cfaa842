"""A second import of a draft's source from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.api.values import UpdateView
from courseporter.cli.courses import AsJson, stopping
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, say, show_json, show_table
from courseporter.cli.stops import handling_stops
from courseporter.errors import gettext

WORDS = ("all", "new")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(update)


def update(
    draft: Annotated[str, typer.Argument(metavar="DRAFT", help="A draft's ID.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be imported.")
    ] = False,
    take: Annotated[
        str,
        typer.Option(metavar="all|new|KEYS", help="What to import; separate keys with commas."),
    ] = "all",
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The source, if it is a different file now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a draft's source again and import what has changed; your edits stay."""
    chosen = take if take in WORDS else [word.strip() for word in take.split(",") if word.strip()]
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        found = api.update_draft(
            actor, draft, take=chosen, dry_run=dry_run, path=file, watch=watched.watch
        )
    if as_json:
        show_json({"schema": 1, "update": found})
        return
    _show(found)


def _show(found: UpdateView) -> None:
    rows = [(one.class_, one.kind, one.ref, one.title) for one in found.items]
    if rows:
        show_table(("class", "kind", "id", "title"), rows)
    say(
        gettext(
            "{new:,} new, {changed:,} changed, {gone:,} gone, {same:,} the same, "
            "{edited:,} edited here",
            new=found.new, changed=found.changed, gone=found.gone, same=found.same,
            edited=found.edited,
        )
    )  # fmt: skip
