"""How a publish job ended, in words: for the window, the command line and the report."""

from __future__ import annotations

from courseporter.api.publishing import PublishResult
from courseporter.errors import gettext, ngettext


def headline(result: PublishResult, *, undo: bool) -> str:
    """How it went, in one sentence."""
    if result.plan and result.read_back is None:
        return gettext("This is what publishing will do:")
    back = result.read_back
    if undo and (back is None or back.equal):
        return gettext("Undone:")
    if undo:
        return str(
            ngettext(
                "Undone, but {count} thing differs on the site:",
                "Undone, but {count} things differ on the site:",
                len(back.differences) if back else 0,
            )
        )
    if back is None or back.equal:
        count = back.compared if back else 0
        return str(
            ngettext(
                "Published {key}: {count} part read back the same.",
                "Published {key}: all {count} parts read back the same.",
                count,
                key=result.course_key,
            )
        )
    return str(
        ngettext(
            "Published {key}, but {count} thing differs on the site.",
            "Published {key}, but {count} things differ on the site.",
            len(back.differences),
            key=result.course_key,
        )
    )


def details_of(result: PublishResult, limit: int | None = None) -> tuple[str, ...]:
    """The plan, or what differs and what is worth knowing.  `limit`: differences to list."""
    if result.read_back is None:
        return result.plan
    lines = [
        gettext("{where}: {what}", where=one.where, what=one.what)
        for one in result.read_back.differences[:limit]
    ]
    further = len(result.read_back.differences) - len(lines)
    if further:
        lines.append(gettext("and {count} more", count=further))
    lines += result.plan  # what undo did, and what it couldn't
    lines += [gettext("Undo can't restore {what}.", what=what) for what in result.unkept[:3]]
    if result.enrolled is not None:
        counts = result.enrolled.counts
        listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        lines.append(gettext("Learners: {counts}", counts=listed or "0"))
    return tuple(lines)
