"""From a stored connection to a site."""

from __future__ import annotations

from courseporter.connections.opened import Opened
from courseporter.targets.openedx.session import Session, Site

KIND = "openedx"


def site_of(opened: Opened) -> Site:
    """The connection's values as this target knows them."""
    return Site(
        lms_url=opened.text("lms_url"),
        studio_url=opened.text("studio_url"),
        client_id=opened.text("client_id"),
        default_org=opened.text("default_org"),
        default_run=opened.text("default_run") or "self_paced",
        import_timeout=opened.number("import_timeout_seconds", 300),
        max_retries=opened.number("max_retries", 3),
        poll_interval=opened.number("poll_interval_ms", 5000),
        may_create=opened.flag("auto_create_course", default=True),
    )


def session_of(opened: Opened, memory: dict[str, object] | None = None) -> Session:
    """The site of an opened connection; its secret is asked for now."""
    return Session(
        site_of(opened), opened.secret(), tick=opened.tick, pace=opened.pace, memory=memory
    )
