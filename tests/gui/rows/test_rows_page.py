"""The page Rows with nothing faked but the services: real store, api and jobs."""

import os
import threading
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from courseporter import api
from courseporter.api import rows as api_rows
from courseporter.api.rows import RowOptions
from courseporter.api.workers import work
from courseporter.gui import background, theme
from courseporter.gui.rows.model import PAGE
from courseporter.gui.window import Window
from courseporter.secret import Secret
from courseporter.settings import Preferences
from fakes import omdb as fake_omdb
from fakes.material import simple_tables, template
from fakes.omdb import film, served_omdb
from fakes.records import KEY, served_records

PHOTOS = os.environ.get("COURSEPORTER_PHOTOS")
HEADER = "Date,Name,Year,Letterboxd URI\n"


@pytest.fixture
def service():
    with served_records() as made:
        yield made


@pytest.fixture
def omdb(monkeypatch):
    with served_omdb(film("tt0022100", "M", 1931), film("tt0000001", "Twin", 2000),
                     film("tt0000002", "Twin", 2000)) as made:  # fmt: skip
        for one in made.films[1:]:
            one["imdbVotes"] = "9"
        monkeypatch.setenv("COURSEPORTER_OMDB_URL", made.web.url)
        yield made


@pytest.fixture
def actor(tmp_path, service, omdb):
    made = api.start(tmp_path / "home")
    profile = {"profile": str(service.profile(tmp_path))}
    secret = {"api_key": Secret(KEY)}
    api.add_connection(made, "http_api", "films", profile, secret, session_only=True)
    key = {"api_key": Secret(fake_omdb.KEY)}
    api.add_connection(made, "omdb", "omdb", {}, key, session_only=True)
    return made


@pytest.fixture
def window(qtbot, dressed, plain_locale, actor, tmp_path):
    made = Window()
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    actions = made.furnish(actor, Preferences())
    made.may_close = lambda: True
    yield made
    actions.watcher.stop()
    actions.news.pause_timer.stop()
    qtbot.waitUntil(background.idle)
    api.stop(actor)


@pytest.fixture
def worker(tmp_path, window):
    stop = threading.Event()
    thread = threading.Thread(
        target=work, args=(api.start(tmp_path / "home"),), kwargs={"stop": stop}
    )
    thread.start()
    yield thread
    stop.set()
    thread.join()


@pytest.fixture
def page(window, qtbot):
    qtbot.waitUntil(lambda: window.actions_of_app.news.takes_rows)
    window.go("rows")
    qtbot.waitUntil(background.idle)
    return window.pages["rows"]


def table(tmp_path, *lines, name="watched.csv", header=HEADER):
    path = tmp_path / name
    path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def photograph(window, name):
    """Keep a picture where somebody asked for one, in both themes."""
    if not PHOTOS:
        return
    for style in ("dark", "light"):
        theme.apply(QApplication.instance(), style)
        QApplication.processEvents()
        window.grab().save(str(Path(PHOTOS) / f"rows-{name}-{style}.png"))


def press(widget, text):
    """Click the button of this text."""
    found = [one for one in widget.findChildren(QPushButton) if one.text() == text]
    assert found, f"no button says {text}"
    found[0].click()


def until(qtbot, view, **counts):
    """Wait until the import has come to rest with these counters."""

    def there():
        view.refresh()
        now = view.view
        return now is not None and view.at_rest() and counts.items() <= now.counts.items()

    qtbot.waitUntil(there)
    qtbot.waitUntil(background.idle)


def test_the_page_is_in_the_sidebar_once_there_is_a_service(window, page):
    assert window.sidebar.places["rows"].isVisible()
    assert page.history.nothing.isVisible()
    photograph(window, "empty")


def test_a_file_is_checked_then_sent_and_every_row_is_seen(
    window, page, qtbot, worker, service, tmp_path
):
    path = table(tmp_path, "2024-03-01,M,1931,https://boxd.it/1", "2024-13-01,Ran,1985,",
                 "2024-03-01,M,1931,https://boxd.it/1", "2024-03-04,Ikiru,1952,")  # fmt: skip
    page.open_file(path)
    qtbot.waitUntil(lambda: page.upload.preview is not None)
    preview = page.upload.preview
    assert (preview.rows, preview.duplicates, preview.errors) == (4, 1, {"date_invalid": 1})
    photograph(window, "upload")
    page.upload.begin.click()
    view = page.import_view
    qtbot.waitUntil(lambda: page.currentWidget() is view)
    until(qtbot, view, pending=2, failed=1, skipped=1)
    assert service.posts == []
    assert view.send.text() == "Send 2 rows"
    view.send.click()
    until(qtbot, view, success=2, pending=0)
    assert service.titles() == ["M", "Ikiru"]
    assert view.filters["failed"].text() == "Failed  1"
    view.filters["failed"].click()
    qtbot.waitUntil(lambda: view.model.total == 1 and view.model.line(0) is not None)
    view.table.setCurrentIndex(view.model.index(0, 0))
    qtbot.waitUntil(lambda: "Date" in view.panel.fields)
    photograph(window, "failed")
    view.panel.fields["Date"].setText("2024-03-02")
    press(view.panel, "Save and try again")
    until(qtbot, view, success=3, failed=0)
    assert service.titles() == ["M", "Ikiru", "Ran"]
    page.show_history()
    qtbot.waitUntil(lambda: len(page.history.made) == 1)
    photograph(window, "history")


