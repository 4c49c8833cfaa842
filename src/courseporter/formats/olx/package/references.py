"""Addresses in the files of a package that must lead somewhere: to static files, blocks, course
runs.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from courseporter.formats.entities import unescape

_STATIC = re.compile(rb"""/static/([^"'<>?#]+)""")  # begins with letters, which is quick to find
_JUMP = re.compile(rb"""/jump_to_id/([^"'<>?#&\s]+)""")
_PART = rb"""[^"'/<>+?#&\s]+"""
_RUN = re.compile(
    rb"""["']/(?:[a-z_]+/){0,3}(?:course|block|asset)-v1:("""
    + rb"\+".join((_PART, _PART, _PART))
    + rb")"
)
_OLD_ASSET = re.compile(rb"""["']/c4x/([^/"'<>\s]+/[^/"'<>\s]+)/asset/""")
_RELATIVE = re.compile(
    rb"""(?:\b(?:src|href|poster|data)\s*=\s*|\burl\()\s*["']?([^"'()<>\s]+)""", re.IGNORECASE
)
_NOT_RELATIVE = re.compile(r"[a-z][a-z0-9+.-]*:|[/#?{$%]|data:", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^\w.%-]")
LARGEST_PAGE = 2 << 20  # bytes of a static page that is searched for links


def static_name(path: str) -> str:
    """The name under which Studio stores `static/<path>`: slashes and odd characters become `_`."""
    return _NOT_IN_NAMES.sub("_", path) if _NOT_IN_NAMES.search(path) else path


class References:
    """Collects addresses as the files pass by, each with the first file that has it."""

    def __init__(self) -> None:
        self.statics: dict[str, str] = {}  # by static name
        self.blocks: dict[str, str] = {}  # by url_name
        self.runs: dict[str, str] = {}  # by ORG+NUMBER+RUN
        self.between: list[tuple[str, str]] = []  # static file, path below static/ that it names

    def add(self, path: str, data: bytes, *, rules: bool) -> None:
        """Take the addresses of a block's file or of a page."""
        if b"/static/" in data:
            self._statics(path, data)
        if not rules:
            return
        if b"/jump_to_id/" in data:
            for found in _JUMP.finditer(data):
                name = unquote(unescape(found[1].decode("utf-8", "replace"))).rstrip("/")
                self.blocks.setdefault(name, path)
        if b"-v1:" in data or b"/c4x/" in data:
            self._runs(path, data)

    def _runs(self, path: str, data: bytes) -> None:
        for found in _OLD_ASSET.finditer(data):
            self.runs.setdefault(f"c4x/{found[1].decode('utf-8', 'replace')}", path)
        for found in _RUN.finditer(data):
            self.runs.setdefault(unquote(found[1].decode("utf-8", "replace")), path)

    def _statics(self, path: str, data: bytes) -> None:
        for found in _STATIC.finditer(data):
            start = found.start()
            if start and data[start - 1] in b"\"'":
                name = found[1].decode("utf-8", "replace")
                self.statics.setdefault(static_name(name), path)

    def add_static_page(self, path: str, data: bytes) -> None:
        """Take the relative addresses of an HTML or CSS file; `path` is below static/."""
        for found in _RELATIVE.finditer(data):
            address = unescape(found[1].decode("utf-8", "replace")).strip()
            if not address or _NOT_RELATIVE.match(address):
                continue
            target = unquote(re.split("[?#]", address, maxsplit=1)[0])
            self.between.append(
                (path, posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
            )
