"""What faces give to a fix that asks, and what they show before it is done."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from courseporter.api.values import View


class FixAnswer(View, frozen=True):
    """`text`: of a picture, "" for one that only decorates.  `place`: the file or folder to take
    files from.  `files`: the file for each name; "" leaves a name alone.
    """

    text: str | None = None
    place: str | None = None
    files: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])


class FixUnclear(View, frozen=True):
    """A name that several different files have."""

    name: str
    files: tuple[str, ...]


class FixPreview(View, frozen=True):
    """What a fix would change: sentences, the number of items, the revision it was made for.

    `files`: the file for each name.  `missing`: names that no file fits.
    """

    lines: tuple[str, ...]
    changed: int
    rev: int
    files: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    unclear: tuple[FixUnclear, ...] = ()
    missing: tuple[str, ...] = ()
