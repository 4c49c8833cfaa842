"""What a service answers: a record, a list of records, or something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from courseporter.errors import RejectedError
from courseporter.net import Answer

_LISTS = ("data", "items", "results", "records")


def document(answer: Answer) -> object:
    """The JSON of an answer; None when it isn't JSON."""
    try:
        return answer.json()
    except RejectedError:
        return None


def records_in(answer: Answer) -> Iterator[dict[str, object]]:
    """The records of a list, or of an object that carries one.  Raises RejectedError."""
    found = answer.json()
    if isinstance(found, dict):
        named = cast("dict[str, object]", found)
        found = next((named[name] for name in _LISTS if isinstance(named.get(name), list)), [named])
    for one in cast("list[object]", found if isinstance(found, list) else []):
        if isinstance(one, dict):
            yield cast("dict[str, object]", one)


def pointed(found: object, pointer: str) -> str | None:
    """What a JSON pointer (RFC 6901) names, as text; None when it names nothing."""
    for step in pointer.removeprefix("/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = cast("dict[str, object]", found).get(name)
        elif isinstance(found, list) and name.isdigit():
            items = cast("list[object]", found)
            found = items[int(name)] if int(name) < len(items) else None
        else:
            return None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return str(found) or None
