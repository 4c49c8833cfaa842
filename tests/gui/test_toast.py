import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QWidget

from courseporter.gui.toast import Toast


@pytest.fixture
def toast(qtbot):
    parent = QWidget()
    parent.resize(900, 600)
    qtbot.addWidget(parent)
    made = Toast(parent)
    parent.show()
    return made


def test_undo_runs_once_and_the_toast_goes(toast, qtbot):
    done = []
    toast.say("Deleted.", "Undo", lambda: done.append("undo"))
    qtbot.mouseClick(toast.button, Qt.MouseButton.LeftButton)
    assert done == ["undo"]
    assert not toast.isVisible()


def test_the_toast_goes_when_its_time_is_over(toast):
    done = []
    toast.say("Deleted.", "Undo", lambda: done.append("undo"))
    toast.timer.timeout.emit()
    assert done == []
    assert not toast.isVisible()


def test_the_next_undo_takes_the_place_of_the_one_before(toast):
    done = []
    toast.say("Deleted one.", "Undo", lambda: done.append("one"))
    toast.say("Deleted two.", "Undo", lambda: done.append("two"))
    assert toast.words.text() == "Deleted two."
    toast.button.click()
    assert done == ["two"]


def test_stands_bottom_left_also_after_the_window_grew(toast, qtbot):
    toast.say("Saved.")
    toast.parentWidget().resize(1000, 800)
    qtbot.waitUntil(lambda: toast.geometry().bottom() == 800 - 16 - 1)
    assert toast.x() == 16


def test_waits_while_the_pointer_rests_on_it(toast, qtbot):
    toast.say("Saved.")
    toast.leaveEvent(QEvent(QEvent.Type.Leave))
    assert toast.timer.isActive()
    place = QPointF(4, 4)
    toast.enterEvent(QEnterEvent(place, place, place))
    assert not toast.timer.isActive()


def test_titles_are_never_taken_for_html(toast):
    toast.say("Imported <b>x</b>")
    assert toast.words.textFormat() == Qt.TextFormat.PlainText


def test_an_undo_is_not_cut_short_by_the_next_message(toast):
    done = []
    toast.say("Deleted one.", "Undo", lambda: None)
    toast.say("Imported ‘Pottery’.", "Open course", lambda: done.append("opened"))
    assert toast.words.text() == "Deleted one."
    toast.timer.timeout.emit()
    assert toast.words.text() == "Imported ‘Pottery’."
    toast.button.click()
    assert done == ["opened"]


def test_closing_the_window_says_no_more(toast):
    toast.say("Deleted one.", "Undo", lambda: None)
    toast.say("Saved.")
    toast.finish()
    assert not toast.isVisible()


def test_leaves_the_buttons_below_a_page_free(toast):
    footer = QFrame(toast.parentWidget())
    footer.setObjectName("footer")
    footer.setGeometry(0, 540, 900, 60)
    footer.show()
    toast.say("Saved.")
    assert toast.geometry().bottom() == 540 - 16 - 1
