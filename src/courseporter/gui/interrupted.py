"""The message after a crash: how many jobs it interrupted, as long as they have not resumed."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject

from courseporter import api
from courseporter.api.values import Interrupted
from courseporter.errors import gettext, ngettext
from courseporter.gui import background, words
from courseporter.gui.actions import Actions
from courseporter.gui.notice import Notice, Offer


class Show(Protocol):
    """Shows a message with buttons in the window."""

    def __call__(self, message: str, hint: str, *offers: Offer) -> None:
        """Show it."""
        ...


class InterruptedJobs(QObject):
    """Asks after each change of the store whether interrupted jobs still wait."""

    def __init__(self, actions: Actions, notice: Notice, show: Show) -> None:
        super().__init__(actions)
        self.actions_of_app = actions
        self.notice = notice
        self.show = show
        self.message = ""  # as it is shown; empty when it is not
        actions.news.changed.connect(self.check)

    def ask(self) -> None:
        """Ask how many jobs a crash interrupted, and show the message if there are any."""
        background.run(partial(api.interrupted, self.actions_of_app.actor), self.take, ignore)

    def check(self) -> None:
        """Ask again as long as the message is shown."""
        if self.message and self.notice.message.text() != self.message:
            self.message = ""  # another message took its place
        if self.message and self.notice.isVisible():
            self.ask()

    def take(self, found: Interrupted) -> None:
        """Show the message, update it, or close it once no interrupted job waits any more.

        Workers resume jobs by themselves; the button is for those that a command ran.
        """
        if not found.jobs:
            if self.message and self.notice.message.text() == self.message:
                self.notice.dismiss()
            self.message = ""
            return
        message = ngettext(
            "{number} job was interrupted.",
            "{number} jobs were interrupted.",
            found.jobs,
            number=words.number(found.jobs),
        )
        if str(message) == self.message:
            return
        self.message = str(message)
        show = Offer(gettext("Show jobs"), self.actions_of_app.items["go_jobs"].trigger)
        if found.stranded:
            resume = Offer(gettext("Resume all"), self.actions_of_app.resume_interrupted)
            hint = gettext("Nothing is lost: jobs resume from their last saved step.")
            self.show(self.message, hint, resume, show)
        else:
            hint = gettext("Nothing is lost: they resume automatically from their last saved step.")
            self.show(self.message, hint, show)


def ignore(error: Exception) -> None:
    """Ignore a busy store: the next change asks again."""
    del error
