"""Captions as canonical SubRip for Open edX, and as WebVTT for browsers."""

from __future__ import annotations

import re

from courseporter.formats.captions.cues import Captions, parse_captions
from courseporter.formats.captions.times import clock

_STAMP = r"\d\d:[0-5]\d:[0-5]\d[,.]\d{3}"
_CANONICAL = re.compile(rf"\d+\n{_STAMP} --> {_STAMP}\n\S[^\n]*(?:\n[^\n]+)*")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_BLANKS = re.compile(r"^[^\S\n]+$", re.MULTILINE)
_MARKUP = re.compile(r"</?[biu]>|<[^<>]*>|&(?!#?\w{1,31};)|[<>]")
_KEPT = re.compile(r"</?[biu]>")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def subrip(data: bytes, captions: Captions | None = None) -> bytes | None:
    """The captions as SubRip in UTF-8; None when no cue can be read.

    SubRip that is canonical already stays byte for byte.  Of WebVTT, times, texts and the names of
    speakers stay; SubRip has no words for where a cue is on the picture and how it looks.
    """
    captions = captions or parse_captions(data)
    if not captions.cues:
        return None
    if _is_canonical(data, captions):
        return data
    parts = [
        f"{number}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n" + "\n".join(cue.lines)
        for number, cue in enumerate(captions.cues, 1)
    ]
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def webvtt(data: bytes) -> bytes:
    """The captions as WebVTT, the only format that browsers show in a `<track>`."""
    parts = [
        f"{clock(cue.start, '.')} --> {clock(cue.end, '.')}\n"
        + "\n".join(_MARKUP.sub(_escaped, line) for line in cue.lines)
        for cue in parse_captions(data).cues
    ]
    return ("\n\n".join(("WEBVTT", *parts)) + "\n").encode("utf-8", "replace")


def _is_canonical(data: bytes, captions: Captions) -> bool:
    """Whether pysrt reads the same cues from these bytes, in the same order."""
    try:
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return False
    if _BLANKS.search(text) or _ODD.search(text):
        return False
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    return (
        len(blocks) == len(captions.cues)
        and all(map(_CANONICAL.fullmatch, blocks))
        and _starts(blocks) == sorted(_starts(blocks))
    )


def _starts(blocks: list[str]) -> list[str]:
    return [block.partition("\n")[2][:12] for block in blocks]


def _escaped(found: re.Match[str]) -> str:
    """Bold, italic and underlined text stays, other tags go."""
    text = found[0]
    return _ESCAPES.get(text) or (text if _KEPT.fullmatch(text) else "")
