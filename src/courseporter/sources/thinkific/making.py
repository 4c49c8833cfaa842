"""What makers of lessons share: where files go, and the parts that most lessons have."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import PurePosixPath
from typing import NamedTuple

from courseporter.context import Context
from courseporter.errors import Message
from courseporter.formats.names import static_name
from courseporter.model import Asset, Block, Caption, Entry, Outcome, Text
from courseporter.sources.school.fields import Fields, number, text
from courseporter.sources.school.media import Media, Placed
from courseporter.sources.school.placeholders import Missing, placeholder
from courseporter.sources.thinkific.outline import Content

CAPTION_CAP = 4 << 20

# What is missing where only the name of a content is known.
MISSING: dict[str, Missing] = {
    "Lesson": "video",
    "Quiz": "quiz",
    "Pdf": "file",
    "Presentation": "file",
    "Download": "file",
    "Audio": "audio",
}


class Made(NamedTuple):
    """The blocks of a content, what was lost, entries below its own."""

    blocks: tuple[Block, ...] = ()
    losses: tuple[Message, ...] = ()
    outcome: Outcome | None = None
    below: tuple[Entry, ...] = ()


class Builder:
    """Makes lessons; files that they name are placed by `media`, small ones become assets."""

    def __init__(self, ctx: Context, media: Media) -> None:
        self.media = media
        self.renew: Callable[[str, str], str] | None = None  # address by content id and field
        self._ctx = ctx
        self._assets: list[Asset] = []

    def take(self) -> tuple[Asset, ...]:
        """Return the assets since the last call, to be saved with their chunk."""
        taken, self._assets = tuple(self._assets), []
        return taken

    def caption(self, address: str, ref: str) -> str:
        """Fetch captions; return the path of the asset.  Raises PorterError."""
        return self.fetch(address, caption_name(address, ref), CAPTION_CAP)

    def fetch(self, address: str, name: str, cap: int) -> str:
        """Fetch a file of at most `cap` bytes; return its asset's path.  Raises PorterError."""
        path = self._ctx.scratch / f"fetched-{name.replace('/', '-')}"
        try:
            self._ctx.http("media").download(address, path, cap=cap)
            with path.open("rb") as stream:
                asset = self._ctx.asset(name, stream)
        finally:
            path.unlink(missing_ok=True)
        self._assets.append(asset)
        return asset.path


def gap(content: Content, about: str = "", captions: tuple[Caption, ...] = ()) -> Text:
    """Return what is where a content should be; `about` is HTML."""
    kind = MISSING.get(content.kind, "text")
    named = about or escape(content.title or content.kind)
    return placeholder(content.id, kind, named, content.link, captions)


def words(body: Fields) -> tuple[Block, ...]:
    """Return the text below a video or file, if there is some."""
    html = text(body, "htmlDescription")
    return (Text(html=html),) if html else ()


def placed(builder: Builder, content: Content, body: Fields, field: str) -> Placed:
    """Place the file at the address in this field, which is asked for again if it has expired."""
    return builder.media.place(
        text(body, field),
        *named(content, body),
        renew=lambda: builder.renew(content.id, field) if builder.renew else "",
    )


def named(content: Content, body: Fields) -> tuple[str, str, int | None]:
    """Return the name, key and size of a content's file."""
    name = text(body, "fileName") or ("" if content.kind == "Lesson" else content.title)
    return name, content.id, number(body, "fileSize")


def caption_name(address: str, ref: str) -> str:
    """Return the path of a caption file among the draft's files."""
    ending = PurePosixPath(address.partition("?")[0]).suffix.lower()
    return f"captions/{static_name(ref)}{ending if ending in ('.srt', '.vtt') else '.vtt'}"
