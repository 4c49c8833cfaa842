"""Heeds those who end programs: a log-out, a service manager, Ctrl+C in the terminal."""

from __future__ import annotations

import signal
import socket
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

NAMES: Final = ("SIGTERM", "SIGINT", "SIGHUP")


class Farewell(QObject):
    """`asked`: the system wants this program to end; it is delivered in the loop of the window.

    Python runs its own handlers only between two steps of Python, and a window that rests makes
    none: so the interpreter writes each signal into a socket, and Qt wakes up for that.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ear, self.mouth = socket.socketpair()
        self.ear.setblocking(False)
        self.mouth.setblocking(False)
        self.notifier = QSocketNotifier(self.ear.fileno(), QSocketNotifier.Type.Read, self)
        self.notifier.activated.connect(self.heard)
        self.before_mouth = signal.set_wakeup_fd(self.mouth.fileno(), warn_on_full_buffer=False)
        heeded = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self.before = {
            one: signal.signal(one, heed)
            for one in heeded
            if signal.getsignal(one) != signal.SIG_IGN
        }

    def heard(self) -> None:
        """Some signal came; only those that end programs are of interest."""
        if any(number in self.before for number in self.ear.recv(64)):
            self.asked.emit()

    def close(self) -> None:
        """Give the signals back."""
        for one, handler in self.before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self.before_mouth)
        self.notifier.setEnabled(False)
        self.ear.close()
        self.mouth.close()


def heed(_number: int, _frame: FrameType | None) -> None:
    """Without a handler the signal would end the process; the socket tells the window."""
