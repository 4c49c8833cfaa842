"""Videos: YouTube, addresses or files of the package, with captions."""

from __future__ import annotations

import re

from courseporter.formats.olx.attributes import attribute_text, escape_attribute, json_attribute
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.pages import is_safe
from courseporter.model import Video

_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{6,20}")


def plays(block: Video) -> bool:
    """Whether there is anything to play: a usable YouTube id, an address or a file."""
    return bool(_youtube(block) or block.file or any(is_safe(source) for source in block.sources))


def video_xml(block: Video, title: str, links: Links) -> str:
    """The definition.  Without an explicit `youtube_id_1_0` the platform would play a clip of its
    own.
    """
    youtube = _youtube(block)
    sources = [source.strip() for source in block.sources if is_safe(source)]
    if block.file:
        sources.insert(0, links.static(block.file))
    captions = {
        caption.language: links.static(caption.path).removeprefix("/static/")
        for caption in block.captions
    }
    speeds = f' youtube="1.00:{youtube}"' if youtube else ""
    html5 = f' html5_sources="{json_attribute(sources)}"' if sources else ""
    transcripts = f' transcripts="{json_attribute(captions)}"' if captions else ""
    shown = ' show_captions="true"' if captions else ""
    inside = "".join(f'<source src="{escape_attribute(source)}"/>' for source in sources)
    for language, name in captions.items():
        inside += f'<transcript language="{escape_attribute(language)}" src="{name}"/>'
    return (
        f'<video display_name="{attribute_text(title)}" youtube_id_1_0="{youtube}"{speeds} '
        f'edx_video_id="" download_video="false"{html5}{transcripts}{shown}>{inside}</video>\n'
    )


def _youtube(block: Video) -> str:
    return block.youtube if block.youtube and _YOUTUBE.fullmatch(block.youtube) else ""
