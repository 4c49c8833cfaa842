import base64

import msgspec
import pytest
from PySide6.QtCore import QBuffer, QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTreeView

from courseporter.api.values import ProblemRow, TreeNode
from courseporter.gui import theme
from courseporter.gui.course.finder import SearchResult, summary, without_echoes
from courseporter.gui.course.preview import IMAGE, without_width
from courseporter.gui.course.problem_row import Row
from courseporter.gui.course.problem_words import PlaceLink
from courseporter.gui.course.review import FOUND, TREE
from courseporter.gui.course.tree_model import NODE
from fakes import api as fake


@pytest.fixture
def review(page, settle):
    page.show_draft("d")
    settle(lambda: page.looked is not None and page.review.tree.rows.rowCount() == 2)
    settle(lambda: page.review.tree.rows.index_of("l3").isValid())
    return page.review


def titles(tree):
    rows = tree.rows
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def test_a_small_course_opens_with_its_sections_open_and_its_first_lesson_shown(review, settle):
    settle(lambda: review.item.node is not None)
    assert titles(review.tree) == ["Clay", "Fire"]
    assert review.tree.isExpanded(review.tree.rows.index_of("s1"))
    assert review.item.form.title.text() == "Pinch pot"


def test_the_ledger_line_adds_up_under_the_course(review):
    assert review.form.ledger.text() == ("212 items: 205 converted, 4 partly, 2 skipped, 1 failed")


def test_choosing_a_row_shows_its_result_source_and_details(review, settle):
    review.tree.setCurrentIndex(review.tree.rows.index_of("l2"))
    settle(lambda: review.item.node is not None and review.item.node.key == "l2")
    assert "Coil pot" in review.item.preview.toPlainText()
    tabs = review.item.form.tabs
    assert [tabs.tabText(at) for at in range(4)] == ["Edit", "Result", "Source", "Details"]


def test_the_place_of_a_problem_leads_to_its_row_also_when_it_was_never_read(review, settle):
    review.tree.rows.put({"s2": ()})
    assert not review.tree.rows.index_of("l3").isValid()
    review.problems.jump_wanted.emit("l3")
    settle(lambda: review.tree.currentIndex().data() == "Kiln")


def test_the_next_problem_is_one_key_away(review, settle):
    review.next_problem()
    settle(lambda: review.tree.currentIndex().data() == "Kiln")


def test_searching_shows_only_what_was_found_and_clearing_brings_the_tree_back(
    review, settle, qtbot
):
    qtbot.keyClicks(review.form.search, "pot")
    settle(lambda: review.trees.currentIndex() == FOUND)
    assert titles(review.found) == ["Pinch pot", "Coil pot"]
    review.form.search.clear()
    settle(lambda: review.trees.currentIndex() == TREE)


def test_the_tree_is_laid_out_once_when_the_theme_changes(review, qapp, settle, monkeypatch):
    laid = []

    def lay_out(tree):
        laid.append(tree)

    monkeypatch.setattr(QTreeView, "doItemsLayout", lay_out)
    theme.apply(qapp, "dark")
    assert laid == []
    settle(lambda: review.tree in laid)
    assert laid.count(review.tree) == 1


def test_a_search_that_finds_nothing_says_so(review, settle, qtbot):
    qtbot.keyClicks(review.form.search, "loom")
    settle(review.message.isVisible)
    assert review.message.text() == "No titles match “\u2068loom\u2069”."
    review.form.search.clear()
    settle(lambda: not review.message.isVisible())


def test_a_search_that_finds_more_than_is_listed_says_so():
    nodes = tuple(row(f"l{at}", "s", "lesson", f"Pot {at}") for at in range(3))
    assert summary(SearchResult("d", ("pot", False), nodes)) == ""
    assert summary(SearchResult("d", ("pot", False), nodes, cut=True)) == (
        "The first 3 items. Type more to narrow the search."
    )
    assert summary(SearchResult("d", ("", True), ())) == "No items have problems."


def test_the_tab_key_stops_at_all_that_stands_above_the_tree(review, qtbot):
    review.window().activateWindow()
    review.form.search.setFocus()
    qtbot.waitUntil(review.form.search.hasFocus)
    way = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        way.append(QApplication.focusWidget())
    form = review.form
    assert way == [
        form.only_problems,
        form.add,
        form.show_history,
        form.show_problems,
        review.tree,
    ]


