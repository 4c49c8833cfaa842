"""What the review says after an edit."""

from __future__ import annotations

from courseporter.errors import ngettext
from courseporter.gui.words import number


def hidden_message(amount: int, *, hidden: bool) -> str:
    """Return what to say after items were hidden or shown."""
    if hidden:
        text = ngettext(
            "Learners won’t see this item.",
            "Learners won’t see these {number} items.",
            amount,
            number=number(amount),
        )
    else:
        text = ngettext(
            "Learners will see this item.",
            "Learners will see these {number} items.",
            amount,
            number=number(amount),
        )
    return str(text)
