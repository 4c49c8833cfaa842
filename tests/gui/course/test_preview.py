import base64

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from courseporter.gui import theme
from courseporter.gui.course.preview import Preview


@pytest.fixture
def picture():
    image = QImage(1200, 600, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return f'<img src="data:image/png;base64,{base64.b64encode(buffer.data().data()).decode()}">'


@pytest.fixture
def preview(qtbot, dressed):
    made = Preview()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    return made


def test_a_page_with_a_picture_comes_to_rest_and_can_be_scrolled(qtbot, preview, picture):
    preview.show_html(f"<p>Look:</p>{picture}<p>{'Words. ' * 200}</p>")
    qtbot.waitUntil(lambda: not preview.rest.isActive())
    bar = preview.verticalScrollBar()
    bar.setValue(100)
    preview.resize(400, 240)  # higher: pictures are as wide as before
    assert not preview.rest.isActive()
    assert bar.value() == 100


def test_pictures_fit_a_pane_that_was_made_narrow_and_the_place_is_kept(qtbot, preview, picture):
    preview.show_html(f"{picture}<p>{'Words. ' * 400}</p>")
    preview.verticalScrollBar().setValue(100)
    preview.resize(300, 200)
    qtbot.waitUntil(lambda: preview.fitted == preview.room() and not preview.rest.isActive())
    assert preview.horizontalScrollBar().maximum() == 0
    assert preview.verticalScrollBar().value() == 100


def test_the_page_that_is_shown_already_stays_where_it_was_being_read(preview):
    preview.show_html(f"<p>{'Words. ' * 800}</p>")
    preview.verticalScrollBar().setValue(100)
    preview.show_html(f"<p>{'Words. ' * 800}</p>")
    assert preview.verticalScrollBar().value() == 100
    preview.show_html("<p>Another</p>")
    assert preview.verticalScrollBar().value() == 0


def test_another_theme_keeps_the_place(preview):
    preview.show_html(f"<p>{'Words. ' * 800}</p>")
    preview.verticalScrollBar().setValue(100)
    theme.watch.changed.emit()
    assert preview.verticalScrollBar().value() == 100


def test_headings_are_no_larger_than_the_title_of_a_page(qtbot, dressed):
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_html("<h1>One</h1><h2>Two</h2><h3>Three</h3><h6>Six</h6><p>Text</p>")
    block, sizes = preview.document().begin(), []
    while block.isValid():
        sizes.append(block.begin().fragment().charFormat().font().pixelSize())
        block = block.next()
    assert sizes[0] == theme.TITLE
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2:] == [theme.BODY] * 3
