"""The keyword arguments that every call takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypedDict

from courseporter.net.answer import Answer
from courseporter.net.bodies import FilePart, Progress, RawFile
from courseporter.net.call import Params


class Options(TypedDict, total=False):
    """How one call differs from a plain one.

    `json`, `form`, `files` (with `form` beside it) or `body` is what is sent. `accept` names
    statuses besides 2xx that the caller handles. `repeat` says whether it may be sent twice
    (default: GET, HEAD, OPTIONS). `cost` is in tokens of the rate limit, `cap` in bytes of the
    answer, `progress` is told about the bytes sent. `journal` says whether the answer is kept and
    taken from the client's journal (default: GET): false for addresses that expire, true for a
    query sent by POST. `keep` says of an answer whether it is worth keeping there: one that
    isn't what was asked for would come back at every retry.
    """

    params: Params | None
    headers: Mapping[str, str] | None
    json: object
    form: Mapping[str, str] | None
    files: Mapping[str, FilePart] | None
    body: RawFile | bytes | None
    accept: Collection[int]
    repeat: bool | None
    cost: float
    progress: Progress | None
    cap: int
    journal: bool
    keep: Callable[[Answer], bool]
