"""Names of blocks: what Open edX makes of a url_name (edx-opaque-keys, BlockUsageLocator)."""

from __future__ import annotations

import re
from collections.abc import Iterator

LENGTH = 100
_NAME = re.compile(r"[\w.-]+")


def name_faults(name: str, tag: str) -> Iterator[tuple[str, str]]:
    """Problem code and detail of a name that loses the block, or breaks the import."""
    if tag == "course":
        return
    if not _NAME.fullmatch(name):
        breaks = bool(_NAME.fullmatch(name.replace("%", "")))
        yield "url_name_breaks_import" if breaks else "url_name_invalid", name
    elif not name.isascii() or len(name) > LENGTH:
        yield "url_name_unusual", name
