"""Names of entries: decoded, normalised, and refused when they leave the package.

ZIP: APPNOTE 6.3.10, section 4.4.17 and appendix D (UTF-8 flag, Unicode path extra field 0x7075).
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib

from courseporter.errors import InputError, _

UNICODE_PATH = 0x7075
LONGEST_PART = 255  # bytes of one name: ext4, APFS, NTFS
LONGEST_PATH = 1000  # bytes: PATH_MAX of macOS, less some room for the folder it goes to

# Code pages of old ZIP programs, tried in this order when a name is looked up.
LEGACY_CODECS = (
    "cp437",
    "cp850",
    "cp866",
    "cp1252",
    "cp1251",
    "cp852",
    "cp932",
    "gb18030",
    "big5",
    "euc_kr",
    "cp737",
    "cp862",
    "mac_roman",
)

_PART = r"[\w!#$%&'()+,;=@\[\]^`{}~-]+(?:[ .]+[\w!#$%&'()+,;=@\[\]^`{}~-]+)*"
_PLAIN = re.compile(rf"{_PART}(?:/{_PART})*/?", re.ASCII)
_RESERVED = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)\s*(?:[./]|$)", re.IGNORECASE)
_CLUTTER = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_DRIVE = re.compile(r"[A-Za-z]:")
_ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*]|[ .](?:/|$)')
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(name: str, limit: int = 120) -> str:
    """The name as it may be in a message: no control characters, not endless."""
    plain = _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", name)
    return plain if len(plain) <= limit else f"{plain[: limit // 2]}…{plain[-limit // 2 :]}"


def decode_name(raw: bytes, extra: bytes, page: str | None = None) -> tuple[str, bool]:
    """The entry's name, and whether its code page had to be guessed; `page` is a good guess."""
    unicode_path = _unicode_path(raw, extra) if extra else None
    if unicode_path is not None:
        return unicode_path, False
    try:
        return raw.decode("utf-8"), False  # with or without the flag: no old code page looks so
    except UnicodeDecodeError:
        return _guess(raw, page), True  # whatever the flag says


def _guess(raw: bytes, page: str | None) -> str:
    try:
        return raw.decode(page or ("cp866" if _looks_cyrillic(raw) else "cp437"))
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    """The Info-ZIP extra field, when it belongs to this name and is UTF-8."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        field = extra[position + 4 : position + 4 + length]
        if tag == UNICODE_PATH and length > 5 and field[0] == 1:
            if int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
                return None
            return field[5:].decode("utf-8", "replace")
        position += 4 + length
    return None


def _looks_cyrillic(raw: bytes) -> bool:
    """Whether cp866 makes letters of all high bytes where cp437 would show mostly symbols."""
    high = [byte for byte in raw if byte >= 0x80]
    letters = all(byte < 0xB0 or 0xE0 <= byte <= 0xF1 for byte in high)
    symbols = sum(byte >= 0xA6 and byte != 0xE1 for byte in high)
    return letters and 2 * symbols >= len(high)


def is_clutter(path: str) -> bool:
    """Whether the file was left behind by an operating system."""
    return _CLUTTER.search(path) is not None


def safe_path(name: str, archive: str) -> tuple[str, bool]:
    """The normalised path, and whether it is a name that some systems cannot keep.

    A folder keeps its `/` at the end.  Raises InputError `unsafe_path` for a name that leaves
    the package on any system.
    """
    if _PLAIN.fullmatch(name) and len(name) <= LONGEST_PART:
        return name, _RESERVED.search(name) is not None
    path = name.replace("\\", "/")
    if "\0" in path or path.startswith("/") or _DRIVE.match(path):
        raise _unsafe(name, archive)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if any(part.strip(" ") == ".." for part in parts):
        raise _unsafe(name, archive)
    whole = "/".join(parts)
    odd = bool(_ODD.search(whole) or _RESERVED.search(whole)) or _too_long(parts)
    whole = unicodedata.normalize("NFC", whole)
    return (whole + "/" if path.endswith("/") and whole else whole), odd


def _too_long(parts: list[str]) -> bool:
    sizes = [len(part.encode("utf-8", "surrogatepass")) for part in parts]
    return sum(sizes) + len(sizes) > LONGEST_PATH or max(sizes, default=0) > LONGEST_PART


def _unsafe(name: str, archive: str) -> InputError:
    return InputError(
        _(
            "“{archive}” contains an entry that points outside the package: “{shown}”.",
            archive=archive,
            shown=shown(name),
        ),
        _("The file is damaged or malicious. Download it again from its source."),
        f"{archive}: {shown(name)}",
        code="unsafe_path",
    )
