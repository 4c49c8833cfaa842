"""The desktop app: shows its window first, opens the store behind it, keeps workers beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLocale, QSettings, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QDialog

from courseporter.errors import gettext
from courseporter.errors.addresses import web_address
from courseporter.gui import background, theme
from courseporter.gui.closing import CloseRequests
from courseporter.gui.hooks import Hooks
from courseporter.gui.icons import icon
from courseporter.gui.notice import Offer
from courseporter.gui.single import Single
from courseporter.gui.translator import CatalogueTranslator
from courseporter.languages import choose
from courseporter.settings import Preferences, full_path, home_folder, read_preferences

if TYPE_CHECKING:
    from courseporter import api
    from courseporter.api.maintenance import BackupRow
    from courseporter.errors import PorterError
    from courseporter.gui.supervisor import Supervisor
    from courseporter.gui.window import Window

NAME: Final = "CoursePorter"
RETRY_MS: Final = 3000  # between attempts to open a store that does not respond


class Application(QApplication):
    """One window on one store, with its workers."""

    def __init__(self, home: Path) -> None:
        super().__init__([NAME])
        self.setApplicationName(NAME)
        self.setDesktopFileName("courseporter")
        self.home = home
        self.window: Window | None = None
        self.actor: api.Actor | None = None
        self.supervisor: Supervisor | None = None
        self.unwatch: Callable[[], None] = lambda: None
        self.waiting: list[str] = []  # files and addresses to open once the store is open
        self.retrying = False  # the store did not respond at first
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
        self.close_requests: CloseRequests | None = None
        self.retry_timer = QTimer(self)
        self.retry_timer.setSingleShot(True)
        self.retry_timer.timeout.connect(self.open_store)

    def open(self) -> None:
        """Show the window, then open the store."""
        from courseporter.gui.window import Window

        memory = QSettings(str(self.home / "window.ini"), QSettings.Format.IniFormat)
        self.window = Window(memory)
        self.close_requests = CloseRequests(self)
        self.close_requests.asked.connect(self.leave)
        self.single.called.connect(self.called_again)
        self.window.show()
        self.show_errors()
        self.processEvents()  # the first paint comes before everything that takes time
        self.open_store()

    def open_store(self) -> None:
        """Open the store; called again until it responds."""
        self.retry_timer.stop()
        background.run(partial(open_store_at, self.home), self.started, self.failed)

    def started(self, actor: api.Actor) -> None:
        """Make pages and workers, then open what was passed to the app meanwhile."""
        from courseporter.api.workers import greeting, serve, watch_secrets
        from courseporter.gui.supervisor import Supervisor

        assert self.window is not None
        self.actor = actor
        if self.retrying:
            self.retrying = False
            self.window.notice_bar.dismiss()
        actions = self.window.furnish(actor, self.settings)
        self.window.interrupted.ask()
        self.supervisor = Supervisor(self.home, serve, self.settings.workers, greeting)
        self.unwatch = watch_secrets(self.supervisor.share)
        self.supervisor.start()
        waiting, self.waiting = self.waiting, []
        actions.open_all(waiting)

    def failed(self, error: Exception) -> None:
        """Say why the store can't be opened.

        A store that does not respond is tried again; a damaged one can be repaired.
        """
        from courseporter import api
        from courseporter.errors import PorterError

        if self.window is None:
            return
        if isinstance(error, PorterError) and error.retryable:
            self.retrying = True
            hint = gettext("CoursePorter tries again every few seconds.")
            retry = Offer(gettext("Try now"), self.open_store)
            self.window.offer(str(error), hint, retry, error=True)
            self.retry_timer.start(RETRY_MS)
            return
        self.window.notice(error)
        if api.is_damaged(error):
            find = partial(api.good_backups, api.local_user(self.home))
            background.run(find, partial(self.offer_backup, error), self.window.notice)

    def offer_backup(self, error: Exception, found: tuple[BackupRow, ...]) -> None:
        """Offer the newest good backup, or an empty store; nothing is deleted either way."""
        from courseporter.gui import words

        assert self.window is not None
        offers = [Offer(gettext("Start with an empty store"), partial(self.repair, None))]
        if found:
            text = gettext("Restore the backup of {time}", time=words.moment(found[0].at))
            offers.insert(0, Offer(text, partial(self.repair, Path(found[0].path))))
        hint = gettext("The damaged files are moved aside in the data folder. Nothing is deleted.")
        self.window.offer(str(error), hint, *offers, error=True)

    def repair(self, backup: Path | None) -> None:
        """Move the damaged store aside, restore the backup and open it."""
        assert self.window is not None
        background.run(partial(repair_store, self.home, backup), self.repaired, self.window.notice)

    def repaired(self, done: tuple[api.Actor, Path | None]) -> None:
        """Open the store, and say where the old files are."""
        actor, aside = done
        self.started(actor)
        if self.window is not None and aside is not None:
            text = gettext(
                "The damaged files are in {folder} in the data folder.", folder=aside.name
            )
            self.window.toast(text)

    def show_errors(self) -> None:
        """Show the last error that nothing caught; all of them are in the log."""
        if self.window is None or not self.hooks.errors:
            return
        error = self.hooks.errors[-1]
        self.hooks.errors.clear()
        self.window.notice(error)
        if self.actor is not None and not hasattr(error, "hint") and isinstance(error, Exception):
            from courseporter import api

            background.run(partial(api.diagnose, self.actor, error), self.show_damage)

    def show_damage(self, damage: PorterError | None) -> None:
        """Say that the store is damaged: the error was not a bug."""
        if damage is not None and self.window is not None:
            self.window.notice(damage)

    def follow_system(self) -> None:
        """Follow the system when it turns light or dark."""
        if self.settings.theme == "system":
            theme.apply(self, "system", theme.density())

    def called_again(self) -> None:
        """Come to the front and open what a second start was given."""
        if self.window is not None:
            self.window.come_to_front()
        self.take(self.single.arguments)

    def leave(self) -> None:
        """Quit without a question: the system ends the app; jobs resume at the next start."""
        while isinstance(dialog := self.activeModalWidget(), QDialog):
            dialog.reject()
        QTimer.singleShot(0, self.close_unasked)  # let code that waits for the dialog finish first

    def close_unasked(self) -> None:
        """Close the window as if the user had agreed."""
        if self.window is not None:
            self.window.may_close = lambda: True
            self.window.close()
        self.quit()

    def event(self, event: QEvent) -> bool:
        """Open files that the system passes to the app."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.take([event.file()])
            return True
        return super().event(event)

    def take(self, arguments: Sequence[str]) -> None:
        """Open files and answer web addresses now, or as soon as the store is open."""
        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.open_all(arguments)
        else:
            self.waiting.extend(arguments)

    def finish(self) -> None:
        """Stop workers, store and hooks, in this order."""
        from courseporter import api

        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.watcher.stop()
        self.single.close()
        self.retry_timer.stop()
        if self.supervisor is not None:
            self.supervisor.stop()
            self.unwatch()
        background.close()
        if self.window is not None and self.window.actions_of_app is not None:
            self.window.actions_of_app.news.deleted.finish()
        if self.actor is not None:
            api.stop_playing(self.actor)
            api.stop(self.actor)
        if self.close_requests is not None:
            self.close_requests.close()  # last: a second request to end finds nothing left to stop
        self.hooks.remove()


