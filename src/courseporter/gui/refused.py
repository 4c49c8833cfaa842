"""Several files that can't be imported, in one message."""

from __future__ import annotations

from collections.abc import Sequence

from courseporter.api.values import Sniff
from courseporter.errors import gettext
from courseporter.gui import words


class Refused(Exception):  # noqa: N818 - a summary for the notice, nobody catches it
    """What the notice shows for them: how many, and why each."""

    def __init__(self, sniffs: Sequence[Sniff], *, others: bool = True) -> None:
        super().__init__(gettext("Can't import {files}.", files=words.files(len(sniffs))))
        self.where = "\n".join(map(reason, sniffs))
        self.hint = gettext("The other files are being imported.") if others else ""


def reason(sniff: Sniff) -> str:
    """Return which file, and why; most reasons name the file themselves."""
    why = sniff.error.message if sniff.error else ""
    if sniff.rows:
        why = gettext("its rows are imported one file at a time: choose it alone.")
    return why if sniff.name in why else f"{sniff.name}: {why}"
