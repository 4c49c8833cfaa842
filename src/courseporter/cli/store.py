"""The job store itself from the command line: how it is, and what to do when it is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courseporter import api
from courseporter.cli.courses import AsJson
from courseporter.cli.say import acting, home, say, show_json, show_table
from courseporter.errors import SettingsError, _, gettext

app = typer.Typer(help="Maintain the job store.", no_args_is_help=True, rich_markup_mode=None)
EMPTY = "Begin with an empty store instead."


@app.command()
def health(as_json: AsJson = False) -> None:
    """Show the health of the store: sizes, counts, integrity, the longest silence of a worker."""
    with acting() as actor:
        found = api.store_health(actor)
    if as_json:
        show_json({"schema": 1, "store": found})
        return
    lease = found.oldest_lease
    jobs = [f"{count:,} {state}" for state, count in sorted(found.jobs.items())]
    rows = [
        (gettext("database"), f"{found.database} {found.schema}, {found.where}"),
        (gettext("integrity"), found.integrity),
        (gettext("size"), gettext("{count:,} bytes", count=found.size)),
        (gettext("jobs"), ", ".join(jobs) or gettext("none")),
        (gettext("workers"), f"{found.workers:,}"),
        (gettext("longest silence"), "–" if lease is None else f"{lease:.0f} s"),
        (gettext("courses"), f"{found.drafts:,}"),
        (gettext("assets"), f"{found.assets:,}"),
        (gettext("size of assets"), gettext("{count:,} bytes", count=found.asset_bytes)),
        (gettext("orphaned assets"), f"{found.orphaned_assets:,}"),
        (gettext("good backups"), f"{found.backups:,}"),
        (gettext("newest backup"), found.newest_backup or gettext("none")),
        *((gettext("problem"), doubt) for doubt in found.doubts),
    ]
    show_table(("", ""), rows)


@app.command()
def restore(
    backup: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A backup; else the newest good one.")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help=EMPTY)] = False,
    as_json: AsJson = False,
) -> None:
    """Move a damaged store aside and restore a backup; nothing is deleted."""
    chosen = None if empty else backup or _newest()
    aside = api.restore_store(api.local_user(home()), chosen)
    if as_json:
        show_json({"schema": 1, "restored": _text(chosen), "set_aside": _text(aside)})
        return
    say(gettext("In use now: {backup}.", backup=str(chosen or gettext("an empty store"))))
    if aside is not None:
        say(gettext("The old files are in {folder}.", folder=str(aside)))


def _newest() -> Path:
    found = api.good_backups(api.local_user(home()))
    if not found:
        raise SettingsError(
            _("There's no usable backup."),
            _("Start with an empty store: courseporter store restore --empty"),
            str(home() / "backups"),
            code="unknown_item",
        )
    return Path(found[0].path)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
