"""What tells records apart: the values of some fields, compared as services give them back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

Mark = tuple[str, ...]
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?")


class Records:
    """Records of a service by their marks.

    `ways` are lists of fields: the first that the profile names, then those of a row's own facts.
    A record that differs in the first way isn't the same because it agrees in the second.
    """

    def __init__(self, ways: Sequence[Sequence[str]]) -> None:
        self._ways = ways
        self._names: dict[tuple[int, Mark], list[tuple[str, bool]]] = {}

    def add(self, record: Mapping[str, object], name: str) -> None:
        """Know of a record."""
        marks = marks_of(record, self._ways)
        first = any(way == 0 for way, _mark in marks)
        for mark in marks:
            self._names.setdefault(mark, []).append((name, first))

    def name_of(self, record: Mapping[str, object], taken: Collection[str] = ()) -> str | None:
        """The name of a record that is the same, and isn't taken by another row."""
        marks = marks_of(record, self._ways)
        first = any(way == 0 for way, _mark in marks)
        for way, mark in marks:
            for name, has_first in self._names.get((way, mark), ()):
                if name not in taken and (way == 0 or not (first and has_first)):
                    return name
        return None


def marks_of(record: Mapping[str, object], ways: Sequence[Sequence[str]]) -> list[tuple[int, Mark]]:
    """The record's mark by each way, a list of fields; a way with an unknown value has none."""
    found = list[tuple[int, Mark]]()
    for way, fields in enumerate(ways):
        values = [comparable(record.get(name)) for name in fields]
        if fields and all(value is not None for value in values):
            found.append((way, tuple(value for value in values if value is not None)))
    return found


def comparable(value: object) -> str | None:
    """A value as it is compared: no case and outer blanks, of a moment the day; None: unknown."""
    if value is None or isinstance(value, list | dict):
        return None
    if isinstance(value, bool):
        return str(value).casefold()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().casefold()
    moment = _MOMENT.fullmatch(text.upper())
    return moment[1] if moment else text or None
