"""How one place of a draft looks to people: clean HTML, its source, its details."""

from __future__ import annotations

import base64
import mimetypes
import re
from html import escape
from urllib.parse import unquote

from sqlalchemy import select

from courseporter.api.actor import Actor
from courseporter.errors import Message, _, gettext
from courseporter.formats.html import clean_for_preview, escape_text
from courseporter.model import (
    ASSET_SCHEME,
    Assignment,
    Audio,
    Block,
    Discussion,
    Entry,
    Foreign,
    Link,
    Node,
    Package,
    Question,
    Quiz,
    Resource,
    Text,
    Video,
)
from courseporter.store.schema import draft_asset

MAX_CHARACTERS = 200_000
MAX_PICTURE_BYTES = 500_000
_PICTURE = re.compile(rf'src="{ASSET_SCHEME}([^"]*)"')


def preview(actor: Actor, draft_id: str, one: Node) -> str:
    """The place as clean HTML, pictures inlined; of containers their description."""
    html = _html(one.block, one.title) if one.block else one.description
    return _PICTURE.sub(
        lambda match: f'src="{_inlined(actor, draft_id, unquote(match[1]))}"',
        clean_for_preview(html[:MAX_CHARACTERS]),
    )


def _html(block: Block, title: str) -> str:  # noqa: C901, PLR0911 - a row per kind
    match block:
        case Text(html=html):
            return html
        case Quiz():
            return _quiz(block)
        case Video():
            return _video(block)
        case Audio(file=file, url=url):
            return _paragraph(_("Recording: {file}", file=file or url or title))
        case Assignment(html=html) | Discussion(html=html):
            return html or f"<p>{escape(title)}</p>"
        case Resource(file=file, html=html):
            return html + _paragraph(_("File: {file}", file=file))
        case Link(url=url, html=html):
            return f'{html}<p><a href="{escape(url)}">{escape(url)}</a></p>'
        case Package(file=file, href=href):
            return _paragraph(_("Starts with {page} in {file}.", page=unquote(href), file=file))
        case Foreign(data=data, note=note):
            return f"<p>{escape(note)}</p><pre>{escape(data)}</pre>"


def _video(block: Video) -> str:
    if block.youtube:
        return _paragraph(_("YouTube video {id}", id=block.youtube))
    places = [block.file] if block.file else list(block.sources)
    captions = ", ".join(caption.language for caption in block.captions)
    extra = _paragraph(_("Captions: {languages}", languages=captions)) if captions else ""
    return _paragraph(_("Video: {places}", places=", ".join(places))) + extra


def _paragraph(message: Message) -> str:
    return f"<p>{escape(str(message))}</p>"


def _quiz(block: Quiz) -> str:
    parts = [_marked(block.instructions, block.instructions_markup)]
    parts += [_question(number, one) for number, one in enumerate(block.questions, 1)]
    return "".join(parts)


def _question(number: int, one: Question) -> str:
    rows = "".join(
        f"<li>{'✓ ' if option.correct else ''}{_marked(option.text, one.markup)}"
        f"{' → ' + _marked(option.match, one.markup) if option.match else ''}</li>"
        for option in one.options
    )
    answers = [*one.answers, *("/".join(gap) for gap in one.gaps)]
    extra = f"<p>✓ {escape('; '.join(answers))}</p>" if answers else ""
    return f"<p><b>{number}.</b> {_marked(one.text, one.markup)}</p><ul>{rows}</ul>{extra}"


def _marked(text: str, markup: str) -> str:
    return text if markup == "html" else escape_text(text)


def _inlined(actor: Actor, draft_id: str, path: str) -> str:
    data = read_asset(actor, draft_id, path, MAX_PICTURE_BYTES)
    if data is None:
        return ""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def read_asset(actor: Actor, draft_id: str, path: str, limit: int) -> bytes | None:
    """Return a file of a draft; None when there is none at this path, or it is larger than that."""
    with actor.store.read() as connection:
        row = connection.execute(
            select(draft_asset.c.sha256, draft_asset.c.size).where(
                draft_asset.c.draft_id == draft_id, draft_asset.c.path == path
            )
        ).one_or_none()
    if row is None or row.size > limit:
        return None
    with actor.store.assets.open(row.sha256) as stream:
        return stream.read()


def block_type(one: Node) -> str | None:
    """text, video, quiz …; None for a container."""
    return None if one.block is None else str(type(one.block).__struct_config__.tag)


OUTCOMES = {
    "converted": _("converted"),
    "converted_with_loss": _("partly converted"),
    "skipped": _("skipped"),
    "failed": _("failed"),
}


def source_rows(entry: Entry | None) -> tuple[tuple[str, str], ...]:
    """Return what the source called it, and what happened to it."""
    if entry is None:
        return ()
    rows = [
        (gettext("Kind"), entry.kind),
        (gettext("Title"), entry.title or ""),
        (gettext("Identifier"), entry.ref or ""),
        (gettext("Address"), entry.href or ""),
        (gettext("Outcome"), str(OUTCOMES[entry.outcome])),
        (gettext("Reason"), str(entry.reason or "")),
    ]
    return tuple((name, value) for name, value in rows if value)


def details(one: Node) -> tuple[tuple[str, str], ...]:
    """Return facts about the item as it will be written."""
    shown = gettext("no") if one.hidden else gettext("yes")
    rows = [(gettext("Key"), one.key), (gettext("Shown to learners"), shown)]
    if isinstance(one.block, Quiz):
        rows += [(gettext("Questions"), str(len(one.block.questions)))]
        rows += [(gettext("Attempts"), str(one.block.attempts))] if one.block.attempts else []
    if isinstance(one.block, Text):
        rows.append((gettext("Size"), gettext("{count:,} characters", count=len(one.block.html))))
    return tuple(rows)
