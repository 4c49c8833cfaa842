from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from courseporter import api
from courseporter.api.values import ProblemRow, TreeNode
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.page import CoursePage
from fakes import api as fake

WISHES = [name for name in dir(api) if callable(getattr(fake, name, None)) and name != "Actor"]


@pytest.fixture(autouse=True)
def english_numbers():
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def actor(monkeypatch, tmp_path):
    """A house with one course: two sections, three lessons, one problem."""
    for name in WISHES:
        monkeypatch.setattr(api, name, getattr(fake, name))
    made = fake.Actor(tmp_path)
    made.courses["d"] = fake.draft_row(1, id="d", title="Pottery")
    made.nodes = {
        None: [row("s1", None, "section", "Clay", 2), row("s2", None, "section", "Fire", 1)],
        "s1": [row("l1", "s1", "lesson", "Pinch pot"), row("l2", "s1", "lesson", "Coil pot")],
        "s2": [row("l3", "s2", "lesson", "Kiln", problems=1, severity="warning")],
    }
    made.troubles = [
        ProblemRow(
            id=7,
            code="missing_files",
            severity="warning",
            message="A picture is missing.",
            where="lessons.csv line 3",
            hint=None,
            count=1,
            key="l3",
            fix="drop",
            fix_label="Remove it",
            alike=14,
        )
    ]
    return made


class Frame:
    """A window that only remembers what it was told."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.said: list[str] = []
        self.undo: Callable[[], None] | None = None
        self.errors: list[BaseException] = []
        self.went: list[str] = []

    def widget(self):
        return self.window

    def go(self, page):
        self.went.append(page)

    def go_back(self):
        self.went.append("back")

    def show_draft(self, draft_id):
        self.went.append(draft_id)

    def show_reading(self, path):
        self.went.append(f"reading {path.name}")

    def show_rows(self, path):
        self.rows = path

    def show_source(self, sniff, job_id):
        self.went.append(sniff.name)

    def toast(self, text, undo=None, *, label="Undo"):
        self.said.append(text)
        self.undo = undo

    def withdraw(self):
        self.undo = None

    def notice(self, error):
        self.errors.append(error)

    def open_palette(self):
        self.went.append("palette")

    def find(self):
        self.went.append("find")

    def close_window(self):
        self.went.append("close")


@pytest.fixture
def frame(qtbot):
    made = Frame()
    qtbot.addWidget(made.window)
    return made


@pytest.fixture
def page(qtbot, qapp, actor, frame):
    theme.apply(qapp, "light")
    made = CoursePage(actor, Actions(actor, frame))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    yield made
    qtbot.waitUntil(background.idle)
    assert frame.errors == []


def row(key, parent, kind, title, children=0, **more):
    fields = {"type": None, "hidden": False, **more}
    return TreeNode(key=key, parent=parent, kind=kind, title=title, children=children, **fields)


@pytest.fixture
def settle(qtbot):
    """Wait until everything that was asked off the GUI thread has been answered."""

    def wait(condition=lambda: True):
        qtbot.waitUntil(lambda: background.idle() and condition())

    return wait


@pytest.fixture
def author(tmp_path):
    """Somebody at a real store."""
    made = api.start(tmp_path / "home")
    yield made
    api.stop(made)


@pytest.fixture
def bench(qtbot, qapp, author, frame):
    """The page of a course, with the real store behind it."""
    theme.apply(qapp, "light")
    made = CoursePage(author, Actions(author, frame))
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    made.activateWindow()
    yield made
    made.actions_of_app.watcher.stop()
    made.review.bench.editing.checking.stop()
    made.later.stop()
    qtbot.waitUntil(background.idle)
    assert frame.errors == []
