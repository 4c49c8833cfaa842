import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from courseporter import api
from courseporter.api.values import ErrorView, LogLine, ProblemRow
from courseporter.errors import TransientError
from courseporter.gui.jobs_model import KEPT, PAGE
from fakes import api as fake


@pytest.fixture
def page(window, settle):
    window.go("jobs")
    settle(window)
    return window.pages["jobs"]


def show(house, window, settle, *rows):
    for row in rows:
        fake.put_job(house, row)
    settle(window)


def test_an_empty_list_says_what_to_do(page):
    assert "Drop a course" in page.form.nothing.text()
    assert not page.form.parts.isVisible()
    assert not page.form.view_all.isVisible()  # nothing there to choose from
    assert page.form.nothing.y() < 100  # below the title, with the emptiness below it


def test_the_hook_of_the_j_is_not_cut_from_the_title(page):
    title = page.form.title
    assert title.indent() == max(0, -title.fontMetrics().leftBearing("J"))


def test_what_a_cell_cuts_its_tooltip_says(page, house, window, settle):
    error = ErrorView(code="not_zip", message="This file is damaged: its end is missing. " * 40)
    show(house, window, settle, fake.job_row(1, state="failed", error=error, title="Golf"))
    cells = [page.model.index(0, column) for column in range(4)]
    tips = [cell.data(Qt.ItemDataRole.ToolTipRole) for cell in cells]
    assert tips == ["Import of “\u2068Golf\u2069”", None, error.message[:600], None]


def test_counts_add_up(page, house, window, settle):
    states = ("running", "pending", "pending", "completed", "failed", "canceled")
    show(
        house,
        window,
        settle,
        *(fake.job_row(number, state=state) for number, state in enumerate(states)),
    )
    said = page.form.sums.text()
    assert said == "6 jobs: 1 running · 2 waiting · 1 done · 1 failed · 1 stopped"
    assert page.model.rowCount() == 6


def test_a_hundred_thousand_jobs_are_read_page_by_page(page, house, window, settle, monkeypatch):
    rows = tuple(fake.job_row(number, state="completed") for number in range(2000))
    asked = []

    def jobs(actor, states=(), limit=200, offset=0):
        if not states:
            asked.append(offset)
        return rows[: limit if not states else 0]

    monkeypatch.setattr(api, "jobs", jobs)
    monkeypatch.setattr(api, "job_counts", lambda actor: {"completed": 100_000})
    house.token += 1
    settle(window)
    assert page.model.rowCount() == 100_000
    assert set(asked) == {0}
    page.form.table.scrollToBottom()
    page.form.table.grab()
    settle()
    assert max(asked) == 100_000 - PAGE
    for number in range(0, 100_000, PAGE):
        page.model.job(number)
    settle()
    assert len(page.model.pages) <= KEPT


def test_the_chosen_job_stays_chosen_when_others_come(page, house, window, settle):
    show(house, window, settle, fake.job_row(5), fake.job_row(6))
    page.form.table.selectRow(1)
    assert page.chosen_id == "job-6"
    show(house, window, settle, fake.job_row(1), fake.job_row(2))
    assert page.chosen().id == "job-6"
    assert page.form.table.currentIndex().row() == 3


def test_views_show_the_states_they_name(page, house, window, settle):
    show(house, window, settle, fake.job_row(1), fake.job_row(2, state="failed"))
    page.form.view_failed.click()
    settle(window)
    assert page.model.rowCount() == 1
    assert page.model.job(0).id == "job-2"
    page.form.view_done.click()
    settle(window)
    assert page.form.nothing.text() == "No jobs are done yet."


def test_stop_answers_at_once_and_asks_the_store(page, house, window, settle):
    show(house, window, settle, fake.job_row(1))
    window.actions_of_app.items["stop"].trigger()
    assert page.details.form.stop.text() == "Stopping…"
    settle(window)
    assert ("cancel", ("job-1",)) in house.calls
    assert not page.details.form.stop.isEnabled()


