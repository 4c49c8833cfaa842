"""The scripts, the page and the sentences of the player, as they are in the installation.

Scripts travel without the comments and the margins that people need.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import msgspec

from courseporter.errors import SettingsError, _

FOLDER = Path(__file__).parents[2] / "bundled" / "scorm"
ENGLISH = "en"
_STRICT = b'"use strict";\n'
_SAID_ELSEWHERE = ("absent", "no_tracking")  # by the worker, and under the lesson
_TEXT = re.compile(rb"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)""")
_SIGN = re.compile(rb" *([=!<>+\-*%&|?:,;(){}\[\]]+) *")
# A line that ends with such a sign continues, unless a comment is in it.
_JOINT = re.compile(rb"(?m)^((?:(?!//).)*[,;({\[])\n(?=.)")
# Neither a semicolon nor the end of the line is needed in front of a closing brace.
_BEFORE_END = re.compile(rb"(?m)^((?:(?!//).)*?);?\n(?=\})")


def worker() -> bytes:
    """Return the service worker, in the order of worker.order.

    The scripts marked `page` there, which the worker puts into pages, travel deflated: a tiny
    package must not grow by more than the player is worth.
    """
    text = _joined("worker.order", ("page",), only="page").replace(_STRICT, b"")
    packed = b64encode(_deflated(text)).decode()
    head = f'const PAGE_SCRIPTS={{size:{len(text)},packed:"{packed}"}};\n'
    return head.encode("ascii") + _joined("worker.order")


def _deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


def script(say: Mapping[str, str], versions: Collection[str]) -> bytes:
    """What the player says, then the SCORM API and the launcher in the order of player.order,
    without the files of further versions of SCORM.
    """
    words = {name: sentence for name, sentence in say.items() if name not in _SAID_ELSEWHERE}
    sentences_json = (
        b"Object.assign(window.cpscorm.config.say, " + msgspec.json.encode(words) + b");\n"
    )
    return sentences_json + _joined("player.order", versions)


def template() -> str:
    """The page of a lesson with its marks."""
    return slim(_read(FOLDER, "player.html")).decode()


def sentences(language: str | None) -> Mapping[str, str]:
    """What the player says, in this language, else in its main one, else in English."""
    return _sentences(FOLDER, (language or ENGLISH).lower().replace("_", "-"))


def slim(script: bytes) -> bytes:
    """The script without comment lines, empty lines and margins; untouched when it has texts of
    several lines, which could be spoilt.
    """
    kept: list[bytes] = []
    inside = False  # a comment of several lines
    for line in map(bytes.strip, script.splitlines()):
        if inside or line.startswith(b"/*"):
            inside = not line.endswith(b"*/")
        elif line and not line.startswith(b"//"):
            if line.count(b"`") % 2 or line.endswith(b"\\"):
                return script
            kept.append(_squeezed(line))
    return _JOINT.sub(rb"\1", _BEFORE_END.sub(rb"\1", b"\n".join((*kept, b""))))


def _joined(order: str, marks: Collection[str] = (), *, only: str = "") -> bytes:
    """Return the files of `order`, one a line, whose mark is empty or among `marks`.

    `only`: those with this mark alone.
    """
    lines = (line.partition(" ") for line in _read(FOLDER, order).decode().splitlines())
    names = [name for name, _, mark in lines if mark == only or (not only and mark in marks)]
    return b"\n".join(slim(_read(FOLDER, name)) for name in names)


def _squeezed(line: bytes) -> bytes:
    """The line without spaces around signs; whole if it may hold a pattern, a comment, a template
    inside a template, or signs that would run into each other.
    """
    parts = _TEXT.split(line)
    code = b"".join(parts[::2])
    if any(sign in code for sign in (b"/", b"`", b"+ +", b"- -")) or line.count(b"`") > 2:
        return line
    parts[::2] = [_SIGN.sub(rb"\1", part) for part in parts[::2]]
    return b"".join(parts)


@cache
def _sentences(folder: Path, language: str) -> Mapping[str, str]:
    sentences_json = msgspec.json.decode(
        _read(folder, "messages.json"), type=dict[str, dict[str, str]]
    )
    known = {name.lower(): words for name, words in sentences_json.items()}
    main = known.get(language.partition("-")[0], {})
    return {**known.get(ENGLISH, {}), **main, **known.get(language, {})}


@cache
def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise SettingsError(
            _("The SCORM player is missing from this installation."),
            _("Reinstall CoursePorter, or choose another option for SCORM lessons."),
            str(folder / name),
        ) from error
