"""Settings: theme, density, export folder, data folder.  Changes apply immediately."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from courseporter import __version__, api
from courseporter.errors import PorterError, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.forms.settings_page import Ui_settings_page
from courseporter.settings import Preferences


class SettingsPage(QScrollArea):
    """The form; the api saves the settings."""

    def __init__(self, actions: Actions, settings: Preferences) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.settings = settings
        self.setWidgetResizable(True)
        self.setAccessibleName(gettext("Settings"))
        inner = QWidget()
        self.form = Ui_settings_page()
        self.form.setupUi(inner)  # type: ignore[no-untyped-call]
        self.setWidget(inner)
        form = self.form
        self.themes = self.group(
            {"system": form.theme_system, "light": form.theme_light, "dark": form.theme_dark},
            "theme",
        )
        self.densities = self.group(
            {"comfortable": form.density_comfortable, "compact": form.density_compact}, "density"
        )
        form.choose_out.clicked.connect(self.choose_out)
        form.reset_out.clicked.connect(self.reset_out)
        form.show_home.clicked.connect(self.show_home)
        form.about.setText(f"CoursePorter {__version__} · Qt {qVersion()}")
        self.fill()

    def group(self, buttons: dict[str, QPushButton], field: str) -> dict[str, QPushButton]:
        """Connect buttons of which one is on."""
        together = QButtonGroup(self)
        for value, button in buttons.items():
            together.addButton(button)
            button.clicked.connect(partial(self.set_value, field, value))
        return buttons

    def first(self) -> QWidget:
        """Return the first button."""
        return self.themes[self.settings.theme]

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return no commands of its own."""
        return {}

    def fill(self) -> None:
        """Show the settings."""
        self.themes[self.settings.theme].setChecked(True)
        self.densities[self.settings.density].setChecked(True)
        show_path(
            self.form.out_folder, self.settings.out_folder or gettext("Same folder as the source")
        )
        self.form.reset_out.setVisible(self.settings.out_folder is not None)
        show_path(self.form.home_folder, str(self.actions_of_app.actor.home))

    def set_value(self, field: str, value: str | None, checked: bool = True) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Save one setting and apply it."""
        del checked
        before = self.settings
        with suppress(PorterError):  # a file that can't be read is replaced
            before = api.read_settings(self.actions_of_app.actor)
        shown = (self.settings.theme, self.settings.density)
        self.settings = msgspec.structs.replace(before, **{field: value})
        if shown != (self.settings.theme, self.settings.density):
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.apply(app, self.settings.theme, self.settings.density)
        self.fill()
        actor = self.actions_of_app.actor
        background.run(
            partial(api.write_settings, actor, self.settings), None, self.actions_of_app.notice
        )

    def choose_out(self) -> None:
        """Choose the folder for exports."""
        start = self.settings.out_folder or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, gettext("Save exports in"), start)
        if name:
            self.set_value("out_folder", name)

    def reset_out(self) -> None:
        """Save exports in the folder of their source again."""
        self.set_value("out_folder", None)

    def show_home(self) -> None:
        """Show the data folder."""
        self.actions_of_app.show_in_folder(self.actions_of_app.actor.home)


def show_path(label: QLabel, path: str) -> None:
    """Show a path, shortened in its middle; the tooltip has all of it."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    metrics = label.fontMetrics()
    label.setText(metrics.elidedText(path, Qt.TextElideMode.ElideMiddle, 400))
    label.setToolTip(path)
