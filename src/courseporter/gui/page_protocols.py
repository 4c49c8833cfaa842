"""What a page of the window may offer besides being a widget."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget


@runtime_checkable
class Searchable(Protocol):
    """A page with a list that the search field of the window filters."""

    def search(self, text: str) -> None:
        """Show what matches."""
        ...


@runtime_checkable
class Focusable(Protocol):
    """A page that says where the keyboard starts.

    This is no focus proxy: the Tab key would jump to it, past everything above it on the page.
    """

    def first(self) -> QWidget:
        """Return the widget that gets the focus when the page comes to the front."""
        ...


@runtime_checkable
class Opened(Protocol):
    """A page that reads again when it comes to the front."""

    def opened(self) -> None:
        """Read again: the page has come to the front."""
        ...


@runtime_checkable
class Steppable(Protocol):
    """A page with steps of its own."""

    def go_back(self) -> bool:
        """Go to the step before; return whether there was one."""
        ...
