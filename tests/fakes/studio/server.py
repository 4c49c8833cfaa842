"""The two sockets, the way of a request to its view, and the faults on that way."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

from .faults import Fault
from .site import Site
from .upload import Upload, receive


def page(status: int) -> str:
    return f"<!DOCTYPE html><html><head><title>{status}</title></head><body>{status}</body></html>"


@dataclass
class Answer:
    status: int = 200
    body: Any = None  # JSON; text is HTML; bytes are a file
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    site: Site
    lms: str
    studio: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    upload: Upload | None = None
    user: str | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")


View = Callable[..., Answer]
Routes = list[tuple[str, str, View]]


class Studio:
    """Runs both servers until `stop`; also a context manager.  `site` is what they know."""

    def __init__(
        self, pace: str | float = "polls", *, studio_port: int = 0, lms_port: int = 0
    ) -> None:
        from . import views_libraries, views_lms, views_studio

        self._folder = tempfile.TemporaryDirectory(prefix="studio-")
        self.site = Site(Path(self._folder.name), pace)
        self._servers = [
            self._serve(views_studio.ROUTES + views_libraries.ROUTES, studio_port),
            self._serve(views_lms.ROUTES, lms_port),
        ]
        self.studio, self.lms = (
            f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers
        )

    def _serve(self, routes: Routes, port: int) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"studio_fake": self, "routes": routes})
        server = _Server(("127.0.0.1", port), handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._folder.cleanup()

    def add_fault(self, kind: str, **fields: Any) -> Fault:
        return self.site.faults.add(Fault(kind, **fields))

    def count(self, method: str, path: str) -> int:
        """How many calls of that kind were answered."""
        return sum(
            method == called and re.search(path, where) is not None
            for called, where, _ in list(self.site.calls)
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    errors: ClassVar[list[str]] = []

    def handle_error(self, *_args: object) -> None:
        """A client that went away is no news."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.errors.append("".join(traceback.format_exception(error)))
            print(self.errors[-1], file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's ACK
    studio_fake: Studio
    routes: Routes

    def log_message(self, *_args: object) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        ahead = self.studio_fake.site.clock_ahead
        return super().date_time_string((timestamp or time.time()) + ahead)

    def _answer(self) -> None:
        site = self.studio_fake.site
        fault = site.faults.take(self.command, self.path)
        if fault is not None and fault.kind == "call" and fault.do is not None:
            fault.do()
        if fault is not None and fault.kind == "reset":
            self._cut()
            return
        request = self._request(fault)
        if request is None:
            return
        if fault is not None and fault.kind == "status":
            answer = Answer(fault.status, fault.body or page(fault.status), fault.headers)
        else:
            answer = self._view(request)
        with site.lock:
            site.calls.append((self.command, unquote(self.path), answer.status))
        if fault is not None and fault.kind == "call_after" and fault.do is not None:
            fault.do()
        if fault is not None and fault.kind == "lost":
            answer = Answer(500, page(500))
        if fault is not None and fault.kind == "reset_after":
            self._cut()
            return
        self._send(answer, fault)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815

    def _request(self, fault: Fault | None) -> Request | None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self._send(Answer(411, page(411)), None)
            self.close_connection = True
            return None
        length = int(self.headers.get("Content-Length") or 0)
        if fault is not None and fault.kind == "reset_in_body":
            self.rfile.read(min(fault.bytes, length))
            self._cut()
            return None
        target = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        fake = self.studio_fake
        made = Request(
            fake.site,
            fake.lms,
            fake.studio,
            self.command,
            unquote(target.path),
            query,
            headers,
            b"",
        )
        kind = headers.get("content-type", "")
        if kind.startswith("multipart/"):
            try:
                made.upload = receive(self.rfile, length, kind, fake.site.folder)
            except EOFError:
                self.close_connection = True
                return None
        else:
            made.body = self.rfile.read(length)
        with fake.site.lock:
            fake.site.bodies.append((made.path, headers))
        return made

    def _view(self, request: Request) -> Answer:
        for method, pattern, view in self.routes:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                with request.site.lock:
                    return view(request, **found.groupdict())
        if any(re.fullmatch(pattern, request.path) for _, pattern, _ in self.routes):
            return Answer(405, {"detail": f'Method "{request.method}" not allowed.'})
        if any(re.fullmatch(pattern, request.path + "/") for _, pattern, _ in self.routes):
            return Answer(301, "", {"Location": request.path + "/"})
        return Answer(404, page(404))

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        if isinstance(answer.body, bytes):
            data, kind = answer.body, "application/octet-stream"
        elif isinstance(answer.body, str):
            data, kind = answer.body.encode(), "text/html; charset=utf-8"
        else:
            data, kind = json.dumps(answer.body).encode(), "application/json"
        self.send_response(answer.status)
        self.send_header("Content-Type", kind)
        extra = 10 if fault is not None and fault.kind == "cut" else 0
        self.send_header("Content-Length", str(len(data) + extra))
        self.send_header("Content-Language", "en")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault is not None and fault.kind == "drip":
            self._drip(data, fault.seconds)
            return
        self.wfile.write(data)
        if extra:
            self._cut()

    def _drip(self, data: bytes, seconds: float) -> None:
        with contextlib.suppress(OSError):
            for at in range(len(data)):
                self.wfile.write(data[at : at + 1])
                self.wfile.flush()
                time.sleep(seconds)

    def _cut(self) -> None:
        """Reset the connection instead of closing it."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()
