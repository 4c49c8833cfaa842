"""Captions as SubRip in UTF-8: Open edX takes every transcript of a video for that, whatever it is.

WebVTT is read as W3C describes it (https://www.w3.org/TR/webvtt1/, section 6).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

_CLOCK = r"(?:(\d+):)?([0-5]\d):([0-5]\d)[.,](\d{3})"  # tools write SubRip's comma, too
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_SPEAKER = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>")
_TAG = re.compile(r"<[^<>]*>")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def subrip(data: bytes) -> bytes | None:
    """The captions as SubRip; None for WebVTT without a cue.

    SubRip in UTF-8 that Open edX can read stays byte for byte.  Of WebVTT stay times, texts and the
    names of speakers; where a cue stands on the picture and how it looks cannot be said in SubRip.
    """
    text = _decoded(data)
    plain = text.removeprefix("\ufeff").lstrip()
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if plain.startswith("WEBVTT"):
        return _numbered(_cues(lines))
    return (_numbered(_closed(lines)) if _is_torn(lines) else None) or text.encode()


def _numbered(cues: Iterable[str]) -> bytes | None:
    parts = [f"{number}\n{cue}\n" for number, cue in enumerate(cues, 1)]
    return "\n".join(parts).encode() if parts else None


def _is_torn(lines: list[str]) -> bool:
    """Whether SubRip has empty lines within texts, and times that leave no doubt where cues begin.

    Open edX (pysrt, with ERROR_RAISE) then shows none of the captions.
    """
    timed = {number for number, line in enumerate(lines) if "-->" in line}
    filled = [bool(line.strip()) for line in (*lines, "")]
    begins = (n for n in range(len(lines)) if filled[n] and not filled[n - 1])
    torn = any(number not in timed and number + 1 not in timed for number in begins)
    return torn and all(_TIMES.match(lines[number]) for number in timed)


def _closed(lines: list[str]) -> Iterator[str]:
    """Cues of SubRip whose texts may hold empty lines, without those lines."""
    lines = [line for line in lines if line.strip()]
    starts = [number for number, line in enumerate(lines) if _TIMES.match(line)]
    counted = all(number and lines[number - 1].strip().isdecimal() for number in starts)
    for start, end in pairwise((*starts, len(lines) + counted)):
        said = lines[start + 1 : end - counted]
        found = _TIMES.match(lines[start])
        if found and said:
            yield "\n".join((_times(found), *said))


def is_guess(data: bytes) -> bool:
    """Whether captions are read in an encoding that nothing in them names: see `subrip`."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return not data.startswith(_UTF16)
    return False


def _decoded(data: bytes) -> str:
    """By the byte order mark, else as UTF-8, else as Windows-1252."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _cues(lines: Iterable[str]) -> Iterator[str]:
    """Times and text of every cue that says something: it ends at an empty line, or where the next
    one begins.
    """
    times, said = "", list[str]()
    for line in (*lines, ""):
        found = _TIMES.match(line)
        if found or not line:
            if times and said:
                yield "\n".join((times, *said))
            times, said = _times(found) if found else "", []
        elif times and (text := _TAG.sub("", _SPEAKER.sub(r"\1: ", line))).strip():
            said.append(text)


def _times(found: re.Match[str]) -> str:
    return f"{_clock(*found.groups()[:4])} --> {_clock(*found.groups()[4:])}"


def _clock(hours: str | None, minutes: str, seconds: str, thousandths: str) -> str:
    return f"{int(hours or 0):02}:{minutes}:{seconds},{thousandths}"
