"""Names of tables as other programs write them: exports, copies, second downloads.

Google Sheets: “My course - lessons.csv”; Numbers: “lessons-Table 1.csv”; LibreOffice:
“Book-lessons.csv”; browsers and file managers: “lessons (1).csv”, “Copy of lessons.csv”.
"""

from __future__ import annotations

import re
from functools import cache

from courseporter.sources.csv_template.schema import LEVELS

_STEMS = {level.stem for level in LEVELS}
_NAMES = "|".join(sorted(_STEMS))
_COPY = "copy|kopie|copie|copia|cópia|kopia|копия|コピー|副本"
_SPELLED = re.compile(
    rf"(?:(?:{_COPY})\s+(?:of|von|de|di)\s+)?(?:.*\s-\s|.*[-_])?({_NAMES})"
    rf"(?:\s*-\s*\w+?\s?\d+)?(?:\s*[-_ ]\s*(?:{_COPY})(?:\s*\d+)?)?(?:\s*[(（]\d+[)）])?",
    re.IGNORECASE,
)


@cache
def table_of(name: str) -> tuple[str, bool] | None:
    """The table that a file or sheet is named after, and whether that is its very name."""
    plain = " ".join(name.split()).casefold().removesuffix(".csv").strip()
    if plain in _STEMS:
        return plain, True
    found = _SPELLED.fullmatch(plain)
    return (found[1].casefold(), False) if found else None
