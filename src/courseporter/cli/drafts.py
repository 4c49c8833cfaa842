"""The courses in the house from the command line: list, show, delete."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from courseporter import api
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, balance, say, show_json, show_line, show_table

app = typer.Typer(help="Look at drafts.", no_args_is_help=True, rich_markup_mode=None)
DraftId = Annotated[str, typer.Argument(metavar="ID", help="A draft’s id, or how it begins.")]


@app.command("list")
def list_drafts(as_json: AsJson = False) -> None:
    """List the drafts, newest first."""
    with acting() as actor:
        found = api.drafts(actor)
    if as_json:
        show_json({"schema": 1, "drafts": found})
        return
    show_table(
        ("id", "source", "state", "notes", "title"),
        [(d.id, d.source, d.state, str(d.problems), d.title) for d in found],
    )


@app.command()
def show(draft: DraftId, as_json: AsJson = False) -> None:
    """Show a draft: its settings, counts and ledger."""
    with acting() as actor:
        view = api.draft(actor, draft)
    if as_json:
        show_json({"schema": 1, "draft": view})
        return
    show_line(f"{view.row.id}  {view.row.title}  ({view.source_label}, {view.row.state})")
    show_line(f"course key: {view.org}+{view.number}+{view.run}")
    for name, number in sorted(view.counts.items()):
        show_line(f"{number:>8,}  {name}")
    show_line(balance(msgspec.structs.asdict(view.sums)))


@app.command()
def delete(draft: DraftId) -> None:
    """Remove a draft; packages written from it stay."""
    with acting() as actor:
        api.delete_draft(actor, draft)
    say("The draft is gone.")
