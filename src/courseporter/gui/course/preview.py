"""Shows lesson HTML quickly and safely: no scripts, nothing from network or disk."""

from __future__ import annotations

import base64
import re
from typing import Final

from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QTextBrowser, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme

CAP: Final = 200_000  # characters; more takes longer to lay out than anybody waits
LINE: Final = 760  # pixels
REST_MS: Final = 120
NARROW: Final = 320  # a picture that asks for less than this gets it
SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
WIDTH: Final = re.compile(r"\bwidth=[\"']?(\d{1,6})(?![\d%])", re.IGNORECASE)
SIZES: Final = re.compile(r"\s(?:width|height)=(?:\"[^\"]*\"|'[^']*'|[^\s>]*)", re.IGNORECASE)
# Words, not pixels: Qt multiplies pixels by its own size of a heading (x-large: 1.5, large: 1.2).
STYLE: Final = """
body {{ color: {text}; }} a {{ color: {link}; }} h1, h2, h3, h4, h5, h6 {{ font-weight: 600; }}
h1 {{ font-size: x-large; }} h2 {{ font-size: large; }} h3, h4, h5, h6 {{ font-size: medium; }}
td, th {{ padding: 4px 12px 4px 0; }} th {{ color: {muted}; }}
pre, code {{ font-family: monospace; background-color: {surface}; }}
"""


ITEM: Final = re.compile(r"<li\b[^>]*>(?:\s*<p\b[^>]*>)?")  # Qt sets bullets close to the text


class Preview(QTextBrowser):
    """A look at the cleaned HTML; links are shown, never followed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(gettext("Result"))
        self.document().setDocumentMargin(16)
        self.html = ""
        self.fitted = 0  # the width that pictures were made for
        self.rest = QTimer(self)
        self.rest.setSingleShot(True)
        self.rest.setInterval(REST_MS)
        self.rest.timeout.connect(self.dress_again)
        theme.watch.changed.connect(self.dress_again)

    def show_html(self, html: str) -> bool:
        """Show a page; whether it was too long and had to be cut.  The one shown stays in place."""
        if html[:CAP] != self.html:
            self.html = html[:CAP]
            self.dress()
        return len(html) > CAP

    def dress(self) -> None:
        """Lay the page out in the colours of the theme."""
        self.fitted = self.room()
        use = theme.tokens()
        self.document().setDefaultStyleSheet(
            STYLE.format(text=use.text, link=use.link, muted=use.muted, surface=use.surface)
        )
        self.setHtml(ITEM.sub(r"\g<0>&nbsp;", IMAGE.sub(without_width, self.html)))

    def dress_again(self) -> None:
        """The same page, at the place where it was being read."""
        place = self.verticalScrollBar().value()
        self.dress()
        self.verticalScrollBar().setValue(place)

    def room(self) -> int:
        """How wide a picture may be; the same with and without a scroll bar, which comes and goes
        while a page is laid out.
        """
        bar = self.verticalScrollBar().sizeHint().width()
        return max(64, min(self.width() - bar, LINE) - 48)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to be read."""
        self.setViewportMargins(0, 0, max(0, self.width() - LINE), 0)
        super().resizeEvent(event)
        if "data:" in self.html and self.fitted != self.room():
            self.rest.start()  # pictures are made to fit when the border comes to rest

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: ARG002 - Qt's form
        """Only pictures that are in the page itself (data:) are shown, never wider than it."""
        address = name if isinstance(name, QUrl) else QUrl(name)
        if address.scheme() != "data":
            return None
        picture = QImage()
        if not picture.loadFromData(QByteArray(picture_bytes(address.toString()))):
            return None
        width = self.room()
        return picture if picture.width() <= width else picture.scaledToWidth(width, SMOOTH)


def without_width(tag: re.Match[str]) -> str:
    """An <img> tag that does not ask for more width than the window has."""
    found = WIDTH.search(tag[0])
    return tag[0] if found and int(found[1]) <= NARROW else SIZES.sub("", tag[0])


def picture_bytes(address: str) -> bytes:
    """What a data: address holds; nothing when it is not base64."""
    head, _, body = address.partition(",")
    if not head.endswith(";base64"):
        return b""
    try:
        return base64.b64decode(body, validate=False)
    except ValueError:
        return b""
