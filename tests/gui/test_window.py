import threading
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

from courseporter import api
from courseporter.api.values import Interrupted, Sums
from courseporter.errors import InputError
from courseporter.gui import actions
from courseporter.gui.importing import report_file
from courseporter.gui.window import Window
from courseporter.settings import Preferences
from fakes import api as fake

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def mime(*paths: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def drag_over(window, data: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(window, event)
    return event


def drop(window, data: QMimeData) -> None:
    drag_over(window, data)
    place = QPointF(50, 50)
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDropEvent(place, action, data, LEFT, NONE, QEvent.Type.Drop))


def test_the_overlay_names_what_a_drop_will_do(window, package, settle):
    drag_over(window, mime(package))
    assert window.overlay.isVisible()
    settle()
    assert window.overlay.words.text() == "Import “\u2068golf.zip\u2069” as SCORM 1.2"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_by_enter_and_by_space(window, qtbot, key):
    seen = []
    button = window.top.new
    button.clicked.connect(lambda: seen.append(1))
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, key)
    assert seen == [1]


def test_the_overlay_says_why_a_file_cannot_be_imported(window, tmp_path, settle):
    drag_over(window, mime(tmp_path / "broken.zip"))
    settle()
    assert "no manifest" in window.overlay.words.text()


def test_text_that_is_no_file_is_not_accepted(window):
    data = QMimeData()
    data.setText("hello")
    assert not drag_over(window, data).isAccepted()
    assert not window.overlay.isVisible()


def test_a_dropped_file_opens_its_source_step(window, package, settle):
    drop(window, mime(package))
    settle()
    assert not window.overlay.isVisible()
    assert window.stack.currentWidget() is window.course


def test_a_file_that_takes_time_to_read_is_named_at_once(window, package, settle, monkeypatch):
    ready = threading.Event()

    def slow(actor, path):
        ready.wait(30)
        return fake.sniff(actor, path)

    monkeypatch.setattr(api, "sniff", slow)
    monkeypatch.setattr(actions, "READING_MS", 0)
    drop(window, mime(package))
    QApplication.processEvents()
    source = window.course.source.form
    assert window.stack.currentWidget() is window.course
    assert (source.title.text(), source.facts.text()) == ("golf.zip", "Reading the file…")
    assert source.progress_card.isVisible()
    assert not source.primary.isVisible()
    ready.set()
    settle()
    assert source.facts.text().startswith("SCORM 1.2")
    assert source.primary.isVisible()
    assert not source.progress_card.isVisible()


def test_several_files_become_several_jobs_and_one_notice(window, house, tmp_path, settle):
    drop(window, mime(tmp_path / "a.zip", tmp_path / "broken.zip", tmp_path / "c.zip"))
    settle()
    prepared = [values[0] for name, values in house.calls if name == "prepare"]
    assert prepared == [str(tmp_path / "a.zip"), str(tmp_path / "c.zip")]
    assert window.stack.currentWidget() is window.pages["jobs"]
    assert window.notice_bar.message.text() == "Can't import 1 file."


def test_several_files_of_which_none_can_be_imported_promise_nothing(
    window, house, tmp_path, settle
):
    drop(window, mime(tmp_path / "broken a.zip", tmp_path / "broken b.zip"))
    settle()
    assert window.stack.currentWidget() is window.pages["home"]
    assert window.notice_bar.message.text() == "Can't import 2 files."
    assert "are being imported" not in window.notice_bar.hint.text()


def test_a_pasted_path_is_imported(window, package, settle):
    QGuiApplication.clipboard().setText(f'"{package}"\n')
    window.actions_of_app.items["paste"].trigger()
    settle()
    assert window.stack.currentWidget() is window.course


def test_a_pasted_web_address_is_answered_with_a_sentence(window):
    QGuiApplication.clipboard().setText("https://school.example/courses/12")
    window.actions_of_app.items["paste"].trigger()
    assert "not web addresses" in window.notice_bar.message.text()
    assert window.notice_bar.where.text() == "school.example"


