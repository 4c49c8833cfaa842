"""The desktop app: shows its window first, opens the store behind it, keeps workers beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLocale, QSettings, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QDialog

from courseporter.gui import background, theme
from courseporter.gui.farewell import Farewell
from courseporter.gui.hooks import Hooks
from courseporter.gui.icons import icon
from courseporter.gui.notice import Offer
from courseporter.gui.single import Single
from courseporter.gui.translator import CatalogueTranslator
from courseporter.languages import choose
from courseporter.settings import Preferences, home_folder, read_preferences

if TYPE_CHECKING:
    from courseporter import api
    from courseporter.api.care import BackupRow
    from courseporter.errors import PorterError
    from courseporter.gui.supervisor import Supervisor
    from courseporter.gui.window import Window

NAME: Final = "CoursePorter"
AGAIN_MS: Final = 3000  # between attempts to open a store that is away


class Application(QApplication):
    """One window, one store, some workers."""

    def __init__(self, home: Path) -> None:
        super().__init__([NAME])
        self.setApplicationName(NAME)
        self.setDesktopFileName("courseporter")
        self.home = home
        self.window: Window | None = None
        self.actor: api.Actor | None = None
        self.supervisor: Supervisor | None = None
        self.unwatch: Callable[[], None] = lambda: None
        self.waiting: list[Path] = []
        self.waited = False  # for a store that was away at first
        self.hooks = Hooks()
        self.hooks.install(home / "logs")
        self.hooks.caught.connect(self.show_errors)
        self.settings = preferences(home)
        theme.apply(self, self.settings.theme, self.settings.density)
        set_locale()
        if catalogue := choose():
            self.installTranslator(CatalogueTranslator(catalogue, self))
        self.setWindowIcon(icon("courseporter"))
        self.styleHints().colorSchemeChanged.connect(self.follow_system)
        self.single = Single(home, self)
        self.farewell: Farewell | None = None
        self.again = QTimer(self)
        self.again.setSingleShot(True)
        self.again.timeout.connect(self.open_store)

    def open(self) -> None:
        """Show the window, then open the store."""
        from courseporter.gui.window import Window

        memory = QSettings(str(self.home / "window.ini"), QSettings.Format.IniFormat)
        self.window = Window(memory)
        self.farewell = Farewell(self)
        self.farewell.asked.connect(self.leave)
        self.single.called.connect(self.called_again)
        self.window.show()
        self.show_errors()
        self.processEvents()  # the first paint comes before everything that takes time
        self.open_store()

    def open_store(self) -> None:
        """Now, or once more; what an earlier attempt said is no longer true when it succeeds."""
        self.again.stop()
        background.run(partial(open_house, self.home), self.started, self.failed)

    def started(self, actor: api.Actor) -> None:
        """The store is open: pages, workers, and what was handed over meanwhile."""
        from courseporter import api
        from courseporter.api.workers import greeting, serve, watch_secrets
        from courseporter.gui.supervisor import Supervisor

        assert self.window is not None
        self.actor = actor
        if self.waited:
            self.waited = False
            self.window.notice_bar.dismiss()
        actions = self.window.furnish(actor, self.settings)
        background.run(partial(api.interrupted, actor), self.window.tell_interrupted)
        self.supervisor = Supervisor(self.home, serve, self.settings.workers, greeting)
        self.unwatch = watch_secrets(self.supervisor.share)
        self.supervisor.start()
        if self.waiting:
            actions.import_paths(self.waiting)
            self.waiting = []

    def failed(self, error: Exception) -> None:
        """The store cannot be opened: say why, in the window; a damaged one can be mended, and one
        that is away for a while is tried again.
        """
        from courseporter import api
        from courseporter.errors import PorterError

        if self.window is None:
            return
        if isinstance(error, PorterError) and error.retryable:
            self.waited = True
            hint = "CoursePorter looks again by itself every few seconds, and goes on."
            self.window.offer(str(error), hint, Offer("Try now", self.open_store), error=True)
            self.again.start(AGAIN_MS)
            return
        self.window.notice(error)
        if api.is_damaged(error):
            find = partial(api.good_backups, self.home)
            background.run(find, partial(self.offer_backup, error), self.window.notice)

    def offer_backup(self, error: Exception, found: tuple[BackupRow, ...]) -> None:
        """The newest good backup, or an empty store; nothing is deleted either way."""
        from courseporter.gui import words

        assert self.window is not None
        offers = [Offer("Begin with an empty store", partial(self.mend, None))]
        if found:
            text = f"Go on with the backup of {words.moment(found[0].at)}"
            offers.insert(0, Offer(text, partial(self.mend, Path(found[0].path))))
        hint = "Its files are set aside in the data folder; nothing is deleted."
        self.window.offer(str(error), hint, *offers, error=True)

    def mend(self, backup: Path | None) -> None:
        """Set the damaged store aside, put the backup in its place and open the house."""
        assert self.window is not None
        background.run(partial(mend_house, self.home, backup), self.mended, self.window.notice)

    def mended(self, done: tuple[api.Actor, Path | None]) -> None:
        """Open, and say where the old files lie."""
        actor, aside = done
        self.started(actor)
        if self.window is not None and aside is not None:
            self.window.toast(f"The damaged files lie in {aside.name} in the data folder.")

    def show_errors(self) -> None:
        """Errors nobody caught: the last one in a notice, all of them in the log."""
        if self.window is None or not self.hooks.errors:
            return
        error = self.hooks.errors[-1]
        self.hooks.errors.clear()
        self.window.notice(error)
        if self.actor is not None and not hasattr(error, "hint") and isinstance(error, Exception):
            from courseporter import api

            background.run(partial(api.blame, self.actor, error), self.tell_damage)

    def tell_damage(self, damage: PorterError | None) -> None:
        """It was no bug: the store is damaged."""
        if damage is not None and self.window is not None:
            self.window.notice(damage)

    def follow_system(self) -> None:
        """The system turned light or dark."""
        if self.settings.theme == "system":
            theme.apply(self, "system", theme.density())

    def called_again(self) -> None:
        """A second start hands over its files."""
        if self.window is not None:
            self.window.called_again(self.single.paths)

    def leave(self) -> None:
        """The system ends the app: nothing is asked, and jobs go on at the next start."""
        while isinstance(dialog := self.activeModalWidget(), QDialog):
            dialog.reject()
        QTimer.singleShot(0, self.close_unasked)  # what waited for the dialog comes first

    def close_unasked(self) -> None:
        """As if the user had closed the window and said yes."""
        if self.window is not None:
            self.window.may_close = lambda: True
            self.window.close()
        self.quit()

    def event(self, event: QEvent) -> bool:
        """Files opened with the app by the system."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.take([Path(event.file())])
            return True
        return super().event(event)

    def take(self, paths: list[Path]) -> None:
        """Import now, or as soon as the store is open."""
        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.import_paths(paths)
        else:
            self.waiting.extend(paths)

    def finish(self) -> None:
        """End workers, store and hooks, in this order."""
        from courseporter import api

        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.watcher.stop()
        self.single.close()
        self.again.stop()
        if self.supervisor is not None:
            self.supervisor.stop()
            self.unwatch()
        background.close()
        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.news.deleted.finish()
        if self.actor is not None:
            api.stop_playing(self.actor)
            api.stop(self.actor)
        if self.farewell is not None:
            self.farewell.close()  # a second request to end finds everything put away
        self.hooks.remove()


def open_house(home: Path) -> api.Actor:
    """Off the GUI thread: load what the pages need, and open the store."""
    from courseporter import api
    from courseporter.gui import pages

    assert pages
    return api.start(home)


def mend_house(home: Path, backup: Path | None) -> tuple[api.Actor, Path | None]:
    """Off the GUI thread: mend the store and open it; where its old files lie."""
    from courseporter import api

    aside = api.restore_store(home, backup)
    return open_house(home), aside


def set_locale() -> None:
    """The locale of the system; plain English where the system names none."""
    if QLocale.system().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


def preferences(home: Path) -> Preferences:
    """The preferences; defaults when the file cannot be read (the window says so when it opens)."""
    from courseporter.errors import SettingsError

    try:
        return read_preferences(home)
    except SettingsError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return Preferences()


def run(home: str | None = None) -> int:
    """Open the app; returns the exit code when its window is closed."""
    folder = home_folder(Path(home) if home else None)
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "1")
    app = Application(folder)
    if not app.single.is_first():
        app.hooks.remove()
        return 0
    app.open()
    code = app.exec()
    app.finish()
    return code
