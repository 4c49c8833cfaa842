"""References that lead back to where they came from, found without recursion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def reaching_circles(below: Mapping[str, Sequence[str]]) -> set[str]:
    """The names from which a circle can be reached, those on it included."""
    above = reversed_references(below)
    open_ends = {name: len(following) for name, following in below.items()}
    todo = [name for name in above if not open_ends.get(name)]
    while todo:
        for name in above.get(todo.pop(), ()):
            open_ends[name] -= 1
            if not open_ends[name]:
                todo.append(name)
    return {name for name, count in open_ends.items() if count}


def circling(below: Mapping[str, Sequence[str]]) -> set[str]:
    """The names on a circle, or on a way from one circle to another."""
    return reaching_circles(below) & reaching_circles(reversed_references(below))


def reversed_references(below: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Who refers to each name."""
    above: dict[str, list[str]] = {}
    for name, following in below.items():
        for other in following:
            above.setdefault(other, []).append(name)
    return above