def test_files_and_addresses_of_the_command_line_are_opened(window, package, settle):
    window.actions_of_app.open_all([str(package), "https://school.example/c"])
    settle()
    assert window.course.source.form.title.text() == "golf.zip"


def test_a_clipboard_without_a_path_says_so(window):
    QGuiApplication.clipboard().setText("no path at all")
    window.actions_of_app.items["paste"].trigger()
    assert "clipboard contains no file" in window.toaster.words.text()


def test_home_teaches_while_empty_and_shows_cards_later(window, house, settle):
    home = window.pages["home"]
    assert home.currentWidget() is home.welcome
    house.courses["draft-1"] = fake.draft_row(1, title="Pottery")
    house.token += 1
    settle(window)
    assert home.currentWidget() is home.recent
    assert home.recent.model.rows[0].title == "Pottery"
    assert window.sidebar.places["courses"].accessibleName() == "Courses, 1"


def test_search_narrows_the_cards(window, house, settle):
    for number, title in enumerate(("Pottery", "Golf"), 1):
        house.courses[f"draft-{number}"] = fake.draft_row(number, title=title)
    house.token += 1
    settle(window)
    window.go("courses")
    window.top.search.setText("GOL")
    page = window.pages["courses"]
    assert [row.title for row in page.model.rows] == ["Golf"]
    window.top.search.setText("swimming")
    assert page.nothing.isVisible()


def delete_first(window, house, settle, page="courses"):
    house.courses["draft-1"] = fake.draft_row(1)
    house.token += 1
    settle(window)
    window.go(page)
    cards = window.pages["home"].recent if page == "home" else window.pages[page]
    cards.cards.setCurrentIndex(cards.model.index(0))
    window.actions_of_app.items["remove"].trigger()


def test_a_deleted_course_comes_back_by_undo(window, house, settle):
    delete_first(window, house, settle)
    page = window.pages["courses"]
    assert not page.model.rows
    window.toaster.button.click()
    settle()
    assert page.model.rows
    assert not page.back.isVisible()


def test_a_deleted_course_is_out_of_sight_on_every_page(window, house, settle):
    delete_first(window, house, settle, "home")
    assert not window.pages["courses"].model.rows
    assert not window.actions_of_app.news.drafts
    assert window.pages["home"].currentWidget() is window.pages["home"].welcome


def test_a_deleted_course_can_be_brought_back_long_after_the_message_has_gone(
    window, house, settle
):
    delete_first(window, house, settle)
    window.toaster.dismiss()
    settle(window)
    page = window.pages["courses"]
    assert page.back.isVisible()
    assert "Restore" in page.back.text()
    page.back.click()
    assert page.model.rows
    assert not page.back.isVisible()


def test_ctrl_z_brings_back_the_course_that_was_deleted_last(window, house, settle):
    delete_first(window, house, settle)
    window.toaster.dismiss()
    window.actions_of_app.items["undo"].trigger()
    assert window.pages["courses"].model.rows


def test_what_ctrl_z_has_taken_back_the_toast_offers_no_longer(window, house, settle):
    delete_first(window, house, settle)
    window.actions_of_app.items["undo"].trigger()
    assert window.toaster.words.text() == "Restored “\u2068Course 1\u2069”."
    assert not window.toaster.offers_undo()


def test_the_keyboard_stays_beside_the_course_that_was_deleted(window, house, settle):
    for number in range(1, 4):
        house.courses[f"draft-{number}"] = fake.draft_row(number, title=f"Course {number}")
    house.token += 1
    settle(window)
    window.go("courses")
    page = window.pages["courses"]
    page.cards.setCurrentIndex(page.model.index(1))
    after = page.model.rows[2].id
    page.remove()
    assert page.model.rows[page.cards.currentIndex().row()].id == after
    assert page.cards.chosen() is None  # a second Del takes nothing more


