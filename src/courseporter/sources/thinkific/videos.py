"""Videos of Thinkific with their captions."""

from __future__ import annotations

from html import escape

from courseporter.errors import Message, PorterError, _
from courseporter.formats.media import direct_address, is_page, youtube
from courseporter.model import Block, Caption, Entry, Link, Video
from courseporter.sources.school.fields import Fields, children, number, text
from courseporter.sources.thinkific.making import Builder, Made, gap, placed, words
from courseporter.sources.thinkific.outline import Content


def video_of(builder: Builder, content: Content, body: Fields) -> Made:
    """Return the video at its address, else the creator's own file, else what names it."""
    captions, losses, below = _captions(builder, content, body)
    address = text(body, "url")
    name = text(body, "fileName")
    if not captions:
        more, captions = builder.media.captions_of(name, content.id, f"content:{content.id}")
        below += more
    if clip := youtube(address):
        video: Block = Video(youtube=clip.id, start=clip.start, end=clip.end, captions=captions)
    elif address:
        place = placed(builder, content, body, "url")
        direct = direct_address(place.address or "")
        losses += (place.loss,) if place.loss else ()
        if place.address and is_page(direct):
            video = Link(url=place.address)
        else:
            sources = (direct,) if place.address else ()
            video = Video(sources=sources, file=place.file, captions=captions)
    elif own := builder.media.original(name, content.id, number(body, "fileSize")):
        sources = (own.address,) if own.address else ()
        video = Video(sources=sources, file=own.file, captions=captions)
    else:
        losses = (_("Thinkific doesn't give the video file “{name}”.", name=name or "?"), *losses)
        file = f"Video: <b>{escape(name)}</b>" if name else ""
        video = gap(content, file, captions)
    return Made((video, *words(body)), losses, below=below)


def _captions(
    builder: Builder, content: Content, body: Fields
) -> tuple[tuple[Caption, ...], tuple[Message, ...], tuple[Entry, ...]]:
    """Fetch captions at once: their addresses expire.  Without a language they are in English."""
    found: list[Caption] = []
    losses: list[Message] = []
    entries: list[Entry] = []
    for at, one in enumerate(children(body, "captions"), 1):
        address = text(one, "downloadUrl") or text(one, "url")
        ref = f"{content.id}:{at}"
        language = text(one, "language") or text(one, "locale") or "en"
        loss: Message | None = None
        if address and language not in {caption.language for caption in found}:
            try:
                found.append(Caption(language, builder.caption(address, ref)))
            except PorterError as error:
                loss = _("Captions couldn't be downloaded: {why}", why=error.message)
        else:
            loss = _("There are no captions at this address, or two for the same language.")
        losses += [loss] if loss else []
        entries.append(
            Entry(
                kind="caption",
                depth=3,
                title=language,
                ref=ref,
                outcome="failed" if loss else "converted",
                reason=loss,
                to=() if loss else (f"content:{content.id}",),
            )
        )
    return tuple(found), tuple(losses), tuple(entries)