def test_the_tab_key_stops_once_at_each_note_and_then_goes_on(review, qtbot):
    place = review.problems.findChild(PlaceLink)
    review.window().activateWindow()
    review.problems.form.scroll.setFocus()
    qtbot.waitUntil(review.problems.form.scroll.hasFocus)
    way = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        way.append(QApplication.focusWidget())
    assert [part is place for part in way] == [True, False, False, False, False]
    words = ["Remove it", "Fix all 14", "What will change?", "Continue"]
    assert [part.text() for part in way[1:]] == words


def test_the_keyboard_stays_with_the_notes_when_one_is_mended(review, page, qtbot, settle, actor):
    first = actor.troubles[0]
    others = [msgspec.structs.replace(first, id=number, alike=1) for number in (8, 9)]
    actor.troubles += others
    page.look()
    settle(lambda: len(review.problems.rows) == 3)
    review.window().activateWindow()
    fix = review.problems.rows[1].stops[1]
    fix.setFocus()
    qtbot.waitUntil(fix.hasFocus)
    actor.troubles.remove(others[0])
    page.look()
    settle(lambda: len(review.problems.rows) == 2)
    assert review.problems.rows[1].stops[1].hasFocus()
    actor.troubles.clear()
    page.look()
    settle(lambda: not review.problems.rows)
    assert review.problems.form.scroll.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_place_of_a_note_opens_by_the_keyboard(review, qtbot, key):
    place = review.problems.findChild(PlaceLink)
    assert place.height() >= 24  # large enough for a finger, too
    with qtbot.waitSignal(review.problems.jump_wanted) as jumped:
        qtbot.keyClick(place, key)
    assert jumped.args == ["l3"]


def test_only_problems_leaves_only_places_that_have_one(review, settle, qtbot):
    qtbot.mouseClick(review.form.only_problems, Qt.MouseButton.LeftButton)
    settle(lambda: review.trees.currentIndex() == FOUND)
    assert titles(review.found) == ["Kiln"]


def test_renaming_in_the_tree_shows_at_once_reaches_the_store_and_offers_undo(
    review, settle, actor, frame
):
    index = review.tree.rows.index_of("l1")
    review.tree.rows.setData(index, "Thumb pot")
    assert index.data() == "Thumb pot"
    settle()
    assert ("rename", ("d", "l1", "Thumb pot")) in actor.calls
    assert frame.said[-1].startswith("Renamed to")
    frame.undo()
    settle()
    assert ("undo", ("d",)) in actor.calls


def test_undo_of_a_message_takes_back_what_it_spoke_of_not_what_is_shown_now(
    review, page, settle, actor, frame
):
    actor.courses["e"] = fake.draft_row(2, id="e", title="Weaving")
    review.tree.rows.setData(review.tree.rows.index_of("l1"), "Thumb pot")
    settle()
    page.show_draft("e")
    settle(lambda: page.looked is not None)
    frame.undo()
    settle()
    assert ("undo", ("d",)) in actor.calls
    assert frame.undo is None  # nothing of it is offered once more


def test_renaming_in_the_centre_goes_the_same_way(review, settle, qtbot, actor):
    settle(lambda: review.item.node is not None)
    review.item.form.title.setText("Mud")
    qtbot.keyPress(review.item.form.title, Qt.Key.Key_Return)
    settle()
    assert ("rename", ("d", "l1", "Mud")) in actor.calls


def test_hiding_says_what_learners_will_see_and_can_be_undone(review, settle, qtbot, actor, frame):
    settle(lambda: review.item.node is not None)
    qtbot.mouseClick(review.item.form.hide, Qt.MouseButton.LeftButton)
    settle()
    assert ("set_hidden", ("d", ("l1",), True)) in actor.calls
    assert frame.said == ["Learners won't see this item."]
    assert frame.undo is not None


def test_ctrl_h_hides_all_selected_items_as_one_step(review, settle, actor, frame):
    settle(lambda: review.item.node is not None)
    tree, rows = review.tree, review.tree.rows
    flags = QItemSelectionModel.SelectionFlag.Select
    for key in ("l1", "l2", "s2"):
        tree.selectionModel().select(rows.index_of(key), flags)
    review.bench.toggle_hidden()
    settle()
    assert ("set_hidden", ("d", ("l1", "l2", "s2"), True)) in actor.calls
    assert frame.said == ["Learners won't see these 3 items."]


