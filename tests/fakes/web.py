"""A web server of the tests on a real socket: scripted answers, faults included, all recorded."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

Send = Callable[[bytes], None]


@dataclass
class Request:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


@dataclass
class Reply:
    """What the server does: an answer, or a fault.

    `raw` is sent as it is; `drip` sends byte by byte with that many seconds between; `hang` waits
    until the client goes away, `hang_after` sends first; `reset` breaks the connection after so
    many bytes.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drip: float | None = None
    hang: bool = False
    hang_after: bool = False
    reset: int | None = None
    length: bool = True

    def encoded(self) -> bytes:
        if self.raw is not None:
            return self.raw
        headers = {"Content-Type": "application/json", **self.headers, "Connection": "close"}
        if self.length:
            headers.setdefault("Content-Length", str(len(self.body)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} Said\r\n{lines}\r\n".encode() + self.body


class Web:
    """Answers each request with what `answer` gives for it; `requests` has them all."""

    def __init__(self, answer: Callable[[Request], Reply], context: ssl.SSLContext | None = None):
        self.requests: list[Request] = []
        self._answer = answer
        self._context = context
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(client,), daemon=True).start()

    def _speak(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError, ssl.SSLError), client:
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
            request = _read(client)
            if request is None:
                return
            self.requests.append(request)
            self._send(client, self._answer(request))
            client.close()

    def _send(self, client: socket.socket, reply: Reply) -> None:
        data = reply.encoded()
        if reply.hang:
            self._over.wait(30)
        elif reply.drip is not None:
            for index in range(len(data)):
                client.sendall(data[index : index + 1])
                if self._over.wait(reply.drip):
                    return
        elif reply.reset is not None:
            client.sendall(data[: reply.reset])
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            client.sendall(data)
            if reply.hang_after:
                self._over.wait(30)


@contextlib.contextmanager
def served(*replies: Reply | Callable[[Request], Reply], context=None) -> Iterator[Web]:
    """A server that gives these replies in turn, the last one again and again."""
    left = list(replies)

    def answer(request: Request) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        return reply if isinstance(reply, Reply) else reply(request)

    web = Web(answer, context)
    try:
        yield web
    finally:
        web.close()


def _read(client: socket.socket) -> Request | None:
    file = client.makefile("rb")
    line = file.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers: dict[str, str] = {}
    while (text := file.readline().decode("latin-1").strip()) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Request(line[0], line[1], headers, _body(file, headers))


def _body(file, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(file.readline().strip() or b"0", 16):
            body += file.read(size)
            file.readline()
        return body
    return file.read(int(headers.get("content-length", 0)))


def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
