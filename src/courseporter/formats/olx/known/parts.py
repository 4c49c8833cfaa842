"""Times and captions of a video as Open edX writes them."""

from __future__ import annotations

import json
import re
from typing import cast

from lxml import etree

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)")
_SECONDS = re.compile(r"\d{1,5}(\.0+)?")


def seconds_of(value: str) -> int | None:
    """Seconds of `HH:MM:SS`, or of a whole number of seconds; None for anything else."""
    if found := _CLOCK.fullmatch(value):
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
    return int(float(value)) if _SECONDS.fullmatch(value) else None


def captions_of(video: etree._Element) -> dict[str, str]:
    """Names of the files with captions, by language.  Raises ValueError."""
    found = cast("object", json.loads(video.get("transcripts") or "{}"))
    if not isinstance(found, dict):
        raise ValueError(video.get("transcripts"))  # noqa: TRY004 - the value is wrong
    names = {str(key): str(name) for key, name in cast("dict[object, object]", found).items()}
    for one in video:
        if one.tag == "transcript":
            names[one.get("language") or ""] = one.get("src") or ""
    return names
