"""One lecture of the v1 API becomes a lesson with one unit (docs/reference/sources)."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import NamedTuple

import msgspec

from courseporter.errors import Message, Phrase, Problem, _, joined
from courseporter.formats.html import escape_text
from courseporter.formats.media import direct_address, is_page, youtube
from courseporter.model import (
    Audio,
    Block,
    Caption,
    Entry,
    Foreign,
    Link,
    Node,
    Outcome,
    Question,
    Quiz,
    Resource,
    Text,
    Video,
)
from courseporter.sources.school.fields import (
    Fields,
    child,
    children,
    in_order,
    number,
    text,
)
from courseporter.sources.school.media import Media, Placed, asset_reference, without_parameters
from courseporter.sources.school.placeholders import placeholder
from courseporter.sources.teachable.kinds import WITHOUT_CONTENT, kind_of
from courseporter.sources.teachable.outline import LectureRef
from courseporter.sources.teachable.questions import question_of


class Lesson(NamedTuple):
    """What happened to a lecture."""

    nodes: list[Node]
    entries: list[Entry]
    problems: list[Problem]


class Made(NamedTuple):
    """What happened to an attachment: a block or None, what it cost, entries below its own."""

    block: Block | None
    losses: tuple[Message, ...] = ()
    outcome: Outcome | None = None
    below: tuple[Entry, ...] = ()


class Access(NamedTuple):
    """What files of a lecture need beside its answer.

    `renew` gives an attachment's address, asked for again; `stream` what the school's player gets
    of a video, empty for none.
    """

    media: Media
    renew: Callable[[str], str]
    stream: Callable[[str], Fields]


def lesson_of(lecture: Fields, at: LectureRef, access: Access) -> Lesson:
    """The lesson of a lecture at its place in the outline."""
    ref = at.id
    key, unit = f"lesson:{ref}", f"unit:{ref}"
    title, untitled = title_of(lecture, ref)
    losses: list[Phrase] = [untitled] if untitled else []
    nodes = [Node(key=key, kind="lesson", title=title, parent=at.section, hidden=at.hidden)]
    builder = _Attachments(access, unit, title, f"lecture {ref}")
    found = in_order(children(lecture, "attachments"), lambda one: number(one, "position"))
    for one in found:
        builder.add(one)
    if builder.nodes:
        nodes.append(Node(key=unit, kind="unit", title=title, parent=key))
        nodes += builder.nodes
    entry = Entry(
        kind="lesson",
        depth=2,
        title=text(lecture, "name") or None,
        ref=ref,
        href=at.link,
        outcome="converted_with_loss" if losses else "converted",
        hidden=at.hidden,
        reason=joined(losses),
        to=(key,),
    )
    return Lesson(nodes, [entry, *builder.entries], builder.problems)


def expect_files(lecture: Fields, media: Media) -> None:
    """Begin to download what `lesson_of` will place, in the same order."""
    for one in in_order(children(lecture, "attachments"), lambda one: number(one, "position")):
        if _KINDS.get(kind_of(text(one, "kind"))) in (_video, _audio, _pdf, _image):
            media.expect(
                text(one, "url"), text(one, "name"), text(one, "id"), number(one, "file_size")
            )


def title_of(lecture: Fields, ref: str) -> tuple[str, Message | None]:
    """The title, and what to say when the source has none."""
    name = text(lecture, "name")
    return (name, None) if name else (f"Lecture {ref}", _("The lecture has no name."))


class _Attachments:
    """Turns the attachments of one lecture into blocks of its unit."""

    def __init__(self, access: Access, unit: str, lesson: str, where: str) -> None:
        self._access = access
        self._unit = unit
        self._lesson = lesson
        self._where = where
        self._seen: dict[str, int] = {}
        self.nodes: list[Node] = []
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def add(self, one: Fields) -> None:
        """One more, in the order of the lesson."""
        kind = kind_of(text(one, "kind"))
        key = self._key(text(one, "id"))
        made = self._made(kind, one, key)
        title = text(one, "name") or self._lesson
        if made.block is not None:
            self.nodes.append(
                Node(key=key, kind="block", title=title, parent=self._unit, block=made.block)
            )
        outcome = made.outcome or ("converted_with_loss" if made.losses else "converted")
        self.entries.append(
            Entry(
                kind="attachment",
                depth=3,
                title=text(one, "name") or None,
                ref=text(one, "id"),
                href=without_parameters(text(one, "url")) or None,
                outcome=outcome,
                reason=joined(made.losses),
                to=_keys(key, made.block),
            )
        )
        self.entries += made.below

    def _key(self, ref: str) -> str:
        count = self._seen[ref] = self._seen.get(ref, 0) + 1
        return f"attachment:{ref}" if count == 1 else f"attachment:{ref}:{count}"

    def _made(self, kind: str, one: Fields, key: str) -> Made:
        if kind in WITHOUT_CONTENT:
            return Made(None, (WITHOUT_CONTENT[kind],), "skipped")
        make = _KINDS.get(kind)
        made = make(self._access, one, key) if make else _unknown(kind, one)
        if made.losses and made.outcome is None:
            self._tell(made, key)
        return made

    def _tell(self, made: Made, key: str) -> None:
        self.problems.append(
            Problem(
                code="school_item_changed",
                severity="warning",
                message=_(
                    "“{lesson}”: {losses}", lesson=self._lesson, losses=str(joined(made.losses))
                ),
                where=self._where,
                key=key,
            )
        )


def _unknown(kind: str, one: Fields) -> Made:
    """Nothing that we don't know is lost: its content is kept verbatim."""
    loss = _("Attachments of the kind “{kind}” aren't known, so it is kept as it is.", kind=kind)
    return Made(
        Foreign(data=msgspec.json.format(msgspec.json.encode(one)).decode(), note=kind), (loss,)
    )


