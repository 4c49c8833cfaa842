"""What commands need from the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from courseporter.api.values import Sniff
from courseporter.gui.notice import Offer


class Frame(Protocol):
    """What commands need from the window."""

    def widget(self) -> QWidget:
        """Return the parent of dialogs."""
        ...

    def go(self, page: str) -> None:
        """Bring a page to the front."""
        ...

    def go_back(self) -> None:
        """Return to the page before."""
        ...

    def show_draft(self, draft_id: str) -> None:
        """Show a course."""
        ...

    def show_reading(self, path: Path) -> None:
        """Show that a file is being read, before it is known what it is."""
        ...

    def show_source(self, sniff: Sniff, job_id: str | None) -> None:
        """Show a file."""
        ...

    def show_rows(self, path: Path) -> None:
        """Show a table whose rows are sent one by one."""
        ...

    def offer(self, message: str, hint: str, *offers: Offer, error: bool = False) -> None:
        """Show a message with buttons."""
        ...

    def toast(
        self,
        text: str,
        undo: Callable[[], None] | None = None,
        *,
        label: str = "Undo",
    ) -> None:
        """Show what has just happened."""
        ...

    def withdraw(self) -> None:
        """Stop offering to undo: it has been undone by other means."""
        ...

    def notice(self, error: BaseException) -> None:
        """Show an error."""
        ...

    def open_palette(self) -> None:
        """Open the command palette."""
        ...

    def focus_search(self) -> None:
        """Go to the search field."""
        ...

    def close_window(self) -> None:
        """Quit."""
        ...
