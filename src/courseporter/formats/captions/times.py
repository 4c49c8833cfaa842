"""The line of a cue that says when it is shown, as people and tools write it."""

from __future__ import annotations

import re
import unicodedata

HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1000  # milliseconds

_FRACTION = r"(?:\s*(?:[.,;]|:(?=\s*\d{3}(?!\d)))\s*(\d{1,9}))?"
_CLOCK = rf"(?:(\d{{1,4}})\s*:\s*)?(\d{{1,4}})\s*:\s*(\d{{1,2}}){_FRACTION}"
_ARROW = r"(?:[-–—‒―−]{1,3}\s?>|->|=>|→|⇒|⟶|➔|➜)"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*{_ARROW}\s*{_CLOCK}(?![\d:.,])")
_SBV = re.compile(rf"\s*{_CLOCK},{_CLOCK}\s*\Z")  # SubViewer, as YouTube exports it
_MEANT = re.compile(rf"\s*\d[\d\s:.,;]*{_ARROW}|\s*{_ARROW}\s*\d+\s*:")
_SIGNS = frozenset(">→⇒⟶➔➜")


class Times(tuple[int, int]):
    """Start and end of a cue in milliseconds."""

    __slots__ = ()


def read_times(line: str) -> Times | None:
    """Start and end, None when the line isn't one of times or they can't be read.

    A fraction is one of a second, whatever its length; hours and fraction may be missing.
    """
    if not _SIGNS.isdisjoint(line):
        found = _TIMES.match(_ascii(line))
    elif "," in line and ":" in line:
        found = _SBV.match(_ascii(line))
    else:
        return None
    if found is None:
        return None
    start, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:])
    return Times((start, end)) if start < end else None


def is_meant_as_times(line: str) -> bool:
    """Whether a line that can't be read was meant to say times."""
    return not _SIGNS.isdisjoint(line) and bool(_MEANT.match(_ascii(line)))


def clock(milliseconds: int, mark: str) -> str:
    """`HH:MM:SS,mmm` with the decimal mark of the format."""
    hours, rest = divmod(milliseconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours:02}:{minutes:02}:{rest // SECOND:02}{mark}{rest % SECOND:03}"


def _ascii(line: str) -> str:
    """The line with full-width digits and colons as plain ones."""
    return line if line.isascii() else unicodedata.normalize("NFKC", line)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    thousandths = int(f"{fraction or 0:0<3}"[:3])
    return int(hours or 0) * HOUR + int(minutes) * MINUTE + int(seconds) * SECOND + thousandths