def test_a_film_is_chosen_by_a_key(window, page, qtbot, worker, service, tmp_path):
    path = table(tmp_path, "2024-03-01,Twin,2000,")
    page.open_file(path)
    page.upload.enrich.setCurrentIndex(1)
    page.upload.dry.setChecked(False)
    qtbot.waitUntil(lambda: page.upload.preview is not None and page.upload.preview.requests == 1)
    page.upload.begin.click()
    view = page.import_view
    qtbot.waitUntil(lambda: page.currentWidget() is view)
    until(qtbot, view, held=1)
    qtbot.waitUntil(lambda: len(view.panel.choices) == 2)
    photograph(window, "held")
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_2)
    until(qtbot, view, success=1, held=0)
    assert service.records[0]["imdbId"] == view.panel.detail.found["imdb_id"]


def test_an_unknown_header_is_mapped_and_remembered(page, qtbot, window, tmp_path):
    path = table(tmp_path, "2024-03-01,M,1931,https://boxd.it/1", header="Tag,Titel,Jahr,Link\n")
    page.open_file(path)
    qtbot.waitUntil(lambda: len(page.upload.mapping.choices) == 4)
    photograph(window, "mapping")
    for needed, cell in {"Date": "Tag", "Name": "Titel", "Year": "Jahr",
                         "Letterboxd URI": "Link"}.items():  # fmt: skip
        choice = page.upload.mapping.choices[needed]
        choice.setCurrentIndex(choice.findData(cell))
    qtbot.waitUntil(lambda: page.upload.preview is not None)
    assert page.upload.preview.rows == 1
    page.open_file(path)
    qtbot.waitUntil(lambda: page.upload.preview is not None)
    assert not page.upload.mapping.isVisible()


def test_dates_that_can_be_read_in_two_ways_are_asked_for(page, qtbot, tmp_path):
    page.open_file(table(tmp_path, "03/04/2024,M,1931,"))
    qtbot.waitUntil(lambda: page.upload.form.isRowVisible(page.upload.order))
    assert not page.upload.begin.isEnabled()
    page.upload.order.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.upload.preview is not None)
    assert page.upload.preview.first == "2024-04-03"


def test_a_long_table_is_read_page_by_page(window, page, qtbot, actor, tmp_path, monkeypatch):
    rows = [f"2024-03-01,Film {n},1931,https://boxd.it/{n}" for n in range(5 * PAGE)]
    rows += ["2024-13-01,x,1931,"] * (2 * PAGE)
    job = api_rows.import_rows(actor, table(tmp_path, *rows), RowOptions()).job
    asked = []
    lines = api_rows.row_lines

    def look(actor, job, status=None, **words):
        asked.append((status, words["after"], words["offset"]))
        return lines(actor, job, status, **words)

    monkeypatch.setattr(api_rows, "row_lines", look)
    page.show_import(job)
    view = page.import_view
    qtbot.waitUntil(lambda: view.model.total == 7 * PAGE and background.idle())
    assert set(asked) == {(None, 0, 0)}
    view.table.scrollToBottom()
    view.table.grab()
    qtbot.waitUntil(background.idle)
    assert (None, 6 * PAGE, 0) in asked
    assert view.model.line(7 * PAGE - 1).row == 7 * PAGE
    view.filters["failed"].click()
    qtbot.waitUntil(lambda: view.model.total == 2 * PAGE and background.idle())
    view.table.scrollToBottom()
    view.table.grab()
    qtbot.waitUntil(lambda: view.model.line(2 * PAGE - 1) is not None)
    assert view.model.line(0).row == 5 * PAGE + 1
    assert view.model.line(2 * PAGE - 1).row == 7 * PAGE
    photograph(window, "long")


@pytest.mark.parametrize(
    ("name", "header", "line"),
    [
        ("diary.csv", HEADER, "2024-03-01,M,1931,https://boxd.it/1"),
        ("trakt.csv", "watched_at,type,title,year\n", "2024-03-01T10:00:00Z,movie,M,1931"),
        ("enrollments.csv", "email,course_external_id\n", "ada@example.com,c1"),
        ("watchlist.csv", HEADER, "2024-03-01,M,1931,https://boxd.it/1"),
    ],
)
def test_a_dropped_table_of_rows_goes_to_rows(window, qtbot, tmp_path, name, header, line):
    path = table(tmp_path, line, name=name, header=header)
    window.actions_of_app.import_paths([path])
    page = window.pages["rows"]
    qtbot.waitUntil(lambda: window.stack.currentWidget() is page)
    assert page.currentWidget() is page.upload
    assert page.upload.path == path


def test_a_dropped_export_goes_to_rows_and_a_template_to_courses(window, qtbot, tmp_path):
    path = tmp_path / "letterboxd.zip"
    with ZipFile(path, "w") as made:
        made.writestr("watched.csv", HEADER + "2024-03-01,M,1931,https://boxd.it/1\n")
        made.writestr("profile.csv", "Date Joined,Username\n2020-01-01,ada\n")
    window.actions_of_app.import_paths([path])
    page = window.pages["rows"]
    qtbot.waitUntil(lambda: window.stack.currentWidget() is page)
    course = template(tmp_path / "course.zip", simple_tables(1))
    window.actions_of_app.import_paths([course])
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.course)
    qtbot.waitUntil(background.idle)
    assert window.course.source.sniff.source == "csv"


def test_what_is_a_course_and_rows_is_asked_for(window, qtbot, tmp_path):
    path = template(tmp_path / "both.zip", simple_tables(1))
    with ZipFile(path, "a") as made:
        made.writestr("diary.csv", HEADER + "2024-03-01,M,1931,https://boxd.it/1\n")
    window.actions_of_app.import_paths([path])
    qtbot.waitUntil(window.notice_place.isVisible)
    page = window.pages["rows"]
    assert window.stack.currentWidget() is not page
    press(window.notice_bar, "The rows")
    qtbot.waitUntil(lambda: window.stack.currentWidget() is page)
    assert page.upload.path == path
