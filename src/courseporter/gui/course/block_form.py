"""Fields for videos, recordings, files, links and discussions."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.texts import youtube
from courseporter.errors import Message, _, gettext
from courseporter.gui import theme
from courseporter.gui.course.file_fields import FileField, NewFile
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.questions.fields import NumberLine
from courseporter.gui.questions.options import button
from courseporter.gui.questions.question_form import labeled
from courseporter.model import Audio, Block, Caption, Discussion, Link, Resource, Video

SAVE_MS: Final = 800
VIDEOS: Final = _("Videos (*.mp4 *.webm *.mov *.m4v *.ogv);;All files (*)")
SOUNDS: Final = _("Recordings (*.mp3 *.m4a *.ogg *.wav *.aac *.flac);;All files (*)")
CAPTIONS: Final = _("Captions (*.srt *.vtt)")
WATCH: Final = "https://www.youtube.com/watch?v="
FormBlock = Video | Audio | Resource | Link | Discussion


class BlockForm(QScrollArea):
    """`edited`: the block as it is to be saved, and the files that it brings."""

    edited = Signal(object, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block: FormBlock = Link(url="")
        self.files: list[NewFile] = []
        self.saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self.address = QLineEdit(self)
        self.address.setAccessibleName(gettext("Address"))
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        theme.set_class(self.about, "muted", "small")
        self.file = FileField(gettext("File"), parent=self)
        self.start = NumberLine(gettext("Start at second"), whole=False, parent=self)
        self.end = NumberLine(gettext("End at second"), whole=False, parent=self)
        self.captions = Captions(self)
        self.parts = {
            "address": labeled(gettext("Address"), self.address),
            "about": self.about,
            "file": labeled(gettext("File"), self.file),
            "part": self._row(),
            "captions": labeled(gettext("Captions"), self.captions),
        }
        self.setAccessibleName(gettext("Settings of the item"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget(self)
        page.setMaximumWidth(760)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 24)
        column.setSpacing(16)
        for part in self.parts.values():
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(page)
        for line in (self.address, self.start, self.end):
            line.textEdited.connect(self.saving.start)
        self.file.chosen.connect(self._file_chosen)
        self.file.removed.connect(self._file_removed)
        self.captions.edited.connect(self._captions_edited)
        self.saving.timeout.connect(self.flush)

    def _row(self) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(labeled(gettext("Start at second"), self.start))
        row.addWidget(labeled(gettext("End at second"), self.end))
        row.addStretch(1)
        return made

    def show_block(self, block: FormBlock) -> None:
        """Show a block, unless it is the one that is being edited."""
        if self.saving.isActive() and type(block) is type(self.block):
            return
        self.block = block
        shown, self.file.filters = shown_parts(block)
        for name, part in self.parts.items():
            part.setVisible(name in shown)
        with QSignalBlocker(self.address):
            if self.address.text() != address_of(block):
                self.address.setText(address_of(block))
                self.address.setCursorPosition(0)
        self.address.setPlaceholderText(placeholder(block))
        self.file.fill(getattr(block, "file", None))
        if isinstance(block, Video):
            self.start.fill(block.start)
            self.end.fill(block.end)
            self.captions.fill(block.captions)
        self.about.setText(str(about(block)))

    def open_block(self, block: FormBlock) -> None:
        """Show another block."""
        self.saving.stop()
        self.files = []
        self.show_block(block)

    def flush(self) -> None:
        """Save what was typed."""
        self.saving.stop()
        block = self.current()
        if block != self.block or self.files:
            self.block, files, self.files = block, self.files, []
            self.edited.emit(block, files)

    def current(self) -> FormBlock:
        """The block as it is shown."""
        text = self.address.text().strip()
        match self.block:
            case Video():
                video = self.block
                if text != address_of(video):
                    video = with_address(video, text)
                return replace(video, start=whole(self.start), end=whole(self.end))
            case Audio():
                return replace(self.block, url=text or None)
            case Link():
                return replace(self.block, url=text)
            case Discussion():
                return replace(self.block, topic=text)
            case Resource():
                return self.block

    def _file_chosen(self, new: NewFile) -> None:
        if isinstance(self.block, Video | Audio | Resource):
            self._replace(replace(self.current(), file=new.path), [new])

    def _file_removed(self) -> None:
        if isinstance(self.block, Video | Audio):
            self._replace(replace(self.current(), file=None), [])
        elif isinstance(self.block, Resource):
            self._replace(replace(self.block, file=""), [])

    def _captions_edited(self, captions: tuple[Caption, ...], files: list[NewFile]) -> None:
        if isinstance(self.block, Video):
            self._replace(replace(self.current(), captions=captions), files)

    def _replace(self, block: FormBlock, files: list[NewFile]) -> None:
        self.saving.stop()
        self.show_block(block)
        self.edited.emit(block, files)


class Captions(QWidget):
    """The captions of a video.  `edited`: all of them, and the files that are new."""

    edited = Signal(object, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.captions: tuple[Caption, ...] = ()
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.add = FileField(gettext("Add captions"), str(CAPTIONS), self)
        self.add.choose.setText(gettext("Add captions…"))
        self.add.name.hide()
        self.add.remove.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.rows)
        column.addWidget(self.add)
        self.add.chosen.connect(self._add)

    def fill(self, captions: tuple[Caption, ...]) -> None:
        """Show captions."""
        if captions == self.captions and self.rows.count() == len(captions):
            return
        self.captions = captions
        clear_layout(self.rows)
        for place, one in enumerate(captions):
            self.rows.addWidget(self._row(place, one))

    def _row(self, place: int, caption: Caption) -> QWidget:
        made = QWidget(self)
        language = QLineEdit(caption.language, made)
        language.setMaximumWidth(80)
        language.setAccessibleName(gettext("Language of the captions"))
        language.setToolTip(gettext("Language, such as en or pt-br"))
        name = QLabel(caption.path.rsplit("/", 1)[-1], made)
        name.setTextFormat(Qt.TextFormat.PlainText)
        remove = button("close", gettext("Remove captions"), made)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(language)
        row.addWidget(name, 1)
        row.addWidget(remove)
        language.editingFinished.connect(lambda: self._rename(place, language.text().strip()))
        remove.clicked.connect(lambda: self._remove(place))
        return made

    def _add(self, new: NewFile) -> None:
        new = new._replace(path=str(PurePosixPath(new.path).with_suffix(".srt")))
        caption = Caption(language="en", path=new.path)
        self._say((*self.captions, caption), [new])

    def _rename(self, place: int, language: str) -> None:
        captions = list(self.captions)
        if language and captions[place].language != language:
            captions[place] = replace(captions[place], language=language)
            self._say(tuple(captions), [])

    def _remove(self, place: int) -> None:
        self._say(self.captions[:place] + self.captions[place + 1 :], [])

    def _say(self, captions: tuple[Caption, ...], files: list[NewFile]) -> None:
        self.fill(captions)
        self.edited.emit(captions, files)


def shown_parts(block: Block) -> tuple[set[str], str]:
    """The fields that a block has, and the files to offer."""
    match block:
        case Video():
            return {"address", "about", "file", "part", "captions"}, str(VIDEOS)
        case Audio():
            return {"address", "file"}, str(SOUNDS)
        case Resource():
            return {"file"}, ""
        case _:
            return {"address"}, ""


def address_of(block: FormBlock) -> str:
    """The address that a block leads to, or its topic."""
    match block:
        case Video(youtube=str() as found):
            return WATCH + found
        case Video(sources=sources):
            return sources[0] if sources else ""
        case Audio(url=url):
            return url or ""
        case Link(url=url):
            return url
        case Discussion(topic=topic):
            return topic
        case Resource():
            return ""


def with_address(video: Video, text: str) -> Video:
    """The video at an address: on YouTube by its id, elsewhere the file itself."""
    found = youtube(text)
    if found is not None:
        return replace(video, youtube=found.id, sources=())
    return replace(video, youtube=None, sources=(text, *video.sources[1:]) if text else ())


def about(block: Block) -> Message | str:
    """What will be played."""
    if isinstance(block, Video):
        if block.youtube:
            return _("Plays from YouTube.")
        if block.sources:
            return _("Plays from this address, which has to stay online.")
        if block.file:
            return _("Plays from the file, which becomes part of the course.")
        return _("Paste a link to YouTube or to a video file, or choose a file.")
    return ""


def placeholder(block: Block) -> str:
    """What an empty address asks for."""
    if isinstance(block, Discussion):
        return gettext("Topic")
    return "https://" if isinstance(block, Link) else gettext("https://… (optional)")


def whole(line: NumberLine) -> int | None:
    """Whole seconds."""
    value = line.value()
    return None if value is None else int(value)
