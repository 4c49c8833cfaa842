import tempfile

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTabWidget,
)

from courseporter.api.values import (
    CourseChoice,
    ErrorView,
    ExportView,
    ProblemRow,
    Sniff,
    Sums,
)
from courseporter.gui.course.page import DESTINATION
from courseporter.gui.course.steps import Steps
from fakes import api as fake

SNIFF = Sniff(
    path="/x/pottery.zip",
    name="pottery.zip",
    size=48_000_000,
    source="csv",
    label="CSV template",
    courses=(CourseChoice(key="a", title="Pottery"),),
    files=(("course.csv", 1), ("lessons.csv", 1204)),
    not_carried=("Learners are not enrolled.",),
)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def texts(layout):
    return [layout.itemAt(at).widget().text() for at in range(layout.count())]


def start(page, qtbot, settle):
    """Import the file and let the worker begin."""
    page.show_source(SNIFF)
    click(qtbot, page.source.form.primary)
    settle(lambda: page.job_id is not None)


def update(page, actor, **fields):
    job = actor.rows[next(reversed(actor.rows))]
    fake.put_job(actor, msgspec.structs.replace(job, **fields))
    page.actions_of_app.watcher.look()


def test_the_source_step_says_what_the_file_is_and_what_stays_behind(page):
    page.show_source(SNIFF)
    form = page.source.form
    assert (form.title.text(), form.facts.text()) == ("pottery.zip", "CSV template · 48 MB")
    assert texts(form.files) == ["course.csv", "1 row", "lessons.csv", "1,204 rows"]
    assert form.left_out_card.isVisible()
    assert not form.courses_card.isVisible()


def test_each_step_hands_the_keyboard_to_what_comes_first(page, qtbot, settle, actor):
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    page.show_source(SNIFF)
    assert page.source.form.primary.hasFocus()
    page.show_draft("d")
    assert page.review.tree.hasFocus()
    settle(lambda: page.looked is not None)
    page.go(2)
    assert page.destination.settings.first().hasFocus()


def test_nothing_is_imported_before_somebody_says_so(page, qtbot, settle, actor):
    page.show_source(SNIFF)
    assert actor.calls == []
    click(qtbot, page.source.form.primary)
    settle()
    assert actor.calls == [("prepare", ("/x/pottery.zip",))]


def test_of_several_courses_those_with_a_tick_are_imported(page, qtbot, settle, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "courseporter.api.prepare", lambda *args, **more: asked.update(more) or "job-1"
    )
    monkeypatch.setattr("courseporter.api.job", lambda actor, job_id: fake.job_row(1))
    choices = tuple(CourseChoice(key=key, title=key.title()) for key in ("a", "b", "c"))
    page.show_source(msgspec.structs.replace(SNIFF, courses=choices))
    page.source.form.courses.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert page.source.form.primary.text() == "Import 2 courses"
    click(qtbot, page.source.form.primary)
    settle()
    assert asked["course_keys"] == ("a", "c")


def test_an_import_of_several_courses_shows_one_and_the_way_to_the_others(
    page, qtbot, settle, actor, frame
):
    start(page, qtbot, settle)
    update(page, actor, state="completed", draft_id="d", title="Pottery", courses=3)
    settle(lambda: page.draft_id == "d")
    assert frame.said == ["Imported “\u2068Pottery\u2069” and 2 more courses."]


def test_a_long_table_is_named_though_it_is_not_counted(page):
    page.show_source(msgspec.structs.replace(SNIFF, files=(("lessons.csv", None),)))
    assert texts(page.source.form.files) == ["lessons.csv", "counted during import"]


def test_without_any_tick_there_is_nothing_to_import(page):
    choices = tuple(CourseChoice(key=key, title=key.title()) for key in ("a", "b"))
    page.show_source(msgspec.structs.replace(SNIFF, courses=choices))
    for at in range(2):
        page.source.form.courses.item(at).setCheckState(Qt.CheckState.Unchecked)
    assert not page.source.form.primary.isEnabled()


def test_an_unreadable_file_says_what_where_and_what_now(page, qtbot, frame):
    error = ErrorView(code="not_a_package", message="No course.", where="a.csv", hint="Use this.")
    page.show_source(Sniff(path="/x/a.csv", name="a.csv", size=3, error=error))
    form = page.source.form
    assert form.error_message.text() == "No course."
    assert (form.error_where.text(), form.error_hint.text()) == ("a.csv", "Use this.")
    assert form.error_template.isVisible()
    assert not form.primary.isVisible()
    click(qtbot, form.error_copy)
    assert frame.said == ["Copied the details."]


