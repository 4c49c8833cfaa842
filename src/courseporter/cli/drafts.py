"""Drafts from the command line: list, show, create, export, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, cast

import msgspec
import typer

from courseporter import api
from courseporter.cli import edits, fixes, missing
from courseporter.cli.courses import SOME_FAILED, AsJson, Out, stopping
from courseporter.cli.courses import show as show_result
from courseporter.cli.offered import with_settings
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, balance, say, show_json, show_line, show_table
from courseporter.cli.stops import handling_stops
from courseporter.errors import gettext

app = typer.Typer(help="View and edit drafts.", no_args_is_help=True, rich_markup_mode=None)
DraftId = Annotated[str, typer.Argument(metavar="ID", help="A draft's ID, or the beginning of it.")]


@app.command("list")
def list_drafts(as_json: AsJson = False) -> None:
    """List the drafts, newest first."""
    with acting() as actor:
        found = api.drafts(actor)
    if as_json:
        show_json({"schema": 1, "drafts": found})
        return
    show_table(
        (gettext("id"), gettext("source"), gettext("state"), gettext("problems"), gettext("title")),
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
    key = f"{view.org}+{view.number}+{view.run}"
    show_line(gettext("course key: {key}", key=key))
    for name, number in sorted(view.counts.items()):
        show_line(f"{number:>8,}  {name}")
    show_line(balance(msgspec.structs.asdict(view.sums)))


@app.command()
def new(
    title: Annotated[str, typer.Option(help="The title of the course.")], as_json: AsJson = False
) -> None:
    """Create an empty course; add content with “drafts edit”."""
    with acting() as actor:
        draft = api.new_draft(actor, title)
    if as_json:
        show_json({"schema": 1, "draft": draft})
    else:
        show_line(draft)


@app.command()
def tree(draft: DraftId, as_json: AsJson = False) -> None:
    """List every item of a draft with its key, in the order of the course."""
    with acting() as actor:
        found = api.outline(actor, draft)
        if as_json:
            show_json({"schema": 1, "outline": list(found)})
            return
        for row in found:
            name = row.type or row.kind
            show_line(f"{'  ' * (row.depth - 1)}{row.title}  ({name})  {row.key}")


@app.command()
def node(
    draft: DraftId,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of an item.")],
    as_json: AsJson = False,
) -> None:
    """Show one item as it is stored."""
    with acting() as actor:
        found = api.item(actor, draft, key)
    if as_json:
        fields = cast("dict[str, object]", msgspec.to_builtins(found))
        show_json({"schema": 1, **fields, "node": fields})  # for readers of either
    else:
        show_line(msgspec.json.format(msgspec.json.encode(found)).decode())


@app.command()
@with_settings
def export(
    draft: DraftId,
    out: Out,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.")] = False,
    as_json: AsJson = False,
    settings: Mapping[str, str | bool] | None = None,
) -> int:
    """Write a draft as a package. Run the same command again after a crash to continue."""
    course = api.course_settings(settings or {})
    with acting() as actor:
        with progress(actor) as watched, handling_stops(stopping(watched)):
            result = api.export_draft(
                actor, draft, out, force=force, settings=course, watch=watched.watch
            )
        show_result(result, as_json=as_json)
        api.acknowledge(actor, result)
    return SOME_FAILED if result.sums["failed"] else 0


@app.command()
def delete(draft: DraftId) -> None:
    """Remove a draft; packages written from it stay."""
    with acting() as actor:
        api.delete_draft(actor, draft)
    say(gettext("The draft was deleted."))


edits.register(app)
fixes.register(app)
missing.register(app)
