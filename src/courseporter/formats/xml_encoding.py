"""The encoding of an XML file: byte order mark, declaration, and what the bytes say themselves.

XML 1.0 (fifth edition): 4.3.3 and appendix F.
"""

from __future__ import annotations

import codecs
import re

from courseporter.errors import InputError, Message, Problem, _

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE = ((b"<\0\0\0", "utf-32-le"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
# Only real character sets: Python also calls `rot13` and `unicode_escape` an encoding.
_CHARSETS = re.compile(
    r"us-?ascii|utf-?8|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|ucs-?[24]|iso-?(ir-)?[\d-]+|latin-?\d+"
    r"|windows-\d+|cp-?\d+|ibm-?\d+|koi8-?[ru]|mac\w*|(x-)?s(hift_?)?jis|euc-?(jp|kr|cn|tw)"
    r"|gb-?(2312|k|18030)|big5(-hkscs)?|iso-2022-\w+|tis-?620|ks_c_5601-1987|hz-gb-2312"
)
_WIDER = {
    "shift_jis": "cp932",
    "sjis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "us-ascii": "utf-8",
}


def decode(data: bytes, name: str, repairs: list[Message]) -> tuple[str, list[Problem]]:
    """Return the text of an XML file and its encoding problems; adds to `repairs`.

    Raises InputError `encoding_error` for an unknown encoding and for bytes that don't fit.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if data.startswith(mark):
                data = data[len(mark) :]
                repairs.append(_("a second byte order mark was removed"))
            return _decode_as(data, encoding, name)
    for start, encoding in _BARE:
        if data.startswith(start):
            return _decode_as(data, encoding, name)
    match = _DECLARED.match(data[:1024])
    declared = match[1].decode("ascii").lower() if match else "utf-8"
    if not _CHARSETS.fullmatch(declared):
        raise _unknown(declared, name)
    wide = declared.startswith(("utf-16", "utf16", "utf-32", "utf32", "ucs", "iso-10646"))
    encoding = _WIDER.get(declared, declared)
    if wide or _is_utf_8_after_all(data, encoding):
        text, problems = _decode_as(data, "utf-8", name)
        message = _(
            "“{name}” declares the encoding {declared} but is UTF-8.",
            name=name,
            declared=declared.upper(),
        )
        return text, [*problems, _problem(message, name)]
    return _decode_as(data, encoding, name)


def _is_utf_8_after_all(data: bytes, encoding: str) -> bool:
    """Whether the text is UTF-8 although its declaration names another encoding.

    Text in a single-byte encoding never looks like UTF-8 by accident; text in a double-byte
    encoding may, so its declaration is trusted if the text can be decoded with it.
    """
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    try:
        return len(data.decode(encoding)) == len(data)
    except UnicodeDecodeError:
        return True
    except LookupError:
        return False


def _decode_as(data: bytes, encoding: str, name: str) -> tuple[str, list[Problem]]:
    try:
        return data.decode(encoding), []
    except LookupError:
        raise _unknown(encoding, name) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if codecs.lookup(encoding).name != "utf-8":
            raise _undecodable(encoding.upper(), name, line) from None
        return _decode_mixed(data, name, line)


def _decode_mixed(data: bytes, name: str, line: int) -> tuple[str, list[Problem]]:
    """Decode UTF-8 that contains bytes of Windows-1252, as old editors leave them."""
    try:
        text = data.decode("utf-8", "courseporter-cp1252")
    except UnicodeDecodeError:
        raise _undecodable("UTF-8", name, line) from None
    message = _(
        "“{name}” isn't valid UTF-8 on line {line}, so it was read as Windows-1252.",
        name=name,
        line=line,
    )
    return text, [_problem(message, name)]


def _old_bytes(error: UnicodeError) -> tuple[str, int]:
    """Error handler: read a byte that is not UTF-8 as Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.start + 1].decode("cp1252"), error.start + 1


codecs.register_error("courseporter-cp1252", _old_bytes)


def _problem(message: Message, name: str) -> Problem:
    return Problem(
        code="xml_encoding_repaired",
        severity="warning",
        message=message,
        where=name,
        hint=_("Check accented letters; they may be wrong."),
    )


def _unknown(encoding: str, name: str) -> InputError:
    message = _(
        "“{name}” declares an unknown encoding: “{encoding}”.", name=name, encoding=encoding
    )
    return InputError(message, _("Save the file as UTF-8."), name, code="encoding_error")


def _undecodable(encoding: str, name: str, line: int) -> InputError:
    message = _(
        "“{name}” isn't valid {encoding} on line {line}.", name=name, encoding=encoding, line=line
    )
    return InputError(message, _("Save the file as UTF-8."), name, code="encoding_error")