def test_fix_mends_one_problem_and_fix_all_every_one_like_it(review, settle, qtbot, actor):
    buttons = {button.text(): button for button in review.problems.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Remove it"], Qt.MouseButton.LeftButton)
    settle()
    qtbot.mouseClick(buttons["Fix all 14"], Qt.MouseButton.LeftButton)
    settle()
    assert [values for name, values in actor.calls if name == "fix"] == [
        ("d", 7, False),
        ("d", 7, True),
    ]


def test_the_preview_loads_nothing_from_network_or_disk(review):
    resource = review.item.preview.loadResource
    assert resource(2, "https://example.org/spy.png") is None
    assert resource(2, "file:///etc/passwd") is None


def test_a_very_long_page_is_cut_and_says_so(review, settle):
    settle(lambda: review.item.node is not None)
    assert review.item.preview.show_html("<p>x</p>" * 100_000)
    assert len(review.item.preview.html) <= 200_000


def test_a_picture_inside_the_page_is_shown_no_wider_than_the_page(review):
    preview = review.item.preview
    preview.show_html(f'<p><img width="4000" src="{picture(3000, 10)}"></p>')
    assert "width" not in IMAGE.sub(without_width, preview.html)
    assert 64 <= preview.loadResource(2, picture(3000, 10)).width() <= preview.width()
    assert preview.loadResource(2, picture(20, 10)).width() == 20


def test_a_small_picture_keeps_the_width_its_author_gave_it():
    tag = '<img src="x" width="120" height="40">'
    assert IMAGE.sub(without_width, tag) == tag


def test_a_lesson_with_one_unit_shows_what_is_in_it_without_the_unit(review, settle, actor):
    actor.nodes["l1"] = [row("u1", "l1", "unit", "Pinch pot", 1)]
    actor.nodes["u1"] = [row("b1", "u1", "block", "Pinch pot", type="text")]
    review.tree.reveal("b1")
    settle(lambda: review.tree.key == "b1")
    assert review.tree.currentIndex().parent().data(NODE).key == "l1"


def test_a_place_that_the_tree_folds_away_leads_to_the_place_above(review, settle, actor):
    actor.nodes["l1"] = [row("u1", "l1", "unit", "Pinch pot", 1)]
    actor.nodes["u1"] = [row("b1", "u1", "block", "Pinch pot", type="text")]
    review.tree.reveal("u1")
    settle(lambda: review.tree.key == "l1")


def test_a_lesson_is_shown_as_learners_read_it_block_after_block(review, settle, actor):
    actor.nodes["l2"] = [row("u1", "l2", "unit", "Coil pot", 2)]
    actor.nodes["u1"] = [
        row("b1", "u1", "block", "Coil pot", type="text"),
        row("b2", "u1", "block", "Your turn", type="quiz", questions=2),
    ]
    review.jump("l2")
    settle(lambda: "Your turn" in review.item.preview.toPlainText())
    assert (
        review.item.preview.toPlainText().split() == "Coil pot Coil pot Your turn Your turn".split()
    )


def test_a_section_lists_its_lessons(review, settle):
    review.jump("s1")
    settle(lambda: "Coil pot" in review.item.preview.toPlainText())


def test_a_unit_that_repeats_its_lesson_is_found_once():
    lesson, unit = row("l", "s", "lesson", "Kiln"), row("u", "l", "unit", "Kiln")
    assert without_echoes((lesson, unit)) == (lesson,)
    assert without_echoes((unit,)) == (unit,)


def test_a_block_that_repeats_its_lesson_is_found_once():
    lesson, unit = row("l", "s", "lesson", "Kiln"), row("u", "l", "unit", "Kiln")
    same, other = row("b", "u", "block", "Kiln"), row("c", "u", "block", "Kiln at work")
    assert without_echoes((lesson, unit, same, other)) == (lesson, other)


def picture(width, height):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    data = QBuffer()
    image.save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.data().data()).decode()}"


def row(key, parent, kind, title, children=0, **more):
    fields = {"type": None, "hidden": False, **more}
    return TreeNode(key=key, parent=parent, kind=kind, title=title, children=children, **fields)


def test_links_and_icons_of_problems_follow_the_theme(review, qapp):
    before = review.problems.form.rows.itemAt(0).widget()
    theme.watch.changed.emit()
    assert review.problems.form.rows.itemAt(0).widget() is not before


def test_a_problem_whose_place_has_no_name_leads_to_it_all_the_same(qtbot):
    told = {"code": "c", "severity": "warning", "message": "Long.", "hint": None, "count": 1}
    problem = ProblemRow(id=1, where=None, key="l", **told)
    made = Row(problem)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.jump_wanted):
        (link,) = [label for label in made.findChildren(QLabel) if "<a" in label.text()]
        link.linkActivated.emit("place")
