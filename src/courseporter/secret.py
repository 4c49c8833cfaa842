"""Credentials in memory: a value that never prints itself, and a filter for texts that might."""

from __future__ import annotations

import threading
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST = 4  # replacing shorter values would garble ordinary text

_known: set[str] = set()
_lock = threading.Lock()


class Secret:
    """A credential. `str`, `repr` and f-strings give `***`; only `reveal` gives the value.

    It can't be pickled or encoded as JSON, so it never reaches a database or a child process by
    accident.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value
        with _lock:
            _known.update(_spellings(value))

    def reveal(self) -> str:
        """The value itself, for the header or form field that needs it."""
        return self.__value

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __reduce__(self) -> str:
        raise TypeError("a secret can't be pickled")


def scrub(text: str) -> str:
    """The text with every secret this process has held replaced by `***`."""
    with _lock:
        values = [value for value in _known if value in text]
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def scrub_bytes(data: bytes) -> bytes:
    """As `scrub`, for a body that may not be text."""
    with _lock:
        values = [value.encode() for value in _known]
    for value in sorted(values, key=len, reverse=True):
        if value in data:
            data = data.replace(value, MASK.encode())
    return data


def _spellings(value: str) -> set[str]:
    """The value as it may appear in a message: plain, in an address, in a form, in JSON."""
    plain = value.encode("unicode_escape").decode()
    found = {value, quote(value, safe=""), quote_plus(value), plain}
    return {one for one in found if len(one) >= _SHORTEST}
