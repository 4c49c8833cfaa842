"""Rows of the course tree are dragged, moved and rearranged; what stays open stays open."""

import random
import time

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QTreeView

from courseporter.api.values import TreeNode
from courseporter.gui.course.plus_button import PlusButton
from courseporter.gui.course.tree_branch import Target
from courseporter.gui.course.tree_model import TreeModel

MOVE = Qt.DropAction.MoveAction
ROOT = QModelIndex()


def node(key, parent=None, kind="section", children=0, **more):
    return TreeNode(
        key=key, parent=parent, kind=kind, type=None, title=key, hidden=False, children=children
    )


@pytest.fixture
def model(qtbot):
    made = TreeModel()
    tester = QAbstractItemModelTester(made)
    tester.setParent(made)
    made.put(
        {
            None: (node("s1", children=2), node("s2", children=1)),
            "s1": (node("l1", "s1", "lesson", 1), node("l2", "s1", "lesson", 2)),
            "s2": (node("l3", "s2", "lesson"),),
            "l1": (node("b1", "u1", "block"), node("b2", "u1", "block")),  # its unit isn't shown
            "l2": (node("u2", "l2", "unit"), node("u3", "l2", "unit")),
        }
    )
    return made


def dropped(model, keys, row, parent):
    said = []
    model.dropped.connect(lambda *given: said.append(given))
    data = model.mimeData([model.index_of(key) for key in keys])
    allowed = model.canDropMimeData(data, MOVE, row, 0, parent)
    model.dropMimeData(data, MOVE, row, 0, parent)
    assert allowed == bool(said)
    return said[0] if said else None


def test_lessons_are_dropped_between_lessons_and_into_sections(model):
    assert dropped(model, ["l1", "l2"], 0, model.index_of("s2")) == (("l1", "l2"), "s2", "l3")
    assert dropped(model, ["l3"], -1, model.index_of("s1")) == (("l3",), "s1", None)
    assert dropped(model, ["s2"], 0, ROOT) == (("s2",), None, "s1")


def test_blocks_go_to_the_unit_that_is_not_shown(model):
    assert dropped(model, ["b2"], 0, model.index_of("l1")) == (("b2",), "u1", "b1")
    assert dropped(model, ["b2"], -1, model.index_of("u3")) == (("b2",), "u3", None)
    assert dropped(model, ["b2"], -1, model.index_of("l3")) == (("b2",), "l3", None)


@pytest.mark.parametrize(
    ("keys", "row", "parent"),
    [
        (["l1"], 0, None),  # a lesson beside sections
        (["s1"], -1, "s2"),  # a section in a section
        (["l1"], -1, "l3"),
        (["b1"], 1, "l2"),  # a block between units
        (["b1"], -1, "s2"),
        (["s1", "l3"], 0, None),  # of different kinds
    ],
)
def test_what_the_course_would_not_allow_cannot_be_dropped(model, keys, row, parent):
    assert dropped(model, keys, row, ROOT if parent is None else model.index_of(parent)) is None


def test_neighbors_move_up_and_down_by_one(model):
    assert model.beside(("l2",), -1) == Target("s1", "l1")
    assert model.beside(("l1",), 1) == Target("s1", None)
    assert model.beside(("l1",), -1) is None
    assert model.beside(("b1",), 1) == Target("u1", None)
    assert model.beside(("l1", "l3"), 1) is None


def test_any_new_order_arrives_without_closing_what_is_open(qtbot):
    chance = random.Random(7)
    model = TreeModel()
    tester = QAbstractItemModelTester(model)
    tester.setParent(model)
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    keys = [f"s{n}" for n in range(8)]
    model.put({None: tuple(node(key, children=1) for key in keys)})
    model.put({key: (node(f"{key}-l", key, "lesson"),) for key in keys})
    view.expandAll()
    for step in range(60):
        level = [key for key in keys if chance.random() < 0.8]
        chance.shuffle(level)
        new = [f"n{step}"] if chance.random() < 0.3 else []
        level[0:0] = new
        model.put({None: tuple(node(key, children=1) for key in level)})
        assert [model.index(row, 0).data() for row in range(model.rowCount())] == level
        before = {key for key in keys if model.index_of(key).isValid()}
        kept = [key for key in keys if key in level and model.rowCount(model.index_of(key))]
        assert all(view.isExpanded(model.index_of(key)) for key in kept)
        missing = [key for key in keys if key not in before]
        keys = [key for key in keys if key not in missing] or [f"s{n}" for n in range(8)]


def test_a_move_in_a_level_of_twenty_thousand_takes_no_time_to_show(qtbot):
    model = TreeModel()
    rows = [node(f"s{n}") for n in range(20_000)]
    model.put({None: tuple(rows)})
    rows.insert(10, rows.pop(15_000))
    started = time.perf_counter()
    model.put({None: tuple(rows)})
    assert time.perf_counter() - started < 2  # a hundredth of it on a quiet machine
    assert model.index(10, 0).data() == "s15000"


def test_a_plus_appears_between_rows_and_adds_behind_the_upper_one(qtbot, dressed, model):
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(300, 300)
    plus = PlusButton(view)
    view.show()
    edge = view.visualRect(model.index_of("s1")).bottom()

    def point(y):
        place = QPointF(60, y)
        at = view.viewport().mapToGlobal(QPoint(60, int(y)))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            place,
            QPointF(at),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view.viewport(), event)

    point(edge - 12)
    assert plus.isHidden()
    point(edge)
    assert not plus.isHidden()
    with qtbot.waitSignal(plus.wanted) as said:
        plus.click()
    assert said.args[1] == "s1"