def test_a_deleted_course_is_gone_when_the_app_has_ended(window, house, settle):
    delete_first(window, house, settle)
    window.toaster.dismiss()
    settle(window)
    assert house.courses
    window.actions_of_app.news.deleted.finish()
    assert not house.courses


def test_back_returns_to_the_page_before(window):
    window.go("jobs")
    window.go("settings")
    window.actions_of_app.items["go_back"].trigger()
    assert window.stack.currentWidget() is window.pages["jobs"]
    assert window.sidebar.places["jobs"].isChecked()


def test_back_goes_one_step_back_within_the_course_first(window, house, settle):
    house.courses["d"] = fake.draft_row(1, id="d", title="Pottery")
    settle(window)
    window.go("courses")
    window.show_draft("d")
    settle(window)
    window.course.go(2)
    back = window.actions_of_app.items["go_back"]
    back.trigger()
    assert window.stack.currentWidget() is window.course
    assert window.course.stack.currentWidget() is window.course.review
    back.trigger()
    assert window.stack.currentWidget() is window.pages["courses"]


def test_a_job_that_ended_is_told_with_a_button_to_its_course(window, house, settle):
    house.courses["d"] = fake.draft_row(1, id="d", title="Pottery")
    fake.put_job(house, fake.job_row(1, title="Pottery"))
    settle(window)
    done = fake.job_row(
        1,
        title="Pottery",
        state="completed",
        draft_id="d",
        sums=Sums(found=212, converted=212),
    )
    fake.put_job(house, done)
    settle(window)
    assert (
        window.toaster.words.text() == "Imported “\u2068Pottery\u2069”: 212 items, all converted."
    )
    assert window.toaster.button.text() == "Open course"
    window.toaster.button.click()
    settle()
    assert window.stack.currentWidget() is window.course


def test_the_strip_shows_the_running_job_and_stop_answers_at_once(window, house, settle):
    fake.put_job(house, fake.job_row(1, title="Pottery"))
    settle(window)
    strip = window.strip
    assert strip.isVisible()
    assert "Pottery" in strip.title.text()
    strip.stop.click()
    assert (strip.stop.text(), strip.stop.isEnabled()) == ("Stopping…", False)
    settle(window)
    assert ("cancel", ("job-1",)) in house.calls


def test_the_strip_pauses_its_job_and_lets_it_go_on(window, house, settle):
    fake.put_job(house, fake.job_row(1))
    settle(window)
    strip = window.strip
    strip.pause.click()
    assert (strip.pause.text(), strip.pause.isEnabled()) == ("Pausing…", False)
    settle(window)
    assert ("pause", ("job-1",)) in house.calls

    fake.put_job(house, fake.job_row(1, state="pending", waiting_for="user"))
    settle(window)
    assert "Paused." in strip.title.text()
    assert (strip.pause.text(), strip.pause.isEnabled()) == ("Resume", True)
    strip.pause.click()
    settle(window)
    assert ("resume", ("job-1",)) in house.calls


def test_the_keyboard_stays_with_pause_in_the_strip(window, house, settle, qtbot):
    window.activateWindow()
    fake.put_job(house, fake.job_row(1))
    settle(window)
    pause = window.strip.pause
    pause.setFocus()
    qtbot.waitUntil(pause.hasFocus)
    qtbot.keyClick(pause, Qt.Key.Key_Space)
    assert not pause.hasFocus()
    fake.put_job(house, fake.job_row(1, state="pending", waiting_for="user"))
    settle(window)
    qtbot.waitUntil(pause.hasFocus)


def test_the_strip_ends_a_long_line_with_dots(window, house, settle):
    window.resize(880, 480)
    fake.put_job(house, fake.job_row(1, title="Clay " * 60, state="pending", waiting_for="disk"))
    settle(window)
    title = window.strip.title
    assert title.shown().rstrip("\u2069").endswith("…")
    assert title.fontMetrics().horizontalAdvance(title.shown()) <= title.width()
    assert title.toolTip() == title.text()


