"""Captions: read leniently, written as canonical SubRip for Open edX and as WebVTT for browsers.

Open edX reads every transcript of a video as SubRip, with pysrt and its errors raised: one cue that
it can't read, and learners get none.
"""

from courseporter.formats.captions.cues import Captions, Cue, is_guess, parse_captions
from courseporter.formats.captions.platform import unread_cue
from courseporter.formats.captions.write import subrip, webvtt

MAX_CAPTIONS = 8 << 20  # bytes: larger files aren't captions

__all__ = [
    "MAX_CAPTIONS",
    "Captions",
    "Cue",
    "is_guess",
    "parse_captions",
    "subrip",
    "unread_cue",
    "webvtt",
]
