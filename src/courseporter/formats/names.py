"""Names for the written package: pure functions of a key or path, so that no order of calls can
change them.

A name is the plain slug when nothing was lost on the way; otherwise eight hex digits of the key's
SHA-256 follow. A key that already ends like such a hash gets one of its own, so that two different
keys never meet.
"""

from __future__ import annotations

import re
from hashlib import sha256

from anyascii import anyascii

MAX_URL_NAME = 80
MAX_STATIC_NAME = 90
MAX_COURSE_SLUG = 50

OLX = "olx:"  # blocks and files of a course from Open edX keep the names that they have there
OLX_STATIC = "olx:static/"
_OLX_KEY = re.compile(r"olx:[\w-]+/([\w.-]+)")
_NOT_STUDIO = re.compile(r"[^\w.%-]")
_RESERVED = "cpscorm-"  # the players of SCORM lessons name their files so
_HASH = 9  # a dash and eight hex digits
_LIKE_HASH = re.compile(r"-[0-9a-f]{8}(?=\.[a-z0-9]+$|$)")
_CLEAN_URL_NAME = re.compile(r"[a-z0-9_-]{1,80}")
_CLEAN_STATIC = re.compile(r"[a-z0-9_][a-z0-9._-]{0,89}")
_NOT_URL_NAME = re.compile(r"[^a-z0-9_]+")
_NOT_STATIC = re.compile(r"[^a-z0-9._]+")
_NOT_COURSE = re.compile(r"[^A-Za-z0-9_.-]+")
_EXTENSION = re.compile(r"\.[a-z0-9]{1,10}$")
# What readers of these languages expect, where the general table differs.
_OWN_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ї": "yi",
        "Ї": "Yi",
        "і": "i",
        "І": "I",
        "є": "ye",
        "Є": "Ye",
        "г": "g",
        "ґ": "g",
        "Ґ": "G",
        "х": "kh",
        "Х": "Kh",
        "щ": "shch",
        "Щ": "Shch",
    }
)


def transliterate(text: str) -> str:
    """The text in ASCII letters, any script; case is kept."""
    return text if text.isascii() else anyascii(text.translate(_OWN_LETTERS))


def short_hash(text: str) -> str:
    """Eight hex digits of the SHA-256 of the text; lone surrogates count as themselves."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def url_name(key: str) -> str:
    """The `url_name` of a block: `[a-z0-9_-]`, at most 80 characters, the same for the same key
    everywhere.
    """
    if _CLEAN_URL_NAME.fullmatch(key) and not _LIKE_HASH.search(key):
        return key
    if found := _OLX_KEY.fullmatch(key):
        return found[1]
    slug = _NOT_URL_NAME.sub("-", transliterate(key).lower())[: MAX_URL_NAME - _HASH].strip("-")
    return f"{slug}-{short_hash(key)}" if slug else f"x-{short_hash(key)}"


def static_name(path: str) -> str:
    """The final name of an asset below `static/`: flat, `[a-z0-9._-]`, at most 90 characters,
    extension kept.
    """
    if path.startswith(OLX_STATIC):
        return _NOT_STUDIO.sub("_", path.removeprefix(OLX_STATIC))
    clean = _CLEAN_STATIC.fullmatch(path) and not path.startswith(_RESERVED)
    if clean and not _LIKE_HASH.search(path):
        return path
    name = _NOT_STATIC.sub("-", transliterate(path.rpartition("/")[2]).lower())
    found = _EXTENSION.search(name)
    extension = found[0] if found and found.start() else ""
    stem = name[: len(name) - len(extension)][: MAX_STATIC_NAME - _HASH - len(extension)]
    return f"{stem.strip('.-') or 'file'}-{short_hash(path)}{extension}"


def course_slug(text: str, fallback: str) -> str:
    """Org, number or run from a text: `[A-Za-z0-9_.-]`, at most 50 characters; `fallback` when
    nothing is left.
    """
    slug = _NOT_COURSE.sub("-", transliterate(text)).strip("-.")[:MAX_COURSE_SLUG].strip("-.")
    return slug or fallback
