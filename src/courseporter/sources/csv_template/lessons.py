"""One row of lessons.csv becomes a lesson with its first unit."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from html import escape
from urllib.parse import urlsplit

from courseporter.errors import Message, Phrase, _, joined, ngettext
from courseporter.formats import addresses
from courseporter.formats.languages import platform_language
from courseporter.formats.media import (
    browsers_play,
    direct_address,
    ending,
    is_page,
    is_unclear,
    youtube,
)
from courseporter.model import (
    Assignment,
    Audio,
    Block,
    Caption,
    Entry,
    Link,
    Node,
    Resource,
    Text,
    Video,
)
from courseporter.sources.csv_template.content import LESSON_LINK, Contents
from courseporter.sources.csv_template.files import CAPTIONS, SHOWN, CaptionFile, Files, captions_in
from courseporter.sources.csv_template.report import Report
from courseporter.sources.csv_template.schema import LessonRow
from courseporter.sources.csv_template.values import ALLOWED_BOOLEANS, parse_boolean

# The name of a file that may be missing; anything else isn't an address.
_FILE_NAME = re.compile(r"(?!.*\.\.)[^/\\\s<>\"'][^\\\s<>\"']*\.[A-Za-z][A-Za-z0-9]{1,4}")
EMPTY_NOTE = "<p><em>This lesson has no content: {}.</em></p>"


class LessonBuilder:
    """Builds the nodes of one lesson after another."""

    def __init__(
        self,
        files: Files,
        contents: Contents,
        report: Report,
        language: str,
        hidden: Container[int],
    ) -> None:
        """`hidden`: rows that the workbook doesn't show."""
        self._hidden_rows = hidden
        self._files = files
        self._contents = contents
        self._report = report
        self._language = platform_language(language) or "en"

    def build(self, row: LessonRow, section: str, *, exercises: bool) -> tuple[list[Node], Entry]:
        """The lesson, its first unit and the blocks in it; and the entry of its row."""
        key = f"lesson:{row.key}"
        hidden = self._hidden(row) or row.line in self._hidden_rows
        title = self._report.title("lessons", row.line, row.key, row.title)
        draft = _Draft(row, self._contents, self._files, self._language)
        draft.where = self._report.at("lessons", row.line)
        draft.fill()
        for address in draft.unclear:
            self._unclear(address, row)
        if not draft.blocks and not exercises:
            draft.losses += () if draft.losses else (_("the row has no content"),)
            draft.add("note", Text(html=EMPTY_NOTE.format(escape(str(draft.losses[0])))))
        nodes = [Node(key=key, kind="lesson", title=title, parent=section, hidden=hidden)]
        if draft.blocks:
            unit = f"unit:{row.key}"
            nodes.append(Node(key=unit, kind="unit", title=title, parent=key))
            nodes += [
                Node(key=f"{prefix}:{row.key}", kind="block", title=title, parent=unit, block=block)
                for prefix, block in draft.blocks
            ]
        return nodes, _entry(row, title, key, draft.losses, hidden=hidden)

    def _hidden(self, row: LessonRow) -> bool:
        hidden = parse_boolean(row.hidden)
        if hidden is not None:
            return hidden
        where = self._report.at("lessons", row.line, "hidden")
        message = _(
            "{where}: “{text}” is neither yes nor no, so the lesson is hidden to be safe.",
            where=where,
            text=row.hidden[:80],
        )
        self._report.tell(
            "row_value",
            "warning",
            message,
            where=where,
            hint=_("Enter {allowed}.", allowed=ALLOWED_BOOLEANS),
            key=f"lesson:{row.key}",
        )
        return True

    def _unclear(self, address: str, row: LessonRow) -> None:
        where = self._report.at("lessons", row.line)
        message = _(
            "{where}: “{address}” may be a page, not a media file; learners would see an empty "
            "player.",
            where=where,
            address=address[:200],
        )
        self._report.tell(
            "media_unclear",
            "warning",
            message,
            where=where,
            hint=_("Open the address in a browser. If a page opens, set the type to link."),
            key=f"lesson:{row.key}",
        )


def _entry(row: LessonRow, title: str, key: str, losses: list[Message], *, hidden: bool) -> Entry:
    return Entry(
        kind="lesson",
        depth=2,
        title=title,
        ref=row.key,
        outcome="converted_with_loss" if losses else "converted",
        hidden=hidden,
        reason=joined(losses),
        to=(key,),
    )


