"""Uncaught errors of any thread reach the log and the window."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

log = logging.getLogger("courseporter.gui")
LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Hooks(QObject):
    """`caught`: there is something new in `errors`; emitted in the GUI thread."""

    caught = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.errors: deque[BaseException] = deque(maxlen=100)
        self.crash_file: TextIO | None = None

    def install(self, folder: Path) -> None:
        """Install all hooks; crashes of the interpreter go to `folder`/crash.log."""
        sys.excepthook = self.on_error
        threading.excepthook = self.on_thread_error
        qInstallMessageHandler(on_qt_message)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.crash_file = (folder / "crash.log").open("a", encoding="utf-8")
            faulthandler.enable(self.crash_file)
        except OSError as error:
            log.warning("no crash log: %s", error)

    def remove(self) -> None:
        """Restore the hooks."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        if self.crash_file is not None:
            faulthandler.disable()
            self.crash_file.close()

    def on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an uncaught error and show it in the window; the app keeps running."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        self.errors.append(error)
        self.caught.emit()

    def on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        """Do the same for threads of Python."""
        if args.exc_value is not None:
            self.on_error(args.exc_type, args.exc_value, args.exc_traceback)


def on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Write Qt's messages to the log, not to the terminal."""
    del context
    log.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
