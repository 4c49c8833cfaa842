"""Opens the connection of a job, at the moment of use."""

from __future__ import annotations

from courseporter.connections.using import open_connection
from courseporter.flows.site.connect import KIND, session_of
from courseporter.jobs.run import Run
from courseporter.targets.openedx.session import Session


def session_for(run: Run) -> Session:
    """The site of a job.  Raises SettingsError for a connection or secret that is gone."""
    opened = open_connection(
        run.store, run.job.org_id, str(run.args["connection"]), kind=KIND, tick=run.tick
    )
    return session_of(opened, run.memory)
