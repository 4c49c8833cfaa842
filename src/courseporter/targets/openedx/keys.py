"""Course, usage and asset keys of Open edX (opaque-keys, `course-v1:ORG+NUMBER+RUN`)."""

from __future__ import annotations

import re

import msgspec

from courseporter.errors import Message, SettingsError, _

PART = re.compile(r"[A-Za-z0-9_.-]{1,50}")
MOST = 255
_KEY = re.compile(r"course-v1:([^/+\s]+)\+([^/+\s]+)\+([^/+\s]+)")
_USAGE = re.compile(r"block-v1:.+\+type@([^+]+)\+block@(.+)")
_ASSET_URL = re.compile(
    r"(?:https?://[^/\"'\s]+)?/(?:assets/courseware/v1/[0-9a-f]+/)?"
    r"asset-v1:[^\"'\s]+?\+type@asset\+block[@/]"
)


class CourseKey(msgspec.Struct, frozen=True):
    """One run of a course; `str` gives the key."""

    org: str
    number: str
    run: str

    def __str__(self) -> str:
        return f"course-v1:{self.org}+{self.number}+{self.run}"

    def usage(self, kind: str, name: str) -> str:
        """The key of a block."""
        return f"block-v1:{self.org}+{self.number}+{self.run}+type@{kind}+block@{name}"

    def asset(self, name: str) -> str:
        """The path at which the site serves a file of the course."""
        return f"/asset-v1:{self.org}+{self.number}+{self.run}+type@asset+block@{name}"


def new_key(org: str, number: str, run: str) -> CourseKey:
    """The key of a course to write.  Raises SettingsError `invalid_course_input`.

    The site answers a bad one with a bare 500, so it is refused here.
    """
    for part in (org, number, run):
        if not PART.fullmatch(part):
            raise invalid(_("“{part}” can't be used in a course key.", part=part))
    return CourseKey(org, number, run)


def parse_key(text: str) -> CourseKey:
    """The key of a course that may exist.  Raises SettingsError `invalid_course_input`."""
    found = _KEY.fullmatch(text.strip())
    if found is None or len(text) > MOST:
        raise SettingsError(
            _("“{text}” isn't a course key.", text=text[:100]),
            _("A course key looks like course-v1:ORG+NUMBER+RUN."),
            code="invalid_course_input",
        )
    return CourseKey(*found.groups())


def invalid(message: Message) -> SettingsError:
    """An error about organization, number or run."""
    return SettingsError(
        message,
        _("Use 1 to 50 letters (A–Z), digits, dots, hyphens, and underscores."),
        code="invalid_course_input",
    )


def parse_usage(usage: str) -> tuple[str, str]:
    """Type and name of a block; empty when it isn't a usage key."""
    found = _USAGE.fullmatch(usage)
    return (found[1], found[2]) if found else ("", "")


def portable(text: str) -> str:
    """The text with every address of a course file as `/static/NAME`."""
    return _ASSET_URL.sub("/static/", text) if "asset-v1:" in text else text
