"""From a drop to a package with nothing faked: real store, real api, a real worker process."""

import tarfile

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from courseporter import api
from courseporter.api.workers import serve
from courseporter.gui import background
from courseporter.gui.supervisor import Supervisor
from courseporter.gui.window import Window
from courseporter.settings import Preferences
from fakes.material import simple_template

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


@pytest.fixture
def window(qtbot, dressed, plain_locale, tmp_path):
    home = tmp_path / "home"
    actor = api.start(home)
    workers = Supervisor(home, serve, 1)
    workers.start()
    made = Window()
    qtbot.addWidget(made)
    made.show()
    actions = made.furnish(actor, Preferences())
    made.may_close = lambda: True  # the last job may still be in the news when the test ends
    yield made
    actions.watcher.stop()
    actions.news.pause_timer.stop()  # the window is closed by now, and gone while we wait
    workers.stop()
    qtbot.waitUntil(background.idle)
    api.stop(actor)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = QPointF(200, 200)
    enter = QDragEnterEvent(place.toPoint(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, COPY, data, LEFT, NONE, QEvent.Type.Drop))


def test_a_dropped_file_is_reviewed_exported_and_lies_where_it_should(window, qtbot, tmp_path):
    def shows(part):
        course = window.course
        return course is not None and course.stack.currentWidget() is getattr(course, part)

    def press(part):
        qtbot.waitUntil(lambda: shows(part))
        button = getattr(window.course, part).form.primary
        qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled())
        qtbot.mouseClick(button, LEFT)

    drop(window, simple_template(tmp_path / "pottery.zip", lessons=12))
    press("source")
    qtbot.waitUntil(lambda: shows("review"))
    tree = window.course.review.tree
    qtbot.waitUntil(lambda: tree.rows.rowCount() == 2)
    press("review")
    out = tmp_path / "pottery.tar.gz"
    field = window.course.destination.form.file
    qtbot.waitUntil(lambda: field.text() != "")
    field.setText(str(out))
    press("destination")
    qtbot.waitUntil(lambda: shows("done"))

    assert "verified" in window.course.done.form.sentence.text()
    with tarfile.open(out) as package:
        sequentials = [name for name in package.getnames() if name.startswith("course/sequential/")]
    assert len(sequentials) == 12
