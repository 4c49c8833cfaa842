"""One content becomes a lesson with one unit (docs/reference/sources/thinkific.md).

`content` is what REST says of it, `body` what GraphQL adds; without a token there is no body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from courseporter.context import Context
from courseporter.errors import Message, Phrase, PorterError, Problem, _, joined
from courseporter.formats.media import direct_address, is_page, youtube
from courseporter.formats.names import static_name
from courseporter.model import (
    Asset,
    Assignment,
    Audio,
    Block,
    Caption,
    Entry,
    Foreign,
    Link,
    Node,
    Outcome,
    Quiz,
    Resource,
    Text,
    Video,
)
from courseporter.sources.school.fields import Fields, child, children, number, text
from courseporter.sources.school.media import Media, Placed
from courseporter.sources.school.placeholders import Missing, placeholder
from courseporter.sources.thinkific.outline import Content
from courseporter.sources.thinkific.questions import questions_of

CAPTION_CAP = 4 << 20

# Kinds without content that the APIs give: they are in the ledger alone, with the reason.
WITHOUT_CONTENT: dict[str, Message] = {
    "BrilliumExam": _("Thinkific’s APIs don’t give the content of exams."),
    "Disqus": _("Discussions belong to the old site."),
    "LiveLesson": _("Live lessons can’t be imported."),
    "Survey": _("Surveys aren’t imported."),
}


class Lesson(NamedTuple):
    """What happened to a content."""

    nodes: list[Node]
    entries: list[Entry]
    problems: list[Problem]


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
        return self.fetch(address, _caption_name(address, ref), CAPTION_CAP)

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

    def lesson(self, content: Content, body: Fields | None) -> Lesson:
        """Return the lesson of a content.  `body`: None without a token."""
        made = self._made(content, body)
        title = content.title or f"Lesson {content.id}"
        unnamed = () if content.title else (_("The lesson has no name."),)
        losses = (*unnamed, *made.losses)
        nodes = _nodes(content, title, made.blocks)
        outcome = made.outcome or ("converted_with_loss" if losses else "converted")
        entry = Entry(
            kind="content",
            depth=2,
            title=content.title or None,
            ref=content.id,
            href=content.link or None,
            outcome=outcome,
            reason=joined(losses),
            to=(nodes[0].key,) if nodes and outcome.startswith("converted") else (),
        )
        return Lesson(nodes, [entry, *made.below], _problems(content, title, made))

    def _made(self, content: Content, body: Fields | None) -> Made:
        if content.kind in WITHOUT_CONTENT:
            return Made((), (WITHOUT_CONTENT[content.kind],), "skipped")
        if body is None:
            loss = _("Without an access token, Thinkific gives only the name of this lesson.")
            return Made((_placeholder(content),), (loss,))
        if not body:
            loss = _("Thinkific doesn’t give the content of this lesson.")
            return Made((_placeholder(content),), (loss,))
        make = _KINDS.get(content.kind) or _KINDS.get(_SAME.get(text(body, "__typename"), ""))
        return make(self, content, body) if make else _unknown(content, body)


def _nodes(content: Content, title: str, blocks: Sequence[Block]) -> list[Node]:
    """The lesson, its unit and blocks; nothing for a content without any."""
    if not blocks:
        return []
    key, unit = f"lesson:{content.id}", f"unit:{content.id}"
    nodes = [
        Node(key=key, kind="lesson", title=title, parent=content.chapter),
        Node(key=unit, kind="unit", title=title, parent=key),
    ]
    for at, block in enumerate(blocks, 1):
        name = f"content:{content.id}" if at == 1 else f"content:{content.id}:{at}"
        nodes.append(Node(key=name, kind="block", title=title, parent=unit, block=block))
    return nodes


def _problems(content: Content, title: str, made: Made) -> list[Problem]:
    if not made.losses or made.outcome == "skipped":
        return []
    return [
        Problem(
            code="school_item_changed",
            severity="warning",
            message=_("“{lesson}”: {losses}", lesson=title, losses=joined(made.losses)),
            where=f"content {content.id}",
            key=f"lesson:{content.id}",
        )
    ]


def _placeholder(content: Content, about: str = "", captions: tuple[Caption, ...] = ()) -> Text:
    kind = _MISSING.get(content.kind, "text")
    named = about or escape(content.title or content.kind)
    return placeholder(content.id, kind, named, content.link, captions)


def _unknown(content: Content, body: Fields) -> Made:
    """Nothing that we don't know is lost: what the site says is kept verbatim."""
    data = msgspec.json.format(msgspec.json.encode([content.fields, body])).decode()
    loss = _("Lessons of the kind “{kind}” aren’t known, so it’s kept as it is.", kind=content.kind)
    return Made((Foreign(data=data, note=content.kind),), (loss,))


