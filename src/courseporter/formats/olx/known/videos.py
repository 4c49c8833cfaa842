"""Videos as Studio exports them, and as we write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import cast

from lxml import etree

from courseporter.formats.olx.known.parts import captions_of, seconds_of
from courseporter.model import Caption, Video

_OTHER_SPEEDS = ("youtube_id_0_75", "youtube_id_1_25", "youtube_id_1_5")
_PARTS = frozenset(("source", "transcript", "track", "handout", "video_asset"))


def videos_of(video: etree._Element, files: Callable[[str], str | None]) -> Iterator[Video]:
    """The video, if it plays what its addresses say: nothing that the site has encoded."""
    if any(child.tag not in _PARTS for child in video) or any(map(video.get, _OTHER_SPEEDS)):
        return
    if next(video.iter("encoded_video"), None) is not None or video.get("source"):
        return
    try:
        sources = _sources(video)
        captions = tuple(_captions(video, files))
    except (ValueError, TypeError, RecursionError):
        return
    yield Video(
        youtube=video.get("youtube_id_1_0") or None, sources=sources, captions=captions,
        start=seconds_of(video.get("start_time", "0")) or None,
        end=seconds_of(video.get("end_time", "0")) or None,
    )  # fmt: skip


def _sources(video: etree._Element) -> tuple[str, ...]:
    listed = cast("list[str]", json.loads(video.get("html5_sources") or "[]"))
    inside = [one.get("src") or "" for one in video if one.tag == "source"]
    return tuple(dict.fromkeys([*listed, *inside]))


def _captions(video: etree._Element, files: Callable[[str], str | None]) -> Iterator[Caption]:
    """Captions by language.  Raises ValueError when a file isn't in the course."""
    found = captions_of(video)
    for language, name in found.items():
        path = files(name)
        if path is None:
            raise ValueError(name)
        yield Caption(language=language, path=path)
