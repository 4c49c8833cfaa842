"""Fields of JSON answers, read tolerantly: a missing, null or oddly typed field never raises.

Services add fields, leave some out and document others with the wrong type (TEACHABLE.md 5,
THINKIFIC.md), so answers stay plain dictionaries and each field is asked for by what it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

Fields = Mapping[str, object]
T = TypeVar("T")
NOTHING: Fields = {}


def text(fields: Fields, name: str) -> str:
    """The text without blanks around it; numbers are written out, everything else is empty."""
    value = fields.get(name)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(fields: Fields, name: str) -> int | None:
    """A whole number, also one written as text; None for everything else."""
    value = fields.get(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


def flag(fields: Fields, name: str, default: bool) -> bool:  # noqa: FBT001 - as dict.get
    """A boolean; `default` when it is missing or something else."""
    value = fields.get(name)
    return value if isinstance(value, bool) else default


def child(fields: Fields, name: str) -> Fields:
    """An object; an empty one when it is missing or something else."""
    value = fields.get(name)
    return cast(Fields, value) if isinstance(value, dict) else NOTHING


def children(fields: Fields, name: str) -> list[Fields]:
    """The objects of a list; whatever else is in it is passed over."""
    value = fields.get(name)
    found = cast(list[object], value) if isinstance(value, list) else []
    return [cast(Fields, one) for one in found if isinstance(one, dict)]


def texts(fields: Fields, name: str) -> list[str]:
    """The texts of a list, without blanks around them."""
    value = fields.get(name)
    found = cast(list[object], value) if isinstance(value, list) else []
    return [str(one).strip() for one in found if isinstance(one, str | int | float)]


def in_order(found: Iterable[T], position: Callable[[T], int | None]) -> list[T]:
    """Sorted by position; one without a position stays behind the one before it in the list."""
    return [one for _, _, one in sorted(_placed(found, position), key=lambda row: row[:2])]


def _placed(
    found: Iterable[T], position: Callable[[T], int | None]
) -> Iterator[tuple[int, int, T]]:
    last = 0
    for index, one in enumerate(found):
        place = position(one)
        last = last if place is None else place
        yield last, index, one
