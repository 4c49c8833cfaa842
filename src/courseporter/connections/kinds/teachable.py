"""A school on Teachable, read through its Admin API with an API key."""

from __future__ import annotations

import msgspec

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import address_of, counted_courses, has_secret, reach
from courseporter.errors import Phrase, RejectedError, _
from courseporter.net import Client, HeaderCredential, Policy, Rate

ADDRESS = "COURSEPORTER_TEACHABLE_URL"
# 100 requests a minute and school; never more in any minute, the first one included.
POLICY = Policy(rate=Rate(97 / 60, 2))


class _Meta(msgspec.Struct):
    total: int | None = None


class _Page(msgspec.Struct):
    meta: _Meta = msgspec.field(default_factory=_Meta)


def client(opened: Opened) -> Client:
    """A client for `/v1/…` and `/v2/…`. Raises SettingsError when the key is missing."""
    return opened.client(
        address_of(ADDRESS), credential=HeaderCredential(apiKey=opened.secret()), policy=POLICY
    )


def check(opened: Opened, checks: Checklist) -> None:
    """The key can list courses; whether the newer API answers, too."""
    has_secret(checks, opened)
    if not reach(checks, address_of(ADDRESS)):
        return
    with client(opened) as school:
        able = checks.step("token", lambda: _courses(school))
        newer = able and checks.step("api_v2", lambda: _newer(school), optional=True)
    checks.api_version = ("v2" if newer else "v1") if able else None
    read = dict.fromkeys(("outline", "texts", "files", "quizzes", "videos"), able)
    checks.can = {**read, "captions": False}


def _courses(school: Client) -> Phrase:
    page = school.get("/v1/courses", params={"page": 1, "per": 1}).decode(_Page)
    return counted_courses(page.meta.total)


def _newer(school: Client) -> Phrase:
    answer = school.get("/v2/products/courses", params={"per_page": 1}, accept=(403, 404))
    if answer.status != 200:
        raise RejectedError(
            _("The newer API isn't available for this school."),
            _("You don't need to do anything: CoursePorter uses the older API."),
        )
    return ""


KIND = Kind(
    name="teachable",
    label=_("Teachable"),
    group="school",
    help=_("Import courses from your Teachable school."),
    secrets=(
        SecretField(
            name="api_key",
            label=_("API key"),
            help=_("In Teachable: Settings, API. Your plan needs to include it."),
        ),
    ),
    check=check,
    clients={"": client},
)
