import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


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
