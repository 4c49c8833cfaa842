"""Test connection: what works at a site, step by step, with what to do where it doesn't."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import msgspec

from courseporter.connections.checks import Checklist
from courseporter.connections.opened import Opened
from courseporter.connections.sites import has_secret, reach
from courseporter.errors import AuthError, Phrase, RejectedError, _
from courseporter.flows.site.connect import session_of
from courseporter.net import Answer
from courseporter.targets.openedx import imports
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.runs import RUNS
from courseporter.targets.openedx.session import Session, authorized

SKEW_SECONDS = 120


class _Part(msgspec.Struct):
    status: bool = False


class _Me(msgspec.Struct):
    username: str = ""


def check_site(opened: Opened, checks: Checklist) -> None:
    """Name, TLS, heartbeat, token, account, rights and clock; `checks` collects the outcome."""
    if not has_secret(checks, opened):
        return
    lms, studio = opened.text("lms_url"), opened.text("studio_url")
    reach(checks, lms, prefix="lms_")
    reach(checks, studio, prefix="studio_")
    with session_of(opened) as session:
        checks.step("heartbeat", lambda: _heartbeat(session))
        checks.step("token", lambda: session.token.fetch() and None)
        known = checks.step("who_am_i", lambda: _who(session))
        if not known:
            checks.step("create_runs", lambda: None)
            checks.step("import", lambda: None)
        elif session.site.may_create:
            creates = checks.step("create_runs", lambda: _creates(session), optional=True)
            checks.can["create_runs"] = creates
        else:
            checks.skip("create_runs", _("This connection never creates course runs."))
            checks.can["create_runs"] = False
        if known:
            checks.can["import"] = checks.step("import", lambda: _imports(session), optional=True)
        checks.step("clock", lambda: _clock(session), optional=True)


def _heartbeat(session: Session) -> Phrase:
    answer = session.studio_anonymous.get("/heartbeat", accept=(503,))
    parts = answer.decode(dict[str, _Part])
    broken = [name for name, part in parts.items() if not part.status]
    if broken:
        raise RejectedError(
            _("Studio reports problems with: {parts}.", parts=", ".join(broken)),
            _("Ask the site's administrator."),
            code="server_error",
        )
    return _("Studio and its databases work.")


def _who(session: Session) -> Phrase:
    with authorized(_("This account isn't allowed to use Studio.")):
        me = session.studio.get("/api/user/v1/me").decode(_Me)
    return _("Signed in as {name}.", name=me.username)


def _creates(session: Session) -> Phrase:
    try:
        session.studio.get(RUNS, params={"page_size": 1})
    except AuthError as error:
        if error.code != "permission_error":
            raise
        raise AuthError(
            _("This account can't create course runs."),
            _(
                "Publish to existing runs whose course team includes this account, or ask the "
                "site's administrator for staff access."
            ),
            code="insufficient_role",
        ) from error
    return _("Course runs can be created.")


def _imports(session: Session) -> Phrase:
    """Ask for an import that doesn't exist: who may import gets an error of the task, not a 403."""
    org = session.site.default_org or "CoursePorter"
    probe = CourseKey(org, "CoursePorter", "connection-test")
    try:
        imports.poll(session, probe, "0", "connection-test.tar.gz")
    except AuthError as error:
        if error.code != "insufficient_role":
            raise
        raise AuthError(
            _("This account can import only into courses whose team it belongs to."),
            _("Add the account to the course team in Studio, or ask for staff access."),
            code="insufficient_role",
        ) from error
    return _("Courses can be imported.")


def _clock(session: Session) -> Phrase:
    offsets = [
        offset
        for answer in (
            session.studio_anonymous.get("/heartbeat", accept=(503,)),
            session.lms_anonymous.get("/heartbeat", accept=(404, 503)),
        )
        if (offset := _offset(answer)) is not None
    ]
    if not offsets:
        return _("The site doesn't report its time.")
    apart = max(offsets) - min(offsets)
    if apart > SKEW_SECONDS:
        raise RejectedError(
            _("The LMS and Studio clocks differ by {seconds} seconds.", seconds=round(apart)),
            _("Tokens may be rejected. Ask the site's administrator to set the clocks."),
            code="server_error",
        )
    worst = max(offsets, key=abs)
    if abs(worst) > SKEW_SECONDS:
        raise RejectedError(
            _("This computer's clock is off by {seconds} seconds.", seconds=round(abs(worst))),
            _("Set this computer's clock, or ask the site's administrator to check theirs."),
            code="server_error",
        )
    return _("The clocks match.")


def _offset(answer: Answer) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp() - time.time()
    except (TypeError, ValueError):
        return None
