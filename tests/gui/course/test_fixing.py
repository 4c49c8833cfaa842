"""The list of problems is worked off in the window, with the real store behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from courseporter import api
from courseporter.errors import Problem
from courseporter.gui import background
from courseporter.gui.course.problem_row import Row
from courseporter.model import Option, Question, Quiz, Resource, Text
from courseporter.workspace import problems
from fakes.draft import block, lesson, section, unit
from fakes.editing import made, node_of


@pytest.fixture
def opened(bench, qtbot, author):
    """Open a course with one lesson for each block; returns its id."""

    def with_blocks(*blocks, files=None):
        nodes = [section("s", "Clay")]
        for number, content in enumerate(blocks, 1):
            nodes.append(lesson(f"l{number}", "s", f"Lesson {number}"))
            nodes.append(unit(f"u{number}", f"l{number}", f"Lesson {number}"))
            nodes.append(block(f"b{number}", f"u{number}", content, f"Lesson {number}"))
        draft = made(author.store, nodes, files or {"pot.png": b"x", "cup.png": b"x"})
        api.recheck(author, draft)
        bench.show_draft(draft)
        qtbot.waitUntil(lambda: bench.looked is not None and background.idle())
        return draft

    return with_blocks


@pytest.fixture
def enter(bench, qtbot):
    """Press Enter where the keyboard is, and wait until all of it is done and shown."""
    panel = bench.review.problems

    def press():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: background.idle() and not panel.waiting)
        QApplication.processEvents()
        qtbot.waitUntil(background.idle)

    return press


def page(html):
    return Text(html=html)


def row_of(bench):
    """The problem that the keyboard is at."""
    at = QApplication.focusWidget()
    while at is not None and not isinstance(at, Row):
        at = at.parentWidget()
    return at


def buttons(row):
    return {one.text(): one for one in row.findChildren(QPushButton) if not one.isHidden()}


GAP = "<h2>A</h2><h4>B</h4>"
FRAME = '<iframe src="http://frames.example/a"></iframe>'
PICTURE = '<img src="courseporter-asset:pot.png">'
OPEN_QUESTION = Quiz(
    questions=(
        Question(
            key="q1", type="single_choice", text="Which?",
            options=(Option(text="A"), Option(text="B")),
        ),
    )
)  # fmt: skip


def test_enter_alone_fixes_one_problem_after_the_other_and_ends_at_continue(
    bench, opened, enter, author
):
    draft = opened(page(GAP), page(FRAME), page(f"<p>x</p>{GAP}"))
    panel = bench.review.problems
    assert [row.problem.code for row in panel.rows] == [
        "insecure_frame", "heading_jump", "heading_jump",
    ]  # fmt: skip
    panel.start()

    enter()
    assert row_of(bench).problem.key == "b1"
    enter()
    assert row_of(bench).problem.key == "b3"
    enter()

    assert api.problems(author, draft) == ()
    assert len(api.history(author, draft)) == 3
    assert bench.review.form.primary.hasFocus()


def test_a_problem_that_only_a_person_can_solve_is_passed_by_enter(bench, opened, enter, qtbot):
    opened(page(f'{PICTURE}<a href="courseporter-lesson:gone">x</a>'))
    panel = bench.review.problems
    panel.start()
    assert row_of(bench).problem.code == "image_without_text"

    enter()  # nothing was typed: nothing is changed

    assert row_of(bench).problem.code == "lesson_link_missing"
    assert len(panel.rows) == 2


def test_the_text_of_a_picture_is_typed_in_its_row(bench, opened, enter, qtbot, author):
    draft = opened(page(PICTURE), page(PICTURE), page(GAP))
    panel = bench.review.problems
    panel.start()
    assert "Add text to all 2 uses" in buttons(row_of(bench))

    qtbot.keyClicks(QApplication.focusWidget(), "A pot")
    enter()

    for key in ("b1", "b2"):
        assert 'alt="A pot"' in node_of(author.store, draft, key).block.html
    assert row_of(bench).problem.code == "heading_jump"


def test_all_pictures_are_decorative_with_one_click(bench, opened, qtbot, author):
    draft = opened(page(PICTURE), page(PICTURE.replace("pot", "cup")))
    row = bench.review.problems.rows[0]

    qtbot.mouseClick(buttons(row)["All 2 are decorative"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: background.idle() and not bench.review.problems.rows)

    assert [one.label for one in api.history(author, draft)] == ["Described images"]


def test_a_fix_says_what_it_will_change_before(bench, opened, qtbot):
    opened(page(FRAME), page(FRAME.replace("frames.", "films.")))
    row = bench.review.problems.rows[0]
    qtbot.mouseClick(buttons(row)["What will change?"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not row.preview.isHidden())
    said = row.preview.text().replace("\u200b", "").splitlines()
    assert [line.split(" becomes ")[1] for line in said] == [
        "https://frames.example/a",
        "https://films.example/a",
    ]


def test_a_question_without_an_answer_opens_in_the_editor(bench, opened, enter, qtbot):
    opened(page("<p>x</p>"), OPEN_QUESTION)
    bench.review.problems.start()
    assert "Open the question" in buttons(row_of(bench))

    enter()

    editor = bench.review.item.editor
    qtbot.waitUntil(lambda: editor.currentWidget() is editor.quiz and background.idle())
    qtbot.waitUntil(lambda: editor.quiz.isAncestorOf(QApplication.focusWidget()))
    assert editor.node.key == "b2"


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """The folder that the person chooses."""
    folder = tmp_path / "files"
    (folder / "a").mkdir(parents=True)
    (folder / "b").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    return folder


def test_missing_files_come_from_a_folder_after_a_look_at_what_matches(
    bench, opened, enter, chosen, author, frame
):
    draft = opened(Resource(file="glaze.pdf"), Resource(file="kiln.pdf"))
    (chosen / "a" / "Glaze.pdf").write_text("x")
    bench.review.problems.start()

    enter()  # Choose a folder…

    row = row_of(bench)
    assert QApplication.focusWidget() is row.form.apply
    assert row.form.apply.text() == "Add 1 file"
    enter()
    assert frame.errors == []
    assert [one.key for one in api.problems(author, draft)] == ["b2"]
    assert row_of(bench).problem.key == "b2"


def test_between_two_files_of_the_same_name_the_person_chooses(
    bench, opened, enter, chosen, author
):
    draft = opened(Resource(file="glaze.pdf"))
    for name in "ab":
        (chosen / name / "glaze.pdf").write_text(name)
    bench.review.problems.start()
    enter()

    form = row_of(bench).form
    box = form.choices["glaze.pdf"]
    assert [box.itemText(n) for n in range(box.count())] == [
        "a/glaze.pdf", "b/glaze.pdf", "None of them",
    ]  # fmt: skip
    box.setCurrentIndex(1)
    enter()

    assert api.problems(author, draft) == ()


def test_a_file_that_is_gone_by_then_is_named_and_nothing_changes(
    bench, opened, enter, chosen, author, frame
):
    draft = opened(Resource(file="glaze.pdf"))
    file = chosen / "a" / "glaze.pdf"
    file.write_text("x")
    bench.review.problems.start()
    enter()
    file.unlink()
    enter()

    assert "glaze.pdf" in str(frame.errors.pop())
    assert api.history(author, draft) == ()
    assert len(bench.review.problems.rows) == 1


def test_what_a_colleague_has_changed_meanwhile_is_looked_at_first(
    bench, opened, enter, author, frame
):
    draft = opened(page(GAP))
    bench.actions_of_app.watcher.stop()
    bench.review.problems.start()
    api.rename(author, draft, "s", "Earth")
    bench.later.stop()

    enter()

    assert "has changed" in str(frame.errors.pop())
    assert "<h4>" in node_of(author.store, draft, "b1").block.html
    enter()
    assert "<h4>" not in node_of(author.store, draft, "b1").block.html


def test_the_picture_that_is_asked_about_is_shown_in_its_row(bench, opened, qtbot, author):
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    buffer = QBuffer()
    image.save(buffer, "PNG")
    opened(page(PICTURE), files={"pot.png": bytes(buffer.data().data())})
    form = bench.review.problems.rows[0].form
    qtbot.waitUntil(lambda: not form.picture.isHidden())
    assert (form.picture.pixmap().width(), form.picture.pixmap().height()) == (96, 96)


def test_problems_without_any_fix_are_passed_by_enter_too(bench, opened, enter, author, qtbot):
    draft = opened(page("<p>x</p>"))
    with author.store.write() as connection:
        told = [
            Problem(code="row_value", severity="warning", message="A cell.", key="l1"),
            Problem(code="scorm_clutter", severity="info", message="Clutter."),
        ]
        problems.add(connection, draft, "read", told)
    bench.look()
    qtbot.waitUntil(lambda: len(bench.review.problems.rows) == 2 and background.idle())
    bench.review.problems.start()

    enter()  # shows the lesson
    assert bench.review.key == "l1"
    assert row_of(bench).problem.code == "row_value"
    enter()
    assert row_of(bench).problem.code == "scorm_clutter"
    enter()
    assert bench.review.form.primary.hasFocus()


def test_after_an_answer_is_marked_the_keyboard_goes_to_the_next_problem(
    bench, opened, enter, author, qtbot
):
    draft = opened(OPEN_QUESTION, page(GAP))
    bench.review.problems.start()
    enter()
    editor = bench.review.item.editor
    qtbot.waitUntil(lambda: editor.quiz.isAncestorOf(QApplication.focusWidget()))
    editor.quiz.list.setFocus()  # as after a click on a mark: nobody is typing
    right = {**api.ops.plain_block(OPEN_QUESTION)}
    right["questions"][0]["options"][0]["correct"] = True
    api.edit(author, draft, [api.ops.SetBlock(key="b1", block=right)])
    bench.look()
    qtbot.waitUntil(lambda: len(bench.review.problems.rows) == 1 and background.idle())

    assert row_of(bench).problem.code == "heading_jump"
