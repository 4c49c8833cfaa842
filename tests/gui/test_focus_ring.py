import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget


@pytest.fixture
def active(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.stack.setFocus()
    return window


def test_the_ring_comes_with_tab_and_goes_with_a_click(active, qtbot):
    active.top.search.setFocus()
    assert not active.ring.isVisible()
    qtbot.keyClick(active.top.search, Qt.Key.Key_Tab)
    assert active.ring.isVisible()
    active.top.new.setFocus(Qt.FocusReason.TabFocusReason)
    assert active.ring.followed is active.top.new
    assert active.ring.geometry().contains(active.top.new.geometry())
    qtbot.mouseClick(active.middle, Qt.MouseButton.LeftButton)
    assert not active.ring.isVisible()


def test_the_mouse_alone_never_brings_the_ring(active, qtbot):
    qtbot.mouseClick(active.top.search, Qt.MouseButton.LeftButton)
    active.top.search.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not active.ring.isVisible()


def test_the_ring_comes_when_what_has_the_focus_is_shown_later(active, qtbot):
    """As on a page that is made ready before it comes to the front."""
    active.top.search.setFocus()
    qtbot.keyClick(active.top.search, Qt.Key.Key_Tab)
    page = QWidget()
    button = QPushButton("Import", page)
    active.stack.addWidget(page)
    button.setFocus()
    active.stack.setCurrentWidget(page)
    qtbot.waitUntil(button.hasFocus)
    assert active.ring.isVisible()
    assert active.ring.followed is button


def test_the_ring_goes_along_when_what_lies_around_moves(active, qtbot):
    page = QScrollArea()
    inner = QWidget()
    inner.setFixedSize(200, 2000)
    box = QWidget(inner)
    button = QPushButton("Choose…", box)
    page.setWidget(inner)
    active.stack.addWidget(page)
    active.stack.setCurrentWidget(page)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, Qt.Key.Key_F6)
    before = active.ring.geometry()
    box.move(0, 100)
    assert active.ring.geometry() == before.translated(0, 100)
    page.verticalScrollBar().setValue(60)
    assert active.ring.geometry() == before.translated(0, 40)
    page.verticalScrollBar().setValue(1000)
    assert not active.ring.isVisible()
    page.verticalScrollBar().setValue(0)
    assert active.ring.geometry() == before.translated(0, 100)
    active.top.search.setFocus()
    box.move(0, 200)
    assert active.ring.followed is active.top.search


def test_the_ring_stays_in_the_window_and_off_what_it_surrounds(active, qtbot):
    cards = active.pages["courses"].cards
    active.go("courses")
    cards.setFocus()
    qtbot.waitUntil(cards.hasFocus)
    qtbot.keyClick(cards, Qt.Key.Key_F6)
    ring, corner = active.ring.geometry(), cards.mapTo(active, QPoint(0, 0))
    assert active.rect().contains(ring)
    assert ring.left() < corner.x()
    assert ring.top() < corner.y()
