"""The YouTube Data API, which tells lengths and titles of videos."""

from __future__ import annotations

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import address_of, has_secret, reach
from courseporter.errors import _
from courseporter.net import Client, HeaderCredential

ADDRESS = "COURSEPORTER_YOUTUBE_API_URL"
KNOWN_VIDEO = "jNQXAC9IVRw"


def client(opened: Opened) -> Client:
    """A client; the key travels in a header, never in an address."""
    credential = HeaderCredential(X_Goog_Api_Key=opened.secret())
    return opened.client(address_of(ADDRESS), credential=credential)


def check(opened: Opened, checks: Checklist) -> None:
    """The key is accepted: costs one unit of the day."""
    has_secret(checks, opened)
    if not reach(checks, address_of(ADDRESS)):
        return
    with client(opened) as site:
        checks.step("token", lambda: _video(site))


def _video(site: Client) -> None:
    site.get("/videos", params={"part": "id", "id": KNOWN_VIDEO}).json()


KIND = Kind(
    name="youtube",
    label=_("YouTube"),
    group="service",
    help=_("Look up video titles and durations."),
    secrets=(SecretField(name="api_key", label=_("API key")),),
    check=check,
)
