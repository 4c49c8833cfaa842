import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget

from courseporter.gui.click_guard import GUARD_SECONDS, SUBJECT, ClickGuard

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Scene:
    """A window with two buttons in the same place, of which one is shown, and one beside them."""

    def __init__(self, qtbot):
        self.clock = Clock()
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        middle = QWidget()
        self.window.setCentralWidget(middle)
        self.window.resize(300, 100)
        self.first, self.second = QPushButton("Import", middle), QPushButton("Stop", middle)
        self.beside = QPushButton("Pause", middle)
        for button, left in ((self.first, 0), (self.second, 0), (self.beside, 120)):
            button.setGeometry(left, 0, 120, 40)
        self.second.hide()
        self.clicked = []
        for button in (self.first, self.second, self.beside):
            button.clicked.connect(lambda _=False, b=button: self.clicked.append(b.text()))
        self.window.show()
        qtbot.waitExposed(self.window)
        self.guard = ClickGuard(self.window, self.clock)
        self.move(QPoint(60, 20))
        self.clock.now += 10

    def move(self, place):
        self.place = place
        QCursor.setPos(self.window.mapToGlobal(place))
        self.window.repaint()
        self.window.update()
        QApplication.processEvents()

    def click(self):
        QTest.mouseClick(self.window.windowHandle(), LEFT, NONE, self.place)
        QApplication.processEvents()

    def swap(self):
        self.first.hide()
        self.second.show()
        self.window.update()
        QApplication.processEvents()


@pytest.fixture
def scene(qtbot):
    return Scene(qtbot)


def test_a_button_that_appears_under_the_pointer_takes_no_click_for_half_a_second(scene):
    scene.click()
    scene.swap()
    scene.clock.now += GUARD_SECONDS - 0.1
    scene.click()
    assert scene.clicked == ["Import"]
    scene.clock.now += 0.2
    scene.click()
    assert scene.clicked == ["Import", "Stop"]


def test_also_when_it_appears_in_the_very_moment_of_the_click(scene):
    scene.first.hide()
    scene.second.show()
    scene.click()
    assert scene.clicked == []


def test_a_button_that_the_pointer_moves_onto_takes_the_click_at_once(scene):
    scene.move(QPoint(118, 20))
    scene.move(QPoint(122, 20))
    scene.click()
    assert scene.clicked == ["Pause"]


def test_a_hand_that_trembles_does_not_shorten_the_time(scene):
    scene.swap()
    scene.move(QPoint(62, 21))
    scene.click()
    assert scene.clicked == []


def test_a_button_that_changes_its_words_takes_no_second_click(scene):
    scene.first.clicked.connect(lambda: scene.first.setText("Resume"))
    scene.click()
    scene.click()
    assert scene.clicked == ["Import"]


def test_a_button_that_is_about_something_else_now_takes_no_second_click(scene):
    scene.first.setProperty(SUBJECT, "job-1")
    scene.move(scene.place)
    scene.clock.now += 1
    scene.first.clicked.connect(lambda: scene.first.setProperty(SUBJECT, "job-2"))
    scene.click()
    scene.click()
    assert scene.clicked == ["Import"]


def test_a_button_that_stays_the_same_takes_every_click(scene):
    scene.click()
    scene.click()
    assert scene.clicked == ["Import", "Import"]


def test_a_second_enter_never_presses_the_button_that_got_the_focus_meanwhile(scene, qtbot):
    scene.window.activateWindow()
    qtbot.waitUntil(scene.window.isActiveWindow)
    scene.first.setFocus()
    window = scene.window.windowHandle()
    scene.first.clicked.connect(scene.second.show)
    scene.first.clicked.connect(scene.second.setFocus)
    QTest.keyClick(window, Qt.Key.Key_Space)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert scene.clicked == ["Import"]
    scene.clock.now += GUARD_SECONDS
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert scene.clicked == ["Import", "Stop"]


def test_a_key_that_moves_the_focus_makes_the_next_enter_count(scene, qtbot):
    scene.window.activateWindow()
    qtbot.waitUntil(scene.window.isActiveWindow)
    scene.first.setFocus()
    window = scene.window.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_Space)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert scene.clicked == ["Import", "Pause"]
