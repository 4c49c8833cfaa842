"""The language CoursePorter speaks: catalogues that travel with it, and how one is chosen."""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path

from courseporter.errors.message import Translations, speak

DOMAIN = "courseporter"
SETTING = "COURSEPORTER_LANGUAGE"


def choose(wanted: str | None = None, folder: Path | None = None) -> Translations | None:
    """Speak this language, else that of `COURSEPORTER_LANGUAGE`, else the system's.

    Returns the catalogue, None for English.  A language without a catalogue falls back to the next
    of the list, such as `de` for `de_AT`.
    """
    name = wanted or os.environ.get(SETTING) or locale.getlocale()[0] or "en"
    where = folder or Path(__file__).parent / "bundled" / "translations"
    try:
        found = gettext.translation(DOMAIN, where, [name])
    except (OSError, ValueError):  # no such catalogue, or a damaged one
        found = None
    speak(found)
    return found
