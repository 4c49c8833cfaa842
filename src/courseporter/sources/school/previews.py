"""Lessons that anybody may see at a school: Open edX has no such setting for a single lesson."""

from __future__ import annotations

from collections.abc import Sequence

from courseporter.errors import Problem, _, ngettext

SHOWN = 5


def free_previews(titles: Sequence[str]) -> tuple[Problem, ...]:
    """One problem that names them; nothing when there is none."""
    if not titles:
        return ()
    named = ", ".join(f"“{one}”" for one in titles[:SHOWN])
    return (
        Problem(
            code="school_free_preview",
            severity="info",
            message=ngettext(
                "{count} lesson was a free preview: {names}.",
                "{count} lessons were free previews, such as {names}.",
                len(titles),
                names=named,
            ),
            hint=_(
                "In Open edX, make the course public in Studio, or copy them to its About page."
            ),
            count=len(titles),
        ),
    )
