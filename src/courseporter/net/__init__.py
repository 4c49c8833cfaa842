"""HTTP for everyone who talks to a service: one client with deadlines, limits, retries and pacing.

`Client` sends requests to one site. What it adds to httpx:

- a deadline for the whole call, retries included, and a cap on every answer, after decompression
- retries with backoff and jitter for what can be repeated, `Retry-After` and rate-limit headers
- credentials that go to the connection's own host only, whatever a redirect says
- https only, except on this computer; the proxy and certificates of the system
- typed errors with sentences for people, and no secret in any of them
"""

from typing import TYPE_CHECKING

from courseporter.net.address import check_address, is_loopback, join_address, without_query
from courseporter.net.answer import Answer
from courseporter.net.bodies import FilePart, RawFile
from courseporter.net.call import Policy
from courseporter.net.credential import Credential, HeaderCredential
from courseporter.net.journal import Journal
from courseporter.net.pace import LocalPace, Pace, Rate
from courseporter.net.waits import seconds_until, wait_from_headers

if TYPE_CHECKING:
    from courseporter.net.client import Client
    from courseporter.net.download import Download

__all__ = [
    "Answer",
    "Client",
    "Credential",
    "Download",
    "FilePart",
    "HeaderCredential",
    "Journal",
    "LocalPace",
    "Pace",
    "Policy",
    "Rate",
    "RawFile",
    "check_address",
    "is_loopback",
    "join_address",
    "seconds_until",
    "wait_from_headers",
    "without_query",
]


def __getattr__(name: str) -> object:
    """Load the client when it is first named: httpx takes a fifth of the start of a command.

    Modules that only mention it import it for type checking.
    """
    if name == "Client":
        from courseporter.net.client import Client

        return Client
    if name == "Download":
        from courseporter.net.download import Download

        return Download
    raise AttributeError(name)
