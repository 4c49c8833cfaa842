"""Lists and mappings written in one line, as YAML reads them: JSON, and also single quotes, plain
words and a comma at the end (YAML 1.1, flow style).
"""

from __future__ import annotations

import json
import re
from typing import cast

_DEEPEST = 100
_BLANK = re.compile(r"\s*")
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,\[\]{}:\"'#&*!|>%@`][^,\[\]{}:]*")


def read_flow(text: str) -> object:
    """The value.  Raises ValueError when it is neither JSON nor YAML in one line."""
    try:
        return cast("object", json.loads(text))
    except ValueError:
        reader = _Reader(text)
        value = reader.value(0)
        reader.end()
        return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self, depth: int) -> object:
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        start = self._peek()
        if start == "[":
            return self._list(depth)
        if start == "{":
            return self._mapping(depth)
        return self._scalar()

    def end(self) -> None:
        if self._peek():
            raise ValueError(f"unexpected {self._peek()!r}")

    def _list(self, depth: int) -> list[object]:
        items: list[object] = []
        self._take("[")
        while self._peek() != "]":
            items.append(self.value(depth + 1))
            if self._peek() != "]":
                self._take(",")
        self._take("]")
        return items

    def _mapping(self, depth: int) -> dict[str, object]:
        items: dict[str, object] = {}
        self._take("{")
        while self._peek() != "}":
            key = self._scalar()
            self._take(":")
            items[key] = self.value(depth + 1)
            if self._peek() != "}":
                self._take(",")
        self._take("}")
        return items

    def _scalar(self) -> str:
        self._peek()
        for form in (_SINGLE, _DOUBLE):
            if found := form.match(self._text, self._at):
                self._at = found.end()
                return found[1].replace("''", "'")
        found = _PLAIN.match(self._text, self._at)
        if found is None:
            raise ValueError("no value")
        self._at = found.end()
        return found[0].strip()

    def _peek(self) -> str:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, mark: str) -> None:
        if self._peek() != mark:
            raise ValueError(f"{mark} is missing")
        self._at += 1
