"""What the workbench says after a change."""

from __future__ import annotations

from courseporter.errors import gettext, ngettext
from courseporter.gui.words import items, number, quoted


def hidden_message(amount: int, *, hidden: bool) -> str:
    """Return what to say after items were hidden or shown."""
    if hidden:
        text = ngettext(
            "Learners won't see this item.",
            "Learners won't see these {number} items.",
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


def removed_message(title: str, amount: int) -> str:
    """Return what to say after items were removed."""
    if amount == 1:
        return gettext("Removed {title}.", title=quoted(title))
    return gettext("Removed {items}.", items=items(amount))
