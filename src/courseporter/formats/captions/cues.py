"""Read SubRip, WebVTT and SubViewer (.sbv) as cues, however carelessly they are written.

WebVTT is read as W3C describes it (https://www.w3.org/TR/webvtt1/, section 6); SubRip has no
standard.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from courseporter.formats.captions.times import Times, is_meant_as_times, read_times

_SPEAKER = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>")
_TAG = re.compile(r"<[^<>]*>")
_COUNTER = re.compile(r"#?\d{1,9}[.)]?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_FEW = 8  # fewer foreign bytes than this say nothing about a language
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Cue(NamedTuple):
    """Times in milliseconds, and the lines shown between them."""

    start: int
    end: int
    lines: tuple[str, ...]


class Captions(NamedTuple):
    """Cues in order of their times; `unread` are the numbers of lines whose cue can't be read."""

    cues: tuple[Cue, ...]
    unread: tuple[int, ...] = ()


class _Open(NamedTuple):
    """A cue while its lines are collected: None for one whose times can't be read."""

    times: Times | None
    number: int
    lines: list[tuple[int, str]]


def parse_captions(data: bytes) -> Captions:
    """Every cue that can be read, and the lines of those that can't."""
    text = decoded(data).replace("\ufeff", "").lstrip()
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    vtt = text.startswith("WEBVTT")
    cues: list[Cue] = []
    unread: list[int] = []
    for one in _collected(lines, vtt=vtt):
        shown = tuple(_shown(one.lines, vtt=vtt))
        if one.times is None:
            unread.append(one.number)
        elif shown:
            cues.append(Cue(*one.times, shown))
    cues.sort(key=lambda cue: cue.start)  # the player looks for the cue of a moment by bisection
    return Captions(tuple(cues), tuple(unread))


def is_guess(data: bytes) -> bool:
    """Whether captions are read in an encoding that nothing in them names: see `decoded`."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return not data.startswith(_UTF16) and b"\0" not in data
    return False


def decoded(data: bytes) -> str:
    """The text by the byte order mark, else as UTF-8, else as Windows-1252 or what fits better."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    few = len(data[:1000]) // 4  # in UTF-16 every other byte of digits is zero
    for encoding, zeros in (("utf-16-le", data[1:1000:2]), ("utf-16-be", data[:1000:2])):
        if zeros.count(0) > few:
            return data.decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    """Any bytes can be read as Windows-1252: Cyrillic or Japanese would become nonsense."""
    western = data.decode("cp1252", "replace")
    if sum(byte > 127 for byte in data) < _FEW:
        return western
    from charset_normalizer import from_bytes

    foreign = b"\n".join(line for line in data.splitlines() if not line.isascii())
    guesses = [guess.encoding for guess in from_bytes(foreign)]
    fits = not guesses or foreign.decode("cp1252", "replace") in (
        foreign.decode(guess, "replace") for guess in guesses
    )
    return western if fits else data.decode(guesses[0], "replace")


def _collected(lines: list[str], *, vtt: bool) -> Iterator[_Open]:
    """The cues with all lines up to the next one's times, without its counter or name."""
    stamps = [(number, read_times(line)) for number, line in enumerate(lines)]
    begins = [(n, t) for n, t in stamps if t or is_meant_as_times(lines[n])]
    counted = all(_COUNTER.fullmatch(_above(lines, number).strip()) for number, _ in begins)
    ends = [_end(lines, n, counted=counted, vtt=vtt) for n, _ in begins[1:]]
    for (number, times), end in zip(begins, [*ends, len(lines)], strict=False):
        inside = list(enumerate(lines[number + 1 : end], number + 2))
        yield _Open(times, number + 1, _of_one_block(inside) if vtt else inside)


def _above(lines: list[str], number: int) -> str:
    """The line above that isn't empty."""
    return next((line for line in reversed(lines[max(number - 9, 0) : number]) if line.strip()), "")


def _end(lines: list[str], number: int, *, counted: bool, vtt: bool) -> int:
    """Where the cue before the times in line `number` ends."""
    above = number - 1
    if counted:
        while above > 0 and not lines[above].strip():
            above -= 1
        return above
    if above < 1 or not lines[above].strip() or lines[above - 1].strip():
        return number
    return above if vtt or _COUNTER.fullmatch(lines[above].strip()) else number


def _of_one_block(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of a cue of WebVTT, which ends at an empty line; a line of blanks isn't empty."""
    for place, (_, line) in enumerate(lines):
        if not line:
            return lines[:place]
    return lines


def _shown(lines: list[tuple[int, str]], *, vtt: bool) -> Iterator[str]:
    for _, line in lines:
        text = _TAG.sub("", _SPEAKER.sub(r"\1: ", line)) if vtt else line
        if text.strip():
            yield text.rstrip()
