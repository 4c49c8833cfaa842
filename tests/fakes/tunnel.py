"""A tunnel to a server's socket that can lose its backend: the near end stays open, silently."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

BLOCK = 1 << 16


class Tunnel:
    """Takes connections on 127.0.0.1 and carries them to a Unix socket."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.target)
            self._pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, sink), daemon=True).start()

    def lose_backends(self) -> int:
        """Cut what is behind each open connection; returns how many there were."""
        lost = 0
        for _near, far in self._pairs:
            with suppress(OSError):
                far.shutdown(socket.SHUT_RDWR)
                lost += 1
            far.close()
        return lost

    def close(self) -> None:
        """End everything."""
        self._listener.close()
        for pair in self._pairs:
            for end in pair:
                end.close()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes; an end is passed on towards the server alone, so the client hears of nothing."""
    with suppress(OSError):
        while data := source.recv(BLOCK):
            with suppress(OSError):  # swallowed, once there is nobody behind
                sink.sendall(data)
        if sink.family == socket.AF_UNIX:
            sink.close()
