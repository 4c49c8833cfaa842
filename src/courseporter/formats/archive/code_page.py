"""Which old code page the names of a ZIP are in, as the archive's own lists of files tell.

A ZIP says of a name only whether it is UTF-8.  A manifest, a table or a page inside spells the same
names in an encoding that is known, so the code page in which most of them agree is the right one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from itertools import islice
from typing import Final
from urllib.parse import unquote

from courseporter.formats.archive.names import LEGACY_CODECS
from courseporter.formats.entities import unescape

_LISTS = (b".xml", b".csv", b".html", b".htm")  # what tells most first
MAX_TEXT: Final = 4 << 20  # bytes of lists that are looked at
_MAX_NAMES = 2000
_BETWEEN = re.compile(r"""["'<>/\\=?#,;\t\r\n]+""")  # what is between names in a list


def list_rank(name: bytes) -> int | None:
    """How early to look into a file of this name for other names; None for never."""
    if name.count(b"/") > 1:
        return None
    return next((n for n, end in enumerate(_LISTS) if name.lower().endswith(end)), None)


def find_code_page(names: Iterable[bytes], lists: Iterable[bytes]) -> str | None:
    """The code page in which the most `names` are spelled as in `lists`; None when none is."""
    spelled: set[str] = set()
    for text in lists:
        spelled.update(_BETWEEN.split(unquote(unescape(_decoded(text)))))
    few = list(islice(names, _MAX_NAMES))
    scores = {page: sum(_agrees(name, page, spelled) for name in few) for page in LEGACY_CODECS}
    best = max(LEGACY_CODECS, key=scores.__getitem__)
    return best if scores[best] else None


def _decoded(text: bytes) -> str:
    wide = text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return text.decode("utf-16" if wide else "utf-8", "replace")


def _agrees(name: bytes, page: str, spelled: set[str]) -> bool:
    """Whether a part of the name that needs the code page is spelled so."""
    try:
        path = name.decode(page).replace("\\", "/")
    except UnicodeDecodeError:
        return False
    return any(not part.isascii() and part in spelled for part in path.split("/"))
