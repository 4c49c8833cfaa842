"""Typing, buttons, links, pictures and the source of a text."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from courseporter.gui.editor.text_editor import TextEditor, address_of

PAGE = "<h2>Kiln</h2>\n<p>Fire the  pot.</p>\n<div class='x'>box</div>\n"


@pytest.fixture
def editor(qtbot, dressed):
    made = TextEditor()
    qtbot.addWidget(made)
    made.resize(760, 480)
    made.show()
    made.saved = []
    made.edited.connect(made.saved.append)
    return made


def place(editor, text):
    """Select a text of the page."""
    found = editor.canvas.document().find(text)
    assert not found.isNull()
    editor.canvas.setTextCursor(found)
    return found


def at_end(editor, text):
    cursor = place(editor, text)
    cursor.setPosition(cursor.selectionEnd())
    editor.canvas.setTextCursor(cursor)


def saved(editor):
    editor.flush()
    return editor.saved[-1] if editor.saved else None


def test_opening_and_leaving_a_page_saves_nothing(editor):
    editor.open_html(PAGE, {})
    editor.flush()
    assert editor.saved == []


def test_typing_writes_only_the_paragraph_that_was_typed_in(editor, qtbot):
    editor.open_html(PAGE, {})
    at_end(editor, "Kiln")
    QTest.keyClicks(editor.canvas, "s & more")
    assert editor.pending()
    qtbot.waitUntil(lambda: editor.saved != [])
    assert editor.saved == [PAGE.replace("Kiln", "Kilns &amp; more")]


def test_enter_after_a_heading_starts_a_paragraph(editor):
    editor.open_html("<h2>Kiln</h2>", {})
    at_end(editor, "Kiln")
    QTest.keyClick(editor.canvas, Qt.Key.Key_Return)
    QTest.keyClicks(editor.canvas, "text")
    assert saved(editor) == "<h2>Kiln</h2>\n<p>text</p>"


def test_buttons_change_what_is_selected_and_back(editor):
    editor.open_html(PAGE, {})
    place(editor, "pot")
    editor.press("bold")
    editor.press("italic")
    assert "<p>Fire the <strong><em>pot</em></strong>.</p>" in saved(editor)
    place(editor, "pot")
    assert editor.toolbar.buttons["bold"].isChecked()
    editor.press("bold")
    editor.press("italic")
    assert "<p>Fire the pot.</p>" in saved(editor)


def test_the_kind_of_paragraph_can_be_chosen(editor):
    editor.open_html("<p>Kiln</p>", {})
    at_end(editor, "Kiln")
    editor.toolbar.tag_chosen.emit("h3")
    assert saved(editor) == "<h3>Kiln</h3>"
    editor.toolbar.tag_chosen.emit("pre")
    assert saved(editor) == "<pre>Kiln</pre>"


def test_lists_are_made_left_and_nested_by_keys(editor):
    editor.open_html("<p>One</p>", {})
    at_end(editor, "One")
    editor.press("list")
    QTest.keyClick(editor.canvas, Qt.Key.Key_Return)
    QTest.keyClicks(editor.canvas, "Two")
    QTest.keyClick(editor.canvas, Qt.Key.Key_Tab)
    assert saved(editor) == "<ul><li>One<ul><li>Two</li></ul></li></ul>"
    QTest.keyClick(editor.canvas, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor.canvas, Qt.Key.Key_Return)
    QTest.keyClick(editor.canvas, Qt.Key.Key_Return)
    QTest.keyClicks(editor.canvas, "after")
    assert saved(editor) == "<ul><li>One</li><li>Two</li></ul>\n<p>after</p>"


def test_links_lead_to_addresses_and_lessons(editor):
    editor.open_html("<p>See the kiln</p>", {})
    place(editor, "kiln")
    editor.press("link")
    assert not editor.strip.isHidden()
    editor.strip.show_lessons([("Firing", "lesson:3")])
    editor.strip.line.setText("Firing")
    editor.strip.line.returnPressed.emit()
    assert saved(editor) == '<p>See the <a href="courseporter-lesson:lesson:3">kiln</a></p>'
    place(editor, "kiln")
    editor.press("link")
    editor.strip.remove.click()
    assert saved(editor) == "<p>See the kiln</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("example.com/a", "https://example.com/a"),
        ("a@example.com", "mailto:a@example.com"),
        ("http://x", "http://x"),
        ("javascript:alert(1)", ""),
        ("#top", "#top"),
    ],
)
def test_addresses_are_completed_and_scripts_refused(text, address):
    assert address_of(text) == address


def test_a_dropped_picture_is_asked_for_and_described(editor, tmp_path):
    file = tmp_path / "cup.png"
    file.write_bytes(b"x")
    asked = []
    editor.files_wanted.connect(asked.append)
    editor.open_html("<p>Cup: </p>", {})
    at_end(editor, "Cup:")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    editor.canvas.insertFromMimeData(data)
    assert asked == [[file]]
    editor.insert_pictures([("pictures/cup 1.png", b"x")])
    editor.strip.line.setText('A "cup"')
    editor.strip.line.returnPressed.emit()
    assert saved(editor) == (
        '<p>Cup:<img src="courseporter-asset:pictures/cup%201.png" alt="A &quot;cup&quot;"></p>'
    )


def test_a_table_can_be_filled_with_the_tab_key(editor):
    editor.open_html("<p>x</p>", {})
    at_end(editor, "x")
    editor.press("table")
    for word in "abcdef":
        QTest.keyClicks(editor.canvas, word)
        if word != "f":
            QTest.keyClick(editor.canvas, Qt.Key.Key_Tab)
    assert saved(editor) == (
        "<p>x</p>\n<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></tbody></table>"
    )


def test_source_that_would_not_load_is_refused_and_not_saved(editor):
    editor.open_html("<p>One</p>", {})
    editor.press("source")
    editor.source.setPlainText("<p>One</p>\n<b>two")
    assert not editor.refusal.isHidden()
    assert "line 2" in editor.refusal.text()
    assert saved(editor) is None
    editor.press("source")
    assert editor.in_source()
    editor.source.setPlainText("<p>One</p>\n<b>two</b>")
    editor.press("source")
    assert not editor.in_source()
    assert editor.saved == ["<p>One</p>\n<b>two</b>"]
    assert "two" in editor.canvas.toPlainText()


def test_copied_text_keeps_its_looks_and_its_chips(editor):
    html = "<p>A <b>bold</b> \\(x\\) word</p>"
    editor.open_html(html, {})
    editor.canvas.selectAll()
    data = editor.canvas.createMimeDataFromSelection()
    cursor = editor.canvas.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    editor.canvas.setTextCursor(cursor)
    editor.canvas.insertFromMimeData(data)
    assert saved(editor) == (
        "<p>A <strong>bold</strong> \\(x\\) wordA <strong>bold</strong> \\(x\\) word</p>"
    )


def test_kept_parts_can_be_deleted_and_brought_back(editor):
    editor.open_html(PAGE, {})
    cursor = editor.canvas.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.deletePreviousChar()
    editor.flush()
    assert "box" not in editor.saved[-1]
    editor.canvas.undo()
    assert "<div class='x'>box</div>" in saved(editor)


def test_a_change_of_theme_keeps_the_page(editor, qapp):
    editor.open_html(PAGE, {})
    at_end(editor, "pot.")
    editor._redraw()
    QTest.keyClicks(editor.canvas, "!")
    assert saved(editor) == PAGE.replace("Fire the  pot.", "Fire the pot.!")