def test_progress_stands_in_the_page_while_the_file_is_read(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    update(page, actor, state="running", done=412, total=1000)
    form = page.source.form
    settle(lambda: form.progress_text.text().startswith("412 of 1,000 lessons"))
    assert form.progress.value() == 410
    assert not form.primary.isVisible()


def test_what_an_import_waits_for_is_said_and_nothing_moves(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    update(page, actor, state="pending", waiting_for="disk", done=None, total=None)
    form = page.source.form
    settle(lambda: form.stage.text() == "Needs you")
    assert form.progress_text.text().startswith("The disk is full.")
    assert form.progress.maximum() > 0


def test_the_keyboard_stays_with_the_buttons_that_take_turns(page, qtbot, settle, actor):
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    page.show_source(SNIFF)
    form = page.source.form
    assert form.primary.hasFocus()
    qtbot.keyClick(form.primary, Qt.Key.Key_Space)
    settle(form.stop.hasFocus)
    qtbot.keyClick(form.stop, Qt.Key.Key_Space)
    assert not form.stop.hasFocus()
    update(page, actor, state="canceled")
    settle(form.error_again.hasFocus)


def test_the_keyboard_stays_where_somebody_moved_it(page, qtbot, settle, actor):
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    start(page, qtbot, settle)
    form = page.source.form
    settle(form.stop.hasFocus)
    form.other_file.setFocus()
    update(page, actor, state="canceled")
    settle(form.error_again.isVisible)
    assert form.other_file.hasFocus()


def test_stop_answers_at_once(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    click(qtbot, page.source.form.stop)
    assert page.source.form.stop.text() == "Stopping…"
    settle()
    assert ("cancel", ("job-1",)) in actor.calls


def test_an_import_is_paused_on_its_page_and_goes_on_when_asked(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    update(page, actor, state="running")
    settle(lambda: page.source.job.state == "running")
    page.commands()["pause"]()
    settle()
    assert ("pause", ("job-1",)) in actor.calls

    update(page, actor, state="pending", waiting_for="user")
    settle(lambda: page.source.job.waiting_for == "user")
    for number, command in enumerate(("pause", "retry"), 1):
        page.commands()[command]()
        settle()
        assert actor.calls.count(("resume", ("job-1",))) == number


def test_a_stopped_import_can_go_on(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    update(page, actor, state="canceled")
    form = page.source.form
    settle(form.error_again.isVisible)
    assert form.error_message.text() == "You stopped this import."
    click(qtbot, form.error_again)
    update(page, actor, state="running", done=500, total=1000)
    settle(lambda: form.progress_text.text().startswith("500 of 1,000"))
    assert not form.error_card.isVisible()


def test_a_failed_import_that_was_taken_off_the_list_can_be_made_anew(
    page, qtbot, settle, actor, frame
):
    start(page, qtbot, settle)
    error = ErrorView(code="disk_full", message="The disk is full.", hint="Make room.")
    update(page, actor, state="failed", error=error)
    form = page.source.form
    settle(form.error_again.isVisible)
    page.actions_of_app.clear_finished()
    settle(form.primary.isVisible)
    assert frame.errors == []
    assert form.primary.text() == "Import"
    assert not form.error_card.isVisible()


def test_a_failed_export_that_was_taken_off_the_list_can_be_made_anew(
    destination, page, qtbot, settle, actor, frame
):
    click(qtbot, destination.form.primary)
    settle(lambda: page.job_id is not None)
    error = ErrorView(code="disk_full", message="The disk is full.", hint="Make room.")
    update(page, actor, state="failed", error=error)
    settle(destination.form.error_again.isVisible)
    page.actions_of_app.clear_finished()
    settle(lambda: page.job_id is None)
    assert frame.errors == []
    assert not destination.form.error_card.isVisible()
    assert destination.form.primary.isEnabled()


def test_a_finished_import_opens_the_review(page, qtbot, settle, actor):
    start(page, qtbot, settle)
    update(page, actor, state="completed", draft_id="d")
    settle(lambda: page.draft_id == "d" and page.looked is not None)
    assert page.stack.currentWidget() is page.review


def test_steps_that_have_nothing_to_show_yet_cannot_be_clicked(page):
    page.show_source(SNIFF)
    assert not page.steps.buttons[1].isEnabled()
    assert not page.steps.buttons[2].isEnabled()


def test_every_step_can_be_clicked_back(page, qtbot, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    for step, part in enumerate((page.source, page.review, page.destination)):
        click(qtbot, page.steps.buttons[step])
        assert page.stack.currentWidget() is part


@pytest.fixture
def destination(page, settle, tmp_path):
    page.show_draft("d")
    settle(lambda: page.looked is not None and page.destination.form.file.text() != "")
    page.go(2)
    return page.destination


def test_the_destination_comes_filled_in_with_what_will_be_written(destination, tmp_path):
    form, values = destination.form, destination.settings.values()
    assert tuple(values[name] for name in ("title", "org", "run")) == ("Pottery", "School", "2026")
    assert form.file.text() == str(tmp_path / "course.tar.gz")
    assert texts(form.counts) == ["Sections", "2", "Lessons", "4"]
    assert form.primary.isEnabled()


def test_a_wrong_setting_gets_a_sentence_below_its_field_while_typing(destination, qtbot):
    destination.settings.fields["org"].editor.selectAll()
    qtbot.keyPress(destination.settings.fields["org"].editor, Qt.Key.Key_Delete)
    assert destination.settings.fields["org"].error.text() == "Name the organisation."
    assert not destination.form.primary.isEnabled()
    assert destination.form.progress_text.isVisible()  # also beside the button that is off
    assert destination.form.progress_text.text() == "Name the organisation."
    qtbot.keyClicks(destination.settings.fields["org"].editor, "Clay")
    assert not destination.settings.fields["org"].error.isVisible()
    assert destination.form.primary.isEnabled()
    assert not destination.form.progress_text.isVisible()


def test_the_language_is_chosen_from_a_list(destination, qtbot, settle, actor):
    language = destination.settings.fields["language"]
    shown = [language.box.itemText(row) for row in range(language.box.count())]
    assert shown[0] == "Not set"
    assert {"Deutsch – German (de)", "English (en)", "español – Spanish (es)"} <= set(shown)
    language.box.setCurrentIndex(shown.index("Deutsch – German (de)"))
    language.box.activated.emit(language.box.currentIndex())
    settle(lambda: ("set_course", ("d", {"language": "de"})) in actor.calls)


def test_a_language_of_the_source_that_is_not_in_the_list_stays(destination):
    language = destination.settings.fields["language"]
    language.fill("pt-br")
    assert language.value() == "pt-br"
    assert language.box.currentText() == "português – Portuguese (pt-br)"


def test_flags_are_shown_only_where_they_make_a_difference(destination):
    fields = destination.settings.fields
    assert fields["olx_gate"].isVisible()
    assert not fields["scorm_locked"].isVisible()


def test_a_title_that_is_too_long_is_a_warning_and_stops_nothing(destination):
    problem = ProblemRow(
        id=1, code="title_too_long", severity="warning", message="The title is long.",
        where=None, hint=None, count=1, key=None,
    )  # fmt: skip
    destination.show_problems((problem,))
    destination.validate()
    assert destination.settings.fields["title"].error.text() == "The title is long."
    assert destination.form.primary.isEnabled()


def test_a_file_without_a_name_says_why_the_export_cannot_start(destination, qtbot):
    destination.form.file.selectAll()
    qtbot.keyPress(destination.form.file, Qt.Key.Key_Delete)
    assert not destination.form.primary.isEnabled()
    assert destination.form.progress_text.text() == "Enter a file name."


def test_what_an_export_waits_for_is_said_and_nothing_moves(destination):
    job = fake.job_row(1, kind="publish", state="pending", waiting_for="disk", total=None)
    destination.show_job(job)
    assert destination.form.progress_text.text().startswith("Needs you · The disk is full.")
    assert destination.form.progress.maximum() > 0


def test_what_was_typed_is_kept_without_a_button(destination, qtbot, settle, actor):
    destination.settings.fields["number"].editor.end(False)
    qtbot.keyClicks(destination.settings.fields["number"].editor, "01")
    settle(lambda: ("set_course", ("d", {"number": "C101"})) in actor.calls)


def test_what_was_typed_is_kept_when_another_course_is_opened_at_once(
    destination, page, qtbot, settle, actor
):
    actor.courses["e"] = fake.draft_row(2, id="e", title="Weaving")
    destination.settings.fields["number"].editor.end(False)
    qtbot.keyClicks(destination.settings.fields["number"].editor, "01")
    page.show_draft("e")
    settle(lambda: destination.settings.fields["title"].editor.text() == "Weaving")
    assert [call for call in actor.calls if call[0] == "set_course"] == [
        ("set_course", ("d", {"number": "C101"}))
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pottery.zip", "Use a .tar.gz file name; Studio accepts no other."),
        ("pottery.tar.gz", "Enter the full path, or choose a folder."),
        (
            "/nowhere/at all/x.tar.gz",
            "The folder “\u2068/nowhere/at all\u2069” doesn't exist.",
        ),
        ("~nobody-of-that-name/x.tar.gz", "This home folder doesn't exist."),
        (f"/{'x' * 300}.tar.gz", "The system doesn't allow this name: File name too long."),
        ("/a\0b.tar.gz", "File names can't contain this character."),
    ],
)
def test_a_file_that_cannot_be_written_says_why(destination, name, sentence):
    destination.form.file.setText(name)
    assert destination.form.file_error.text() == sentence
    assert not destination.form.primary.isEnabled()


def test_a_folder_that_takes_no_file_is_told_before_the_start(
    destination, settle, monkeypatch, tmp_path
):
    def refuse(**_words):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    destination.form.file.setText(str(tmp_path / "new.tar.gz"))
    settle(lambda: not destination.form.primary.isEnabled())
    assert destination.form.file_error.text().startswith("You can't save to")
    monkeypatch.undo()
    destination.form.file.setText(str(tmp_path / "newer.tar.gz"))
    settle(lambda: destination.tried.text.endswith("newer.tar.gz"))
    assert destination.form.primary.isEnabled()
    assert not destination.form.file_error.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_says_before_the_start_that_it_will_be_replaced(destination, tmp_path):
    (tmp_path / "old.tar.gz").write_bytes(b"")
    destination.form.file.setText(str(tmp_path / "old.tar.gz"))
    assert "will be replaced" in destination.form.file_error.text()
    assert destination.form.primary.isEnabled()


def test_an_export_ends_on_a_page_that_says_what_is_true(destination, page, qtbot, settle, actor):
    click(qtbot, destination.form.primary)
    settle(lambda: page.job_id is not None)
    settle(destination.form.progress.isVisible)
    assert not destination.form.page.isEnabled()
    sums = Sums(found=212, converted=210, converted_with_loss=2)
    update(
        page,
        actor,
        state="completed",
        title="Pottery",
        sums=sums,
        out_path="/x/p.tar.gz",
        out_bytes=48_000_000,
    )
    settle(lambda: page.stack.currentWidget() is page.done)
    assert page.done.form.sentence.text() == (
        "Exported “\u2068Pottery\u2069” and verified the package."
    )
    assert page.done.form.file.text() == "p.tar.gz, 48 MB, in /x"
    click(qtbot, page.done.form.primary)
    assert page.stack.currentWidget() is page.guide
    assert "p.tar.gz" in page.guide.form.file.text()
    assert page.guide.focusWidget() is page.guide.form.show_in_folder


EXPORT = ExportView(path="/x/p.tar.gz", bytes=48_000_000, at=fake.NOW)


def open_exported(page, actor, settle, **changes):
    actor.exports["d"] = msgspec.structs.replace(EXPORT, **changes)
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    page.go(DESTINATION)


def test_step_3_of_an_exported_course_is_the_page_of_its_export(page, actor, settle, qtbot):
    open_exported(page, actor, settle)
    assert page.stack.currentWidget() is page.done
    assert page.done.form.file.text().startswith("p.tar.gz, 48 MB, in /x")
    click(qtbot, page.done.form.back)
    assert page.stack.currentWidget() is page.destination


@pytest.mark.parametrize("change", [{"changed": True}, {"exists": False}])
def test_a_course_that_changed_since_its_export_is_exported_again(page, actor, settle, change):
    open_exported(page, actor, settle, **change)
    assert page.stack.currentWidget() is page.destination
    line = page.destination.last_export
    assert line.isVisible()
    assert "p.tar.gz" in line.sentence.text()
    assert ("Changed since export." in line.sentence.text()) == ("changed" in change)


def test_the_last_export_of_a_changed_course_can_be_reached(page, actor, settle, qtbot):
    open_exported(page, actor, settle, changed=True)
    click(qtbot, page.destination.last_export.show_it)
    assert page.stack.currentWidget() is page.done


def test_a_failed_export_says_why_and_offers_to_try_again(destination, page, qtbot, settle, actor):
    click(qtbot, destination.form.primary)
    settle(lambda: page.job_id is not None)
    error = ErrorView(code="disk_full", message="The disk is full.", hint="Make room.")
    update(page, actor, state="failed", error=error)
    settle(destination.form.error_card.isVisible)
    assert destination.form.error_message.text() == "The disk is full."
    click(qtbot, destination.form.error_again)
    settle()
    assert actor.calls[-1][0] == "retry"


def test_a_setting_that_is_still_wrong_is_not_lost_when_the_store_changes(
    destination, page, qtbot, settle, actor
):
    destination.settings.fields["org"].editor.selectAll()
    qtbot.keyPress(destination.settings.fields["org"].editor, Qt.Key.Key_Delete)
    destination.saving.stop()
    page.look()
    settle()
    assert destination.settings.fields["org"].editor.text() == ""
    assert destination.settings.fields["org"].error.text() == "Name the organisation."


def test_a_course_that_is_still_being_read_opens_with_its_progress(page, settle, actor):
    fake.put_job(actor, fake.job_row(4))
    actor.courses["d"] = fake.draft_row(1, id="d", state="preparing", job_id="job-4")
    page.show_draft("d")
    settle(page.source.form.progress_card.isVisible)
    assert page.stack.currentWidget() is page.source


def test_a_course_whose_import_failed_says_why_and_offers_to_try_again(page, settle, actor):
    error = ErrorView(code="disk_full", message="The disk is full.")
    fake.put_job(actor, fake.job_row(4, state="failed", error=error))
    actor.courses["d"] = fake.draft_row(1, id="d", state="failed", job_id="job-4")
    page.show_draft("d")
    settle(page.source.form.error_again.isVisible)
    assert page.source.form.error_message.text() == "The disk is full."


def test_tab_goes_through_the_review_as_people_read_it(page, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    review, at, names = page.review, page.review.form.search, []
    for _ in range(200):
        names.append(at)
        at = at.nextInFocusChain()
    way = [
        review.form.search,
        review.form.undo,
        review.tree,
        review.item.form.title,
        review.problems.form.scroll,
        review.form.primary,
    ]
    assert [names.index(widget) for widget in way] == sorted(names.index(w) for w in way)


def test_every_control_has_a_name_for_screen_readers(page, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView, QComboBox, QScrollArea, QTabWidget)
    controls = [widget for kind in kinds for widget in page.findChildren(kind)]
    nameless = [
        widget.objectName() or type(widget).__name__
        for widget in controls
        if not widget.objectName().startswith("qt_")
        and type(widget).__name__ not in {"QToolButton", "QHeaderView"}
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_each_step_has_exactly_one_primary_button(page):
    for part in (page.source, page.review, page.destination, page.done, page.guide):
        buttons = [
            button
            for button in part.findChildren(QAbstractButton)
            if button.property("class") == "primary"
        ]
        assert len(buttons) == 1


def test_a_file_that_cannot_be_imported_leaves_the_keyboard_at_the_way_out(page, qtbot):
    page.window().activateWindow()
    error = ErrorView(code="not_zip", message="“golf.zip” is an empty file.", hint="Get it again.")
    page.show_source(Sniff(path="/x/golf.zip", name="golf.zip", size=0, error=error))
    form = page.source.form
    qtbot.waitUntil(form.other_file.hasFocus)
    assert not form.facts.isVisible()  # nothing is known: no gap below the title
    left = {part.mapTo(page, QPoint(0, 0)).x() for part in (form.error_message, form.error_hint)}
    assert len(left) == 1


def test_the_tab_key_passes_what_can_be_chosen_before_it_comes_to_import(page, qtbot):
    page.window().activateWindow()
    courses = (CourseChoice(key="a", title="Clay"), CourseChoice(key="b", title="Fire"))
    page.show_source(msgspec.structs.replace(SNIFF, courses=courses))
    qtbot.waitUntil(page.source.form.primary.hasFocus)
    page.steps.buttons[0].setFocus()
    way = []
    while not page.source.form.primary.hasFocus():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        way.append(QApplication.focusWidget())
    assert page.source.form.courses in way


def test_the_strong_text_of_the_current_step_has_room(qtbot, dressed):
    steps = Steps()
    qtbot.addWidget(steps)
    steps.show_step(2, 2)
    steps.show()
    for button in steps.buttons:
        strong = QFont(button.font())
        strong.setWeight(QFont.Weight.DemiBold)
        icon = 0 if button.icon().isNull() else button.iconSize().width()
        assert button.width() >= QFontMetrics(strong).horizontalAdvance(button.text()) + icon + 16