def open_store_at(home: Path) -> api.Actor:
    """Off the GUI thread: load what the pages need, then open the store.

    Jobs that a crash interrupted are taken back first, so that no page counts them as running.
    """
    from courseporter import api
    from courseporter.gui import pages

    assert pages
    actor = api.start(home)
    api.interrupted(actor)
    return actor


def repair_store(home: Path, backup: Path | None) -> tuple[api.Actor, Path | None]:
    """Off the GUI thread: repair the store and open it; return where its old files are."""
    from courseporter import api

    aside = api.restore_store(api.local_user(home), backup)
    return open_store_at(home), aside


def set_locale() -> None:
    """Use the number format of the system, if it has one that fits English sentences."""
    system = QLocale.system()
    if system.language() == QLocale.Language.C or system.zeroDigit() != "0":
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


def preferences(home: Path) -> Preferences:
    """Return the preferences; the defaults if the file can't be read (the window says so)."""
    from courseporter.errors import SettingsError

    try:
        return read_preferences(home)
    except SettingsError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return Preferences()


def run(home: str | None = None, arguments: Sequence[str] = ()) -> int:
    """Open the app with these files and addresses; return the exit code when it is closed.

    A window that is already open on the same data folder gets them instead.
    """
    folder = home_folder(Path(home) if home else None)
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "1")
    app = Application(folder)
    absolute = [one if web_address(one) else str(full_path(Path(one))) for one in arguments]
    if not app.single.is_first(absolute):
        app.hooks.remove()
        return 0
    app.take(absolute)
    app.open()
    code = app.exec()
    app.finish()
    return code
