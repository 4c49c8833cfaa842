"""Handles requests to end: a log-out, a service manager, Ctrl+C in the terminal."""

from __future__ import annotations

import signal
import socket
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

NAMES: Final = ("SIGTERM", "SIGINT", "SIGHUP")


class CloseRequests(QObject):
    """`asked`: the system wants this program to end.

    Python runs signal handlers only between two of its own steps, and an idle window makes none: so
    the interpreter writes each signal to a socket, and that wakes Qt.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reader, self.writer = socket.socketpair()
        self.reader.setblocking(False)
        self.writer.setblocking(False)
        self.notifier = QSocketNotifier(self.reader.fileno(), QSocketNotifier.Type.Read, self)
        self.notifier.activated.connect(self.receive)
        self.previous_fd = signal.set_wakeup_fd(self.writer.fileno(), warn_on_full_buffer=False)
        handled = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self.before = {
            one: signal.signal(one, ignore_signal)
            for one in handled
            if signal.getsignal(one) != signal.SIG_IGN
        }

    def receive(self) -> None:
        """Report signals that end programs; ignore others."""
        if any(number in self.before for number in self.reader.recv(64)):
            self.asked.emit()

    def close(self) -> None:
        """Restore the signal handlers."""
        for one, handler in self.before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self.previous_fd)
        self.notifier.setEnabled(False)
        self.reader.close()
        self.writer.close()


def ignore_signal(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: without a handler the signal would end the process."""