class _Draft:
    """The blocks of one lesson while they are put together."""

    def __init__(self, row: LessonRow, contents: Contents, files: Files, language: str) -> None:
        self._row = row
        self.where: Phrase = ""  # for people
        self._key = f"lesson:{row.key}"
        self._contents = contents
        self._files = files
        self._language = language
        self.blocks: list[tuple[str, Block]] = []
        self.losses: list[Message] = []
        self.unclear: list[str] = []  # addresses that may be pages

    def fill(self) -> None:
        """Every filled cell of the row ends in a block."""
        kind = self._row.type
        if kind in ("pdf", "file"):
            self._resource()
        elif kind == "link":
            self._link()
        elif kind == "assignment":
            self._assignment()
        elif kind == "text":
            self._text("text")
        else:
            self._media(kind)
            self._text("note")
        self._left_over(kind)

    def add(self, prefix: str, block: Block) -> None:
        """One more block; its key is the prefix and the lesson's external_id."""
        self.blocks.append((prefix, block))

    def _html(self) -> str:
        if not self._row.content.strip():
            return ""
        made = self._contents.prepare(self._row.content, f"lesson:{self._row.key}", self.where)
        self.losses += made.losses
        return made.html

    def _text(self, prefix: str) -> None:
        if html := self._html():
            self.add(prefix, Text(html=html))

    def _assignment(self) -> None:
        html = self._html()
        if not html:
            self.losses.append(_("the row has no content; the title is used"))
        self.add("assignment", Assignment(html=html or f"<p>{escape(self._row.title.strip())}</p>"))

    def _resource(self) -> None:
        name, html = self._row.file.strip(), self._html()
        if address := addresses.web_address(name):
            self.add("link", Link(url=address, html=html))
        elif path := self._file(name):
            self.add("resource", Resource(file=path, html=html))
        elif html:
            self.losses += () if name else (_("the row names no file"),)
            self.add("note", Text(html=html))

    def _link(self) -> None:
        content, row = self._row.content.strip(), self._row
        if content.lower().startswith(LESSON_LINK) and len(content.split()) == 1:
            self._lesson_link(content)
            return
        url = addresses.link_address(content) or addresses.completed(content)
        if url:
            self.add("link", Link(url=url))
        elif url := addresses.first_address(content) or addresses.web_address(row.video_url):
            self.add("link", Link(url=url, html=self._html()))
        elif content:
            self.losses.append(_("the content has no http, https or mailto address"))
            self._text("note")

    def _lesson_link(self, address: str) -> None:
        """A link inside the course is a page with the link on it."""
        title = escape(" ".join(self._row.title.split()) or address)
        html = f'<p><a href="{escape(address)}">{title}</a></p>'
        made = self._contents.prepare(html, f"lesson:{self._row.key}", self.where)
        self.losses += made.losses
        self.add("text", Text(html=made.html))

    def _media(self, kind: str) -> None:
        file, url = self._row.file.strip(), self._row.video_url.strip()
        address = addresses.web_address(url) or addresses.completed(url)
        if url and not address:  # the row was checked: a file of the package
            self.losses += (_("only one file is imported, not “{name}”", name=url),) if file else ()
            file = file or url
        if not address and (address := addresses.web_address(file)):
            file = ""
        path = self._playable(self._file(file))
        if kind == "video" or (address and not path and youtube(address)):
            self._video(path, address)  # browsers can't play YouTube as a recording
        elif path or address:
            self._audio(path, address)
        if not self.blocks and not file:
            self.losses.append(_("the row names no {kind}", kind=kind))

    def _audio(self, path: str | None, address: str | None) -> None:
        if path:
            self.add("audio", Audio(file=path))
            self.losses += (_("only the file is imported, not the address"),) if address else ()
        elif address and (direct := self._direct(address)):
            self.add("audio", Audio(url=direct))

    def _video(self, path: str | None, address: str | None) -> None:
        clip = youtube(address) if address else None
        direct = self._direct(address) if address and not clip else None
        if not (path or clip or direct):
            return
        start, end = (clip.start, clip.end) if clip else (None, None)
        video = Video(
            youtube=clip.id if clip else None,
            sources=(direct,) if direct else (),
            file=path,
            captions=self._captions(path),
            start=start,
            end=end,
        )
        at = len(self.blocks) - (bool(address) and not clip and not direct)  # before its link
        self.blocks.insert(at, ("video", video))

    def _direct(self, address: str) -> str | None:
        """The address as a player can open it; None when it became a link instead."""
        direct = direct_address(address)
        loss = None
        if not browsers_play(direct):
            loss = _(
                "browsers can't play .{ending} files, so the address became a link",
                ending=ending(urlsplit(direct).path),
            )
        elif is_page(direct):
            loss = _("the address is a page, not a media file, so it became a link")
        if loss is None:
            self.unclear += [address] if is_unclear(direct) else ()
            return direct
        self.losses.append(loss)
        self.add("link", Link(url=address))
        return None

    def _playable(self, path: str | None) -> str | None:
        """The file if browsers play it; else it's offered for download."""
        if path is None or browsers_play(path):
            return path
        self.losses.append(
            _(
                "browsers can't play .{ending} files, so “{name}” is offered for download",
                ending=ending(path),
                name=path,
            )
        )
        self.add("resource", Resource(file=path))
        return None

    def _captions(self, video: str | None) -> tuple[Caption, ...]:
        found = self._files.captions_of(video, self._language) if video else ()
        name = self._row.captions.strip()
        if name and not name.lower().endswith(CAPTIONS):
            self.losses.append(_("the captions “{name}” are neither .srt nor .vtt", name=name))
        elif name and (path := self._files.find(name)):
            named = captions_in(path, self._language)
            found = (named, *(one for one in found if one.language != named.language))
        elif name:
            self._file(name)  # which reports that it's missing
        return tuple(self._readable(found))

    def _readable(self, found: Iterable[CaptionFile]) -> Iterator[Caption]:
        for one in found:
            path, unread = self._files.use_captions(one.path, self.where, self._key)
            if path is None:
                self.losses.append(
                    _("the captions “{name}” contain no cue that can be read", name=one.path)
                )
                continue
            if unread:
                self.losses.append(_unread(one.path, unread))
            if len(one.unknown) in (2, 3) or "-" in one.unknown:
                loss = _(
                    "Open edX doesn't know the language “{unknown}” of the captions “{name}”; "
                    "they are offered as “{language}”",
                    unknown=one.unknown,
                    name=one.path,
                    language=one.language,
                )
                self.losses.append(loss)
            yield Caption(language=one.language, path=path)

    def _file(self, name: str) -> str | None:
        path = self._files.use(name, self.where, self._key) if name else None
        if name and path is None:
            self.losses.append(_("the file “{name}” is missing", name=name))
        return path

    def _left_over(self, kind: str) -> None:
        """Cells that the lesson's type does not ask for are not lost.

        They become blocks behind it.
        """
        if kind in ("text", "link", "assignment") and (name := self._row.file.strip()):
            if address := addresses.web_address(name):
                self.add("extra-link", Link(url=address))
            elif path := self._file(name):
                self.add("resource", Resource(file=path))
        if kind not in ("video", "audio") and self._row.video_url.strip():
            self._spare_video(kind)
        if self._row.captions.strip() and not any(isinstance(b, Video) for _key, b in self.blocks):
            self.losses.append(_("captions without a video aren't imported"))

    def _spare_video(self, kind: str) -> None:
        url = self._row.video_url
        address = addresses.web_address(url) or addresses.completed(url)
        if kind == "link" and any(
            isinstance(b, Link) and b.url == address for _key, b in self.blocks
        ):
            return
        self._video(None if address else self._playable(self._file(url.strip())), address)


def _unread(path: str, lines: tuple[int, ...]) -> Message:
    shown = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
    return ngettext(
        "{count} cue of the captions “{name}” can't be read (line {lines})",
        "{count:,} cues of the captions “{name}” can't be read (line {lines})",
        len(lines),
        name=path,
        lines=shown,
    )


def unsafe_address(
    row_type: str, content: str, video_url: str, file: str, files: Files
) -> tuple[str, str] | None:
    """(column, value) of an address that must not be carried, None when all is well."""
    if ":" in file and not addresses.web_address(file):
        name = file.strip()
        if addresses.scheme_of(name) and files.find(name) is None:
            return "file", name
    url = video_url.strip()
    if url and not addresses.web_address(url) and not addresses.completed(url):
        scheme = addresses.scheme_of(url)
        if scheme or (files.find(url) is None and not _FILE_NAME.fullmatch(url)):
            return "video_url", url
    text = content.strip()
    if row_type == "link" and text and " " not in text and "\n" not in text:
        scheme = addresses.scheme_of(text)
        if scheme and scheme not in addresses.SAFE_LINKS and scheme != "lesson":
            return "content", text
    return None
