"""What a source says of itself; the window, the commands and the docs are made from it."""

from __future__ import annotations

import msgspec

from courseporter.errors import Phrase


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose before an import; the draft may offer it again.

    `values`: value and words, the default one first.  `option`: the command's, None for none.
    """

    name: str
    label: Phrase
    values: tuple[tuple[str, Phrase], ...]
    help: Phrase = ""
    option: str | None = None

    @property
    def default(self) -> str:
        """The value that holds when nothing was chosen."""
        return self.values[0][0]


class Sample(msgspec.Struct, frozen=True):
    """A bundled sample course: its folder in the installation and the name of its ZIP file."""

    folder: str
    file: str
