"""Pictures that stand for what the editor keeps word for word: formulas, frames, boxes …"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from courseporter.api.texts import to_text
from courseporter.errors import Message, _, gettext
from courseporter.gui import theme

SCHEME: Final = "courseporter-chip:"
LONGEST: Final = 360  # pixels of a chip within a line
NAMES: Final[dict[str, Message]] = {
    "iframe": _("Embedded page"),
    "script": _("Script"),
    "style": _("Style sheet"),
    "details": _("Section that opens"),
    "table": _("Table"),
    "video": _("Video"),
    "audio": _("Recording"),
    "object": _("Embedded object"),
    "hr": _("Line"),
    "blockquote": _("Quotation"),
    "figure": _("Figure"),
    "form": _("Form"),
    "svg": _("Drawing"),
    "math": _("Formula"),
}


def name_of(raw: str) -> str:
    """A name for the picture; the same for the same HTML."""
    return SCHEME + sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def formula_words(raw: str) -> str:
    """What a chip in a line says: the formula without its delimiters, else its text."""
    for start, end in (("\\(", "\\)"), ("\\[", "\\]")):
        if raw.startswith(start):
            return raw.removeprefix(start).removesuffix(end).strip()
    return to_text(raw).strip() or _named(raw)


def part_words(name: str, raw: str, text: str) -> str:
    """What the card of a whole part says."""
    title = str(NAMES[name]) if name in NAMES else gettext("HTML")
    if raw.startswith("<!--"):
        title, text = gettext("Comment"), raw[4:-3].strip()
    address = _address(raw) if name in {"iframe", "video", "audio"} else ""
    return " · ".join(one for one in (title, address or " ".join(text.split())) if one)


def inline_chip(words: str, ratio: float) -> QImage:
    """A small tinted chip with a text."""
    metrics = QFontMetrics(theme.font(theme.SMALL))
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, LONGEST)
    width = metrics.horizontalAdvance(shown) + 12
    return _painted(shown, width, metrics.height() + 4, ratio, radius=4, padding=6)


def card(words: str, width: int, ratio: float) -> QImage:
    """A card as wide as the page, with one line."""
    metrics = QFontMetrics(theme.font(theme.SMALL))
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width - 24)
    return _painted(shown, width, metrics.height() + 20, ratio, radius=6, padding=12)


def _painted(
    words: str, width: int, height: int, ratio: float, *, radius: int, padding: int
) -> QImage:
    use = theme.tokens()
    made = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(use.line), 1))
    painter.setBrush(QColor(use.surface))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), radius, radius)
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(use.muted))
    place = QRectF(padding, 0, width - 2 * padding, height)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
    painter.end()
    return made


def _named(raw: str) -> str:
    name = raw[1:].split(">", 1)[0].split(None, 1)[0].rstrip("/").lower() if raw else ""
    return str(NAMES[name]) if name in NAMES else f"<{name}>"


def _address(raw: str) -> str:
    """The host of the first address in a tag."""
    _head, _src, rest = raw.partition("src=")
    address = rest[1:].split(rest[:1], 1)[0] if rest else ""
    try:
        return urlsplit(address).hostname or address[:80]
    except ValueError:
        return address[:80]
