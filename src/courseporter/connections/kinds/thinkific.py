"""A site on Thinkific: outline over REST, texts over GraphQL when there is an access token."""

from __future__ import annotations

import re

import msgspec

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import address_of, counted_courses, has_secret, reach
from courseporter.errors import Phrase, RejectedError, SettingsError, _
from courseporter.net import Client, HeaderCredential, Policy, Rate

REST = "COURSEPORTER_THINKIFIC_URL"
GRAPHQL = "COURSEPORTER_THINKIFIC_GRAPHQL_URL"
# 120 requests a minute and site; never more in any minute, the first one included.
POLICY = Policy(rate=Rate(117 / 60, 2))
KEY_LENGTH = 32  # longer ones are access tokens


class _Pagination(msgspec.Struct):
    total_items: int | None = None


class _Meta(msgspec.Struct):
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)


class _Page(msgspec.Struct):
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Data(msgspec.Struct):
    data: dict[str, object] | None = None


def client(opened: Opened) -> Client:
    """A client for the REST API. Raises SettingsError when the key is missing."""
    key = opened.secret()
    if len(key.reveal()) > KEY_LENGTH:
        bearer = HeaderCredential("Bearer", Authorization=key)
        return opened.client(address_of(REST), credential=bearer, policy=POLICY)
    return opened.client(
        address_of(REST),
        credential=HeaderCredential(X_Auth_API_Key=key),
        headers={"X-Auth-Subdomain": opened.text("subdomain")},
        policy=POLICY,
    )


def graphql(opened: Opened) -> Client | None:
    """A client for the GraphQL API, whose budget is one of points; None without a token."""
    token = opened.maybe_secret("access_token")
    if token is None:
        return None
    bearer = HeaderCredential("Bearer", Authorization=token)
    return opened.client(address_of(GRAPHQL), credential=bearer, lane=f"{opened.lane}:graphql")


def check(opened: Opened, checks: Checklist) -> None:
    """The key can list courses; the token, if there is one, can ask for texts."""
    has_secret(checks, opened)
    if not reach(checks, address_of(REST)):
        return
    with client(opened) as school:
        able = checks.step("token", lambda: _courses(school))
    texts = _texts(opened, checks) if able else False
    checks.api_version = ("rest+graphql" if texts else "rest") if able else None
    bodies = dict.fromkeys(("texts", "files", "quizzes", "captions"), texts)
    checks.can = {"outline": able, **bodies, "videos": False}


def _texts(opened: Opened, checks: Checklist) -> bool:
    asked = graphql(opened)
    if asked is None:
        checks.skip("graphql", _("Without an access token, texts and quizzes can't be read."))
        return False
    with asked:
        return checks.step("graphql", lambda: _site(asked), optional=True)


def _courses(school: Client) -> Phrase:
    page = school.get("/courses", params={"limit": 1}).decode(_Page)
    return counted_courses(page.meta.pagination.total_items)


def _site(school: Client) -> Phrase:
    query = "query { site { courses(first: 1) { nodes { id name } } } }"
    if not school.post("", json={"query": query}, repeat=True).decode(_Data).data:
        raise RejectedError(
            _("This access token can't read courses."),
            _("Create a new access token in Thinkific and enter it here."),
        )
    return ""


def subdomain(text: str) -> str:
    """The subdomain alone, from a whole address as well. Raises SettingsError."""
    host = re.sub(r"^https?://", "", text.strip().lower()).split("/")[0]
    name = host.removesuffix(".thinkific.com")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise SettingsError(
            _("“{name}” isn't a Thinkific subdomain.", name=text[:80]),
            _("Enter the part before .thinkific.com, such as “my-school”."),
            "subdomain",
        )
    return name


KIND = Kind(
    name="thinkific",
    label=_("Thinkific"),
    group="school",
    help=_("Import courses from your Thinkific site."),
    fields=(
        Field(
            name="subdomain",
            label=_("Subdomain"),
            required=True,
            maximum=200,
            placeholder="my-school",
            help=_("The part before .thinkific.com, even if your site has its own domain."),
            option="--subdomain",
            normalize=subdomain,
        ),
    ),
    secrets=(
        SecretField(
            name="api_key",
            label=_("API key"),
            help=_("In Thinkific: Settings, Code & analytics, API."),
        ),
        SecretField(
            name="access_token",
            label=_("Access token"),
            required=False,
            help=_(
                "The API key reads the outline only; texts, files, quizzes, and captions need an "
                "API access token from Thinkific's Settings, Code & analytics, API access tokens. "
                "Without it, each lesson is imported as a placeholder that links to the old one."
            ),
        ),
    ),
    check=check,
    clients={"": client, "graphql": graphql},
)
