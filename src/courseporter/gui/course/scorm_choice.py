"""What becomes of SCORM lessons, as three choices that say what each costs."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from courseporter.gui.forms.scorm_choice import Ui_scorm_choice
from courseporter.gui.words import number
from courseporter.model import PackageMode

Modes = tuple[tuple[PackageMode, int], ...]
VERBS: Final[dict[PackageMode, tuple[str, str]]] = {
    "play": ("plays in the course", "play in the course"),
    "plugin": ("waits for the plug-in", "wait for the plug-in"),
    "download": ("is offered for download", "are offered for download"),
}


class ScormChoice(QWidget):
    """`chosen`: somebody wants it so; the widget itself changes nothing."""

    chosen = Signal(str)
    shown: Modes = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Ui_scorm_choice()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        form = self.form
        self.buttons: dict[PackageMode, QRadioButton] = {
            "play": form.play,
            "plugin": form.plugin,
            "download": form.download,
        }
        self.group = QButtonGroup(self)
        costs = (form.play_cost, form.plugin_cost, form.download_cost)
        for (mode, button), cost in zip(self.buttons.items(), costs, strict=True):
            self.group.addButton(button)
            button.setAccessibleDescription(cost.text())
            button.clicked.connect(partial(self._clicked, mode))
        self.start()

    def start(self) -> None:
        """Before anything is imported: all lessons play."""
        self.show_modes((("play", 1),))
        self.form.heading.setText("What becomes of the SCORM lessons")

    def mode(self) -> PackageMode:
        """The choice that is on; playing when none is."""
        on: list[PackageMode] = [mode for mode, one in self.buttons.items() if one.isChecked()]
        return on[0] if on else "play"

    def show_modes(self, modes: Modes) -> None:
        """Show what becomes of some lessons; several modes leave all three off."""
        only = modes[0][0] if len(modes) == 1 else None
        self.group.setExclusive(False)  # else one of them always stays on
        for mode, button in self.buttons.items():
            button.setChecked(mode == only)
        self.group.setExclusive(True)
        self.shown = modes
        self.form.heading.setText(heading(modes))
        self.form.now.setText(now(modes))
        self.form.now.setVisible(len(modes) > 1)

    def _clicked(self, mode: PackageMode, checked: bool = True) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        del checked
        self.chosen.emit(mode)


def heading(modes: Modes) -> str:
    """What the choice is about."""
    total = sum(amount for _, amount in modes)
    lessons = "this SCORM lesson" if total == 1 else f"these {number(total)} SCORM lessons"
    return f"What becomes of {lessons}"


def now(modes: Modes) -> str:
    """How many lessons become what: `2 play in the course, 1 is offered for download`."""
    return ", ".join(f"{number(amount)} {verb(mode, amount)}" for mode, amount in modes) + "."


def verb(mode: PackageMode, amount: int) -> str:
    """`plays in the course`, `are offered for download`."""
    return VERBS[mode][amount > 1]
