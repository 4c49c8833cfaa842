"""The icon set: our own SVG outlines, painted in the colours of the theme at any size.

Glyphs of course items are the same everywhere: `icon(kind_icon(kind, type))`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QFile, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from courseporter.gui import theme
from courseporter.gui.tokens import Role

OF_TYPE: Final = {
    "text": "text",
    "video": "video",
    "audio": "audio",
    "quiz": "quiz",
    "assignment": "assignment",
    "resource": "file",
    "link": "link",
    "discussion": "discussion",
    "package": "scorm",
    "foreign": "unknown",
}
OF_KIND: Final = {"section": "section", "lesson": "lesson", "unit": "unit"}


def kind_icon(kind: str, block_type: str | None = None) -> str:
    """The name of the glyph for a place of the course (model.Kind, tag of its block)."""
    if block_type is not None:
        return OF_TYPE.get(block_type, "unknown")
    return OF_KIND.get(kind, "unknown")


@cache
def icon(name: str, role: Role = "text") -> QIcon:
    """The icon `resources/icons/NAME.svg` in the colour of `role`; follows the theme by itself."""
    drawing(name)  # a wrong name fails here, not while painting
    return QIcon(Outline(name, role))


def pixmap(name: str, role: Role = "text", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels on a screen with `ratio`."""
    made = painted(name, theme.tokens().colour(role), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    return made


class Outline(QIconEngine):
    """Paints one SVG in the colour its role has at the moment."""

    def __init__(self, name: str, role: Role) -> None:
        super().__init__()
        self.name = name
        self.role: Role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw at whatever scale the painter has."""
        del state
        role: Role = "disabled" if mode == QIcon.Mode.Disabled else self.role
        side = min(rect.width(), rect.height())
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(rect).center())
        renderer(self.name, theme.tokens().colour(role)).render(painter, place)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of `size` device pixels."""
        del state
        role: Role = "disabled" if mode == QIcon.Mode.Disabled else self.role
        return painted(self.name, theme.tokens().colour(role), min(size.width(), size.height()))

    def clone(self) -> QIconEngine:
        """A copy, as QIcon wants one before it changes itself."""
        return Outline(self.name, self.role)


@lru_cache(maxsize=1024)
def painted(name: str, colour: str, side: int) -> QPixmap:
    """The drawing on a transparent square."""
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer(name, colour).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return made


@lru_cache(maxsize=512)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """The parsed drawing in one colour."""
    return QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))


@cache
def drawing(name: str) -> str:
    """The text of the SVG file.  Raises KeyError for a name that is not in the set."""
    file = QFile(f":/icons/{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise KeyError(name)
    return bytes(file.readAll().data()).decode()
