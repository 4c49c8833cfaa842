"""One row as it was read: its cells, what they mean, and why it can't be sent."""

from __future__ import annotations

import html
import re
import unicodedata
from hashlib import blake2b
from typing import NamedTuple

from courseporter.errors import Phrase

Value = str | int | None
Seed = dict[str, Value]
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_LATIN = re.compile(r"[a-z]")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[^\w]+")


class RowError(NamedTuple):
    """Why a row fails: a code, the sentence, and the column."""

    code: str
    message: Phrase
    column: str | None = None


class ParsedRow(NamedTuple):
    """`line` is where the record begins, `raw` its cells in the order of the file's header.

    `key` is the same for rows that mean the same; None for rows with an error.  `uri` names the
    film where the file says so: two films of one key and different addresses are two.  `skip` says
    why a row isn't meant to be sent.
    """

    line: int
    raw: list[str]
    seed: Seed
    title: str
    date: str | None
    key: bytes | None
    uri: str | None = None
    error: RowError | None = None
    skip: str | None = None


def normal(title: str) -> str:
    """The title as titles are compared: no accents, case, punctuation or leading article."""
    text = html.unescape(title) if "&" in title else title
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        if not text.isascii():  # other combining marks than those of Latin letters
            text = "".join([one for one in text if not unicodedata.combining(one)])
    text = text.casefold()
    plain = text.isascii() and text.replace(" ", "").isalnum() and "  " not in text
    if not plain or text != text.strip():
        text = _BRACKETS.sub(lambda found: found[0] if _LATIN.search(found[0]) else " ", text)
        text = _APOSTROPHES.sub("", text.replace("&", " and "))
        text = " ".join(_WORDS.sub(" ", text.replace("_", " ")).split())
    if text.startswith(("the ", "an ", "a ")):
        text = text.partition(" ")[2]
    return text or title.strip().casefold()


def dedupe_key(*parts: object) -> bytes:
    """Eight bytes that are equal for equal parts."""
    line = "\0".join(["" if part is None else str(part) for part in parts])
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
