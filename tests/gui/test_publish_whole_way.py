"""From a course to Studio and back with nothing faked but the site: real store, api and jobs.

The worker is a thread: the secret is known to this process alone.
"""

import os
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from courseporter import api
from courseporter.api.workers import run_one, work
from courseporter.gui import background, theme
from courseporter.gui.window import Window
from courseporter.secret import Secret
from courseporter.settings import Preferences
from fakes.material import simple_template
from fakes.studio import Studio

PHOTOS = os.environ.get("COURSEPORTER_PHOTOS")


@pytest.fixture
def fake():
    with Studio() as studio:
        yield studio


@pytest.fixture
def window(qtbot, dressed, plain_locale, tmp_path, fake):
    home = tmp_path / "home"
    actor = api.start(home)
    values = {"lms_url": fake.lms, "studio_url": fake.studio, "client_id": "staff-client",
              "default_org": "PorterU", "poll_interval_ms": 100}  # fmt: skip
    secrets = {"client_secret": Secret("staff-secret")}
    api.add_connection(actor, "openedx", "campus", values, secrets, session_only=True)
    run_one(actor, api.prepare(actor, simple_template(tmp_path / "pottery.zip", lessons=6)))
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(api.start(home),), kwargs={"stop": stop})
    worker.start()
    made = Window()
    qtbot.addWidget(made)
    made.resize(1100, 900)
    made.show()
    actions = made.furnish(actor, Preferences())
    made.may_close = lambda: True  # the last job may still be in the news when the test ends
    yield made
    actions.watcher.stop()
    actions.news.pause_timer.stop()
    stop.set()
    worker.join()
    qtbot.waitUntil(background.idle)
    api.stop(actor)


def photograph(window, name):
    """Keep a picture where somebody asked for one, in both themes."""
    if not PHOTOS:
        return
    card = window.course.destination.publish
    for style in ("dark", "light"):
        theme.apply(QApplication.instance(), style)
        window.course.destination.form.scroll.ensureWidgetVisible(card.publish)
        QApplication.processEvents()
        window.grab().save(str(Path(PHOTOS) / f"{name}-{style}.png"))


def test_a_course_is_published_proved_and_taken_back(window, qtbot, fake):
    actor = window.actions_of_app.actor
    window.show_draft(api.drafts(actor)[0].id)
    qtbot.waitUntil(lambda: window.course.looked is not None)
    window.course.go(2)
    card = window.course.destination.publish
    qtbot.waitUntil(card.isVisible)
    assert card.site.currentText() == "campus"
    photograph(window, "publish-offer")

    qtbot.mouseClick(card.plan, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "what publishing will do" in card.message.text())
    assert fake.site.tasks == []
    photograph(window, "publish-plan")

    qtbot.mouseClick(card.publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "read back the same" in card.message.text())
    assert len(fake.site.tasks) == 1
    assert card.undo.isVisible()
    photograph(window, "publish-done")

    qtbot.mouseClick(card.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Undo will do this" in card.message.text())
    assert len(fake.site.tasks) == 1
    photograph(window, "publish-undo-plan")
    window.guard.look(card.undo.mapToGlobal(card.undo.rect().center()))
    window.guard.clock = lambda: time.monotonic() + 60  # the button has been there for a while
    qtbot.mouseClick(card.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Undone" in card.message.text())
    assert "The course run stays: Open edX can't delete it." in card.shown[1]
    run = next(iter(fake.site.runs.values()))
    assert run.course.root.children == []
    photograph(window, "publish-undone")

    card.draft_id = ""  # as when the app is opened again
    card.open_view(api.draft(actor, api.drafts(actor)[0].id))
    qtbot.waitUntil(lambda: "Undone" in card.message.text())


def test_without_a_site_the_destination_offers_to_connect_one(window, qtbot):
    actor = window.actions_of_app.actor
    api.forget_connection(actor, "campus")
    window.show_draft(api.drafts(actor)[0].id)
    qtbot.waitUntil(lambda: window.course.looked is not None)
    window.course.go(2)
    card = window.course.destination.publish
    qtbot.waitUntil(card.connect_site.isVisible)
    assert not card.publish.isVisible()
    qtbot.mouseClick(card.connect_site, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not card.isVisible())  # the form of a new connection is shown