def _words(body: Fields) -> tuple[Block, ...]:
    html = text(body, "htmlDescription")
    return (Text(html=html),) if html else ()


def _text(builder: Builder, content: Content, body: Fields) -> Made:
    del builder, content
    blocks = _words(body)
    return Made(blocks) if blocks else Made((), (_("It’s empty."),), "skipped")


def _video(builder: Builder, content: Content, body: Fields) -> Made:
    captions, losses, below = _captions(builder, content, body)
    address = text(body, "url")
    name = text(body, "fileName")
    if not captions:
        more, captions = builder.media.captions_of(name, content.id, f"content:{content.id}")
        below += more
    if clip := youtube(address):
        video: Block = Video(youtube=clip.id, start=clip.start, end=clip.end, captions=captions)
    elif address:
        placed = _placed(builder, content, body, "url")
        direct = direct_address(placed.address or "")
        losses += (placed.loss,) if placed.loss else ()
        if placed.address and is_page(direct):
            video = Link(url=placed.address)
        else:
            sources = (direct,) if placed.address else ()
            video = Video(sources=sources, file=placed.file, captions=captions)
    else:
        losses = (_("Thinkific doesn’t give the video file “{name}”.", name=name or "?"), *losses)
        file = f"Video: <b>{escape(name)}</b>" if name else ""
        video = _placeholder(content, file, captions)
    return Made((video, *_words(body)), losses, below=below)


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
                loss = _("Captions couldn’t be downloaded: {why}", why=error.message)
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


def _audio(builder: Builder, content: Content, body: Fields) -> Made:
    return _medium(
        builder, content, body, "url", lambda at: Audio(file=at.file, url=at.address), _words(body)
    )


def _file(builder: Builder, content: Content, body: Fields) -> Made:
    name = "sourceUrl" if content.kind == "Presentation" else "url"
    return _medium(builder, content, body, name, _resource, _words(body))


def _resource(placed: Placed) -> Block:
    return Resource(file=placed.file) if placed.file else Link(url=placed.address or "")


def _medium(
    builder: Builder,
    content: Content,
    body: Fields,
    field: str,
    block: Callable[[Placed], Block],
    more: tuple[Block, ...] = (),
) -> Made:
    address = text(body, field)
    if not address:
        loss = _("Thinkific gives no address for this file.")
        return Made((_placeholder(content), *more), (loss,))
    placed = _placed(builder, content, body, field)
    return Made((block(placed), *more), (placed.loss,) if placed.loss else ())


def _placed(builder: Builder, content: Content, body: Fields, field: str) -> Placed:
    """Place the file at the address in this field, which is asked for again if it has expired."""
    return builder.media.place(
        text(body, field),
        text(body, "fileName") or ("" if content.kind == "Lesson" else content.title),
        content.id,
        number(body, "fileSize"),
        renew=lambda: builder.renew(content.id, field) if builder.renew else "",
    )


def _multimedia(builder: Builder, content: Content, body: Fields) -> Made:
    del builder
    address = text(body, "url")
    if clip := youtube(address):
        return Made((Video(youtube=clip.id, start=clip.start, end=clip.end),))
    if not address.startswith(("https://", "http://")):
        return Made((_placeholder(content),), (_("Thinkific gives no address for this page."),))
    quoted, title = escape(address, quote=True), escape(content.title, quote=True)
    frame = (
        f'<iframe src="{quoted}" title="{title}" width="100%" height="600" allowfullscreen>'
        f'</iframe><p><a href="{quoted}">{title}</a></p>'
    )
    return Made((Text(html=frame),))


