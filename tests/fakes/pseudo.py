"""A language that nobody speaks: every translated text shows by its letters."""

from __future__ import annotations

import re

LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áḃćďéḟğĥíĵķłḿñóṕɋřšťúṽŵẋýžÁḂĆĎÉḞĞĤÍĴĶŁḾÑÓṔɊŘŠŤÚṼŴẊÝŽ",
)
FIELD = re.compile(r"(\{[^{}]*\}|<[^>]*>|&\w+;)")
WORD = re.compile(r"[A-Za-z]{3,}")


class Pseudo:
    """A catalogue with a translation of everything; fields of templates stay as they are."""

    def gettext(self, message: str, /) -> str:
        """The text with other letters."""
        parts = FIELD.split(message)
        return "".join(part if FIELD.fullmatch(part) else part.translate(LETTERS) for part in parts)

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """As `gettext`, of the template for this number."""
        return self.gettext(singular if n == 1 else plural)


def english_in(text: str, data: re.Pattern[str]) -> str:
    """What is left of a text that was not translated; `data` matches what never is."""
    left = re.sub(r"<[^>]*>|&\w+;", " ", data.sub(" ", text))
    return " ".join(WORD.findall(left))
