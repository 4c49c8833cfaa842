"""How long a site asks to wait: `Retry-After` and every form of rate-limit header seen so far.

Retry-After: RFC 9110, section 10.2.3 (seconds or a date). RateLimit: draft-ietf-
httpapi-ratelimit-headers, new form `"policy";r=0;t=30`, old form `limit=10, remaining=0, reset=30`.
RateLimit-Reset and X-RateLimit-Reset carry seconds (Teachable), epoch seconds or epoch milliseconds
(Thinkific): the size of the number tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 3600.0
_EPOCH_MS = 1e11
_EPOCH = 1e8
_MINUTE = 60.0
_LIMITS = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit")
_QUOTA = re.compile(r"(\d+)(?:\s*;.*?\bw\s*=\s*(\d+))?")
_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_FIELD = re.compile(r"(?:^|[;,\s])(r|t|remaining|reset)\s*=\s*(\d+(?:\.\d+)?)", re.IGNORECASE)


def wait_from_headers(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, between 0 and an hour; None when no header says. `now` is epoch seconds."""
    seconds = seconds_until(headers.get("retry-after", ""), now)
    if seconds is None:
        seconds = _fields(headers).get("t", _fields(headers).get("reset"))
    for name in _RESETS:
        if seconds is None:
            seconds = seconds_until(headers.get(name, ""), now)
    return None if seconds is None else min(LONGEST, max(0.0, seconds))


def remaining_from_headers(headers: Mapping[str, str]) -> float | None:
    """How many requests are left in the present window; None when no header says."""
    fields = _fields(headers)
    for name in ("r", "remaining"):
        if name in fields:
            return fields[name]
    for name in _REMAINING:
        number = _number(headers.get(name, ""))
        if number is not None:
            return number
    return None


def limit_from_headers(headers: Mapping[str, str], now: float) -> tuple[float, float] | None:
    """How many requests in how many seconds; None when no header says.

    Limits without a window are those of a minute, unless their window ends later than that: then
    it's a quota of another kind, which says nothing about the pace.
    """
    wait = wait_from_headers(headers, now)
    for name in _LIMITS:
        match = _QUOTA.match(headers.get(name, "").strip())
        if match is None or not int(match[1]):
            continue
        if match[2]:
            return float(match[1]), float(match[2]) or _MINUTE
        if wait is None or wait <= _MINUTE + 1:
            return float(match[1]), _MINUTE
    return None


def seconds_until(value: str, now: float) -> float | None:
    """Seconds from `now` until a time given as seconds, epoch (s or ms), HTTP or ISO 8601 date."""
    text = value.strip()
    number = _number(text)
    if number is not None:
        if number > _EPOCH_MS:
            return max(0.0, number / 1000 - now)
        return max(0.0, number - now) if number > _EPOCH else number
    moment = _date(text)
    return None if moment is None else max(0.0, moment.timestamp() - now)


def _fields(headers: Mapping[str, str]) -> dict[str, float]:
    found = _FIELD.findall(headers.get("ratelimit", ""))
    return {name.lower(): float(value) for name, value in found}


def _number(text: str) -> float | None:
    match = re.fullmatch(r"\d{1,16}(?:\.\d{1,6})?", text.strip())
    return float(match[0]) if match else None


def _date(text: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text)
        except (TypeError, ValueError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
