"""Control characters in cells: what they stand for, so that no words are glued.

PowerPoint parts lines with a vertical tab, Word marks hyphens with U+001E and U+001F, and text in
Windows-1252 that was taken for Latin-1 has quotes and dashes between U+0080 and U+009F.
"""

from __future__ import annotations

import re

_UNITS = {0x09, 0x0A, 0x0D}
_MEANT = {
    **{code: None for code in range(0x20) if code not in _UNITS},
    0x07: " ",  # ends a cell of a table in Word
    0x0B: "\n",
    0x0C: "\n",
    0x1C: " ",
    0x1D: " ",
    0x1E: "-",  # a hyphen that doesn't break
    0x7F: None,
    **{code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)},
    0x2028: "\n",
    0x2029: "\n",
    0xFFFE: None,
    0xFFFF: None,
}
_SOUGHT = re.compile("[" + "".join(map(re.escape, map(chr, _MEANT))) + "]")
_WRITTEN = re.compile(r"_x([0-9A-Fa-f]{4})_")  # in workbooks (ECMA-376 part 1, 22.4.2.4)
_ASCII = bytes(code for code in range(0x20) if code not in _UNITS) + b"\x7f"
# Each begins with a byte of its own: a pattern of all three takes ten times as long.
_OTHERS = [
    re.compile(one) for one in (b"\xc2[\x80-\x9f]", b"\xe2\x80[\xa8\xa9]", b"\xef\xbf[\xbe\xbf]")
]


def is_odd(block: bytes) -> bool:
    """Whether UTF-8 or Windows-1252 may hold control characters; false is certain."""
    if len(block.translate(None, _ASCII)) != len(block):
        return True
    return any(other.search(block) for other in _OTHERS)


def readable(text: str) -> str:
    """The text with line breaks, blanks and hyphens in place of control characters."""
    return text.translate(_MEANT) if _SOUGHT.search(text) else text


def readable_cell(text: str) -> str:
    """As `readable`, for a cell of a workbook, which writes control characters as `_x000B_`."""
    if "_x" in text:
        text = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")
    return readable(text)
