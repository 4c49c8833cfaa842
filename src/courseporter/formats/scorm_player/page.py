"""The page of one lesson: the player's template with the lesson's own words in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import msgspec

from courseporter.formats.scorm_player.versions import version_name
from courseporter.model import Package

_MARK = re.compile(r"\{\{(language|title|config)\}\}")


class Lesson(msgspec.Struct, omit_defaults=True):
    """What the player must know of the lesson (docs/reference/scorm-player.md); what the manifest
    does not tell is skipped, for there is a page for each lesson.
    """

    n: int
    item: str
    launch: str
    scorm: str
    mastery: float | None = None
    threshold: float | None = None
    launch_data: str = msgspec.field(name="launchData", default="")
    max_time: str = msgspec.field(name="maxTime", default="")
    time_action: str = msgspec.field(name="timeAction", default="")


class Pages:
    """The pages of one package.  What all have in common is put together once."""

    def __init__(
        self, template: str, language: str, common: Mapping[str, object], say: Mapping[str, str]
    ) -> None:
        """`say`: what the page itself must be able to say; the script brings the rest."""
        parts = _MARK.split(template)
        self._texts, self._marks = parts[::2], parts[1::2]
        self._language = escape(language)
        shared = msgspec.json.encode({**common, "say": say}).decode()
        self._shared = f",{_safe(shared)[1:]}"
        self._encode = msgspec.json.Encoder().encode

    def page(self, block: Package, title: str) -> bytes:
        """The page of this lesson, in UTF-8."""
        lesson = Lesson(
            block.number,
            block.item,
            block.href,
            version_name(block.version),
            block.mastery,
            block.threshold,
            block.launch_data,
            block.max_time,
            block.time_action,
        )
        own = _safe(self._encode(lesson).decode())
        words = {
            "language": self._language,
            "title": escape(title),
            "config": own[:-1] + self._shared,
        }
        parts = [self._texts[0]]
        for mark, text in zip(self._marks, self._texts[1:], strict=True):
            parts += (words[mark], text)
        return "".join(parts).encode()


def _safe(json: str) -> str:
    """JSON that cannot end the script element it is in."""
    return json.replace("<", "\\u003c") if "<" in json else json
