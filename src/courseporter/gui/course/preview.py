"""Shows lesson HTML quickly and safely: no scripts, nothing from network or disk."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTextBrowser, QWidget

from courseporter.gui import theme

CAP: Final = 200_000  # characters; more takes longer to lay out than anybody waits
LINE: Final = 760  # pixels
STYLE: Final = """
body {{ color: {text}; }} a {{ color: {link}; }} h1, h2, h3 {{ font-weight: 600; }}
h1 {{ font-size: 20px; }} h2 {{ font-size: 15px; }} h3 {{ font-size: 13px; }}
p, li {{ line-height: 150%; }} td, th {{ padding: 4px 12px 4px 0; }} th {{ color: {muted}; }}
pre, code {{ font-family: monospace; background-color: {surface}; }}
"""


class Preview(QTextBrowser):
    """A look at the cleaned HTML; links are shown, never followed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName("Result")
        self.document().setDocumentMargin(16)
        self.html = ""
        theme.watch.changed.connect(self.dress)

    def show_html(self, html: str) -> bool:
        """Show a page; whether it was too long and had to be cut."""
        self.html = html[:CAP]
        self.dress()
        return len(html) > CAP

    def dress(self) -> None:
        """Lay the page out in the colours of the theme."""
        use = theme.tokens()
        self.document().setDefaultStyleSheet(
            STYLE.format(text=use.text, link=use.link, muted=use.muted, surface=use.surface)
        )
        self.setHtml(self.html)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to be read."""
        self.setViewportMargins(0, 0, max(0, self.width() - LINE), 0)
        super().resizeEvent(event)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Only pictures that stand inside the page itself (data:) are shown."""
        address = name if isinstance(name, QUrl) else QUrl(name)
        return super().loadResource(kind, address) if address.scheme() == "data" else None
