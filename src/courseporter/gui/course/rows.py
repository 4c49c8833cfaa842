"""Small rows used by several steps of the course page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QLayout, QWidget

from courseporter.gui import theme
from courseporter.gui.icons import pixmap
from courseporter.gui.tokens import Role


def clear_layout(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def plain(text: str, *classes: str) -> QLabel:
    """Return a label with plain text that wraps."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if classes:
        theme.set_class(made, *classes)
    return made


def add_points(layout: QBoxLayout, points: tuple[str, ...], icon: str, role: Role) -> None:
    """Replace a column with sentences, each after a small icon."""
    clear_layout(layout)
    for point in points:
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        glyph = QLabel(row)
        glyph.setPixmap(pixmap(icon, role, 16, row.devicePixelRatioF()))
        inside.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(plain(point), 1)
        layout.addWidget(row)


def add_figures(grid: QGridLayout, rows: tuple[tuple[str, str], ...]) -> None:
    """Replace a table of names and numbers; the numbers are aligned at the end."""
    clear_layout(grid)
    for at, (name, figure) in enumerate(rows):
        value = plain(figure)
        value.setWordWrap(False)
        grid.addWidget(plain(name), at, 0)
        grid.addWidget(value, at, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(0, 1)
