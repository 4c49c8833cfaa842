"""Addresses and files of videos and recordings: what a browser can play, and what is a page.

Share pages (Dropbox, SharePoint, GitHub …) show a player of their own; an HTML player can't open
them.  Where a service documents a direct address, that is used.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "youtube-nocookie.com", "youtu.be"})
_YOUTUBE_PATHS = frozenset({"embed", "shorts", "live", "v", "e"})
_TIME = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})(?:\.\d*)?s?)?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")

# Parameters that hosts sign their addresses with, for hours or days.
_SIGNED = (
    "exp expires expire x-amz-expires signature sig x-amz-signature token hdnts hdnea policy st e"
).split()
_SIGNED_QUERY = re.compile(
    rb"""(https?://[^"'\s<>\\?]+)\?(?:[^"'\s<>\\]*?&(?:amp;)?)?(?:"""
    + "|".join(map(re.escape, _SIGNED)).encode()
    + rb""")=[^"'\s<>\\]*""",
    re.IGNORECASE,
)

# Hosts whose addresses are pages around a video; a subdomain counts as its host.
_PAGE_HOSTS = frozenset(
    (
        "vimeo.com loom.com dailymotion.com dai.ly wistia.com wistia.net drive.google.com "
        "docs.google.com photos.google.com photos.app.goo.gl sharepoint.com onedrive.live.com "
        "1drv.ms stream.microsoft.com microsoftstream.com web.microsoftstream.com box.com "
        "icloud.com wetransfer.com we.tl mega.nz mega.io mediafire.com pcloud.com pcloud.link "
        "facebook.com fb.watch instagram.com tiktok.com twitch.tv bilibili.com rutube.ru vk.com "
        "ok.ru streamable.com vidyard.com screencast.com screencastify.com zoom.us panopto.com "
        "panopto.eu kaltura.com soundcloud.com spotify.com mixcloud.com ted.com nicovideo.jp "
        "youku.com odysee.com rumble.com peertube.tv canva.com "
        "yadi.sk disk.yandex.ru cloud.mail.ru gist.github.com"
    ).split()
)
_PAGE_ENDINGS = frozenset("htm html php aspx asp jsp cgi".split())
# Containers that no current browser plays.
_UNPLAYABLE = frozenset(
    (
        "avi wmv flv f4v mkv mpg mpeg mpe m1v m2v vob ts mts m2ts rm rmvb asf swf divx dv mxf 3g2 "
        "wma aif aiff aifc amr mid midi ra ram ape ac3 dts au snd wv caf mpd m3u pls"
    ).split()
)
_OTHER_FILES = frozenset(
    (
        "pdf doc docx odt rtf txt md csv tsv xls xlsx ods ppt pptx odp key pages numbers epub "
        "jpg jpeg png gif svg webp bmp tif tiff heic ico zip rar 7z gz tar exe dmg iso json xml "
        "srt vtt sbv js css"
    ).split()
)
_PLAYABLE = re.compile(
    r"\.(?:mp4|m4v|mov|webm|ogv|ogg|oga|opus|mp3|m4a|m4b|aac|wav|flac|3gp|m3u8|ts)(?![\w])",
    re.IGNORECASE,
)


class YouTube(NamedTuple):
    """A video on YouTube; the part to play in whole seconds."""

    id: str
    start: int | None = None
    end: int | None = None


def expires(address: str) -> bool:
    """Whether the address is signed for a limited time."""
    query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return any(name.lower() in _SIGNED for name, _value in query)


def without_signatures(content: bytes) -> bytes:
    """The content with every signed address cut before its parameters: each answer signs again."""
    return _SIGNED_QUERY.sub(rb"\1", content) if b"?" in content else content


def youtube(address: str) -> YouTube | None:
    """The video that a YouTube address shows, None when it isn't such an address."""
    host = host_of(address)
    if host not in _YOUTUBE_HOSTS:
        return None
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    query = parse_qs(parts.query)
    found = query.get("v", [""])[0]
    if host == "youtu.be" and steps:
        found = steps[0]
    elif len(steps) > 1 and steps[0] in _YOUTUBE_PATHS:
        found = steps[1]
    if not _YOUTUBE_ID.fullmatch(found):
        return None
    query = parse_qs(parts.fragment) | query
    start = _first(query, "t", "start", "time_continue")
    end = _first(query, "end")
    return YouTube(found, start or None, end if end and end > (start or 0) else None)


def is_page(address: str) -> bool:
    """Whether the address shows a page with a player instead of the video or recording itself."""
    host = host_of(address)
    if host in _YOUTUBE_HOSTS or _is_in(host, _PAGE_HOSTS):
        return True
    path = urlsplit(address).path
    steps = [step for step in path.split("/") if step]
    if host == "dropbox.com":
        return not _is_dropbox_file(steps)
    if host in ("github.com", "gitlab.com", "bitbucket.org"):
        return not {"raw", "releases", "downloads"}.intersection(steps[2:4])
    return path in ("", "/") or ending(path) in _PAGE_ENDINGS or _shows_file(host, steps)


def direct_address(address: str) -> str:
    """The address of the file itself where the service documents one, else the same address.

    Dropbox: `raw=1` (help.dropbox.com, "force a file to render").
    """
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    if host_of(address) != "dropbox.com" or not _is_dropbox_file(steps):
        return address
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("dl", "raw")]
    query = urlencode([*kept, ("raw", "1")])
    return urlunsplit(parts._replace(query=query))


def browsers_play(name: str) -> bool:
    """Whether browsers may play a file of this name: false only for containers that none plays, and
    for files that are neither videos nor recordings.
    """
    kind = ending(urlsplit(name).path if "://" in name else name)
    return kind not in _UNPLAYABLE and kind not in _OTHER_FILES


def is_unclear(address: str) -> bool:
    """Whether nothing in the address says that it leads to a media file; it may be a page."""
    return _PLAYABLE.search(unquote(address)) is None


def ending(path: str) -> str:
    """The ending of a file's name in lower case, without the dot."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def host_of(address: str) -> str:
    """The host in lower case without `www.` and the like; nothing when there is none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    for prefix in ("www.", "m.", "music."):
        host = host.removeprefix(prefix)
    return host


def _is_dropbox_file(steps: list[str]) -> bool:
    """`/s/ID/NAME` and `/scl/fi/ID/NAME` are files, `/sh` and `/scl/fo` folders."""
    return (steps[:1] == ["s"] and len(steps) > 2) or (
        steps[:2] == ["scl", "fi"] and len(steps) > 3
    )


def _shows_file(host: str, steps: list[str]) -> bool:
    """Pages around a file whose own name they carry: forges, MediaWiki, the Internet Archive."""
    if host == "archive.org":
        return steps[:1] in (["details"], ["embed"])
    return (
        "blob" in steps[1:5]
        or steps[2:4] in (["src", "branch"], ["src", "commit"], ["src", "tag"])
        or any(step.startswith(("File:", "Datei:", "Fichier:", "Archivo:")) for step in steps[:2])
    )


def _is_in(host: str, hosts: frozenset[str]) -> bool:
    while host:
        if host in hosts:
            return True
        host = host.partition(".")[2]
    return False


def _first(query: dict[str, list[str]], *names: str) -> int | None:
    texts = (text for name in names for text in query.get(name, ()))
    return next((seconds for text in texts if (seconds := _seconds(text)) is not None), None)


def _seconds(text: str) -> int | None:
    """Seconds from `90`, `1m30s` or `1:30`."""
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    found = _TIME.fullmatch(text)
    if not text or found is None:
        return None
    return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 + int(found[3] or 0)