def _download(builder: Builder, content: Content, body: Fields) -> Made:
    """Files of a download lesson, where the site offers their list."""
    blocks: list[Block] = [*_words(body)]
    losses: list[Message] = []
    entries: list[Entry] = []
    files = [one for name in ("files", "downloads", "downloadFiles", "attachments")
             for one in children(body, name)]  # fmt: skip
    for at, one in enumerate(files, 1):
        address = text(one, "downloadUrl") or text(one, "url")
        name = text(one, "fileName") or text(one, "name") or text(one, "label")
        ref = f"{content.id}:{text(one, 'id') or at}"
        if not address:
            reason = _("Thinkific gives no address for this file.")
            entries.append(_file_entry(ref, name, "failed", reason, ()))
            losses.append(reason)
            continue
        placed = builder.media.place(address, name, ref.replace(":", "-"), number(one, "fileSize"))
        losses += [placed.loss] if placed.loss else []
        blocks.append(_resource(placed))
        key = f"content:{content.id}" if len(blocks) == 1 else f"content:{content.id}:{len(blocks)}"
        outcome: Outcome = "converted_with_loss" if placed.loss else "converted"
        entries.append(_file_entry(ref, name, outcome, placed.loss, (key,)))
    if not files:
        losses.append(_("Thinkific doesn’t list the files of this lesson."))
        blocks.append(_placeholder(content))
    return Made(tuple(blocks), tuple(losses), below=tuple(entries))


def _file_entry(
    ref: str, name: str, outcome: Outcome, reason: Phrase | None, to: tuple[str, ...]
) -> Entry:
    return Entry(
        kind="file", depth=3, title=name or None, ref=ref, outcome=outcome, reason=reason, to=to
    )


def _assignment(builder: Builder, content: Content, body: Fields) -> Made:
    del builder
    words = text(body, "confirmationMessage")
    loss = _("Thinkific gives only the confirmation message of assignments, not the task.")
    html = f"<p>{escape(content.title)}</p>{words}"
    return Made((Assignment(html=html),), (loss,))


def _quiz(builder: Builder, content: Content, body: Fields) -> Made:
    del builder
    asked = questions_of(children(body, "questions"), content.id)
    if not asked.questions:
        return Made((), (_("The quiz has no questions."),), "skipped")
    return Made((Quiz(questions=asked.questions), *_words(body)), below=asked.entries)


def body_of(lesson: Fields) -> Fields:
    """Return the content of a lesson, with the questions of a quiz; empty when there is none."""
    content = child(lesson, "content")
    if not content:
        return {}
    return {**content, "questions": lesson.get("questions")}


def _caption_name(address: str, ref: str) -> str:
    """Return the path of a caption file among the draft's files."""
    ending = PurePosixPath(address.partition("?")[0]).suffix.lower()
    return f"captions/{static_name(ref)}{ending if ending in ('.srt', '.vtt') else '.vtt'}"


_KINDS: dict[str, Callable[[Builder, Content, Fields], Made]] = {
    "Lesson": _video,
    "HtmlItem": _text,
    "Iframe": _multimedia,
    "Pdf": _file,
    "Presentation": _file,
    "Audio": _audio,
    "Download": _download,
    "Quiz": _quiz,
    "Assignment": _assignment,
}
# What is missing where only the name of a content is known.
_MISSING: dict[str, Missing] = {
    "Lesson": "video",
    "Quiz": "quiz",
    "Pdf": "file",
    "Presentation": "file",
    "Download": "file",
    "Audio": "audio",
}
# Kinds by their GraphQL name, where REST calls them something else.
_SAME = {
    "VideoContent": "Lesson",
    "TextContent": "HtmlItem",
    "MultimediaContent": "Iframe",
    "PdfContent": "Pdf",
    "PresentationContent": "Presentation",
    "AudioContent": "Audio",
    "DownloadContent": "Download",
    "QuizContent": "Quiz",
    "AssignmentContent": "Assignment",
}