def _text(access: Access, one: Fields, key: str) -> Made:
    del access, key
    return _written(text(one, "text"))


def _code_display(access: Access, one: Fields, key: str) -> Made:
    """The text is escaped already (TEACHABLE.md 3.2); what is not is escaped here."""
    del access, key
    code = one.get("text")
    code = code if isinstance(code, str) else ""
    return _written(f"<pre><code>{escape_text(code) if '<' in code else code}</code></pre>")


def _written(html: str) -> Made:
    if html:
        return Made(Text(html=html))
    return Made(None, (_("It's empty."),), "skipped")


def _video(access: Access, one: Fields, key: str) -> Made:
    """A video at its own address, else at the one that the school's player gets."""
    name = text(one, "name")
    below, captions = access.media.captions_of(name, text(one, "id"), key)

    def block(placed: Placed) -> Block:
        address = placed.address or ""
        if clip := youtube(address):
            return Video(youtube=clip.id, start=clip.start, end=clip.end, captions=captions)
        direct = direct_address(address)
        if placed.address and is_page(direct):
            return Link(url=address)
        sources = (direct,) if placed.address else ()
        return Video(sources=sources, file=placed.file, captions=captions)

    if text(one, "url"):
        return _medium(access, one, block)._replace(below=below)
    own = access.media.original(name, text(one, "id"), number(one, "file_size"))
    if own is not None:
        return Made(block(own), below=below)
    played = access.stream(text(one, "id"))
    address = stream_address(played)
    if not address:
        why = _state(text(played, "status"))
        return _absent(one, why, captions)._replace(below=below)
    access.media.warn_if_expiring(address)
    made = block(Placed(address=address))
    loss = _("Teachable gives only a stream of this video, not its file.")
    return Made(made, (loss,), below=below)


def stream_address(video: Fields) -> str:
    """Where the school's player gets a video; one document types the asset as a list."""
    listed = children(video, "video_asset")
    return text(listed[0] if listed else child(video, "video_asset"), "url")


def _state(status: str) -> Message:
    if status.upper() == "FAILED":
        return _("Teachable couldn't process this video, so it has no address.")
    if status and status.upper() != "READY":
        return _("Teachable is still processing this video. Import again when it's done.")
    return _("Teachable gives no address for this file.")


def _absent(one: Fields, why: Message, captions: tuple[Caption, ...] = ()) -> Made:
    """What is where a file should be, with its name and id, so that it can be found."""
    name = text(one, "name") or text(one, "kind")
    kind = kind_of(text(one, "kind"))
    missing = kind if kind in ("video", "audio") else "file"
    return Made(placeholder(text(one, "id"), missing, escape(name), captions=captions), (why,))


def _audio(access: Access, one: Fields, key: str) -> Made:
    del key
    return _medium(access, one, lambda at: Audio(file=at.file, url=at.address))


def _pdf(access: Access, one: Fields, key: str) -> Made:
    del key

    def block(placed: Placed) -> Block:
        return Resource(file=placed.file) if placed.file else Link(url=placed.address or "")

    return _medium(access, one, block)


def _image(access: Access, one: Fields, key: str) -> Made:
    del key

    def block(placed: Placed) -> Block:
        source = asset_reference(placed.file) if placed.file else placed.address or ""
        alternative = escape(text(one, "alt_text"), quote=True)
        return Text(html=f'<p><img src="{escape(source, quote=True)}" alt="{alternative}"></p>')

    return _medium(access, one, block)


def _medium(access: Access, one: Fields, block: Callable[[Placed], Block]) -> Made:
    address, ref = text(one, "url"), text(one, "id")
    if not address:
        own = access.media.original(text(one, "name"), ref, number(one, "file_size"))
        why = _("Teachable gives no address for this file.")
        return _absent(one, why) if own is None else Made(block(own))
    placed = access.media.place(
        address,
        text(one, "name"),
        ref,
        number(one, "file_size"),
        renew=lambda: access.renew(ref),
    )
    return Made(block(placed), (placed.loss,) if placed.loss else ())


def _quiz(access: Access, one: Fields, key: str) -> Made:
    del access
    questions: list[Question] = []
    entries: list[Entry] = []
    for place, asked in enumerate(children(child(one, "quiz"), "questions"), 1):
        made, entry = question_of(asked, f"{key}:{place}")
        questions.append(made)
        entries.append(entry)
    if not questions:
        return Made(None, (_("The quiz has no questions."),), "skipped")
    return Made(Quiz(questions=tuple(questions)), below=tuple(entries))


def _keys(key: str, block: Block | None) -> tuple[str, ...]:
    """What an attachment became: its block, or the questions of its quiz, which stand alone."""
    if isinstance(block, Quiz):
        return tuple(one.key for one in block.questions)
    return () if block is None else (key,)


_KINDS: dict[str, Callable[[Access, Fields, str], Made]] = {
    "text": _text,
    "code_embed": _text,
    "code_display": _code_display,
    "video": _video,
    "audio": _audio,
    "pdf": _pdf,
    "file": _pdf,
    "image": _image,
    "quiz": _quiz,
}
