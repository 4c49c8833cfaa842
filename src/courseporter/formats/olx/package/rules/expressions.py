"""Numbers and expressions that Capa can work out without variables (openedx-calc, `evaluator`)."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\s*(?:((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)|([A-Za-z_]\w*)|(\|\||[-+*/^(),%]))"
)
_CONSTANTS = frozenset(("i", "j", "e", "pi"))
_FUNCTIONS = frozenset(
    "sin cos tan sec csc cot sqrt log10 log2 ln exp arccos arcsin arctan arcsec arccsc arccot"
    " abs fact factorial sinh cosh tanh sech csch coth arcsinh arccosh arctanh arcsech arccsch"
    " arccoth".split()
)
_LONGEST = 1000  # characters


def is_expression(text: str) -> bool:
    """Whether the text is a number, or an expression of numbers, constants and functions."""
    try:
        return _Parser(text).is_whole()
    except (_NoExpression, RecursionError):
        return False


def names_in(text: str) -> list[str]:
    """The variables of a formula: names that are neither functions nor constants."""
    if "{" in text or "'" in text:  # tensors and primes belong to names
        return []
    found = re.findall(r"(?<![\w.])([A-Za-z][A-Za-z0-9_]*)(\s*\()?", text)
    return [
        name for name, call in found
        if not call and name.lower() not in _CONSTANTS and name.lower() not in _FUNCTIONS
    ]  # fmt: skip


class _NoExpression(Exception):  # noqa: N818 - what the text is
    """Something doesn't belong to an expression."""


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise _NoExpression
        self._parts: list[str] = []
        text = text.strip()
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _NoExpression
            at = found.end()
            self._parts.append(found[0].strip())
        self._at = 0

    def is_whole(self) -> bool:
        self._sum()
        return self._at == len(self._parts)

    def _next(self) -> str:
        return self._parts[self._at] if self._at < len(self._parts) else ""

    def _take(self, *marks: str) -> bool:
        if self._next() not in marks:
            return False
        self._at += 1
        return True

    def _sum(self) -> None:
        while True:
            while self._take("+", "-"):
                pass
            self._product()
            if not self._take("+", "-"):
                return

    def _product(self) -> None:
        self._power()
        while self._take("*", "/", "||"):
            self._power()

    def _power(self) -> None:
        self._atom()
        while self._take("^"):
            while self._take("+", "-"):
                pass
            self._atom()

    def _atom(self) -> None:
        word = self._next()
        self._at += 1
        if word == "(":
            self._sum()
            self._require(")")
        elif word[:1].isdigit() or word[:1] == ".":
            self._take("%")
        elif word.lower() in _FUNCTIONS:
            self._require("(")
            self._sum()
            self._require(")")
        elif word.lower() not in _CONSTANTS:
            raise _NoExpression

    def _require(self, mark: str) -> None:
        if not self._take(mark):
            raise _NoExpression
