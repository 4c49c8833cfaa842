"""Several files that cannot be imported, told in one notice instead of a storm."""

from __future__ import annotations

from collections.abc import Sequence

from courseporter.api.values import Sniff
from courseporter.gui import words


class Refused(Exception):  # noqa: N818 - a summary for the notice, nobody catches it
    """Several files could not be imported: one summary instead of a storm."""

    def __init__(self, sniffs: Sequence[Sniff], *, others: bool = True) -> None:
        super().__init__(f"{words.count(len(sniffs), 'file')} cannot be imported.")
        self.where = "\n".join(map(reason, sniffs))
        self.hint = "The other files are on their way." if others else ""


def reason(sniff: Sniff) -> str:
    """Which file, and why; most reasons name it themselves."""
    why = sniff.error.message if sniff.error else ""
    return why if sniff.name in why else f"{sniff.name}: {why}"
