"""One content becomes a lesson with one unit (docs/reference/sources/thinkific.md).

`content` is what REST says of it, `body` what GraphQL adds; without a token there is no body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import msgspec

from courseporter.errors import Message, Phrase, Problem, _, joined
from courseporter.formats.media import youtube
from courseporter.model import (
    Assignment,
    Audio,
    Block,
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
from courseporter.sources.school.media import Placed
from courseporter.sources.thinkific.making import Builder, Made, gap, named, placed, words
from courseporter.sources.thinkific.outline import Content
from courseporter.sources.thinkific.questions import questions_of
from courseporter.sources.thinkific.videos import video_of

# Kinds without content that the APIs give: they are in the ledger alone, with the reason.
WITHOUT_CONTENT: dict[str, Message] = {
    "BrilliumExam": _("Thinkific's APIs don't give the content of exams."),
    "Disqus": _("Discussions belong to the old site."),
    "LiveLesson": _("Live lessons can't be imported."),
    "Survey": _("Surveys aren't imported."),
}


class Lesson(NamedTuple):
    """What happened to a content."""

    nodes: list[Node]
    entries: list[Entry]
    problems: list[Problem]


def lesson_of(builder: Builder, content: Content, body: Fields | None) -> Lesson:
    """Return the lesson of a content.  `body`: None without a token."""
    made = _made(builder, content, body)
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


def expect_file(builder: Builder, content: Content, body: Fields) -> None:
    """Begin to download the file that `lesson_of` will place."""
    make = _KINDS.get(content.kind) or _KINDS.get(_SAME.get(text(body, "__typename"), ""))
    if make in (video_of, _audio, _file):
        field = "sourceUrl" if content.kind == "Presentation" else "url"
        builder.media.expect(text(body, field), *named(content, body))


def _made(builder: Builder, content: Content, body: Fields | None) -> Made:
    if content.kind in WITHOUT_CONTENT:
        return Made((), (WITHOUT_CONTENT[content.kind],), "skipped")
    if body is None:
        loss = _("Without an access token, Thinkific gives only the name of this lesson.")
        return Made((gap(content),), (loss,))
    if not body:
        loss = _("Thinkific doesn't give the content of this lesson.")
        return Made((gap(content),), (loss,))
    make = _KINDS.get(content.kind) or _KINDS.get(_SAME.get(text(body, "__typename"), ""))
    return make(builder, content, body) if make else _unknown(content, body)


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


def _unknown(content: Content, body: Fields) -> Made:
    """Nothing that we don't know is lost: what the site says is kept verbatim."""
    data = msgspec.json.format(msgspec.json.encode([content.fields, body])).decode()
    loss = _("Lessons of the kind “{kind}” aren't known, so it's kept as it is.", kind=content.kind)
    return Made((Foreign(data=data, note=content.kind),), (loss,))


def _text(builder: Builder, content: Content, body: Fields) -> Made:
    del builder, content
    blocks = words(body)
    return Made(blocks) if blocks else Made((), (_("It's empty."),), "skipped")


def _audio(builder: Builder, content: Content, body: Fields) -> Made:
    return _medium(
        builder, content, body, "url", lambda at: Audio(file=at.file, url=at.address), words(body)
    )


def _file(builder: Builder, content: Content, body: Fields) -> Made:
    name = "sourceUrl" if content.kind == "Presentation" else "url"
    return _medium(builder, content, body, name, _resource, words(body))


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
        return Made((gap(content), *more), (loss,))
    place = placed(builder, content, body, field)
    return Made((block(place), *more), (place.loss,) if place.loss else ())


def _multimedia(builder: Builder, content: Content, body: Fields) -> Made:
    del builder
    address = text(body, "url")
    if clip := youtube(address):
        return Made((Video(youtube=clip.id, start=clip.start, end=clip.end),))
    if not address.startswith(("https://", "http://")):
        return Made((gap(content),), (_("Thinkific gives no address for this page."),))
    quoted, title = escape(address, quote=True), escape(content.title, quote=True)
    frame = (
        f'<iframe src="{quoted}" title="{title}" width="100%" height="600" allowfullscreen>'
        f'</iframe><p><a href="{quoted}">{title}</a></p>'
    )
    return Made((Text(html=frame),))


def _download(builder: Builder, content: Content, body: Fields) -> Made:
    """Files of a download lesson, where the site offers their list."""
    blocks: list[Block] = [*words(body)]
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
        losses.append(_("Thinkific doesn't list the files of this lesson."))
        blocks.append(gap(content))
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
    return Made((Quiz(questions=asked.questions), *words(body)), below=asked.entries)


def body_of(lesson: Fields) -> Fields:
    """Return the content of a lesson, with the questions of a quiz; empty when there is none."""
    content = child(lesson, "content")
    if not content:
        return {}
    return {**content, "questions": lesson.get("questions")}


_KINDS: dict[str, Callable[[Builder, Content, Fields], Made]] = {
    "Lesson": video_of,
    "HtmlItem": _text,
    "Iframe": _multimedia,
    "Pdf": _file,
    "Presentation": _file,
    "Audio": _audio,
    "Download": _download,
    "Quiz": _quiz,
    "Assignment": _assignment,
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
