"""Progress within a step that counts in several units."""

from __future__ import annotations

from collections.abc import Mapping


def part_of(parts: Mapping[str, float], unit: str, part: float) -> float:
    """Return how much of a step is done (0 to 1) when `part` of what it counts in `unit` is.

    `parts`: the units that the step counts in, in their order, with their shares of its work.
    A unit that is not among them counts as 0; without any, the result is `part`.
    """
    whole = sum(parts.values())
    if not whole:
        return part
    if unit not in parts:
        return 0.0
    names = list(parts)
    before = sum(parts[name] for name in names[: names.index(unit)])
    return (before + parts[unit] * part) / whole
