"""How Open edX reads SubRip: with pysrt, errors raised, so one odd cue takes all of them."""

from __future__ import annotations

import re

_SEPARATOR = re.compile("[:.,]")
_PARTS = 4  # of a time: hours, minutes, seconds, thousandths


def unread_cue(data: bytes) -> str | None:
    """The first line that the platform cannot read, None when it reads all.

    pysrt/srtitem.py `from_lines`, pysrt/srttime.py `from_string`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    for block in re.split(r"\n(?:[^\S\n]*\n)+", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line.rstrip() for line in block.split("\n") if line.strip()]
        if lines and not _is_read(lines):
            return next((line for line in lines if "-->" in line), lines[0])[:80]
    return None


def _is_read(lines: list[str]) -> bool:
    if len(lines) < 2:
        return False
    times = lines[0] if "-->" in lines[0] else lines[1]
    start, _arrow, end = times.partition("-->")
    if "-->" not in times or "-->" in end:
        return False
    words = end.split()
    return all(len(_SEPARATOR.split(one)) == _PARTS for one in (start, words[0] if words else ""))
