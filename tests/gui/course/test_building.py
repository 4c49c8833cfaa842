"""A course is built from nothing in the window, with the real store behind it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from courseporter import api
from courseporter.api.preview import read_asset
from courseporter.gui import background
from courseporter.gui.course.fix_form import Order
from courseporter.gui.course.review import EMPTY, TREE
from courseporter.gui.course.workbench import Clipboard
from courseporter.gui.editor.text_editor import TextEditor
from courseporter.model import Assignment, Quiz, Text, Video


@pytest.fixture
def bench(bench, author, frame):
    """The page; at the end, no error was shown."""
    Clipboard.held = None
    bench.author = author
    yield bench
    assert [repr(error) for error in frame.errors] == []


@pytest.fixture
def course(bench, qtbot, author):
    """An empty course, open in the workbench."""
    draft = api.new_draft(author, "Glazing")
    bench.show_draft(draft)
    qtbot.waitUntil(lambda: bench.looked is not None)
    return bench


def quiet(course, qtbot):
    """Wait until everything is stored and shown."""
    review = course.review
    qtbot.waitUntil(lambda: background.idle() and review.bench.editing.idle())
    QApplication.processEvents()
    qtbot.waitUntil(background.idle)


def add(course, qtbot, kind, title):
    """Add an item as the menu does, and type its title."""
    review = course.review
    before = review.key
    review.bench.add(kind)
    qtbot.waitUntil(lambda: review.key not in {None, before})
    qtbot.waitUntil(lambda: isinstance(review.tree.viewport().findChild(QLineEdit), QLineEdit))
    line = review.tree.viewport().findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, title)
    QTest.keyClick(line, Qt.Key.Key_Return)
    quiet(course, qtbot)
    wanted = review.key
    qtbot.waitUntil(lambda: review.item.node is not None and review.item.node.key == wanted)
    quiet(course, qtbot)
    return wanted


def outline(course):
    return [
        (one.kind, one.type, one.title)
        for one in api.outline(course.author, course.draft_id)
        if one.kind != "unit"
    ]


def node(course, key):
    return api.item(course.author, course.draft_id, key)


def test_an_empty_course_offers_its_first_section(course, qtbot):
    review = course.review
    qtbot.waitUntil(lambda: review.trees.currentIndex() == EMPTY)
    qtbot.mouseClick(review.start.section, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: review.tree.rows.rowCount() == 1)
    qtbot.waitUntil(lambda: review.trees.currentIndex() == TREE)
    assert outline(course) == [("section", None, "New section")]


def test_a_course_with_every_usual_kind_is_built_and_exported(course, qtbot, tmp_path):
    review = course.review
    add(course, qtbot, "section", "Clay")
    add(course, qtbot, "lesson", "Pinch pot")
    text = add(course, qtbot, "text", "Read this")
    editor = review.item.editor
    editor.text.canvas.setFocus()
    QTest.keyClicks(editor.text.canvas, "Take some clay.")
    video = add(course, qtbot, "video", "Watch this")
    editor.block.address.setText("https://youtu.be/dQw4w9WgXcQ")
    editor.block.address.textEdited.emit("")
    quiz = add(course, qtbot, "quiz", "Check yourself")
    editor.quiz.add.click()
    editor.quiz.form.text.plain.setPlainText("Is clay wet?")
    for line, words in zip(editor.quiz.form.options.rows, ("Yes", "No"), strict=True):
        line.text.setText(words)
        line.text.textEdited.emit(words)
    work = add(course, qtbot, "assignment", "Make one")
    editor.instructions.canvas.setFocus()
    QTest.keyClicks(editor.instructions.canvas, "Send a photo.")
    editor.flush()
    quiet(course, qtbot)

    assert outline(course) == [
        ("section", None, "Clay"),
        ("lesson", None, "Pinch pot"),
        ("block", "text", "Read this"),
        ("block", "video", "Watch this"),
        ("block", "quiz", "Check yourself"),
        ("block", "assignment", "Make one"),
    ]
    assert node(course, text).block == Text(html="<p>Take some clay.</p>")
    assert node(course, video).block == Video(youtube="dQw4w9WgXcQ")
    questions = node(course, quiz).block.questions
    assert isinstance(node(course, quiz).block, Quiz)
    assert [(one.text, [o.text for o in one.options]) for one in questions] == [
        ("Is clay wet?", ["Yes", "No"])
    ]
    assert node(course, work).block == Assignment(html="<p>Send a photo.</p>")
    out = tmp_path / "glazing.tar.gz"
    result = api.export_draft(course.author, course.draft_id, out)
    assert result.problems == ()
    back = api.check(course.author, out)
    assert [one.type for one in back.outline if one.kind == "block"] == [
        "text",
        "video",
        "quiz",
        "assignment",
    ]
    assert back.problems == ()


def test_everything_can_be_undone_and_made_again(course, qtbot):
    add(course, qtbot, "section", "Clay")
    add(course, qtbot, "text", "Read this")
    full = outline(course)
    bench = course.review.bench
    steps = len(api.history(course.author, course.draft_id))
    for _ in range(steps):
        bench.undo()
    quiet(course, qtbot)
    assert outline(course) == []
    for _ in range(steps):
        bench.redo()
    quiet(course, qtbot)
    assert outline(course) == full


def test_items_are_removed_with_undo_copied_cut_and_moved(course, qtbot, frame):
    review = course.review
    add(course, qtbot, "section", "Clay")
    add(course, qtbot, "lesson", "One")
    add(course, qtbot, "lesson", "Two")
    titles = lambda: [t for kind, _type, t in outline(course) if kind == "lesson"]  # noqa: E731
    assert titles() == ["One", "Two"]
    review.bench.move_by(-1)
    quiet(course, qtbot)
    assert titles() == ["Two", "One"]
    review.bench.hold(cut=False)
    review.bench.paste()
    quiet(course, qtbot)
    assert titles() == ["Two", "Two", "One"]
    review.bench.remove()
    quiet(course, qtbot)
    assert len(titles()) == 2
    assert frame.said[-1].startswith("Removed")
    frame.undo()
    quiet(course, qtbot)
    assert titles() == ["Two", "Two", "One"]


def test_copied_items_go_to_another_course_with_their_pictures(course, qtbot, tmp_path):
    picture = tmp_path / "cup.png"
    picture.write_bytes(b"not really a picture")
    add(course, qtbot, "section", "Clay")
    key = add(course, qtbot, "text", "Read this")
    course.review.item.editor.pictures_wanted.emit([picture])
    quiet(course, qtbot)
    course.review.item.editor.flush()
    quiet(course, qtbot)
    html = node(course, key).block.html
    assert "courseporter-asset:pictures/" in html
    course.review.bench.hold(cut=False)
    other = api.new_draft(course.author, "Another")
    course.show_draft(other)
    qtbot.waitUntil(lambda: course.looked is not None and course.looked.view.row.id == other)
    course.review.bench.paste()
    quiet(course, qtbot)
    (copied,) = [one for one in api.outline(course.author, other) if one.kind == "block"]
    assert api.item(course.author, other, copied.key).block.html == html
    assert len(api.content(course.author, other, copied.key).pictures) == 1


def test_the_history_tells_what_was_done_and_leads_back(course, qtbot):
    review = course.review
    add(course, qtbot, "section", "Clay")
    review.form.show_history.click()
    qtbot.waitUntil(lambda: len(review.history.steps) == 2)
    assert [one.label for one in review.history.steps] == [
        "Added “New section”",
        "Renamed “New section” to “Clay”",
    ]
    review.history.restore_wanted.emit("start")
    quiet(course, qtbot)
    assert outline(course) == []


def test_typing_stays_while_its_own_change_comes_back_from_the_store(course, qtbot):
    add(course, qtbot, "section", "Clay")
    key = add(course, qtbot, "text", "Read this")
    editor: TextEditor = course.review.item.editor.text
    editor.canvas.setFocus()
    QTest.keyClicks(editor.canvas, "One")
    editor.flush()
    QTest.keyClicks(editor.canvas, " two")
    quiet(course, qtbot)
    course.review.reload()
    quiet(course, qtbot)
    assert editor.canvas.toPlainText() == "One two"
    editor.flush()
    quiet(course, qtbot)
    assert node(course, key).block == Text(html="<p>One two</p>")


def test_empty_items_are_removed_by_the_fix_of_their_problem_after_a_look_at_it(course, qtbot):
    add(course, qtbot, "section", "Clay")
    add(course, qtbot, "lesson", "Empty one")
    add(course, qtbot, "lesson", "Empty two")
    course.review.bench.editing.checking.setInterval(1)
    course.review.bench.editing.checking.start()
    panel = course.review.problems
    qtbot.waitUntil(lambda: len(panel.problems) == 2)
    row = panel.rows[0]
    row.preview_wanted.emit(Order(row.problem, every=True))
    qtbot.waitUntil(lambda: row.preview.text() != "")
    assert row.preview.text() == "“Empty one” is removed\n“Empty two” is removed"
    row.fix_wanted.emit(Order(row.problem, every=True))
    qtbot.waitUntil(lambda: outline(course) == [("section", None, "Clay")])
    quiet(course, qtbot)


def test_a_problem_of_a_question_opens_it_in_its_quiz(course, qtbot):
    add(course, qtbot, "section", "Clay")
    quiz = add(course, qtbot, "quiz", "Check yourself")
    questions = [
        {"key": f"q{n}", "type": "single_choice", "text": str(n), "options": [{"text": "a"}]}
        for n in range(3)
    ]
    block = {"type": "quiz", "questions": questions}
    api.edit(course.author, course.draft_id, [api.ops.SetBlock(key=quiz, block=block)])
    add(course, qtbot, "text", "Elsewhere")
    course.review.jump("q2")
    qtbot.waitUntil(lambda: course.review.item.editor.quiz.place == 2)
    assert course.review.item.editor.currentWidget() is course.review.item.editor.quiz
    quiet(course, qtbot)


def test_captions_of_a_video_become_subrip(course, qtbot, author, tmp_path):
    file = tmp_path / "kiln.vtt"
    file.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHot\n")
    add(course, qtbot, "section", "Clay")
    add(course, qtbot, "lesson", "Kiln")
    video = add(course, qtbot, "video", "Watch this")

    course.review.item.editor.block.captions.add.take(file)
    quiet(course, qtbot)

    (caption,) = node(course, video).block.captions
    assert caption.path.endswith("kiln.srt")
    data = read_asset(author, course.draft_id, caption.path, 1000)
    assert data.startswith(b"1\n00:00:01,000 --> 00:00:02,000")