def test_the_smallest_window_has_room_for_the_jobs_page(window, house, settle):
    window.resize(880, 480)
    fake.put_job(house, fake.job_row(1, title="Clay " * 60))
    settle(window)
    window.go("jobs")
    settle(window)
    page = window.pages["jobs"]
    assert page.minimumSizeHint().width() <= page.width()
    assert page.minimumSizeHint().height() <= page.height()


def test_the_bar_of_the_strip_stays_in_place_when_figures_get_shorter(window, house, settle):
    fake.put_job(house, fake.job_row(1, done=412_000, total=1_000_000))
    settle(window)
    QApplication.processEvents()  # the layout follows the words
    place = window.strip.bar.x()
    fake.put_job(house, fake.job_row(1, done=9, total=10))
    settle(window)
    QApplication.processEvents()
    assert window.strip.figures.text() == "10 of 10 lessons"
    assert window.strip.bar.x() == place


def test_escape_sends_away_one_thing_after_the_other(window, qtbot):
    window.activateWindow()
    window.go("courses")
    window.notice(InputError("This file is empty."))
    window.toast("Saved.")
    window.top.search.setFocus()
    window.top.search.setText("pot")
    qtbot.waitUntil(window.top.search.hasFocus)
    left = []
    for _ in range(3):
        qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
        left.append(
            (
                window.top.search.text(),
                window.toaster.isVisible(),
                window.notice_bar.isVisible(),
            )
        )
    assert left == [("", True, True), ("", False, True), ("", False, False)]


def test_nothing_moves_when_a_job_starts_or_ends(window, house, settle):
    before = window.stack.geometry()
    fake.put_job(house, fake.job_row(1))
    settle(window)
    assert window.stack.geometry() == before
    assert window.strip.stop.isVisible()
    fake.put_job(house, fake.job_row(1, state="completed"))
    settle(window)
    assert window.stack.geometry() == before
    assert window.strip.title.text() == "No jobs running"
    assert not window.strip.stop.isVisible()


def test_after_a_crash_it_offers_to_resume_all_jobs(window, house, settle):
    house.interrupted = Interrupted(jobs=3, stranded=3)
    window.interrupted.ask()
    settle()
    assert window.notice_bar.message.text() == "3 jobs were interrupted."
    resume, show = window.notice_bar.buttons
    assert (resume.text(), show.text()) == ("Resume all", "Show jobs")
    resume.click()
    settle()
    assert ("resume_interrupted", ()) in house.calls
    assert not window.notice_place.isVisible()
    assert window.toaster.words.text() == "Jobs resumed."


def show_interrupted(window, house, settle, **found):
    house.interrupted = Interrupted(**found)
    window.interrupted.ask()
    settle(window)


def test_jobs_that_workers_resume_by_themselves_are_not_offered_to_resume(window, house, settle):
    show_interrupted(window, house, settle, jobs=3)
    shown = [button.text() for button in window.notice_bar.buttons if button.isVisible()]
    assert window.notice_bar.message.text() == "3 jobs were interrupted."
    assert shown == ["Show jobs"]


def test_the_message_about_interrupted_jobs_goes_when_all_have_resumed(window, house, settle):
    show_interrupted(window, house, settle, jobs=2, stranded=1)
    house.interrupted = Interrupted(jobs=1, stranded=1)
    fake.put_job(house, fake.job_row(1))
    settle(window)
    settle(window)
    assert window.notice_bar.message.text() == "1 job was interrupted."
    house.interrupted = Interrupted()
    fake.put_job(house, fake.job_row(2))
    settle(window)
    settle(window)
    assert not window.notice_place.isVisible()


def test_another_notice_stays_when_interrupted_jobs_have_resumed(window, house, settle):
    show_interrupted(window, house, settle, jobs=1, stranded=1)
    window.notice(InputError("It is damaged."))
    house.interrupted = Interrupted()
    fake.put_job(house, fake.job_row(1, state="completed"))
    settle(window)
    settle(window)
    assert window.notice_bar.isVisible()


