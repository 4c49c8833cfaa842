"""SCORM lessons in the window: the choice, the question, and Play."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel

from courseporter.api.values import ChoiceInfo, CourseChoice, ScormFinding, ScormQuestion, Sniff
from courseporter.errors import PorterError
from courseporter.gui.course import lessons
from fakes import api as fake

SCORM = Sniff(
    path="/x/golf.zip",
    name="golf.zip",
    size=1,
    source="scorm",
    label="SCORM 1.2",
    courses=(CourseChoice(key="c", title="Golf", lessons=4),),
    choices=(ChoiceInfo(name="scorm", label="SCORM lessons", values=(("play", "Play"),)),),
)
LEFT = Qt.MouseButton.LeftButton

EDITS = [
    "Add",
    "Cut",
    "Copy",
    "Paste",
    "Duplicate",
    "Rename",
    "Hide or show",
    "Merge",
    "Split here",
    "Move up",
    "Move down",
    "Delete",
]


def sight(words, *, serious=False, count=2):
    return ScormFinding(words=words, count=count, files=("shared/run.js",), serious=serious)


QUESTION = ScormQuestion(
    package="golf.zip",
    play=3,
    plugin=0,
    download=0,
    hosts=tuple(sight(f"host{n}.example", serious=n == 0) for n in range(6)),
    calls=(sight("It runs text as a program"),),
)


@pytest.fixture
def opened(monkeypatch):
    """Addresses that the system's browser was asked to open."""
    found = []

    def open_url(address):
        found.append(address.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


@pytest.fixture
def course(page, actor, settle):
    """A course with three SCORM lessons, one of them chosen for download."""
    actor.modes = {"l1": "play", "l2": "play", "l3": "download"}
    actor.question = QUESTION
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    return page


def show(course, settle, key):
    course.review.jump(key)
    settle(lambda: course.review.item.node is not None and course.review.item.node.key == key)


def select(course, *keys):
    tree = course.review.tree
    tree.selectionModel().clearSelection()
    for key in keys:
        index = tree.rows.index_of(key)
        tree.selectionModel().select(index, tree.selectionModel().SelectionFlag.Select)


def on(choice):
    return [mode for mode, button in choice.buttons.items() if button.isChecked()]


def test_the_import_asks_what_becomes_of_the_lessons(page, qtbot, settle, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "courseporter.api.prepare", lambda *args, **more: asked.update(more) or "job-1"
    )
    monkeypatch.setattr("courseporter.api.job", lambda actor, job_id: fake.job_row(1))
    page.show_source(SCORM)
    assert page.source.form.scorm_card.isVisible()
    assert on(page.source.scorm) == ["play"]
    qtbot.mouseClick(page.source.scorm.buttons["plugin"], LEFT)
    qtbot.mouseClick(page.source.form.primary, LEFT)
    settle()
    assert asked["choices"] == {"scorm": "plugin"}
    page.show_source(SCORM)
    assert on(page.source.scorm) == ["play"]


def test_tables_are_not_asked_about_scorm(page):
    page.show_source(Sniff(path="/x/c.zip", name="c.zip", size=1, source="csv", label="CSV"))
    assert not page.source.form.scorm_card.isVisible()


def test_each_choice_says_what_it_costs(page):
    for button in page.source.scorm.buttons.values():
        assert button.accessibleDescription()
    assert "grades and completion aren't recorded" in page.source.scorm.form.play_cost.text()
    assert "upload" in page.source.scorm.form.plugin_cost.text()


def test_a_lesson_shows_its_choice_and_changes_it(course, qtbot, settle, actor, frame):
    show(course, settle, "l3")
    item = course.review.item
    item.form.tabs.setCurrentWidget(item.form.details_tab)
    assert on(item.scorm) == ["download"]
    assert item.scorm.form.heading.text() == "How should this SCORM lesson work?"
    qtbot.mouseClick(item.scorm.buttons["play"], LEFT)
    settle(lambda: bool(frame.said))
    assert ("choose_scorm", ("d", ("l3",), "play")) in actor.calls
    assert frame.said == ["1 lesson plays in the course."]
    frame.undo()
    settle()
    assert ("undo", ("d",)) in actor.calls


def test_a_place_without_scorm_offers_neither_choice_nor_play(course, settle):
    show(course, settle, "s1")
    item = course.review.item
    item.form.tabs.setCurrentWidget(item.form.details_tab)
    assert not item.scorm.isVisible()
    assert not item.form.play.isVisible()


def test_several_places_change_together(course, qtbot, settle, actor):
    show(course, settle, "l1")
    item = course.review.item
    item.form.tabs.setCurrentWidget(item.form.details_tab)
    select(course, "l1", "l3")
    settle(lambda: len(item.scorm.shown) == 2)
    assert on(item.scorm) == []
    assert (
        item.scorm.form.now.text()
        == "1 lesson plays in the course, 1 lesson is offered as a download."
    )
    qtbot.mouseClick(item.scorm.buttons["plugin"], LEFT)
    settle()
    assert ("choose_scorm", ("d", ("l1", "l3"), "plugin")) in actor.calls
    select(course, "l1")
    settle(lambda: len(item.scorm.shown) == 1)


def test_play_opens_the_lesson_in_the_browser(course, qtbot, settle, opened):
    show(course, settle, "l1")
    play = course.review.item.form.play
    qtbot.mouseClick(play, LEFT)
    assert (play.text(), play.isEnabled()) == ("Opening…", False)
    settle(lambda: bool(opened))
    assert opened == ["http://127.0.0.1:1/play-0/l1.html"]
    assert (play.text(), play.isEnabled()) == ("Play", True)


def test_play_has_a_key_and_a_place_in_the_menu(course, settle, opened):
    show(course, settle, "l2")
    menu = course.review.menu()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [
        "Play the lesson",
        "Play in the course",
        "Use the SCORM XBlock",
        "Offer as a download",
        *EDITS,
    ]
    assert [action.text() for action in menu.actions() if action.isChecked()] == [words[1]]
    course.actions_of_app.adopt(course.commands())
    course.actions_of_app.items["play"].trigger()
    settle(lambda: bool(opened))
    assert opened == ["http://127.0.0.1:1/play-0/l2.html"]


def test_the_menu_changes_lessons(course, settle, actor):
    show(course, settle, "l2")
    chosen = next(a for a in course.review.menu().actions() if a.text() == "Offer as a download")
    chosen.trigger()
    settle()
    assert ("choose_scorm", ("d", ("l2",), "download")) in actor.calls


def test_a_course_without_scorm_has_a_short_menu(page, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    words = [action.text() for action in page.review.menu().actions() if action.text()]
    assert words == EDITS


def test_a_place_that_cannot_play_says_so(course, settle, frame, opened):
    course.review.play("s1")
    settle(lambda: bool(frame.errors))
    assert isinstance(frame.errors.pop(), PorterError)
    assert course.review.item.form.play.isEnabled()
    assert opened == []


def test_without_a_browser_the_address_is_in_the_clipboard(course, settle, frame, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda address: False)
    course.review.play("l1")
    settle(lambda: bool(frame.errors))
    assert str(frame.errors.pop()) == "No browser opened the lesson."
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:1/play-0/l1.html"


def test_a_browser_that_never_comes_is_told(course, settle, frame, actor, opened, monkeypatch):
    monkeypatch.setattr(lessons, "CHECK_MS", 1)
    actor.browser_opens = False
    course.review.play("l1")
    settle(lambda: bool(frame.errors))
    assert str(frame.errors.pop()) == "No browser opened the lesson."
    assert course.review.item.form.play.isEnabled()


@pytest.fixture
def consent(course):
    course.go(2)
    return course.destination.consent


def shown(layout):
    labels = (layout.itemAt(at).widget() for at in range(layout.count()))
    return [label.text() for label in labels if isinstance(label, QLabel) and label.text()]


def test_the_question_says_what_the_package_does(consent):
    assert consent.isVisible()
    assert (
        consent.form.question.text() == "Allow “\u2068golf.zip\u2069” to run scripts in the course?"
    )
    assert "permissions" in consent.form.warning.text()
    assert shown(consent.form.hosts)[:2] == ["host0.example (scripts, too)", "2 times, run.js"]
    assert shown(consent.form.calls) == ["It runs text as a program", "2 times, run.js"]


def test_many_findings_are_folded(consent, qtbot):
    assert len(shown(consent.form.hosts)) == 8
    assert consent.form.all.text() == "Show 2 more"
    qtbot.mouseClick(consent.form.all, LEFT)
    assert len(shown(consent.form.hosts)) == 12
    assert not consent.form.all.isVisible()


def test_nothing_is_exported_before_the_answer(course, consent, qtbot, settle, actor):
    settle(course.destination.form.primary.isEnabled)
    qtbot.mouseClick(course.destination.form.primary, LEFT)
    settle()
    assert consent.form.missing.isVisible()
    assert not actor.rows
    qtbot.mouseClick(consent.form.play, LEFT)
    settle(lambda: not consent.is_open())
    assert ("answer_scorm", ("d", "play")) in actor.calls
    qtbot.mouseClick(course.destination.form.primary, LEFT)
    settle(lambda: bool(actor.rows))


def test_an_answer_is_one_line_that_can_be_changed(consent, qtbot, settle, actor):
    qtbot.mouseClick(consent.form.play, LEFT)
    settle(lambda: not consent.is_open())
    assert not consent.form.body.isVisible()
    assert (
        consent.form.question.text()
        == "You allowed “\u2068golf.zip\u2069” to run scripts in the course."
    )
    qtbot.mouseClick(consent.form.change, LEFT)
    assert consent.form.body.isVisible()
    qtbot.mouseClick(consent.form.download, LEFT)
    settle(lambda: ("answer_scorm", ("d", "download")) in actor.calls)


def test_the_answer_can_be_given_by_keyboard(consent, qtbot, settle, actor):
    consent.form.download.setFocus()
    qtbot.keyClick(consent.form.download, Qt.Key.Key_Space)
    settle(lambda: ("answer_scorm", ("d", "download")) in actor.calls)


def test_the_keyboard_stays_at_the_question_when_it_is_answered(consent, qtbot, settle):
    consent.window().activateWindow()
    qtbot.waitUntil(consent.window().isActiveWindow)
    consent.form.play.setFocus()
    qtbot.keyClick(consent.form.play, Qt.Key.Key_Space)
    settle(consent.form.change.hasFocus)


def test_the_same_answer_once_more_folds_the_question(consent, qtbot, settle, actor):
    qtbot.mouseClick(consent.form.play, LEFT)
    settle(lambda: not consent.is_open())
    qtbot.mouseClick(consent.form.change, LEFT)
    qtbot.mouseClick(consent.form.play, LEFT)
    settle()
    assert not consent.form.body.isVisible()


def test_findings_stand_in_line_with_and_without_a_mark(consent):
    rows = [
        grid.itemAtPosition(0, 1).widget().mapTo(consent, QPoint(0, 0)).x()
        for grid in (consent.form.hosts, consent.form.calls)
    ]
    assert rows[0] == rows[1]


def test_a_course_without_scorm_is_not_asked(page, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    page.go(2)
    assert not page.destination.consent.isVisible()


def test_a_package_without_findings_says_so(course, consent, settle, actor):
    actor.question = ScormQuestion(package="golf.zip", play=1, plugin=0, download=0)
    course.look()
    settle(lambda: not consent.form.hosts_title.isVisible())
    assert "No content from other sites" in consent.form.note.text()
    assert not consent.form.calls_title.isVisible()
