"""Content libraries from the command line: plan, import, history, items, undo, export."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

import msgspec
import typer

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import LibraryItem, LibraryOptions, LibraryResult
from courseporter.cli.courses import AsJson, stopping
from courseporter.cli.progress import progress
from courseporter.cli.say import acting, on_terminal, say, show_json, show_line, show_table
from courseporter.cli.stops import handling_stops, leaving_silently
from courseporter.errors import Canceled, gettext, ngettext

SOME_FAILED, NEEDS_YES = 7, 6
MAX_SHOWN = 20
LEVELS = ("section", "subsection", "unit", "component")
SHOWN = "import target level policy counts calls items".split()
app = typer.Typer(help="Import courses into content libraries.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip
Text = str | None
What = Annotated[str, typer.Argument(metavar="DRAFT|FILE", help="A draft, or a file to import.")]
To = Annotated[
    str,
    typer.Option("--to", metavar="LIBRARY", help="CONNECTION/lib:ORG:NAME, or a ZIP."),
]
Level = Annotated[
    str, typer.Option("--level", metavar="LEVEL", help="section, subsection, unit or component.")
]
Base = Annotated[
    Text, typer.Option("--base", metavar="BACKUP.zip", help="The library's backup to merge into.")
]
Policy = Annotated[
    str,
    typer.Option(
        "--policy", help="What already exists: skip, overwrite, or new_version (as a draft)."
    ),
]
Publish = Annotated[
    Text, typer.Option("--publish", help="What to publish immediately: new, all or none.")
]
Only = Annotated[
    Text, typer.Option("--only", metavar="KEYS", help="Import only these, separated by commas.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Replace what others changed, without asking.")]


@app.command("list")
def list_(
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="An Open edX site.")],
    as_json: AsJson = False,
) -> int:
    """List the libraries of a site."""
    with acting() as actor:
        found = libraries.site_libraries(actor, connection)
    if as_json:
        show_json({"schema": 1, "libraries": msgspec.to_builtins(found)})
        return 0
    rows = [(one.key, one.title, "" if one.can_edit else gettext("read only")) for one in found]
    show_table((gettext("LIBRARY"), gettext("TITLE"), ""), rows)
    return 0


@app.command("plan")
def plan(
    what: What,
    to: To,
    level: Level = "unit",
    base: Base = None,
    policy: Policy = "skip",
    publish: Publish = None,
    only: Only = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Show what an import would do, item by item; nothing is written."""
    options = _options(to, level, base, policy, publish, only, yes=yes)
    with acting() as actor, progress(actor) as watched, handling_stops(stopping(watched)):
        draft = _draft(actor, what, watched.watch)
        result = libraries.plan_library(actor, draft, options)
    _show(result, as_json=as_json)
    return NEEDS_YES if result.held else 0


