"""The package of a draft for a run that is known: its name, and addresses that only it allows."""

from __future__ import annotations

from pathlib import Path

from courseporter.context import Context
from courseporter.jobs.run import Run
from courseporter.targets.olx import OlxTarget
from courseporter.targets.openedx.keys import parse_key
from courseporter.workspace.stored import StoredDraft


def render_package(run: Run, path: Path, ctx: Context) -> None:
    """Write the draft's package for the job's run, read back and verified."""
    key = parse_key(str(run.args["key"]))
    changes: dict[str, str | bool] = {"org": key.org, "number": key.number, "run": key.run}
    if run.args.get("gate"):
        changes["olx_gate"] = True
    draft = StoredDraft(run.store, str(run.args["draft"]), changes)
    OlxTarget(run=(key.org, key.number, key.run)).package(draft, path, ctx)
