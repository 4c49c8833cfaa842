"""Captions as SubRip in UTF-8: Open edX takes every transcript of a video for that, whatever it is.

WebVTT is read as W3C describes it (https://www.w3.org/TR/webvtt1/, section 6).
"""

from __future__ import annotations

import codecs
import re

_BLOCKS = re.compile(r"\n{2,}")
_CLOCK = r"(?:(\d+):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^>\n]*>")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def subrip(data: bytes) -> bytes | None:
    """The captions as SubRip; None for WebVTT without a cue.

    SubRip in UTF-8 stays byte for byte.  Of WebVTT stay times, texts and the names of speakers;
    where a cue stands on the picture and how it looks cannot be said in SubRip.
    """
    text = _decoded(data)
    plain = text.removeprefix("\ufeff")
    if not plain.startswith("WEBVTT"):
        return text.encode()
    blocks = _BLOCKS.split(plain.replace("\r\n", "\n").replace("\r", "\n"))
    cues = [cue for block in blocks if (cue := _cue(block))]
    if not cues:
        return None
    return "\n".join(f"{number}\n{cue}\n" for number, cue in enumerate(cues, 1)).encode()


def _decoded(data: bytes) -> str:
    """By the byte order mark, else as UTF-8, else as Windows-1252."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _cue(block: str) -> str | None:
    """Times and text of a block; None for the header, notes, styles and cues that say nothing."""
    lines = block.strip("\n").split("\n")
    at = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
    times = _TIMES.match(lines[at]) if at is not None else None
    if at is None or times is None:
        return None
    marked = (_TAG.sub("", _SPEAKER.sub(r"\1: ", line)) for line in lines[at + 1 :])
    said = "\n".join(line for line in marked if line.strip())
    return (
        f"{_clock(*times.groups()[:4])} --> {_clock(*times.groups()[4:])}\n{said}" if said else None
    )


def _clock(hours: str | None, minutes: str, seconds: str, thousandths: str) -> str:
    return f"{int(hours or 0):02}:{minutes}:{seconds},{thousandths}"
