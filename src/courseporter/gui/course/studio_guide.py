"""How to import the package in Studio, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.forms.studio_guide import Ui_studio_guide
from courseporter.gui.words import quoted


class Step(NamedTuple):
    """One step: what to do, and what to know."""

    title: str
    text: str


def steps() -> tuple[Step, ...]:
    """Return the steps in Studio, with the names that Studio shows."""
    return (
        Step(
            gettext("Open Studio and create an empty course"),
            gettext(
                "Choose “New course” and enter name, organization, number and run. They can differ "
                "from those in the package: the content goes into the course that is open. Only "
                "open an existing course if you want to replace its content."
            ),
        ),
        Step(
            gettext("Open the import page"),
            gettext("In the menu at the top, choose Tools, then Import."),
        ),
        Step(
            gettext("Choose the file"),
            gettext(
                "Under “Select a .tar.gz file to replace your course content”, drop the package or "
                "click to choose it. Older versions show “Choose a File to Import”, then “Replace "
                "my course with the selected file”. Don't unpack the file first; some browsers do "
                "so automatically."
            ),
        ),
        Step(
            gettext("Wait for the five stages"),
            gettext(
                "Uploading, Unpacking, Verifying, Updating, Success. Stay on the page during the "
                "first two; then you can leave it. Large courses take a few minutes. Don't change "
                "the course until the import is done."
            ),
        ),
        Step(
            gettext("What will be replaced"),
            gettext(
                "The import replaces content, title, dates and grading of the course, and Studio "
                "can't undo it. Files and pages that aren't in the package stay; delete them in "
                "Studio. Learners, grades, the course team and discussions stay. To keep the old "
                "content, export it first: Tools, then Export."
            ),
        ),
        Step(
            gettext("Check the course"),
            gettext(
                "Choose “View updated outline”. Compare the number of sections and lessons with "
                "the previous page here, play a video, answer a question in “Preview”, and check "
                "start and end under Settings, then Schedule & details."
            ),
        ),
        Step(
            gettext("Open it to learners"),
            gettext(
                "Imported units are published immediately; learners see them from the start date. "
                "Enroll with a second account to see the course as learners do."
            ),
        ),
    )


class StudioGuide(QWidget):
    """A page to keep open next to the browser."""

    back = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_of_app = actions
        self.path = Path()
        self.form = Ui_studio_guide()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        for number, step in enumerate(steps(), start=1):
            self.form.steps.addWidget(row(number, step))
        self.form.back.clicked.connect(self.back)
        self.form.copy_path.clicked.connect(self._copy_path)
        self.form.show_in_folder.clicked.connect(self._show_in_folder)

    def show_file(self, path: Path) -> None:
        """Show the name of the package."""
        self.path = path
        self.form.file.setText(
            gettext(
                "The file is {file} in {folder}.", file=quoted(path.name), folder=str(path.parent)
            )
        )

    def _copy_path(self) -> None:
        self.actions_of_app.copy(str(self.path), gettext("Copied the path."))

    def _show_in_folder(self) -> None:
        self.actions_of_app.show_in_folder(self.path)


def row(number: int, step: Step) -> QWidget:
    """Return one numbered step."""
    made = QWidget()
    made.setAccessibleName(
        gettext("Step {number}: {title}. {text}", number=number, title=step.title, text=step.text)
    )
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
