from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from courseporter.api.values import TreeNode
from courseporter.gui.course.tree_model import NODE, TreeModel


def node(key, parent=None, kind="section", children=0, **more):
    row = {"title": key.title(), "hidden": False, "type": None, **more}
    return TreeNode(key=key, parent=parent, kind=kind, children=children, **row)


SECTIONS = (node("one", children=2), node("two"))
LESSONS = (node("a", "one", "lesson"), node("b", "one", "lesson", title="A long way"))


def filled(qtbot):
    model = TreeModel()
    tester = QAbstractItemModelTester(model)
    tester.setParent(model)
    model.put({None: SECTIONS, "one": LESSONS})
    return model


def test_asks_once_for_the_rows_below_a_section_when_it_is_opened(qtbot):
    model = TreeModel()
    model.put({None: SECTIONS})
    asked = []
    model.wanted.connect(asked.append)
    one = model.index_of("one")
    assert model.hasChildren(one)
    assert model.canFetchMore(one)
    model.fetchMore(one)
    model.fetchMore(one)
    assert asked == ["one"]
    model.put({"one": LESSONS})
    assert model.rowCount(one) == 2
    assert not model.canFetchMore(one)


def test_a_section_without_lessons_cannot_be_opened(qtbot):
    model = filled(qtbot)
    assert not model.hasChildren(model.index_of("two"))


def test_parent_and_row_of_every_place_agree(qtbot):
    model = filled(qtbot)
    b = model.index_of("b")
    assert (b.row(), b.data()) == (1, "A long way")
    assert b.parent() == model.index_of("one")
    assert b.parent().parent() == QModelIndex()


def test_a_refresh_changes_rows_in_place_so_that_nothing_closes(qtbot):
    model = filled(qtbot)
    kept = model.index_of("b")
    with qtbot.waitSignal(model.dataChanged) as blocker:
        model.put({"one": (LESSONS[0], node("b", "one", "lesson", title="Renamed", hidden=True))})
    assert blocker.args[0] == kept
    assert kept.data() == "Renamed"
    assert kept.data(NODE).hidden


def test_a_refresh_that_brings_other_rows_replaces_them(qtbot):
    model = filled(qtbot)
    model.put({"one": (LESSONS[1],)})
    assert model.rowCount(model.index_of("one")) == 1
    assert not model.index_of("a").isValid()
    assert model.index_of("b").row() == 0


def test_a_stale_position_shows_nothing_and_breaks_nothing(qtbot):
    model = filled(qtbot)
    stale = model.index_of("a")
    model.put({"one": ()})
    assert model.data(stale) is None


def test_names_the_levels_that_a_refresh_has_to_read_parents_first(qtbot):
    assert filled(qtbot).loaded() == (None, "one")


def test_a_new_title_is_shown_at_once_and_handed_on_without_its_blanks(qtbot):
    model = filled(qtbot)
    with qtbot.waitSignal(model.renamed) as blocker:
        assert model.setData(model.index_of("a"), "  New  ")
    assert blocker.args == ["a", "New"]
    assert model.index_of("a").data() == "New"


def test_an_empty_or_unchanged_title_is_no_renaming(qtbot):
    model = filled(qtbot)
    with qtbot.assertNotEmitted(model.renamed):
        assert not model.setData(model.index_of("a"), "   ")
        assert not model.setData(model.index_of("a"), "A")


def test_a_screen_reader_hears_kind_count_and_state(qtbot):
    model = TreeModel()
    model.put({None: (node("one", children=1200, hidden=True, problems=2),)})
    spoken = model.index_of("one").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "One, section, 1,200 lessons, hidden, 2 problems"


def test_a_section_that_gets_its_first_lesson_can_be_opened(qtbot):
    model = TreeModel()
    model.put({None: SECTIONS, "two": ()})
    model.put({None: (SECTIONS[0], node("two", children=1))})
    assert model.canFetchMore(model.index_of("two"))
