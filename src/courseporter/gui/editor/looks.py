"""Runs of a text as character formats of Qt, and back.

What a run means is kept in properties of its format; size and color are only how it looks.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, cast

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextList,
    QTextTable,
)

from courseporter.api.texts import OBJECT, Run
from courseporter.gui import theme

_FIRST: Final = int(QTextFormat.Property.UserProperty)
SEPARATOR: Final = "\x1f"  # no HTML holds it
HEADINGS: Final = {"h1": 3, "h2": 2, "h3": 1, "h4": 0, "h5": 0, "h6": 0}  # steps of size
SMALLER: Final = -1


class Mark(IntEnum):
    """What formats remember."""

    TAG = _FIRST + 1  # of a paragraph
    ATTRIBUTES = _FIRST + 2
    BOLD = _FIRST + 3
    CODE = _FIRST + 4
    SCRIPT = _FIRST + 5
    ALT = _FIRST + 6
    MORE = _FIRST + 7
    AROUND = _FIRST + 8
    RAW = _FIRST + 9  # inline HTML
    KEPT = _FIRST + 10  # HTML of a whole part
    NAME = _FIRST + 11  # of its element
    TEXT = _FIRST + 12  # that a person reads in it
    WRAPPED = _FIRST + 13
    FILLER = _FIRST + 14  # an empty block that Qt needs beside a table
    HEADS = _FIRST + 15
    HEAD = _FIRST + 16


def text_of(style: QTextFormat, mark: Mark) -> str:
    """A property that holds text; empty when it isn't set."""
    value: object = style.property(mark)
    return value if isinstance(value, str) else ""


def flag_of(style: QTextFormat, mark: Mark) -> bool:
    """A property that is set or not."""
    return style.boolProperty(mark)


def char_format(run: Run, tag: str) -> QTextCharFormat:
    """How a run looks in a paragraph of this kind."""
    use = theme.tokens()
    style = QTextCharFormat()
    style.setFontFamilies(theme.FAMILIES)
    strong = run.bold or tag in HEADINGS or tag == "th"
    style.setFontWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if HEADINGS.get(tag):
        style.setProperty(QTextFormat.Property.FontSizeAdjustment, HEADINGS[tag])
    style.setForeground(QColor(use.link if run.href is not None else use.text))
    if run.bold:
        style.setProperty(Mark.BOLD, True)
    style.setFontItalic(run.italic)
    style.setFontUnderline(run.underline or run.href is not None)
    style.setFontStrikeOut(run.strike)
    _further(style, run, tag)
    if run.href is not None:
        style.setAnchor(True)
        style.setAnchorHref(run.href)
    if run.underline:
        style.setProperty(Mark.WRAPPED, True)
    for mark, text in (
        (Mark.SCRIPT, run.script),
        (Mark.MORE, run.more),
        (Mark.AROUND, SEPARATOR.join(run.around)),
        (Mark.ALT, run.alt),
        (Mark.RAW, run.raw),
    ):
        if text:
            style.setProperty(mark, text)
    return style


def _further(style: QTextCharFormat, run: Run, tag: str) -> None:
    if run.code or tag == "pre":
        style.setFontFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"])
        style.setBackground(QColor(theme.tokens().surface))
    if run.code:
        style.setProperty(Mark.CODE, True)
    if run.script:
        below = run.script == "sub"
        where = QTextCharFormat.VerticalAlignment
        style.setVerticalAlignment(where.AlignSubScript if below else where.AlignSuperScript)


def run_of(text: str, style: QTextCharFormat) -> Run:
    """The run that a piece of text with this format is."""
    around = text_of(style, Mark.AROUND)
    raw = text_of(style, Mark.RAW)
    picture = style.toImageFormat().name() if style.isImageFormat() and not raw else None
    return Run(
        text=text if picture is None and not raw else OBJECT,
        bold=flag_of(style, Mark.BOLD),
        italic=style.fontItalic(),
        underline=flag_of(style, Mark.WRAPPED),
        strike=style.fontStrikeOut(),
        code=flag_of(style, Mark.CODE),
        script=text_of(style, Mark.SCRIPT),
        href=style.anchorHref() if style.isAnchor() else None,
        source=picture,
        alt=text_of(style, Mark.ALT),
        more=text_of(style, Mark.MORE),
        around=tuple(around.split(SEPARATOR)) if around else (),
        raw=raw,
    )


def block_format(tag: str, attributes: str = "") -> QTextBlockFormat:
    """The format of a paragraph of this kind."""
    style = QTextBlockFormat()
    style.setProperty(Mark.TAG, tag)
    if attributes:
        style.setProperty(Mark.ATTRIBUTES, attributes)
    level = int(tag[1]) if tag in HEADINGS else 0
    style.setHeadingLevel(level)
    style.setTopMargin(16 if level else 0)
    style.setBottomMargin(4 if level else 8)
    style.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if tag == "pre":
        style.setBackground(QColor(theme.tokens().surface))
    return style


def list_at(block: QTextBlock) -> QTextList | None:
    """The list that a block is an entry of."""
    return cast("QTextList | None", block.textList())


def table_at(block: QTextBlock) -> QTextTable | None:
    """The table that a block is in."""
    return cast("QTextTable | None", QTextCursor(block).currentTable())
