"""How the review divides its width."""

from __future__ import annotations

from typing import Final

ITEM_AT_LEAST: Final = 310  # pixels of the center


def divide(width: int) -> list[int]:
    """Return the widths of tree, item and problems; a small window shows the item first."""
    room = max(0, width - ITEM_AT_LEAST)
    tree = max(min(270, room // 2), min(400, width * 30 // 100))
    side = max(min(240, room // 2), min(360, width * 26 // 100))
    tree, side = min(tree, room // 2), min(side, room // 2)
    return [tree, width - tree - side, side]
