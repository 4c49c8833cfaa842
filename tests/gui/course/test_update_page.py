"""A second import of the same source in the window, with the real store and worker behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from courseporter import api
from courseporter.api import workers
from courseporter.api.values import UpdateDiff
from courseporter.gui import background, theme
from courseporter.gui.course.update_model import CLASS, TITLE
from courseporter.gui.course.update_words import difference_html, marked, readable
from fakes.material import simple_tables, template


@pytest.fixture
def source(tmp_path):
    """Write the source: three lessons, unless told otherwise."""

    def write(change=lambda _lessons: None):
        tables = simple_tables(3)
        tables |= {name: [] for name in ("exercises", "questions", "options")}
        change(tables["lessons"])
        return template(tmp_path / "clay.zip", tables)

    return write


@pytest.fixture
def course(bench, author, source, qtbot):
    """A course that was imported from the source, open in the review."""
    job = api.prepare(author, source())
    workers.work(author, once=True)
    draft = api.job(author, job).draft_id
    bench.show_draft(draft)
    qtbot.waitUntil(lambda: bench.looked is not None and background.idle())
    return draft


@pytest.fixture
def compare(bench, author, course, qtbot):
    """Ask for an update, and let the worker read the source; returns the page."""

    def ask():
        page = bench.update_page
        bench.show_update()
        qtbot.waitUntil(lambda: page.job_id is not None or not page.error.isHidden())
        if page.error.isHidden():
            workers.work(author, once=True)
            bench.actions_of_app.watcher.look()
            page._read_job()
            qtbot.waitUntil(lambda: page.view is not None or not page.error.isHidden())
        qtbot.waitUntil(background.idle)
        return page

    return ask


def new_version(lessons):
    """The first lesson has another text, the second is gone, and there is a new one."""
    lessons[0]["content"] = "<p>Tea and clay</p>"
    lessons[1] |= {"external_id": "l9", "title": "Kiln"}


def rows(page):
    return {
        page.model.index(n, TITLE).data(): page.model.index(n, CLASS).data()
        for n in range(page.model.rowCount())
    }


def html_of(author, draft, key):
    return api.item(author, draft, key).block.html


def test_each_item_says_whether_it_is_new_changed_or_removed_and_what_differs(
    compare, source, qtbot
):
    source(new_version)
    page = compare()
    assert rows(page) == {
        "Lesson 1": "Changed", "Kiln": "New", "Lesson 2": "Removed from the source",
    }  # fmt: skip
    assert page.summary.text() == "1 new · 1 changed · 1 removed · 2 the same"
    page.tree.setCurrentIndex(page.model.index(0, TITLE))
    assert "Tea and" in page.difference.toPlainText()
    assert page.primary.text() == "Update 3 items"


def test_what_is_chosen_comes_over_as_one_step_that_undo_takes_back(
    bench, compare, source, course, author, qtbot, frame
):
    source(new_version)
    page = compare()
    kiln = next(n for n in range(3) if page.model.index(n, TITLE).data() == "Kiln")
    page.model.setData(
        page.model.index(kiln, TITLE), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
    )
    assert page.primary.text() == "Update 2 items"
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.stack.currentWidget() is bench.review and background.idle())

    titles = [row.title for row in api.outline(author, course) if row.kind == "lesson"]
    assert titles == ["Lesson 1", "Lesson 3"]
    assert "Tea and clay" in html_of(author, course, "text:l1")
    assert len(api.history(author, course)) == 1
    frame.undo()
    qtbot.waitUntil(background.idle)
    titles = [row.title for row in api.outline(author, course) if row.kind == "lesson"]
    assert titles == ["Lesson 1", "Lesson 2", "Lesson 3"]


def test_what_was_edited_here_stays_unless_it_is_chosen(compare, source, course, author, qtbot):
    api.edit(author, course, [api.ops.SetText(key="text:l1", html="<p>Mine</p>")])
    source(new_version)
    page = compare()
    assert rows(page)["Lesson 1"] == "Edited here, changed in the source"
    assert "lesson:l1" not in page.model.chosen
    page.tree.setCurrentIndex(page.model.index(0, TITLE))
    assert page.difference.toPlainText().startswith("Your edits stay.")

    page.update_course()
    qtbot.waitUntil(background.idle)
    assert html_of(author, course, "text:l1") == "<p>Mine</p>"


def test_an_edit_made_here_is_replaced_when_the_person_says_so(
    compare, source, course, author, qtbot
):
    api.edit(author, course, [api.ops.SetText(key="text:l1", html="<p>Mine</p>")])
    source(new_version)
    page = compare()
    page.model.setData(
        page.model.index(0, TITLE), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole
    )
    assert page.difference.toPlainText().startswith("Your edits are replaced")
    page.update_course()
    qtbot.waitUntil(background.idle)
    assert "Tea and clay" in html_of(author, course, "text:l1")


def test_a_source_that_has_not_changed_says_so(compare, source):
    page = compare()
    assert page.hint.text() == "The source hasn't changed. There is nothing to update."
    assert page.primary.isHidden()


def test_a_source_that_is_gone_is_named_and_another_file_can_be_chosen(compare, source, tmp_path):
    (tmp_path / "clay.zip").unlink()
    page = compare()
    assert "clay.zip" in page.error.text()
    assert not page.other.isHidden()
    assert not page.again.isHidden()


def test_a_course_that_a_colleague_has_changed_meanwhile_is_not_updated(
    compare, source, course, author, qtbot
):
    source(new_version)
    page = compare()
    api.rename(author, course, "lesson:l3", "Glaze")
    page.update_course()
    qtbot.waitUntil(lambda: background.idle() and not page.error.isHidden())

    assert "has changed" in page.error.text()
    assert len(api.history(author, course)) == 1


def test_cancel_leaves_the_course_and_nothing_else_behind(
    bench, compare, source, course, author, qtbot
):
    source(new_version)
    page = compare()
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(background.idle)

    assert bench.stack.currentWidget() is bench.review
    assert [one.id for one in api.drafts(author)] == [course]
    assert api.history(author, course) == ()
    assert rows(compare())["Kiln"] == "New"


def test_differences_show_what_goes_and_what_comes(qapp):
    theme.apply(qapp, "light")
    shown = marked("red clay & sand", "blue clay & sand")
    assert (shown.count("<s "), shown.count("<u ")) == (1, 1)
    assert "&amp;" in shown
    diff = UpdateDiff(key="k", field="html", here="<p>a<br>b</p>", source=None)
    assert "Text" in difference_html([diff], "It is removed.")
    quiz = '{"type":"quiz","questions":[{"key":"q","text":"Why?","options":[{"text":"A"}]}]}'
    assert readable(quiz) == "Why?\nA"


def test_reading_stops_when_another_course_is_shown(bench, source, course, author, qtbot):
    source(new_version)
    bench.show_update()
    qtbot.waitUntil(lambda: bench.update_page.reading and background.idle())
    job = bench.update_page.job_id
    bench.show_draft(course)
    qtbot.waitUntil(lambda: background.idle() and api.job(author, job).state == "canceled")


def test_reading_again_after_a_failure_starts_anew(compare, source, tmp_path, author, qtbot):
    good = source(new_version).read_bytes()
    (tmp_path / "clay.zip").write_bytes(b"PK\x03\x04 broken")
    page = compare()
    assert page.error.text() != ""
    (tmp_path / "clay.zip").write_bytes(good)
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.reading and background.idle())
    workers.work(author, once=True)
    page._read_job()
    qtbot.waitUntil(lambda: page.view is not None and background.idle())
    assert rows(page)["Kiln"] == "New"
