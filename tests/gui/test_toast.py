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
    toast.say("Deleted.", "Undo", lambda: done.append("undo"), lambda: done.append("final"))
    qtbot.mouseClick(toast.button, Qt.MouseButton.LeftButton)
    assert done == ["undo"]
    assert not toast.isVisible()


def test_what_was_not_undone_becomes_final_when_the_time_is_over(toast):
    done = []
    toast.say("Deleted.", "Undo", lambda: done.append("undo"), lambda: done.append("final"))
    toast.timer.timeout.emit()
    assert done == ["final"]
    assert not toast.isVisible()


def test_the_next_toast_makes_the_one_before_final(toast):
    done = []
    toast.say("Deleted one.", "Undo", lambda: None, lambda: done.append("one"))
    toast.say("Deleted two.", "Undo", lambda: None, lambda: done.append("two"))
    assert done == ["one"]
    assert toast.words.text() == "Deleted two."


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
    toast.say("Deleted one.", "Undo", lambda: None, lambda: done.append("one"))
    toast.say("Imported ‘Pottery’.", "Open course", lambda: done.append("opened"))
    assert (done, toast.words.text()) == ([], "Deleted one.")
    toast.timer.timeout.emit()
    assert (done, toast.words.text()) == (["one"], "Imported ‘Pottery’.")
    toast.button.click()
    assert done == ["one", "opened"]


def test_closing_the_window_ends_what_waits_for_undo_and_says_no_more(toast):
    done = []
    toast.say("Deleted one.", "Undo", lambda: None, lambda: done.append("one"))
    toast.say("Saved.")
    toast.finish()
    assert done == ["one"]
    assert not toast.isVisible()


def test_leaves_the_buttons_below_a_page_free(toast):
    footer = QFrame(toast.parentWidget())
    footer.setObjectName("footer")
    footer.setGeometry(0, 540, 900, 60)
    footer.show()
    toast.say("Saved.")
    assert toast.geometry().bottom() == 540 - 16 - 1
