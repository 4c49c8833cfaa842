"""Whether the numbers of a template have a decimal point or a decimal comma.

“1,500” is one and a half thousand beside “3.14”, and one and a half beside “3,14”: the other
numbers of questions and options decide.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[-+±\u2212\u2013]?((?:[\d.,'’]|[ \u00a0\u202f](?=\d{3}(?!\d)))*\d)%?")
_DOUBTFUL = re.compile(r"(?<![\w.,])([-+]?[1-9]\d{0,2})([.,])(\d{3})(?![\w.,]*\d)")
_APART = re.compile(r";|\.\.|, ")  # between the ends of an interval, no comma of a number
_LONGEST = 100  # characters of a cell that may be a number
POINT, COMMA = ".", ","


class Decimals:
    """Collects the numbers of a course, then says how the doubtful ones are read."""

    def __init__(self) -> None:
        self._certain = {POINT: 0, COMMA: 0}  # numbers that can only be read with this mark
        self._likely = 0  # those such as 3.142, which most people write with a decimal point

    def see(self, text: str) -> None:
        """Take a cell that may hold a number."""
        if len(text) > _LONGEST or not (POINT in text or COMMA in text):
            return
        found = _NUMBER.fullmatch(text.strip())
        mark = _mark(found[1]) if found else ""
        if mark in self._certain:
            self._certain[mark] += 1
        elif mark == "?" + POINT:
            self._likely += 1

    def read(self, text: str) -> tuple[str, bool]:
        """The cell with its thousands written out, and whether that or the opposite is a guess."""
        if not (POINT in text or COMMA in text) or not _DOUBTFUL.search(text):
            return text, False
        if text.strip()[:1] in "[(" and not _APART.search(text):
            return text, False  # [1,500] is an interval from 1 to 500
        point, comma = bool(self._certain[POINT]), bool(self._certain[COMMA])
        guessed = point and comma

        def written(found: re.Match[str]) -> str:
            nonlocal guessed
            grouping = found[2] == COMMA and (point or self._likely) and not comma
            grouping = grouping or (found[2] == POINT and comma and not point)
            known = grouping or (found[2] == POINT and not comma) or (found[2] == COMMA and comma)
            guessed = guessed or not known
            return found[1] + ("" if grouping else found[2]) + found[3]

        return _DOUBTFUL.sub(written, text), guessed


def _mark(number: str) -> str:
    """The decimal mark that a number shows without doubt; "?" before one that is only likely."""
    marks = [sign for sign in number if sign in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    whole, _, fraction = number.rpartition(last)
    if len(set(marks)) > 1:
        return last if marks.count(last) == 1 else ""
    if len(marks) > 1:  # thousands: the decimal mark is the other one
        return POINT if last == COMMA else COMMA
    if len(fraction) == len("000") and re.fullmatch(r"[1-9]\d{0,2}", whole):
        return f"?{last}"
    return last
