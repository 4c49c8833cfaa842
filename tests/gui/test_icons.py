import re
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from courseporter.gui import icons, theme
from courseporter.gui.commands import COMMANDS
from courseporter.gui.tokens import DARK, LIGHT


def test_every_drawing_is_in_the_resource_file(root):
    listed = ET.parse(root / "resources" / "courseporter.qrc")
    names = {element.text for element in listed.iter("file")}
    drawings = {f"icons/{path.name}" for path in (root / "resources" / "icons").glob("*.svg")}
    assert names == drawings | {"style.qss"}


def test_every_icon_named_in_the_code_exists(qapp, root):
    named = set()
    for path in (root / "src" / "courseporter" / "gui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named.update(re.findall(r'\b(?:icon|pixmap)\("([a-z-]+)"', text))
    named.update(command.icon for command in COMMANDS)
    named.update(icons.OF_TYPE.values())
    named.update(icons.OF_KIND.values())
    for name in named:
        icons.drawing(name)


def test_an_unknown_name_fails_at_once(qapp):
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")


def test_icons_follow_the_theme(qapp, monkeypatch):
    inks = []
    for tokens in (LIGHT, DARK):
        monkeypatch.setattr(theme.State, "tokens", tokens)
        image = icons.icon("stop", "error").pixmap(QSize(80, 80)).toImage()
        assert not image.isNull()
        solid = [
            image.pixelColor(x, y).name()
            for x in range(80)
            for y in range(80)
            if image.pixelColor(x, y).alpha() == 255
        ]
        inks.append(max(set(solid), key=solid.count))
    assert inks == [QColor(LIGHT.error).name(), QColor(DARK.error).name()]


def test_a_block_of_unknown_type_has_the_glyph_of_the_unknown():
    assert icons.kind_icon("block", "hologram") == "unknown"
    assert icons.kind_icon("lesson") == "lesson"
