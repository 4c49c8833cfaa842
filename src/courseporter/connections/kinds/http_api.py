"""A web service that keeps records, described by a profile, for imported rows."""

from __future__ import annotations

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import has_secret
from courseporter.errors import _


def check(opened: Opened, checks: Checklist) -> None:
    """The secret is there; what the service can do is in its profile."""
    has_secret(checks, opened)


KIND = Kind(
    name="http_api",
    label=_("HTTP API"),
    group="target",
    help=_("Send rows to a web service."),
    fields=(
        Field(
            name="profile",
            label=_("Profile"),
            required=True,
            help=_("The name of a built-in profile, or a profile file."),
            option="--profile",
        ),
    ),
    secrets=(SecretField(name="api_key", label=_("API key")),),
    check=check,
)
