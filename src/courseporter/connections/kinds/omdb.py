"""OMDb, which knows films and series; rows are enriched from it."""

from __future__ import annotations

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import address_of, has_secret, reach
from courseporter.errors import AuthError, _
from courseporter.net import Client

ADDRESS = "COURSEPORTER_OMDB_URL"
KNOWN_FILM = "tt0111161"


def address() -> str:
    """Where OMDb is."""
    return address_of(ADDRESS)


def client(opened: Opened) -> Client:
    """A client; the key travels in the query, which OMDb doesn't offer otherwise."""
    return opened.client(address_of(ADDRESS))


def check(opened: Opened, checks: Checklist) -> None:
    """The key is accepted: costs one request of the day."""
    has_secret(checks, opened)
    if not reach(checks, address_of(ADDRESS)):
        return
    with client(opened) as site:
        checks.step("token", lambda: _film(site, opened))


def _film(site: Client, opened: Opened) -> None:
    asked = {"apikey": opened.secret().reveal(), "i": KNOWN_FILM}
    answer = site.get("/", params=asked, accept=(401,))
    if answer.status == 401:
        raise AuthError(
            _("OMDb didn't accept the key, or its requests for today are used up."),
            _("Check the key. If it's new, confirm it first with the link in OMDb's email."),
            code="invalid_credentials",
        )


KIND = Kind(
    name="omdb",
    label=_("OMDb"),
    group="service",
    help=_("Look up films and series."),
    secrets=(SecretField(name="api_key", label=_("API key")),),
    check=check,
)
