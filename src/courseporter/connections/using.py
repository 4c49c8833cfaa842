"""Opens a stored connection for a job or a command: values, pace and stop included."""

from __future__ import annotations

from collections.abc import Callable

from courseporter.connections import stored
from courseporter.connections.kind import Kind
from courseporter.connections.kinds import kind_named
from courseporter.connections.opened import Opened
from courseporter.connections.stored import Record
from courseporter.errors import SettingsError, _
from courseporter.store import Store
from courseporter.store.pace import StoredPace
from courseporter.store.responses import StoredJournal


def open_connection(
    store: Store,
    org_id: str,
    name_or_id: str,
    *,
    kind: str = "",
    tick: Callable[[], None] | None = None,
    job_id: str | None = None,
) -> Opened:
    """The connection, ready to use; its secret is asked for when a client is made.

    `tick` ends calls that wait (a job's `run.tick`). With a `job_id`, answers to GET are kept for
    that job, so that resuming it asks nothing twice. Raises SettingsError `unknown_item` when there
    is none of that name, or not of that kind, and `settings_error` when it is switched off.
    """
    with store.read() as connection:
        record = stored.find(connection, org_id, name_or_id)
    if kind and record.kind != kind:
        raise SettingsError(
            _(
                "“{name}” is a connection to {found}, not to {wanted}.",
                name=record.name,
                found=kind_named(record.kind).label,
                wanted=kind_named(kind).label,
            ),
            code="unknown_item",
        )
    if not record.is_active:
        raise SettingsError(
            _("The connection “{name}” is turned off.", name=record.name),
            _("Turn it on in its settings."),
        )
    return opened(store, record, kind_named(record.kind), tick, job_id)


def opened(
    store: Store,
    record: Record,
    kind: Kind,
    tick: Callable[[], None] | None = None,
    job_id: str | None = None,
) -> Opened:
    """A stored connection of a known kind."""
    return Opened(
        id=record.id,
        kind=record.kind,
        name=record.name,
        values=record.values,
        main_secret=kind.secrets[0].name if kind.secrets else "",
        pace=StoredPace(store),
        tick=tick,
        journal=None if job_id is None else StoredJournal(store, job_id),
    )
