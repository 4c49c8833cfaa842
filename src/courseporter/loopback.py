"""A small web server for this computer alone: shows a packed lesson to the user's own browser.

It answers on 127.0.0.1 only, under addresses nobody can guess, and serves files the way Open edX
serves assets: flat names, queries ignored, one byte range, no POST (RFC 9110, sections 13 and 14).
Requests that name another host are refused, so that no web page reaches it by a name of its own.
"""

from __future__ import annotations

import io
import logging
import mimetypes
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO, Final, NamedTuple
from urllib.parse import unquote

log = logging.getLogger(__name__)

BLOCK: Final = 256 << 10  # bytes sent at once
IDLE: Final = 60  # seconds a connection may stay silent
_ASSET = re.compile(
    r"(?:/assets/courseware/v1/[0-9a-f]{32})?(/asset-v1:[^/]+\+type@asset\+block)[/@](.*)",
    re.DOTALL,
)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_TYPES = mimetypes.MimeTypes()  # Python's own table: what the system knows is no part of it


class Served(NamedTuple):
    """One file: its size in bytes, and what gives them from their start, in any thread.

    `open` may raise OSError or ValueError when the bytes are gone.
    """

    size: int
    open: Callable[[], BinaryIO]


Folder = Mapping[str, Served]


def served(content: bytes) -> Served:
    """A small file."""
    return Served(len(content), partial(io.BytesIO, content))


class Loopback:
    """The server; starts at once on a free port."""

    def __init__(self) -> None:
        self._folders: dict[str, Folder] = {}
        self._server = _Server(self._folders)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="loopback", daemon=True
        )
        self._thread.start()

    @property
    def origin(self) -> str:
        """Such as http://127.0.0.1:40123."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, folder: str, files: Folder) -> None:
        """Serve these files below a path such as `/asset-v1:O+N+R+type@asset+block`, and none of
        those that were there before.  No browser takes a copy of its own for them.
        """
        self._folders[folder] = files
        self._server.renew()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, folders: dict[str, Folder]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folders = folders
        self._stamp = int(time.time())
        self.modified = formatdate(self._stamp, usegmt=True)

    def renew(self) -> None:
        """A later date than before: dates count seconds, and files may change twice in one."""
        self._stamp = max(int(time.time()), self._stamp + 1)
        self.modified = formatdate(self._stamp, usegmt=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is nothing to tell; everything else goes to the log."""
        del request, client_address
        log.debug("a request broke off: %r", sys.exc_info()[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "CoursePorter"
    sys_version = ""
    timeout = IDLE
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  # it is ours

    def do_GET(self) -> None:
        """Answer with the file, a part of it, or a refusal."""
        self._answer(send=True)

    def do_HEAD(self) -> None:
        """Answer without the file itself."""
        self._answer(send=False)

    def do_POST(self) -> None:
        """As the platform does without its token."""
        self._refuse(HTTPStatus.FORBIDDEN)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
        """Addresses are secret: they do not go to any log."""

    def _answer(self, *, send: bool) -> None:
        if self.headers.get("Host", "") not in self._names():
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = unquote(self.path.partition("?")[0].partition("#")[0])
        body, name = self._find(path)
        if body is None:
            inside = "/" in name or not name
            self._refuse(HTTPStatus.BAD_REQUEST if inside else HTTPStatus.NOT_FOUND)
        elif self._is_known():
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
        else:
            self._serve(body, name, send=send)

    def _names(self) -> tuple[str, str]:
        port = self.server.server_port
        return f"127.0.0.1:{port}", f"localhost:{port}"

    def _find(self, path: str) -> tuple[Served | None, str]:
        asset = _ASSET.fullmatch(path)
        folder, name = asset.groups() if asset else path.rpartition("/")[::2]
        files = self.server.folders.get(folder)
        if files is None:
            return None, "unknown"  # no difference between a wrong folder and a wrong name
        return files.get(name), name

    def _is_known(self) -> bool:
        since = self.headers.get("If-Modified-Since")
        if not since or self.headers.get("Range"):
            return False
        try:
            asked = parsedate_to_datetime(since)
            return asked >= parsedate_to_datetime(self.server.modified)
        except (TypeError, ValueError):
            return False

    def _serve(self, body: Served, name: str, *, send: bool) -> None:
        part = part_of(self.headers.get("Range", ""), body.size)
        first, end = part or (0, body.size)
        if part and first >= end:
            self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"bytes */{body.size}")
            return
        self.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
        self.send_header("Content-Type", _type_of(name))
        self.send_header("Content-Length", str(end - first))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Last-Modified", self.server.modified)
        self.send_header("Cache-Control", "no-cache")
        if part:
            self.send_header("Content-Range", f"bytes {first}-{end - 1}/{body.size}")
        self.end_headers()
        if send and first < end:
            self._send(body, first, end)

    def _send(self, body: Served, first: int, end: int) -> None:
        with body.open() as stream:
            skip(stream, first)
            while first < end:
                piece = stream.read(min(BLOCK, end - first))
                if not piece:
                    self.close_connection = True  # less than was promised
                    return
                self.wfile.write(piece)
                first += len(piece)

    def _refuse(self, status: HTTPStatus, content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Content-Length", "0")
        if content_range:
            self.send_header("Content-Range", content_range)
        if self.command == "POST":
            self.send_header("Connection", "close")  # its body has not been read
            self.close_connection = True
        self.end_headers()


def skip(stream: BinaryIO, size: int) -> None:
    """Go forward by `size` bytes, by reading where a stream cannot jump."""
    if stream.seekable():
        stream.seek(size)
        return
    while size and (piece := stream.read(min(BLOCK, size))):
        size -= len(piece)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and end of the one range in a Range header; None for the whole file.

    The first byte is behind the end when the range does.
    """
    found = _RANGE.fullmatch(asked)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])) if int(found[2]) else size, size
    first, last = int(found[1]), int(found[2]) if found[2] else size
    if found[2] and last < first:
        return None
    return first, min(last + 1, size)


def _type_of(name: str) -> str:
    """Without a charset, as the platform sends it: pages name their own."""
    return _TYPES.guess_type(name)[0] or "application/octet-stream"
