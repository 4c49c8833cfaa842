"""Open edX: an LMS and its Studio, with an OAuth client of the kind “client credentials”."""

from __future__ import annotations

import re

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import has_secret, reach
from courseporter.errors import SettingsError, _


def key_part(text: str) -> str:
    """A part of a course key. Raises SettingsError."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text):
        raise SettingsError(
            _("“{text}” can't be used in a course key.", text=text),
            _("Use English letters, digits, and the characters . _ -"),
        )
    return text


def check(opened: Opened, checks: Checklist) -> None:
    """Both sites can be reached, and Studio says that it works."""
    has_secret(checks, opened)
    reach(checks, opened.text("lms_url"), prefix="lms_")
    reach(checks, opened.text("studio_url"), prefix="studio_")
    with opened.client(opened.text("studio_url")) as studio:
        checks.step("heartbeat", lambda: studio.get("/heartbeat") and None)


KIND = Kind(
    name="openedx",
    label=_("Open edX"),
    group="target",
    help=_("Publish courses directly to Studio."),
    fields=(
        Field(
            name="lms_url",
            label=_("LMS address"),
            type="address",
            required=True,
            placeholder="https://lms.example.com",
            help=_("Where learners take courses."),
            option="--lms-url",
        ),
        Field(
            name="studio_url",
            label=_("Studio address"),
            type="address",
            required=True,
            placeholder="https://studio.example.com",
            help=_("Where authors edit courses."),
            option="--studio-url",
        ),
        Field(
            name="client_id",
            label=_("Client ID"),
            required=True,
            maximum=255,
            ascii_only=True,
            private=True,
            help=_(
                "From an OAuth application on the site, with the grant type “Client credentials”."
            ),
            option="--client-id",
        ),
        Field(
            name="default_org",
            label=_("Organization"),
            required=True,
            minimum=1,
            maximum=50,
            normalize=key_part,
            placeholder="MyOrg",
            help=_("The first part of a course key, such as “MyOrg” in MyOrg+CS101+2026."),
            option="--default-org",
        ),
        Field(
            name="default_run",
            label=_("Course run"),
            default="self_paced",
            maximum=50,
            normalize=key_part,
            advanced=True,
            option="--default-run",
        ),
        Field(
            name="auto_create_course",
            label=_("Create course runs that don't exist yet"),
            type="flag",
            default=True,
            advanced=True,
            option="--no-create",
        ),
        Field(
            name="import_timeout_seconds",
            label=_("Import time limit"),
            type="number",
            unit=_("seconds"),
            default=300,
            minimum=30,
            maximum=600,
            advanced=True,
            option="--import-timeout",
        ),
        Field(
            name="max_retries",
            label=_("Attempts"),
            type="number",
            default=3,
            minimum=1,
            maximum=5,
            advanced=True,
            option="--max-retries",
        ),
        Field(
            name="poll_interval_ms",
            label=_("Time between progress checks"),
            type="number",
            unit=_("milliseconds"),
            default=5000,
            minimum=50,
            maximum=60_000,
            advanced=True,
            option="--poll-interval",
        ),
    ),
    secrets=(SecretField(name="client_secret", label=_("Client secret")),),
    check=check,
)
