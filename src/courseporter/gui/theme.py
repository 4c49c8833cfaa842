"""Light and dark: palette, style sheet and fonts from the tokens, applied to the whole app.

Widgets say what they are with `set_class(widget, "primary")`; the style sheet (resources/style.qss)
knows these classes.  Buttons: primary, secondary, link, danger, quiet, icon, nav, choice.  Labels:
display, title, section, small, muted, strong, error, warning, success.  Frames: card, panel,
surface, line, rule, notice.  Text: log.
Painting code asks `tokens()`; things that must follow a change listen to `watch.changed`.
"""

from __future__ import annotations

from string import Template
from typing import Final, Literal

from PySide6.QtCore import QFile, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from courseporter.gui.forms import resources_rc
from courseporter.gui.tokens import (
    CONTROL_HEIGHT,
    DARK,
    LIGHT,
    ROW_HEIGHT,
    Density,
    Tokens,
)

assert resources_rc  # importing it registers icons and style sheet with Qt

Choice = Literal["system", "light", "dark"]
FAMILIES: Final = [
    "Inter",
    "Noto Sans",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans CJK SC",
    "Noto Color Emoji",
]
SIDEBAR: Final = 200  # pixels
STRIP: Final = 48
BODY, SMALL, SECTION, TITLE, DISPLAY = 13, 12, 15, 20, 28


class Watch(QObject):
    """`changed`: another theme is applied; `tokens()` returns it."""

    changed = Signal()


class State:
    """What is applied now."""

    tokens: Tokens = LIGHT
    density: Density = "comfortable"
    applying = False


watch: Final = Watch()


def tokens() -> Tokens:
    """Return the colors in use."""
    return State.tokens


def applying() -> bool:
    """Whether a theme is being applied: each widget hears of several changes meanwhile."""
    return State.applying


def density() -> Density:
    """Return the density in use."""
    return State.density


def row_height() -> int:
    """Return the height of a row of a list, table or tree, in pixels."""
    return ROW_HEIGHT[State.density]


def apply(app: QApplication, choice: Choice = "system", dense: Density = "comfortable") -> None:
    """Apply a theme to the whole app and emit `watch.changed`."""
    State.tokens = chosen(choice)
    State.density = dense
    sheet = style_sheet(State.tokens, dense)
    if sheet != app.styleSheet():  # the same one would style every widget again
        State.applying = True
        if not app.styleSheet():
            app.setStyle("Fusion")
        app.setFont(font())
        app.setPalette(palette(State.tokens))
        app.setStyleSheet(sheet)
        State.applying = False
    watch.changed.emit()


def chosen(choice: Choice) -> Tokens:
    """Return the tokens of a preference; "system" asks the platform, else light."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def font(size: int = BODY, *, strong: bool = False) -> QFont:
    """Return the interface font in pixels, with digits of equal width."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def palette(use: Tokens) -> QPalette:
    """Return the palette for everything the style sheet does not name."""
    made = QPalette()
    for role, colour in {
        QPalette.ColorRole.Window: use.background,
        QPalette.ColorRole.WindowText: use.text,
        QPalette.ColorRole.Base: use.raised,
        QPalette.ColorRole.AlternateBase: use.surface,
        QPalette.ColorRole.Text: use.text,
        QPalette.ColorRole.PlaceholderText: use.muted,
        QPalette.ColorRole.Button: use.raised,
        QPalette.ColorRole.ButtonText: use.text,
        QPalette.ColorRole.BrightText: use.error,
        QPalette.ColorRole.Highlight: use.accent,
        QPalette.ColorRole.HighlightedText: use.on_accent,
        QPalette.ColorRole.Link: use.link,
        QPalette.ColorRole.LinkVisited: use.link,
        QPalette.ColorRole.ToolTipBase: use.raised,
        QPalette.ColorRole.ToolTipText: use.text,
        QPalette.ColorRole.Accent: use.accent,
        QPalette.ColorRole.Mid: use.line,
        QPalette.ColorRole.Midlight: use.line,
        QPalette.ColorRole.Light: use.raised,
        QPalette.ColorRole.Dark: use.control,
    }.items():
        made.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(use.disabled))
    return made


def style_sheet(use: Tokens, dense: Density) -> str:
    """Return resources/style.qss with the tokens filled in."""
    file = QFile(":/style.qss")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(":/style.qss")
    text = bytes(file.readAll().data()).decode()
    return Template(text).substitute(
        use._asdict(),
        row=ROW_HEIGHT[dense],
        control_height=CONTROL_HEIGHT[dense] - 2,
        body=BODY,
        small=SMALL,
        section=SECTION,
        title=TITLE,
        display=DISPLAY,
    )


def keep_whole(label: QLabel) -> None:
    """Indent a label whose first letter extends to the left, such as J in some fonts."""
    label.ensurePolished()
    text = label.text()
    label.setIndent(max(0, -label.fontMetrics().leftBearing(text[0])) if text else 0)


def set_class(widget: QWidget, *names: str) -> None:
    """Set the classes of a widget for the style sheet; takes effect immediately."""
    widget.setProperty("class", " ".join(names))
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