def test_pause_answers_at_once_and_the_job_goes_on_when_asked(page, house, window, settle):
    show(house, window, settle, fake.job_row(1))
    form = page.details.form
    form.pause.click()
    assert (form.pause.text(), form.pause.isEnabled()) == ("Pausing…", False)
    settle(window)
    assert ("pause", ("job-1",)) in house.calls
    assert form.pause.text() == "Pausing…"

    show(house, window, settle, fake.job_row(1, state="pending", waiting_for="user"))
    assert not form.pause.isVisible()
    assert form.retry.text() == "Resume"
    window.actions_of_app.items["pause"].trigger()
    settle(window)
    assert ("resume", ("job-1",)) in house.calls


def test_the_keyboard_stays_with_pause_and_what_takes_its_place(page, house, window, settle, qtbot):
    window.activateWindow()
    show(house, window, settle, fake.job_row(1))
    form = page.details.form
    form.pause.setFocus()
    qtbot.waitUntil(form.pause.hasFocus)
    place = form.pause.x()
    qtbot.keyClick(form.pause, Qt.Key.Key_Space)
    settle(window)
    show(house, window, settle, fake.job_row(1, state="pending", waiting_for="user"))
    qtbot.waitUntil(form.retry.hasFocus)
    assert form.retry.x() <= place < form.stop.x()  # a second click never hits Stop
    qtbot.keyClick(form.retry, Qt.Key.Key_Space)
    show(house, window, settle, fake.job_row(1))
    qtbot.waitUntil(form.pause.hasFocus)


@pytest.mark.parametrize(("asked", "name"), [("pause", "Pause"), ("cancel", "Stop")])
def test_a_wish_that_cannot_be_written_down_can_be_said_again(
    page, house, window, settle, monkeypatch, asked, name
):
    def busy(_actor, _job_id):
        raise TransientError("The store is busy.", code="store_busy")

    show(house, window, settle, fake.job_row(1))
    monkeypatch.setattr(api, asked, busy)
    form = page.details.form
    button = form.pause if asked == "pause" else form.stop
    button.click()
    assert not button.isEnabled()
    settle(window)
    assert (button.text(), button.isEnabled()) == (name, True)
    assert window.notice_bar.message.text() == "The store is busy."


def test_a_job_that_still_waits_is_paused_before_it_begins(page, house, window, settle):
    show(house, window, settle, fake.job_row(1, state="pending"))
    window.actions_of_app.items["pause"].trigger()
    settle(window)
    assert "Paused." in page.details.form.state.text()
    assert page.details.form.retry.text() == "Resume"


def test_try_again_goes_on_with_a_failed_job(page, house, window, settle):
    show(house, window, settle, fake.job_row(1, state="failed"))
    window.actions_of_app.items["retry"].trigger()
    settle(window)
    assert ("retry", ("job-1",)) in house.calls


def test_all_failed_jobs_can_be_tried_again_at_once(page, house, window, settle):
    show(
        house,
        window,
        settle,
        fake.job_row(1, state="failed"),
        fake.job_row(2, state="failed"),
        fake.job_row(3, state="completed"),
    )
    page.form.retry_failed.click()
    settle(window)
    assert {values for name, values in house.calls if name == "retry"} == {("job-1",), ("job-2",)}


def test_clearing_says_how_many_went_and_leaves_the_running(page, house, window, settle):
    show(house, window, settle, fake.job_row(1), fake.job_row(2, state="completed"))
    page.form.clear_finished.click()
    settle(window)
    assert set(house.rows) == {"job-1"}
    assert window.toaster.words.text() == "Cleared 1 finished job."


def lines(*levels):
    return [
        LogLine(id=number, at=fake.NOW, level=level, code="x", message=f"line {number}")
        for number, level in enumerate(levels, 1)
    ]


def test_the_log_grows_by_what_is_new(page, house, window, settle):
    house.logs["job-1"] = lines("info", "warning")
    show(house, window, settle, fake.job_row(1))
    text = page.details.form.log
    assert text.toPlainText().count("line") == 2
    house.logs["job-1"] = lines("info", "warning", "info")
    show(house, window, settle, fake.job_row(1, done=500))
    assert [row.split()[-1] for row in text.toPlainText().splitlines()] == ["1", "2", "3"]