def test_a_notice_takes_its_room_and_gives_it_back(window):
    window.notice(InputError("It is damaged."))
    assert window.notice_bar.isVisible()
    window.notice_bar.shut.click()
    assert not window.notice_place.isVisible()


@pytest.mark.parametrize("page", ["home", "courses", "new", "jobs", "settings", "help"])
def test_tab_reaches_only_controls_with_a_name(window, house, settle, page):
    house.courses["draft-1"] = fake.draft_row(1)
    fake.put_job(house, fake.job_row(1))
    settle(window)
    window.go(page)
    settle(window)
    unnamed = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()
    ]
    assert unnamed == []


@pytest.mark.parametrize("page", ["home", "courses", "new", "jobs", "settings"])
def test_the_tab_key_passes_all_that_is_on_a_page_from_the_top_down(
    window, house, settle, qtbot, page
):
    for number in range(1, 4):
        house.courses[f"draft-{number}"] = fake.draft_row(number)
        fake.put_job(house, fake.job_row(number, state="failed"))
    house.token += 1
    settle(window)
    window.activateWindow()
    window.go(page)
    settle(window)
    window.sidebar.places["settings"].setFocus()
    qtbot.waitUntil(window.sidebar.places["settings"].hasFocus)
    seen = []
    while True:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if not window.stack.isAncestorOf(at):
            break
        seen.append(at)
    heights = [
        widget.mapTo(window, widget.rect().center()).y()
        for widget in seen
        if not isinstance(widget, QScrollArea)  # holds what comes after it
    ]
    stops = [
        widget
        for widget in window.stack.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]
    assert set(seen) == set(stops)
    assert len(seen) == len(stops)
    assert all(after > before - 8 for before, after in pairwise(heights))


def test_the_keyboard_goes_along_to_help_and_settings(window, qtbot):
    window.activateWindow()
    window.go("help")
    qtbot.waitUntil(window.pages["help"].hasFocus)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert window.pages["help"].verticalScrollBar().value() > 0
    window.go("settings")
    qtbot.waitUntil(window.pages["settings"].form.theme_system.hasFocus)


def test_every_place_of_the_sidebar_is_a_stop_of_the_tab_key(window, qtbot):
    window.activateWindow()
    places = [place for place in window.sidebar.places.values() if place.isVisible()]
    places[0].setFocus()
    qtbot.waitUntil(places[0].hasFocus)
    for place in places[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is place


def test_nothing_can_be_clicked_that_is_smaller_than_24_pixels(window, house, settle):
    house.courses["draft-1"] = fake.draft_row(1)
    settle(window)
    small = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
        and button.focusPolicy() != Qt.FocusPolicy.NoFocus
        and (button.width() < 24 or button.height() < 24)
    ]
    assert [button.text() or button.objectName() for button in small] == []


def test_cards_fill_the_width_in_even_columns(window, house, settle):
    for number in range(1, 9):
        house.courses[f"draft-{number}"] = fake.draft_row(number)
    house.token += 1
    settle(window)
    window.go("courses")
    page = window.pages["courses"]
    for width in range(900, 1300, 37):
        window.resize(width, 700)
        QApplication.processEvents()
        tops = [page.cards.visualRect(page.model.index(row)).top() for row in range(8)]
        columns = tops.count(tops[0])
        used = columns * page.cards.gridSize().width()
        assert page.cards.viewport().width() - used < 24


def test_file_dialogs_start_where_the_last_file_was(window, house, package, settle):
    window.actions_of_app.import_paths([package])
    settle()
    assert house.settings.recent == (str(package),)
    assert window.actions_of_app.last_folder() == str(package.parent)
    window.pages["settings"].set_value("out_folder", "/exports")
    settle()
    assert house.settings.recent == (str(package),)


