"""Dates of the course in the form that Open edX always reads: `2031-02-03T00:00:00Z`."""

from __future__ import annotations

from datetime import UTC, datetime

START = "2020-01-01T00:00:00Z"  # without a start Open edX hides the course until 2030
END = "2100-01-01T00:00:00Z"  # olxcleaner demands an end


def moment(text: str | None) -> str | None:
    """The date in UTC with seconds, None when there is none or it cannot be read.  A date without a
    zone is UTC.
    """
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    value = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    try:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
    except OverflowError:
        return None
