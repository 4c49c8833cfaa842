"""A web service that keeps records, described by a profile, for imported rows."""

from __future__ import annotations

from courseporter.connections.checks import Checklist
from courseporter.connections.kind import Field, Kind, SecretField
from courseporter.connections.opened import Opened
from courseporter.connections.sites import has_secret, reach
from courseporter.errors import Phrase, RejectedError, _
from courseporter.formats.record_profile import Profile, load_profile
from courseporter.net import Answer, HeaderCredential, Policy, Rate

MAX_RECORDS = 64 << 20  # bytes of a list of all records


def check(opened: Opened, checks: Checklist) -> None:
    """The profile is valid, the service can be reached, takes the key, and answers with records."""
    profiles = list[Profile]()
    if not checks.step("profile", lambda: profiles.append(load_profile(opened.text("profile")))):
        return
    known = has_secret(checks, opened)
    profile = profiles[0]
    if not reach(checks, profile.base_url) or not known:
        return
    lookup = _lookup(profile)
    if lookup is None:
        why = _("The profile has no lookup, so the first row will tell.")
        checks.skip("token", why)
        checks.skip("find", why)
        return
    answers = list[Answer]()
    credential = HeaderCredential(profile.auth.prefix, **{profile.auth.header: opened.secret()})
    with opened.client(
        profile.base_url, credential=credential, policy=Policy(rate=rate_of(profile))
    ) as site:

        def ask() -> None:
            answers.append(site.get(lookup, cap=MAX_RECORDS, accept=(404,)))

        checks.step("token", ask)
        checks.step("find", lambda: _records(answers[0]))


def rate_of(profile: Profile) -> Rate | None:
    """One request less than is allowed, and no burst: clocks differ."""
    limit = profile.limit
    return None if limit is None else Rate(max(1, limit.requests - 1) / limit.seconds, 1)


def _lookup(profile: Profile) -> str | None:
    """The path of a lookup, for a record that doesn't exist."""
    for resource in (profile.movies, profile.shows, profile.enrollments):
        if resource is not None and resource.lookup is not None:
            return resource.filled(resource.lookup.split(" ", 1)[1], {"title": "CoursePorter"})
    return None


def _records(answer: Answer) -> Phrase:
    """What the lookup found.  Raises RejectedError for an answer that isn't JSON."""
    if answer.status == 404 or isinstance(answer.json(), dict | list):
        return _("Records can be looked up.")
    raise RejectedError(
        _("{url} didn't answer with records.", url=answer.url),
        _("Check the profile's lookup."),
        answer.url,
        code="response_invalid",
    )


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
