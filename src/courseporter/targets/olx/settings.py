"""The settings of a course in Open edX, and what makes one invalid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from courseporter.errors import Message, _
from courseporter.formats.languages import CODES, platform_language
from courseporter.formats.olx.attributes import MAX_WRITTEN_TITLE
from courseporter.targets.olx.dates import moment
from courseporter.targets.olx.identity import MOST as LONGEST_KEY
from courseporter.targets.settings import FieldError, Setting

_KEY = re.compile(r"(?![.-])[A-Za-z0-9_.-]+(?<![.-])")  # what the writer of the package keeps
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")

SETTINGS: Final = (
    Setting(name="title", label=_("Title"), limit=MAX_WRITTEN_TITLE, required=True, group="course"),
    Setting(
        name="org", label=_("Organization"), limit=LONGEST_KEY, group="key",
        option="--org", help=_("Organization of the course key."),
    ),
    Setting(
        name="number", label=_("Course number"), limit=LONGEST_KEY, group="key",
        option="--number", help=_("Course number."),
    ),
    Setting(
        name="run", label=_("Course run"), limit=LONGEST_KEY, group="key",
        option="--run", help=_("Course run."),
    ),
    Setting(
        name="language", label=_("Language"), kind="language", group="course",
        choices=tuple((code, code) for code in CODES),
    ),
    Setting(name="start", label=_("Start"), kind="date", group="dates"),
    Setting(name="end", label=_("End"), kind="date", group="dates"),
    Setting(name="enrollment_start", label=_("Enrollment start"), kind="date", group="dates"),
    Setting(name="enrollment_end", label=_("Enrollment end"), kind="date", group="dates"),
    Setting(
        name="scorm_locked", label=_("Only enrolled learners get SCORM lessons"), kind="flag",
        group="scorm", option="--lock-scorm", help=_("Only enrolled learners get SCORM lessons."),
    ),
    Setting(
        name="scorm_download", label=_("Offer a download to learners who can't play it"),
        kind="flag", group="scorm", option="--offer-scorm",
        help=_("Offer a download to learners who can't play the package."),
    ),
    Setting(
        name="native_player", label=_("Use Open edX's own video player"), kind="flag",
        group="videos", option="--native-player",
        help=_("Play video files in Open edX's own player, in this run only."),
    ),
    Setting(
        name="olx_gate", label=_("Pass OLX validation"), kind="flag", group="course",
        option="--gate", help=_("Write pages that pass a site's OLX validation."),
    ),
)  # fmt: skip
_BY_NAME: Final = {one.name: one for one in SETTINGS}
_RANGES: Final = (("start", "end"), ("enrollment_start", "enrollment_end"))
_REVERSED: Final = {
    "start": _("The end date is before the start date."),
    "enrollment_start": _("The enrollment end date is before the enrollment start date."),
}


def invalid(values: Mapping[str, str | bool]) -> Iterator[FieldError]:
    """What is wrong with these settings; empty values mean the default."""
    texts = {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    for name, value in texts.items():
        setting = _BY_NAME.get(name)
        message = _message(setting, value) if setting is not None else None
        if message is not None:
            yield FieldError(field=name, message=message)
    for first, last in _RANGES:
        begin, finish = moment(texts.get(first)), moment(texts.get(last))
        if begin and finish and finish < begin:
            words = _REVERSED[first]
            yield FieldError(field=last, message=words)


def _message(one: Setting, value: str) -> Message | None:
    if not value:
        return _("Enter a title for the course.") if one.required else None
    if one.group == "key" and not _KEY.fullmatch(value):
        return _(
            "{setting}: use letters A to Z, digits, and underscores, with periods and hyphens "
            "between them.",
            setting=one.label,
        )
    if one.limit is not None and len(value) > one.limit:
        return _(
            "{setting}: {count:,} characters is too long; the limit is {limit}.",
            setting=one.label, count=len(value), limit=one.limit,
        )  # fmt: skip
    if one.kind == "date" and not _is_date(value):
        return _("{setting}: enter a date as YYYY-MM-DD.", setting=one.label)
    if one.kind == "language" and platform_language(value) is None:
        return _("Open edX doesn't know this language. Enter a code such as en, de, or pt-br.")
    return None


def _is_date(text: str) -> bool:
    """A day of the calendar, with a time of day or without: 31 February is none."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None
