"""How the package gets into Open edX: Studio's own pages, step by step, in Studio's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from courseporter.gui import theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.forms.studio_guide import Ui_studio_guide
from courseporter.gui.words import quoted


class Step(NamedTuple):
    """One step: what to do, and what to know about it."""

    title: str
    text: str


STEPS: Final = (
    Step(
        "Open Studio and make an empty course",
        "Choose “New course” and fill in name, organization, number and run. They may differ from "
        "those in the package: content goes into the course you are in. Open an existing course "
        "only if you want to replace what it holds.",
    ),
    Step(
        "Open the import page",
        "In the menu on top choose Tools, then Import. The page is called “Course import”.",
    ),
    Step(
        "Choose the file",
        "Under “Select a .tar.gz file to replace your course content”, drop the package or click "
        "to choose it. Older versions of Studio show “Choose a File to Import” and then “Replace "
        "my course with the selected file”. Do not unpack it first; some browsers do that by "
        "themselves.",
    ),
    Step(
        "Wait for the five stages",
        "Uploading, Unpacking, Verifying, Updating, Success. Stay on the page during the first "
        "two; after that you may leave it. Big courses take some minutes. Change nothing in the "
        "course until it is done.",
    ),
    Step(
        "Know what replaces what",
        "The import replaces content, title, dates and grading of the course with those of the "
        "package, and Studio cannot undo it. Files and pages beside the lessons that the package "
        "lacks stay where they are; delete them in Studio. Learners, their grades, the course "
        "team and discussions stay as they are. If the course holds something you may want back, "
        "export it first: Tools, then Export.",
    ),
    Step(
        "Check the course",
        "Choose “View updated outline”. Compare the number of sections and lessons with the last "
        "page here, play one video, answer one question in “Preview”, and look at start and end "
        "under Settings, then Schedule & details.",
    ),
    Step(
        "Publish it to learners",
        "Imported units are published at once, and learners see them from the start date on. "
        "Enrol yourself with a second account to see the course as learners do.",
    ),
)


class StudioGuide(QWidget):
    """A page to keep open beside the browser."""

    back = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_of_app = actions
        self.path = Path()
        self.form = Ui_studio_guide()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        for number, step in enumerate(STEPS, start=1):
            self.form.steps.addWidget(row(number, step))
        self.form.back.clicked.connect(self.back)
        self.form.copy_path.clicked.connect(self._copy_path)
        self.form.show_in_folder.clicked.connect(self._show_in_folder)

    def show_file(self, path: Path) -> None:
        """Name the package that is meant."""
        self.path = path
        self.form.file.setText(f"The file is {quoted(path.name)} in {path.parent}.")

    def _copy_path(self) -> None:
        self.actions_of_app.copy(str(self.path), "Copied the path.")

    def _show_in_folder(self) -> None:
        self.actions_of_app.show_in_folder(self.path)


def row(number: int, step: Step) -> QWidget:
    """One numbered step."""
    made = QWidget()
    made.setAccessibleName(f"Step {number}: {step.title}. {step.text}")
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(16)
    figure = QLabel(str(number))
    figure.setFixedSize(28, 28)
    figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
    theme.set_class(figure, "figure")
    line.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(4)
    words.addWidget(plain(step.title, "strong"))
    words.addWidget(plain(step.text))
    line.addLayout(words, 1)
    return made
