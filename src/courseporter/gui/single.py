"""One window per user and data folder: a second start passes its files to the first."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS: Final = 500
TURN_MS: Final = 5000


class Single(QObject):
    """`called`: the app was started again; `arguments` are the files it was given."""

    called = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        key = f"{getpass.getuser()}\0{home.resolve()}"
        self.name = f"courseporter-{hashlib.sha256(key.encode()).hexdigest()[:24]}"
        self.arguments: list[str] = []
        self.server: QLocalServer | None = None

    def is_first(self, arguments: Sequence[str] = ()) -> bool:
        """Whether this is the first start; it listens then, else it passes on `arguments`."""
        turn = QLockFile(f"{QDir.tempPath()}/{self.name}.lock")  # two starts at once: one by one
        turn.tryLock(TURN_MS)
        first = not self._pass_on(arguments)
        if first:
            self._listen()
        turn.unlock()
        return first

    def _pass_on(self, arguments: Sequence[str]) -> bool:
        """Whether an open window took them."""
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(json.dumps(list(arguments)).encode())
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _listen(self) -> None:
        self.server = QLocalServer(self)
        self.server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not self.server.listen(self.name):
            QLocalServer.removeServer(self.name)  # left over from a crash: nobody answered
            self.server.listen(self.name)
        self.server.newConnection.connect(self.answer)

    def answer(self) -> None:
        """Read the arguments of the other start."""
        if self.server is None:
            return
        socket = self.server.nextPendingConnection()
        socket.waitForDisconnected(WAIT_MS)
        try:
            names = json.loads(bytes(socket.readAll().data()) or b"[]")
        except ValueError:
            names = []
        socket.deleteLater()
        if isinstance(names, list):
            self.arguments = [str(name) for name in cast(list[object], names)]
        self.called.emit()

    def close(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()