@pytest.mark.parametrize(
    ("chosen", "kind", "written"),
    [
        ("r.html", "Web page (*.html)", "r.html"),
        ("r.html", "Table (*.csv)", "r.csv"),
        ("r", "Table (*.csv)", "r.csv"),
        ("r", "Web page (*.html)", "r.html"),
        ("r.csv", "Web page (*.html)", "r.csv"),
    ],
)
def test_a_report_has_the_ending_of_its_kind(chosen, kind, written):
    assert report_file(Path(chosen), kind) == Path(written)


def test_what_went_wrong_goes_with_the_page_it_was_said_on(window):
    window.notice(InputError("It is damaged."))
    window.go("settings")
    assert not window.notice_bar.isVisible()


def test_a_job_whose_end_the_course_page_shows_is_not_told_twice(window, house, settle, package):
    fake.put_job(house, fake.job_row(1))
    settle(window)
    window.show_source(api.sniff(house, package), "job-1")
    settle(window)
    fake.put_job(house, fake.job_row(1, state="failed"))
    settle(window)
    assert not window.toaster.isVisible()


def test_borders_stay_where_they_were_moved(qtbot, dressed, house, tmp_path):
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def open_review():
        made = Window(memory)
        qtbot.addWidget(made)
        made.resize(1180, 760)
        made.show()
        made.furnish(house, Preferences())
        made.actions_of_app.watcher.stop()
        made.may_close = lambda: True
        course = made.course_page()
        course.stack.setCurrentWidget(course.review)
        made.go("course")
        QApplication.processEvents()
        return made, course.review.form.panes

    first, panes = open_review()
    panes.moveSplitter(panes.widget(1).x() + 60, 1)
    moved = panes.sizes()
    first.close()
    memory.remove("geometry")  # the screen of the test is smaller than the window
    _, panes = open_review()
    qtbot.waitUntil(lambda: panes.sizes() == moved)


def test_a_drop_whose_source_is_gone_takes_what_was_announced(window, house, package, settle):
    drag_over(window, mime(package))
    place, action = QPointF(50, 50), Qt.DropAction.CopyAction
    nothing = QMimeData()
    window.overlay.drop(QDropEvent(place, action, nothing, LEFT, NONE, QEvent.Type.Drop))
    settle(window)
    assert window.course.source.sniff.name == package.name


def test_the_window_is_never_larger_than_its_screen(window):
    room = window.screen().availableSize()
    assert window.minimumWidth() <= room.width()
    assert window.minimumHeight() < room.height()


def test_the_keyboard_goes_on_in_the_page_that_came_to_the_front(window, house, settle, qtbot):
    for number in (1, 2):
        house.courses[f"draft-{number}"] = fake.draft_row(number)
    fake.put_job(house, fake.job_row(1))
    house.token += 1
    settle(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.top.search.setFocus()
    window.go("jobs")
    assert window.pages["jobs"].form.table.hasFocus()
    window.go("home")
    assert window.pages["home"].recent.cards.hasFocus()
    window.go("courses")
    assert window.pages["courses"].cards.hasFocus()


def test_delete_spares_a_course_that_nobody_chose(window, house, settle, qtbot):
    house.courses["draft-1"] = fake.draft_row(1)
    house.token += 1
    settle(window)
    window.go("courses")
    page = window.pages["courses"]
    assert page.cards.chosen() is None
    page.remove()
    assert page.actions_of_app.news.deleted.last() is None
    page.cards.setCurrentIndex(page.model.index(0, 0))
    page.remove()
    assert page.actions_of_app.news.deleted.last().id == "draft-1"


def test_the_page_of_courses_says_that_there_are_none(window):
    window.go("courses")
    page = window.pages["courses"]
    assert page.nothing.isVisible()
    assert page.nothing.text().startswith("No courses yet.")


def test_enter_that_is_held_down_presses_a_button_once(window, qtbot):
    pressed = []
    button = window.top.new
    button.clicked.connect(lambda: pressed.append(1))
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    for held in (False, True, True):
        kind, none = QEvent.Type.KeyPress, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(window, QKeyEvent(kind, Qt.Key.Key_Return, none, "", held))
        button.setFocus()
    assert pressed == [1]
