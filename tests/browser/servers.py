"""Two servers on 127.0.0.1: one with the rules of the platform, one that just hands out files."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import threading
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

KEY = "asset-v1:Org+Num+Run+type@asset+block"
# What Python guesses everywhere; on a host without a table of types all else is `None`.
TYPES = {
    "html": "text/html", "js": "text/javascript", "mjs": "text/javascript", "css": "text/css",
    "json": "application/json", "wasm": "application/wasm", "mp4": "video/mp4",
    "webm": "video/webm", "mp3": "audio/mpeg", "png": "image/png", "jpg": "image/jpeg",
    "gif": "image/gif", "svg": "image/svg+xml", "pdf": "application/pdf", "xml": "text/xml",
    "txt": "text/plain", "zip": "application/zip", "vtt": "text/vtt",
}  # fmt: skip
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Request(NamedTuple):
    """What was asked of a server, and its answer."""

    method: str
    path: str
    span: str | None
    status: int


class Handler(BaseHTTPRequestHandler):
    """Answers for either server; `place` is the server's table of rules."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and content leave together

    def do_GET(self) -> None:
        self.server.place.answer(self)

    do_HEAD = do_GET  # noqa: N815 – the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass

    def give(self, status: int, content: bytes = b"", **headers: str) -> None:
        span = self.headers.get("Range")
        self.server.place.log.append(Request(self.command, self.path, span, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def give_file(self, content: bytes, *, ranges: bool = True, **headers: str) -> None:
        """The file or the one range that is asked for."""
        span = RANGE.match(self.headers.get("Range", "")) if ranges else None
        if not span or not any(span.groups()):
            self.give(200, content, **headers)
            return
        first, last = span.groups()
        begin = int(first) if first else max(len(content) - int(last), 0)
        end = min(int(last), len(content) - 1) if first and last else len(content) - 1
        if begin >= len(content):
            self.give(416, Content_Range=f"bytes */{len(content)}", **headers)
            return
        where = f"bytes {begin}-{end}/{len(content)}"
        self.give(206, content[begin : end + 1], Content_Range=where, **headers)


class Platform:
    """Assets under the platform's names; `ranges`, `broken`, `held` and `since` can be changed."""

    def __init__(self) -> None:
        self.assets: dict[str, bytes] = {}
        self.log: list[Request] = []
        self.ranges = True
        self.broken: dict[str, int] = {}
        self.held: dict[str, threading.Event] = {}  # whole files wait for these, ranges do not
        self.since = 1_700_000_000
        self.address = ""

    def asset(self, name: str, form: str = "/") -> str:
        """The address of an asset; `form` is what stands before its name: `/` or `@`."""
        return f"{self.address}/{KEY}{form}{name}"

    def versioned(self, name: str, version: str | None = None) -> str:
        """The long address that the platform writes for most types."""
        version = version or hashlib.md5(self.assets[name]).hexdigest()
        return f"{self.address}/assets/courseware/v1/{version}/{KEY}/{name}"

    def answer(self, handler: Handler) -> None:
        path = unquote(urlsplit(handler.path).path)
        found = re.match(r"(?:/assets/courseware/v1/([0-9a-f]{32}))?/" + re.escape(KEY), path)
        if path == "/unit":
            page = f'<h1>Unit</h1><iframe src="/{KEY}/{self.first_player()}" width=900 height=600>'
            handler.give(200, page.encode(), Content_Type="text/html; charset=utf-8")
        elif not found:
            handler.give(404, X_Frame_Options="DENY")
        else:
            self.answer_asset(handler, path[found.end() :], found[1])

    def first_player(self) -> str:
        return next(name for name in sorted(self.assets) if re.search(r"-\d+\.html$", name))

    def answer_asset(self, handler: Handler, rest: str, version: str | None) -> None:
        name = rest[1:]
        if not re.fullmatch(r"[/@][\w.~-]+", rest):
            handler.give(400, X_Frame_Options="DENY")
        elif name in self.broken:
            handler.give(self.broken[name], X_Frame_Options="DENY")
        elif name not in self.assets:
            handler.give(404, X_Frame_Options="DENY")
        elif version and version != hashlib.md5(self.assets[name]).hexdigest():
            handler.give(301, Location=f"/{KEY}@{name}")
        else:
            self.answer_file(handler, name)

    def answer_file(self, handler: Handler, name: str) -> None:
        if name in self.held and not handler.headers.get("Range"):
            self.held[name].wait(120)
        when = formatdate(self.since, usegmt=True)
        if handler.headers.get("If-Modified-Since") == when:
            handler.give(304, X_Frame_Options="DENY")
            return
        handler.give_file(
            self.assets[name],
            ranges=self.ranges,
            Content_Type=TYPES.get(name.rpartition(".")[2], "None"),
            X_Frame_Options="ALLOW",
            Accept_Ranges="bytes",
            Last_Modified=when,
            Vary="Origin",
        )


class Plain:
    """The untouched package below `/content/`, and pages of the test beside it."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {f"/content/{name}": content for name, content in files.items()}
        self.log: list[Request] = []
        self.address = ""

    def answer(self, handler: Handler) -> None:
        path = unquote(urlsplit(handler.path).path)
        path = path + "index.html" if path.endswith("/") else path
        if path not in self.files:
            handler.give(404, b"not found", Content_Type="text/plain")
            return
        guess = "text/javascript" if path.endswith(".mjs") else mimetypes.guess_type(path)[0]
        if path.endswith(".xhtml"):
            guess = "application/xhtml+xml"
        handler.give_file(self.files[path], Content_Type=guess or "application/octet-stream")


class Quiet(ThreadingHTTPServer):
    """Browsers drop connections as they like; that is no news."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(place: Platform | Plain):
    """The place, with its address, while it is served."""
    server = Quiet(("127.0.0.1", 0), Handler)
    server.place = place
    place.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
