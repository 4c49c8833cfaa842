"""Which encoding a CSV file is in: UTF-8 or UTF-16, Windows-1252 when nothing else fits."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from courseporter.errors import InputError, _
from courseporter.formats.tabular.control import is_odd

BLOCK = 1 << 18
IN_MEMORY = 1 << 22  # smaller files are inflated once and kept
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FEW = 8  # fewer foreign bytes than this say nothing about a language
SAVE_AS_UTF8 = _("Save the table as “CSV UTF-8” and import it again.")

Opener = Callable[[], BinaryIO]


class Encoded(NamedTuple):
    """A file whose encoding is known.

    `head` is its decoded beginning, `guessed` when no rule could prove it; `odd`: it may have
    control characters.
    """

    encoding: str
    head: str
    open: Opener
    guessed: bool = False
    odd: bool = False


def detect(name: str, opener: Opener) -> Encoded:
    """Read the file once and say how to decode it.

    Raises InputError `encoding_error`, naming file and line, for NUL characters and for bytes that
    no encoding fits.
    """
    with opener() as stream:
        start = stream.read(IN_MEMORY)
        whole = len(start) < IN_MEMORY
    if whole:
        opener = _reopen(start)
    start = start[:BLOCK]
    encoding = _by_first_bytes(start)
    odd: list[bool] = []
    try:
        return Encoded(encoding, _scan(name, opener, encoding, odd), opener, odd=any(odd))
    except UnicodeDecodeError:
        if encoding != "utf-8" or _is_mostly_utf_8(start):
            raise _undecodable(name, opener, encoding) from None
    try:
        head = _scan(name, opener, "cp1252", odd)
    except UnicodeDecodeError:
        raise _undecodable(name, opener, "cp1252") from None
    _refuse_other_alphabets(name, start)
    return Encoded("cp1252", head, opener, guessed=True, odd=any(odd))


def _is_mostly_utf_8(start: bytes) -> bool:
    """Whether it is damaged UTF-8: no other encoding's letters make many of its sequences."""
    text = start.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return sum(not letter.isascii() for letter in text) > 2 * damaged


def _reopen(content: bytes) -> Opener:
    return lambda: io.BytesIO(content)


def _by_first_bytes(start: bytes) -> str:
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding
    half = len(start) // 4  # in UTF-16 without a mark every other byte of Latin text is zero
    if start[1::2].count(0) > half:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > half else "utf-8"


def _scan(name: str, opener: Opener, encoding: str, odd: list[bool]) -> str:
    """The decoded beginning; `odd` learns of each block whether it may have control characters."""
    head = ""
    for text in _decoded(opener, encoding, odd):
        if "\0" in text:
            _refuse_nul(name, opener, encoding)
        head = head or text
    return head


def _decoded(opener: Opener, encoding: str, odd: list[bool] | None = None) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opener() as stream:
        while block := stream.read(BLOCK):
            if odd is not None:
                odd.append(not encoding.startswith(("utf-8", "cp1252")) or is_odd(block))
            yield decoder.decode(block)
        decoder.decode(b"", final=True)


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _refuse_nul(name: str, opener: Opener, encoding: str) -> None:
    line = 1
    for text in _decoded(opener, encoding):
        line += _line_ends(text.partition("\0")[0])
        if "\0" in text:
            break
    message = _(
        "{name}, line {line}: the file contains a NUL character, so it's damaged or isn't a CSV "
        "file.",
        name=name,
        line=line,
    )
    where = _("{table} line {line}", table=name, line=line)
    raise InputError(message, SAVE_AS_UTF8, where, code="encoding_error")


def _undecodable(name: str, opener: Opener, encoding: str) -> InputError:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with opener() as stream:
        while block := stream.read(BLOCK):
            try:
                line += _line_ends(decoder.decode(block))
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start])
                line += _line_ends(before.decode(encoding, "replace"))
                break
    title = "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
    message = _(
        "{name}, line {line}: this is not valid {encoding}.", name=name, line=line, encoding=title
    )
    if encoding == "cp1252":
        message = _(
            "{name}, line {line}: this is neither valid UTF-8 nor Windows-1252.",
            name=name,
            line=line,
        )
    where = _("{table} line {line}", table=name, line=line)
    return InputError(message, SAVE_AS_UTF8, where, code="encoding_error")


def _refuse_other_alphabets(name: str, start: bytes) -> None:
    """Raise when the bytes are another encoding than Windows-1252, as which any bytes can be read:
    Cyrillic or Japanese would silently become nonsense.
    """
    if sum(byte > 127 for byte in start) < FEW:
        return
    from charset_normalizer import from_bytes

    western = start.decode("cp1252", "replace")
    guesses = list(from_bytes(start))
    if not guesses or any(str(guess) == western for guess in guesses):
        return
    best = guesses[0].encoding
    message = _(
        "{name} is not UTF-8. It looks like {encoding}, which CoursePorter can't read.",
        name=name,
        encoding=best,
    )
    raise InputError(message, SAVE_AS_UTF8, name, code="encoding_error")
