"""HTTP for everyone who talks to a service: one client with deadlines, limits, retries and pacing.

`Client` sends requests to one site. What it adds to httpx:

- a deadline for the whole call, retries included, and a cap on every answer, after decompression
- retries with backoff and jitter for what can be repeated, `Retry-After` and rate-limit headers
- credentials that go to the connection's own host only, whatever a redirect says
- https only, except on this computer; the proxy and certificates of the system
- typed errors with sentences for people, and no secret in any of them
"""

from courseporter.net.address import check_address, is_loopback, join_address, without_query
from courseporter.net.answer import Answer
from courseporter.net.bodies import FilePart, RawFile
from courseporter.net.call import Policy
from courseporter.net.client import Client
from courseporter.net.credential import Credential, HeaderCredential
from courseporter.net.journal import Journal
from courseporter.net.pace import LocalPace, Pace, Rate
from courseporter.net.waits import seconds_until, wait_from_headers

__all__ = [
    "Answer",
    "Client",
    "Credential",
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
