"""Videos: YouTube, addresses or files of the package, with captions.

Open edX's own player gets its addresses in settings that the platform does not rewrite, so
`/static/NAME` never plays there.  A file of the package therefore plays in an HTML page, whose
addresses are rewritten in every run; or, when the run is known, by its asset address.
"""

from __future__ import annotations

import re
from html import escape

from courseporter.formats.olx.attributes import attribute_text, escape_attribute, json_attribute
from courseporter.formats.olx.links import Links, anchor
from courseporter.formats.olx.pages import is_safe
from courseporter.model import Video

_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{6,20}")


def plays(block: Video) -> bool:
    """Whether there is anything to play: a usable YouTube id, an address or a file."""
    return bool(_youtube(block) or block.file or any(is_safe(source) for source in block.sources))


def is_split(block: Video) -> bool:
    """Whether the video needs two blocks: no player takes both a YouTube id and a file."""
    return bool(block.file and _youtube(block))


def needs_page(block: Video, links: Links) -> bool:
    """Whether the video is a file that plays in an HTML page."""
    return bool(block.file) and links.run is None and not _youtube(block)


def video_xml(block: Video, title: str, links: Links) -> str:
    """The definition of Open edX's player.

    Without an explicit `youtube_id_1_0` the platform would play a clip of its own.
    """
    youtube = _youtube(block)
    sources = _addresses(block)
    if block.file and not youtube:
        sources.insert(0, links.player_source(block.file))
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
        f'edx_video_id="" download_video="false"{html5}{_part(block)}{transcripts}{shown}>'
        f"{inside}</video>\n"
    )


def video_page(block: Video, links: Links) -> str:
    """An HTML player with the captions as tracks; below it links to the file and the captions."""
    file = block.file or ""
    address = links.static(file)
    sources = [address + _fragment(block), *_addresses(block)]
    inside = "".join(f'<source src="{escape(source)}">' for source in sources)
    tracks = [_track(block, number, links) for number in range(len(block.captions))]
    offered = [anchor(address, _file_name(file))]
    offered += [anchor(links.static(one.path), _file_name(one.path)) for one in block.captions]
    return (
        '<div class="cp-video"><video controls preload="metadata" style="width:100%">'
        f"{inside}{''.join(tracks)}</video><p>{' · '.join(offered)}</p></div>"
    )


def file_alone(block: Video) -> Video:
    """The part of a split video that plays the file."""
    return Video(file=block.file, captions=block.captions, start=block.start, end=block.end)


def _track(block: Video, number: int, links: Links) -> str:
    """One language of captions; those in the course's language, else the first, are on."""
    languages = [caption.language.casefold() for caption in block.captions]
    course = (links.language or "").casefold()
    wanted = languages.index(course) if course in languages else 0
    one = block.captions[number]
    language = escape(one.language)
    return (
        f'<track kind="captions" src="{links.track(one.path)}" srclang="{language}" '
        f'label="{language}"{" default" if number == wanted else ""}>'
    )


def _addresses(block: Video) -> list[str]:
    return [source.strip() for source in block.sources if is_safe(source)]


def _part(block: Video) -> str:
    """Where the video starts and ends, `HH:MM:SS` (the RelativeTime field of Open edX)."""
    times = {"start_time": block.start, "end_time": block.end}
    return "".join(f' {name}="{_clock(time)}"' for name, time in times.items() if time)


def _fragment(block: Video) -> str:
    """The same for a browser (W3C Media Fragments, 4.2.1)."""
    if not block.start and not block.end:
        return ""
    return f"#t={block.start or 0}" + (f",{block.end}" if block.end else "")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _youtube(block: Video) -> str:
    return block.youtube if block.youtube and _YOUTUBE.fullmatch(block.youtube) else ""


def _file_name(path: str) -> str:
    return path.rpartition("/")[2] or path
