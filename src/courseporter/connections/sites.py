"""Checks that every kind shares, and the fixed addresses of services with their test variables."""

from __future__ import annotations

import os

from courseporter.connections.checks import Checklist
from courseporter.connections.opened import Opened
from courseporter.errors import Message, Phrase, _, ngettext
from courseporter.net import check_address

ADDRESSES = {
    "COURSEPORTER_TEACHABLE_URL": "https://developers.teachable.com",
    "COURSEPORTER_THINKIFIC_URL": "https://api.thinkific.com/api/public/v1",
    "COURSEPORTER_THINKIFIC_GRAPHQL_URL": "https://api.thinkific.com/stable/graphql",
    "COURSEPORTER_OMDB_URL": "https://www.omdbapi.com",
    "COURSEPORTER_YOUTUBE_API_URL": "https://www.googleapis.com/youtube/v3",
}


def address_of(variable: str) -> str:
    """The address of a service: the environment's for tests and proxies, else the service's own."""
    return check_address(
        os.environ.get(variable) or ADDRESSES[variable], what=_("address in {name}", name=variable)
    )


def reach(checks: Checklist, address: str, *, prefix: str = "") -> bool:
    """The steps `name` and `tls` for one site; returns whether it can be reached.

    Behind a proxy, which resolves names itself, both are skipped.
    """
    from courseporter.net import probe

    if not probe.is_direct(address):
        behind: Message = _("Connected through a proxy.")
        checks.skip(f"{prefix}name", behind)
        checks.skip(f"{prefix}tls", behind)
        return True
    checks.step(f"{prefix}name", lambda: probe.resolve(address))
    return checks.step(f"{prefix}tls", lambda: probe.handshake(address))


def has_secret(checks: Checklist, opened: Opened, name: str = "") -> bool:
    """The step `secret`: it is in the keychain, the session, or the environment."""

    def look() -> None:
        opened.secret(name)

    return checks.step("secret", look)


def counted_courses(total: int | None) -> Phrase:
    """What a school says about its size; "" when it doesn't."""
    if total is None:
        return ""
    return ngettext("{count} course found.", "{count} courses found.", total)
