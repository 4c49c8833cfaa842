"""What the services that write notes and quizzes have in common."""

from __future__ import annotations

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import reach
from courseporter.errors import _
from courseporter.net import Client, HeaderCredential

ADDRESS = Field(
    name="url",
    label=_("Address"),
    type="address",
    required=True,
    placeholder="https://notes.example.com",
    option="--url",
)
KEY = SecretField(
    name="api_key", label=_("Key"), required=False, help=_("Only if the service asks for one.")
)


def client(opened: Opened) -> Client:
    """A client for the service, with its key if there is one."""
    key = opened.maybe_secret()
    credential = HeaderCredential("Bearer", Authorization=key) if key else None
    return opened.client(opened.text("url"), credential=credential)


def check(opened: Opened, checks: Checklist) -> None:
    """The service can be reached; asking it for text would cost."""
    reach(checks, opened.text("url"))
