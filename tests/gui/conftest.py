from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from courseporter import api
from courseporter.errors.message import speak
from courseporter.gui import background, theme
from courseporter.gui.quit_dialog import QuitDialog
from courseporter.gui.translator import CatalogueTranslator
from courseporter.gui.window import Window
from courseporter.settings import Preferences
from fakes import api as fake
from fakes.pseudo import Pseudo

PATIENCE = 60_000  # milliseconds: on a busy machine all comes, only late
WISHES = [name for name in dir(api) if callable(getattr(fake, name, None)) and name != "Actor"]


@pytest.fixture
def qtbot(qtbot, monkeypatch):
    """The one of pytest-qt, but patient."""
    for name in ("waitUntil", "waitSignal"):
        monkeypatch.setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE))
    return qtbot


@pytest.fixture(autouse=True)
def no_question_at_the_end(monkeypatch):
    """A window that asks before it closes would wait for ever: the test must answer it itself."""

    class Unanswered(QuitDialog):
        def exec(self):
            pytest.fail("the window asked whether to quit: set its may_close")

    monkeypatch.setattr("courseporter.gui.actions.QuitDialog", Unanswered)


@pytest.fixture
def plain_locale():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def house(monkeypatch, tmp_path):
    """The fake behind the api, and the actor who holds it."""
    for name in WISHES:
        monkeypatch.setattr(api, name, getattr(fake, name))
    return fake.Actor(tmp_path)


@pytest.fixture
def settle(qtbot):
    """Look at the store and wait until everything on the way has arrived."""

    def wait(window=None):
        if window is not None:
            window.actions_of_app.watcher.look()
            news = window.actions_of_app.news
            qtbot.waitUntil(lambda: background.idle() and not news.pause_timer.isActive())
        qtbot.waitUntil(background.idle)

    return wait


@pytest.fixture(scope="session")
def dressed(qapp):
    """The app in its theme, as it is shown."""
    theme.apply(qapp, "light")


@pytest.fixture
def window(qtbot, dressed, house, plain_locale, settle):
    """A furnished window on the fake house."""
    made = Window()
    qtbot.addWidget(made)
    made.resize(1180, 760)  # as on a usual screen; that of the test is smaller
    made.show()
    made.furnish(house, Preferences())
    made.may_close = lambda: True
    settle(made)
    yield made
    made.actions_of_app.watcher.stop()
    settle()


@pytest.fixture
def package(tmp_path) -> Path:
    path = tmp_path / "golf.zip"
    path.write_bytes(b"PK")
    return path


@pytest.fixture
def pseudo(qapp):
    """Everything speaks a language that nobody speaks, forms too; ask for it before a window."""
    catalogue = Pseudo()
    translator = CatalogueTranslator(catalogue)
    speak(catalogue)
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)
    speak(None)
