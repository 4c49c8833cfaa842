"""Children of a container that both sides changed: ours, and those that others added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Merged(NamedTuple):
    """The children it will have, and those of the library that leave it."""

    children: tuple[str, ...]
    left: tuple[str, ...]


def merge(ours: Sequence[str], theirs: Sequence[str], base: Sequence[str] | None) -> Merged:
    """Three ways: `base` are the children that we wrote last, None where we never did.

    What others added stays behind the sibling it followed; without a base our list replaces theirs.
    """
    if base is None:
        return Merged(tuple(ours), tuple(key for key in theirs if key not in set(ours)))
    known = {*base, *ours}
    result = list(ours)
    before: str | None = None
    for key in theirs:
        if key not in known:
            result.insert(_behind(result, before), key)
        if key in result:
            before = key
    return Merged(tuple(result), ())


def _behind(result: Sequence[str], sibling: str | None) -> int:
    return result.index(sibling) + 1 if sibling is not None else 0
