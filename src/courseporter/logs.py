"""Where log records go: a file in the data folder, cleaned of secrets, never to the user's face."""

from __future__ import annotations

import logging
import re
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from courseporter.disk.private import create_private, make_private
from courseporter.secret import scrub

MAX_BYTES = 2 << 20
KEPT = 3
_QUOTE = r"\\*[\"']"  # also of a quoted text in a quoted text
_IS = rf"(?:(?:{_QUOTE})?\s*[:=]\s*|{_QUOTE}\s*,\s*(?=b?{_QUOTE}))"
_QUOTED = rf"(b?({_QUOTE}))(?:(?!\4)(?:\\.|[^\\\n]))*"
# of these headers every word to the end is secret: "Basic …", "sid=…; csrf=…"
_HEADER = re.compile(rf"(?i)(authorization|cookie)({_IS})(?:{_QUOTED}|\S.*)")
_SECRET = re.compile(
    r"(?i)(bearer|password|passwd|secret(?:[-_]\w{1,40})?|token|session_?id|api[-_]?key)"
    rf"({_IS}|\s+)(?:{_QUOTED}|(?:bearer\s+)?[^\s\"',;&]+)"
)
# Words that are too usual to be redacted unless a value follows a sign: “pass: …”, “sig=…”.
_NAMED = re.compile(
    r"(?i)(?<![a-z])(pwd|pass(?:code|phrase)?|(?:x-amz-)?(?:signature|credential)|sig"
    r"|(?:private|access|secret)[-_]?key(?:[-_]?id)?|edx-jwt-cookie[-\w]*|sessionid|csrf[-_]?token"
    rf"|sslpassword)({_IS})(?:{_QUOTED}|[^\s\"',;&]+)"
)
_PEM = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL
)
_IN_ADDRESS = re.compile(r"(://[^\s/:@]*:)[^\s/]+@")


def redact(text: str) -> str:
    """The text without the secrets in use, and without what looks like a credential."""
    text = _PEM.sub(r"\1***\2", scrub(text))
    for names in (_HEADER, _SECRET, _NAMED):
        text = names.sub(r"\1\2\3***", text)
    return _IN_ADDRESS.sub(r"\1***@", text)


class Redacted(logging.Formatter):
    """A formatter whose every line, tracebacks included, is cleaned of secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, or lines, without secrets."""
        return redact(super().format(record))


class _Late(RotatingFileHandler):
    """Makes its folder with the first record, so that a quiet command leaves nothing behind."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        make_private(path.parent)
        create_private(path)
        return super()._open()


def log_to(home: Path, level: int = logging.INFO) -> Path:
    """Send the records of CoursePorter to `home/logs/courseporter.log`; returns that path."""
    path = home / "logs" / "courseporter.log"
    root = logging.getLogger("courseporter")
    for handler in list(root.handlers):
        if isinstance(handler, _Late):
            root.removeHandler(handler)
            handler.close()
    handler = _Late(
        path,
        maxBytes=MAX_BYTES,
        backupCount=KEPT,
        encoding="utf-8",
        delay=True,
        errors="backslashreplace",
    )
    handler.setFormatter(Redacted("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(level)
    root.propagate = False
    return path
