"""The settings of a course in Open edX, and what makes one invalid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from courseporter.formats.olx.attributes import MOST_TITLE
from courseporter.targets.olx.dates import moment
from courseporter.targets.olx.identity import MOST as LONGEST_KEY
from courseporter.targets.settings import FieldError, Setting

_KEY = re.compile(r"(?![.-])[A-Za-z0-9_.-]+(?<![.-])")  # what the writer of the package keeps
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

SETTINGS: Final = (
    Setting(name="title", label="Title", limit=MOST_TITLE, required=True, group="Course"),
    Setting(
        name="org", label="Organization", limit=LONGEST_KEY, group="Course key",
        option="--org", help="Organization of the course key.",
    ),
    Setting(
        name="number", label="Course number", limit=LONGEST_KEY, group="Course key",
        option="--number", help="Course number.",
    ),
    Setting(
        name="run", label="Course run", limit=LONGEST_KEY, group="Course key",
        option="--run", help="Course run.",
    ),
    Setting(name="language", label="Language", kind="language", group="Course"),
    Setting(name="start", label="Start", kind="date", group="Dates"),
    Setting(name="end", label="End", kind="date", group="Dates"),
    Setting(name="enrollment_start", label="Enrollment start", kind="date", group="Dates"),
    Setting(name="enrollment_end", label="Enrollment end", kind="date", group="Dates"),
    Setting(
        name="scorm_locked", label="Only enrolled learners get SCORM lessons", kind="flag",
        group="SCORM", option="--lock-scorm", help="Only enrolled learners get SCORM lessons.",
    ),
    Setting(
        name="scorm_download", label="Offer a download to learners who can’t play it",
        kind="flag", group="SCORM", option="--offer-scorm",
        help="Offer a download to learners who can’t play the package.",
    ),
)  # fmt: skip
_BY_NAME: Final = {one.name: one for one in SETTINGS}
_RANGES: Final = (("start", "end"), ("enrollment_start", "enrollment_end"))


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
            words = f"{_words(last)} date is before the {_words(first)} date"
            yield FieldError(field=last, message=f"The {words}.")


def _message(one: Setting, value: str) -> str | None:
    if not value:
        return "Enter a title for the course." if one.required else None
    if one.group == "Course key" and not _KEY.fullmatch(value):
        return (
            f"The {_words(one.name)} can contain letters A to Z, digits, and underscores, with "
            "periods and hyphens between them."
        )
    if one.limit is not None and len(value) > one.limit:
        return f"The {_words(one.name)} has {len(value):,} characters; the limit is {one.limit}."
    if one.kind == "date" and not _is_date(value):
        return f"Enter the {_words(one.name)} date as YYYY-MM-DD."
    if one.kind == "language" and not _LANGUAGE.fullmatch(value):
        return "Enter a language code, such as en, de, or pt-BR."
    return None


def _words(name: str) -> str:
    return _BY_NAME[name].label.lower()


def _is_date(text: str) -> bool:
    """A day of the calendar, with a time of day or without: 31 February is none."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None
