"""How SCORM lessons work in the course: three options with their consequences."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from courseporter.errors import gettext, ngettext
from courseporter.gui.forms.scorm_choice import Ui_scorm_choice
from courseporter.gui.words import number
from courseporter.model import PackageMode

Modes = tuple[tuple[PackageMode, int], ...]


class ScormChoice(QWidget):
    """`chosen`: the user selected an option; the widget itself changes nothing."""

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
        """Reset to the default before an import: lessons play in the course."""
        self.show_modes((("play", 1),))
        self.form.heading.setText(gettext("How should SCORM lessons work?"))

    def mode(self) -> PackageMode:
        """Return the selected option; `play` when none is."""
        on: list[PackageMode] = [mode for mode, one in self.buttons.items() if one.isChecked()]
        return on[0] if on else "play"

    def show_modes(self, modes: Modes) -> None:
        """Show how some lessons work; different modes leave all three off."""
        only = modes[0][0] if len(modes) == 1 else None
        self.group.setExclusive(False)  # or one of them would always stay on
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
    """Return what the options are about."""
    total = sum(amount for _, amount in modes)
    text = ngettext(
        "How should this SCORM lesson work?",
        "How should these {number} SCORM lessons work?",
        total,
        number=number(total),
    )
    return str(text)


def now(modes: Modes) -> str:
    """Return how many lessons work how: `2 play in the course, 1 is offered as a download.`"""
    return ", ".join(clause(mode, amount) for mode, amount in modes) + "."


def clause(mode: PackageMode, amount: int) -> str:
    """Return such as “2 lessons play in the course”."""
    match mode:
        case "play":
            text = ngettext(
                "{number} lesson plays in the course",
                "{number} lessons play in the course",
                amount,
                number=number(amount),
            )
        case "plugin":
            text = ngettext(
                "{number} lesson uses the SCORM XBlock",
                "{number} lessons use the SCORM XBlock",
                amount,
                number=number(amount),
            )
        case "download":
            text = ngettext(
                "{number} lesson is offered as a download",
                "{number} lessons are offered as a download",
                amount,
                number=number(amount),
            )
    return str(text)