def test_the_log_can_be_limited_searched_and_copied(page, house, window, settle):
    house.logs["job-1"] = lines("info", "warning", "info")
    show(house, window, settle, fake.job_row(1))
    form = page.details.form
    form.find.setText("line 3")
    assert len(form.log.extraSelections()) == 1
    assert not form.follow.isChecked()
    form.level.setCurrentIndex(1)
    settle(window)
    assert form.log.toPlainText().split()[-1] == "2"
    form.copy.click()
    assert QGuiApplication.clipboard().text() == form.log.toPlainText()


def test_notes_are_listed_when_the_job_has_ended(page, house, window, settle):
    house.troubles = [
        ProblemRow(
            id=1,
            code="missing_files",
            severity="warning",
            message="Two files are missing.",
            where="lessons.csv",
            hint=None,
            count=2,
            key=None,
        )
    ]
    house.courses["d"] = fake.draft_row(1, id="d")
    show(house, window, settle, fake.job_row(1, state="completed", draft_id="d"))
    notes = page.details.form.problems
    assert [notes.item(row).text() for row in range(notes.count())] == [
        "Two files are missing. (2 times)"
    ]


def test_long_notes_wrap_and_count_only_once(page, house, window, settle):
    house.troubles = [
        note(
            "12 files that the package declares are not in it: " + "“content/page.html”, " * 30, 12
        )
    ]
    house.courses["d"] = fake.draft_row(1, id="d", job_id="job-1")
    show(house, window, settle, fake.job_row(1, state="completed", draft_id="d", problems=1))
    notes = page.details.form.problems
    page.details.form.tabs.setCurrentIndex(1)
    assert "times" not in notes.item(0).text()
    assert notes.visualItemRect(notes.item(0)).height() > 2 * notes.fontMetrics().height()
    assert notes.horizontalScrollBar().maximum() == 0


def test_notes_that_were_resolved_after_the_end_of_a_job_are_counted(page, house, window, settle):
    house.courses["d"] = fake.draft_row(1, id="d", job_id="job-1")
    house.troubles = [note("One."), note("Two.")]
    show(house, window, settle, fake.job_row(1, state="completed", draft_id="d", problems=2))
    assert listed(page) == ["One.", "Two."]
    house.troubles = [note("Two.")]
    house.courses["d"] = fake.draft_row(1, id="d", job_id="job-1", rev=9)
    house.token += 1
    settle(window)
    assert listed(page) == ["1 of 2 problems has been fixed since.", "Two."]
    assert page.details.form.tabs.tabText(1) == "Problems 1"
    del house.courses["d"]
    house.token += 1
    settle(window)
    assert listed(page) == ["The course was deleted."]


def test_a_job_that_was_just_started_is_chosen(page, house, window, settle):
    show(house, window, settle, fake.job_row(1), fake.job_row(2))
    page.form.table.selectRow(1)
    assert page.chosen_id == "job-2"
    window.actions_of_app.just_started = "job-3"
    fake.put_job(house, fake.job_row(3, created_at=fake.NOW))
    settle(window)
    assert page.chosen_id == "job-3"
    page.form.table.selectRow(1)
    fake.put_job(house, fake.job_row(3, created_at=fake.NOW, done=500))
    settle(window)
    assert page.chosen_id == "job-1"


def test_an_import_of_several_courses_lists_the_notes_of_all(page, house, window, settle):
    for name in ("a", "b"):
        house.courses[name] = fake.draft_row(1, id=name, job_id="job-1")
    house.troubles = [note("Two files are missing.")]
    done = fake.job_row(1, state="completed", draft_id="a", courses=2, problems=2)
    show(house, window, settle, done)
    assert listed(page) == ["Two files are missing."] * 2
    assert "and 1 more course" in page.details.form.headline.text()


def note(message, count=1):
    return ProblemRow(
        id=1,
        code="missing_files",
        severity="warning",
        message=message,
        where=None,
        hint=None,
        count=count,
        key=None,
    )


def listed(page):
    notes = page.details.form.problems
    return [notes.item(row).text() for row in range(notes.count())]


def test_screen_readers_hear_state_and_progress(page, house, window, settle):
    from PySide6.QtCore import Qt

    show(house, window, settle, fake.job_row(1, title="Pottery"))
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [page.model.data(page.model.index(0, column), role) for column in range(3)]
    assert said[1:] == ["Running", "412 of 1,000 lessons"]
    assert "Pottery" in said[0]
