"""What the pages of connections say: names of checks, states, and what to do first."""

from __future__ import annotations

from typing import Final

from courseporter.api.connections import Check, ConnectionView
from courseporter.errors import Message, _, gettext
from courseporter.gui.tokens import Role
from courseporter.gui.words import Badge

STEPS: Final = {
    "profile": _("Profile"),
    "secret": _("Secret"),
    "name": _("Host name"),
    "tls": _("Secure connection"),
    "heartbeat": _("Site is up"),
    "studio_heartbeat": _("Studio is up"),
    "lms_heartbeat": _("LMS is up"),
    "lms_name": _("Host name of the LMS"),
    "lms_tls": _("Secure connection to the LMS"),
    "studio_name": _("Host name of Studio"),
    "studio_tls": _("Secure connection to Studio"),
    "token": _("Sign in"),
    "find": _("Find records"),
    "who_am_i": _("Account"),
    "may_create": _("May create course runs"),
    "may_import": _("May import courses"),
    "clock": _("Clock"),
    "api_v2": _("Newer API"),
    "graphql": _("Texts and quizzes"),
}
CAPABILITIES: Final = {
    "outline": _("Outline"),
    "texts": _("Texts"),
    "files": _("Files"),
    "quizzes": _("Quizzes"),
    "videos": _("Videos"),
    "captions": _("Captions"),
}
MARKS: Final[dict[str, tuple[str, Role]]] = {
    "ok": ("check", "success"),
    "failed": ("failed", "error"),
    "skipped": ("stop", "muted"),
    "running": ("running", "link"),
}


def step(check: Check) -> str:
    """The name of a step; one that has no words yet is shown by its own name."""
    known = STEPS.get(check.name)
    return str(known) if known else check.name.replace("_", " ").capitalize()


def badge(connection: ConnectionView) -> Badge:
    """The state of a connection: what its last test said."""
    if not connection.active:
        return Badge("pause", gettext("Turned off"), "muted")
    if connection.last_status == "success":
        return Badge("done", gettext("Works"), "success")
    if connection.last_status == "failed":
        return Badge("failed", gettext("Doesn't work"), "error")
    return Badge("waiting", gettext("Not tested"), "muted")


def about(connection: ConnectionView) -> str:
    """The second line of a connection: its kind and where it leads."""
    values = connection.values
    found = next(
        (values[name] for name in ("studio_url", "url", "subdomain", "profile") if name in values),
        None,
    )
    where = str(found).removeprefix("https://") if found else ""
    return f"{connection.label} · {where}" if where else connection.label


WHERE_KEPT: Final[dict[str, Message]] = {
    "keychain": _("The secret is in the keychain of this computer."),
    "session": _("The secret is kept until you quit CoursePorter."),
    "environment": _("The secret comes from an environment variable."),
}
