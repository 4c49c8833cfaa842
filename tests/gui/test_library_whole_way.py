"""From a course into a library and back, with nothing faked: real store, api, jobs and files."""

import os
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import LibraryOptions
from courseporter.api.workers import run_one, work
from courseporter.gui import background, theme
from courseporter.gui.window import Window
from courseporter.secret import Secret
from courseporter.settings import Preferences
from fakes import library as far
from fakes.material import simple_tables, simple_template, template
from fakes.studio import Studio
from fakes.studio.libraries import Library

KEY = "lib:Demo:clay"
PHOTOS = os.environ.get("COURSEPORTER_PHOTOS")


@pytest.fixture
def window(qtbot, dressed, plain_locale, tmp_path):
    home = tmp_path / "home"
    actor = api.start(home)
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


def photograph(window, name, part=None):
    """Keep a picture where somebody asked for one, in both themes."""
    if not PHOTOS:
        return
    for style in ("dark", "light"):
        theme.apply(QApplication.instance(), style)
        if part is not None:
            window.course.destination.form.scroll.ensureWidgetVisible(part)
        QApplication.processEvents()
        window.grab().save(str(Path(PHOTOS) / f"{name}-{style}.png"))


@pytest.fixture
def edited(window, tmp_path):
    """A library of the same course in which somebody changed a page; the course has changed too."""
    actor = window.actions_of_app.actor
    tables = simple_tables(6)
    tables["lessons"][0]["content"] = "<p>Page 1: water.</p>"
    changed = template(tmp_path / "changed.zip", tables)
    old = libraries.draft_for_library(actor, changed)
    out = tmp_path / "library.zip"
    result = libraries.import_into_library(actor, old, LibraryOptions(to=str(out), level="section"))
    pages = [one.entity_key for one in result.items if one.title == "Lesson 2"]
    far.edited(out, next(key for key in pages if ":html:" in key))
    return out


def card_of(window, qtbot):
    actor = window.actions_of_app.actor
    window.show_draft(api.drafts(actor)[-1].id)  # the first that was imported
    qtbot.waitUntil(lambda: window.course.looked is not None)
    window.course.go(2)
    card = window.course.destination.library
    qtbot.waitUntil(lambda: card.isVisible() and bool(card.place.file.text()))
    return card


def test_a_course_becomes_a_library_and_the_library_goes_again(window, qtbot, tmp_path):
    card = card_of(window, qtbot)
    card.place.file.setText(str(tmp_path / "new.zip"))
    qtbot.mouseClick(card.plan, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.items.isVisible)
    assert "new" in card.items.counts.text()
    assert not (tmp_path / "new.zip").exists()
    photograph(window, "library-new", card.begin)

    qtbot.mouseClick(card.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Imported into" in card.message.text(), timeout=20_000)
    assert (tmp_path / "new.zip").exists()
    photograph(window, "library-done", card.begin)

    qtbot.mouseClick(card.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Undone" in card.message.text(), timeout=20_000)
    assert not (tmp_path / "new.zip").exists()


def test_what_is_unticked_is_left_out(window, qtbot, tmp_path):
    card = card_of(window, qtbot)
    card.place.file.setText(str(tmp_path / "some.zip"))
    qtbot.mouseClick(card.plan, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.items.isVisible)
    model = card.items.model
    for row in range(1, model.rowCount()):
        box = Qt.ItemDataRole.CheckStateRole
        assert model.setData(model.index(row, 0), Qt.CheckState.Unchecked, box)
    assert "excluded" in card.items.counts.text()
    kept = model.item(model.index(0, 0))
    qtbot.mouseClick(card.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Imported into" in card.message.text(), timeout=20_000)
    units = [one.title for one in card.items.result.items if one.kind == "unit"]
    assert units == [kept.title]


def test_what_others_changed_is_shown_and_decided(window, qtbot, edited):
    card = card_of(window, qtbot)
    card.place.file.setText(str(edited))
    card.level.setCurrentIndex(card.level.findData("section"))
    card.policy.setCurrentIndex(card.policy.findData("overwrite"))
    qtbot.mouseClick(card.plan, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.items.only.isVisible)
    assert "1 needs your decision" in card.items.counts.text()
    photograph(window, "library-plan", card.begin)

    card.items.only.setChecked(True)
    assert card.items.model.rowCount() == 1
    card.items.tree.setCurrentIndex(card.items.model.index(0, 0))
    qtbot.waitUntil(lambda: "EDITED" in card.items.there.toPlainText())
    assert "EDITED" not in card.items.here.toPlainText()
    photograph(window, "library-decide", card.begin)

    card.items.policy.setCurrentIndex(card.items.policy.findData("keep_both"))
    card.items.policy.activated.emit(card.items.policy.currentIndex())
    qtbot.waitUntil(lambda: card.items.result.held == 0)
    qtbot.mouseClick(card.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Imported into" in card.message.text(), timeout=20_000)
    assert not any(one.outcome == "held" for one in card.items.result.items)
    pages = [one.entity_key for one in card.items.result.items if ":html:" in one.entity_key]
    assert sum("EDITED" in (far.text_of(edited, key) or "") for key in pages) == 1


def test_the_history_lists_imports_and_undoes_one_item(window, qtbot, edited):
    actions = window.actions_of_app
    actions.items["go_libraries"].trigger()
    page = window.pages["libraries"]
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    qtbot.waitUntil(lambda: page.items.result is not None)
    photograph(window, "library-history")
    before = far.members(edited)
    page.items.tree.setCurrentIndex(page.items.model.index(0, 0))
    assert page.undo_row.isEnabled()
    qtbot.mouseClick(page.undo_row, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=20_000)
    qtbot.waitUntil(lambda: far.members(edited) != before, timeout=20_000)


@pytest.fixture
def site(window):
    """An Open edX site with one library, connected."""
    with Studio() as studio:
        studio.site.libraries[KEY] = Library("Demo", "clay", "Clay", "For potters")
        values = {"lms_url": studio.lms, "studio_url": studio.studio,
                  "client_id": "staff-client", "default_org": "Demo"}  # fmt: skip
        secrets = {"client_secret": Secret("staff-secret")}
        actor = window.actions_of_app.actor
        api.add_connection(actor, "openedx", "campus", values, secrets, session_only=True)
        yield studio


def test_a_library_of_a_site_is_chosen_and_written(window, qtbot, site):
    card = card_of(window, qtbot)
    qtbot.waitUntil(lambda: card.place.where.findData("campus") > 0)
    card.place.where.setCurrentIndex(card.place.where.findData("campus"))
    card.place.where.activated.emit(card.place.where.currentIndex())
    qtbot.waitUntil(lambda: card.place.site_library.count() == 1)
    assert not card.place.file.isVisible()
    qtbot.mouseClick(card.plan, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.items.isVisible)
    photograph(window, "library-site", card.begin)
    qtbot.mouseClick(card.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Imported into" in card.message.text(), timeout=30_000)
    there = site.site.libraries[KEY]
    assert len([one for one in there.entities.values() if one.there]) > 6