@app.command("import")
def import_(
    what: What,
    to: To,
    level: Level = "unit",
    base: Base = None,
    policy: Policy = "skip",
    publish: Publish = None,
    only: Only = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Import a course into a library. Run the same command again after a crash to continue."""
    options = _options(to, level, base, policy, publish, only, yes=yes)
    return _import(what, options, as_json=as_json)


@app.command("export")
def export(
    what: What,
    out: Annotated[Path, typer.Option("-o", "--to", metavar="FILE.zip", help="The new ZIP.")],
    level: Level = "unit",
    publish: Publish = None,
    only: Only = None,
    force: Annotated[bool, typer.Option("--force", "--yes", help="Replace the file.")] = False,
    as_json: AsJson = False,
) -> int:
    """Write a course as the ZIP of a new library."""
    options = _options(str(out), level, None, "skip", publish, only, yes=force)
    return _import(what, msgspec.structs.replace(options, fresh=True), as_json=as_json)


@app.command("history")
def history(
    library: Annotated[
        Text, typer.Argument(metavar="LIBRARY", help="A ZIP or site library.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List imports into libraries, newest first."""
    with acting() as actor:
        found = libraries.library_imports(actor, library)
    if as_json:
        names = "import target at actor status counts undo_of".split()
        rows = [{name: msgspec.to_builtins(one)[name] for name in names} for one in found]
        show_json({"schema": 1, "imports": rows})
        return 0
    table = [
        (one.import_id, _time(one.at), one.status, "undo" if one.undo_of else one.level,
         f"{sum(one.counts.values()):,}", one.title, one.target)
        for one in found
    ]  # fmt: skip
    show_table(
        (
            gettext("IMPORT"),
            gettext("TIME"),
            gettext("STATUS"),
            gettext("LEVEL"),
            gettext("ITEMS"),
            gettext("COURSE"),
            gettext("LIBRARY"),
        ),
        table,
    )
    return 0


@app.command("items")
def items(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT")], as_json: AsJson = False
) -> int:
    """List what an import did, item by item."""
    with acting() as actor:
        result = libraries.library_items(actor, import_id)
    if as_json:
        _show(result, as_json=True)
        return 0
    rows = [
        (str(one.seq), one.kind, one.entity_class, one.action, one.outcome or "", one.title,
         str(one.reason or ""))
        for one in result.items
    ]  # fmt: skip
    show_table(
        (
            gettext("ROW"),
            gettext("KIND"),
            gettext("CLASS"),
            gettext("ACTION"),
            gettext("OUTCOME"),
            gettext("TITLE"),
            gettext("REASON"),
        ),
        rows,
    )
    return 0


@app.command("undo")
def undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT")],
    row: Annotated[
        list[int] | None, typer.Option("--row", metavar="N", help="Only this row; repeatable.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Even if there were other imports since.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Undo an import, or single rows of it."""
    with acting() as actor:
        return take_back(actor, import_id, tuple(row) if row else None, force=yes, as_json=as_json)


def show_undo(actor: api.Actor, import_id: str, *, as_json: bool) -> int:
    """Say what an undo would take back: items that others changed since are kept."""
    done = [one for one in libraries.library_items(actor, import_id).items if one.outcome == "done"]
    lines = [f"{one.kind}: {one.title or one.entity_key} ({one.action})" for one in done]
    if as_json:
        show_json({"schema": 1, "undo": {"job": import_id, "plan": lines}})
        return 0
    for line in lines:
        show_line(line)
    return 0


def take_back(
    actor: api.Actor,
    import_id: str,
    rows: tuple[int, ...] | None = None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Undo an import and say what was undone; returns the exit code."""
    with progress(actor) as watched, handling_stops(stopping(watched)):
        result = libraries.undo_library_import(
            actor, import_id, rows, force=force, watch=watched.watch
        )
    _show(result, as_json=as_json)
    libraries.acknowledge_library(actor, str(result.import_id))
    return _code(result)


def _import(what: str, options: LibraryOptions, *, as_json: bool) -> int:
    with acting() as actor:
        with progress(actor) as watched, handling_stops(stopping(watched)):
            draft = _draft(actor, what, watched.watch)
            if not options.confirmed and not options.fresh:
                plan = _plan_first(actor, draft, options)
                if plan is not None and not _agreed(plan):
                    _show(plan, as_json=as_json)
                    return NEEDS_YES
                if plan is not None:
                    options = msgspec.structs.replace(options, confirmed=True)
            result = libraries.import_into_library(actor, draft, options, watched.watch)
        _show(result, as_json=as_json)
        libraries.acknowledge_library(actor, str(result.import_id))
    return _code(result)


def _plan_first(actor: api.Actor, draft: str, options: LibraryOptions) -> LibraryResult | None:
    """The plan when it would replace what others made; None when nothing needs an answer."""
    if options.policy == "skip" or libraries.library_import_begun(actor, draft, options):
        return None
    plan = libraries.plan_library(actor, draft, options)
    return plan if plan.held else None


def _agreed(plan: LibraryResult) -> bool:
    """Whether the user agrees to replace what others made.  Raises Canceled after no."""
    if not (sys.stdin.isatty() and on_terminal()):
        said = ngettext(
            "{count} item in the library was changed by others. Add --yes to replace it.",
            "{count} items in the library were changed by others. Add --yes to replace them.",
            plan.held,
        )
        say(str(said))
        return False
    for one in [item for item in plan.items if item.outcome == "held"][:MAX_SHOWN]:
        say(f"{one.title}: {one.reason}")
    if not typer.confirm(gettext("Replace these items in the library?"), err=True):
        raise Canceled
    return True


def _draft(actor: api.Actor, what: str, watch: libraries.Watch) -> str:
    """A file when it is named like one or is there, else a draft."""
    path = Path(what)
    if what.endswith((".tar.gz", ".zip")) or path.exists():
        return libraries.draft_for_library(actor, path, watch=watch)
    return api.draft_of(actor, what)


def _options(
    to: str,
    level: str,
    base: str | None,
    policy: str,
    publish: str | None,
    only: str | None,
    *,
    yes: bool,
) -> LibraryOptions:
    _one_of("--level", level, LEVELS)
    _one_of("--policy", policy, ("skip", "overwrite", "new_version", "keep_both"))
    if publish is not None:
        _one_of("--publish", publish, ("new", "all", "none"))
    keys = tuple(key.strip() for key in only.split(",") if key.strip()) if only else None
    return msgspec.convert(
        {
            "to": to, "level": level, "policy": policy, "publish": publish, "base": base,
            "only": keys, "confirmed": yes,
        },
        LibraryOptions,
    )  # fmt: skip


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        names = ", ".join(allowed)
        raise typer.BadParameter(gettext("Choose one of: {names}.", names=names), param_hint=option)


def _show(result: LibraryResult, *, as_json: bool) -> None:
    leaving_silently()
    if as_json:
        whole = cast("dict[str, object]", msgspec.to_builtins(result))
        show_json({"schema": 1, "library": {name: whole[name] for name in SHOWN}})
        return
    for one in _worth_saying(result.items)[:MAX_SHOWN]:
        say(f"{one.title or one.entity_key}: {one.reason or one.entity_class}")
    counts = ", ".join(f"{count:,} {name}" for name, count in result.counts.items() if count)
    show_line(counts or gettext("Nothing to import."))
    if result.import_id is None:
        show_line(gettext("This is a plan; nothing was written."))
        return
    show_line(gettext("{target}: {status}.", target=result.target, status=str(result.status)))
    show_line(gettext("Undo: courseporter library undo {id}", id=result.import_id))


def _worth_saying(items: tuple[LibraryItem, ...]) -> list[LibraryItem]:
    return [one for one in items if one.reason and one.reason != "identical"]


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def _code(result: LibraryResult) -> int:
    return SOME_FAILED if result.failed else NEEDS_YES if result.held else 0
