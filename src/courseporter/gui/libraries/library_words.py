"""What classes, actions and policies are called in the window."""

from __future__ import annotations

from typing import Final, NamedTuple

from courseporter.api.libraries import LibraryItem
from courseporter.errors import Message, Phrase, _, gettext, ngettext
from courseporter.gui.tokens import Role
from courseporter.gui.words import number


class Badge(NamedTuple):
    """A state as icon, color and word: never color alone."""

    icon: str
    role: Role
    word: Message


CLASSES: Final[dict[str, Badge]] = {
    "new": Badge("plus", "success", _("New")),
    "same": Badge("check", "muted", _("Identical")),
    "update": Badge("retry", "link", _("Changed in the course")),
    "edited_there": Badge("warning", "warning", _("Changed in the library")),
    "draft_there": Badge("warning", "warning", _("Draft in the library")),
    "foreign": Badge("warning", "warning", _("Another item")),
    "deleted_there": Badge("trash", "warning", _("Deleted in the library")),
    "unsupported": Badge("close", "muted", _("Not supported")),
    "gone_here": Badge("info", "muted", _("Not in the course")),
    "failed": Badge("error", "error", _("Failed")),
}
DECISIONS: Final = ("edited_there", "draft_there", "foreign", "deleted_there")
PLANNED: Final[dict[str, Message]] = {
    "create": _("Will be created"),
    "replace": _("Will be replaced"),
    "draft": _("Will become a draft"),
    "restore": _("Will be restored"),
    "restore_draft": _("Will be restored as a draft"),
    "remove": _("Will be removed"),
}
DONE: Final[dict[str, Message]] = {
    "create": _("Created"),
    "replace": _("Replaced"),
    "draft": _("Added as a draft"),
    "restore": _("Restored"),
    "restore_draft": _("Restored as a draft"),
    "remove": _("Removed"),
}
POLICIES: Final[tuple[tuple[str, Message], ...]] = (
    ("skip", _("Keep them")),
    ("overwrite", _("Replace them")),
    ("new_version", _("Add a draft")),
    ("keep_both", _("Keep both")),
)
ROW_POLICIES: Final[tuple[tuple[str, Message], ...]] = (
    ("", _("Same as for all items")),
    ("skip", _("Keep the library's version")),
    ("overwrite", _("Replace it")),
    ("new_version", _("Add a draft")),
    ("keep_both", _("Keep both")),
)
LEVELS: Final[tuple[tuple[str, Message], ...]] = (
    ("section", _("Sections")),
    ("subsection", _("Lessons")),
    ("unit", _("Units")),
    ("component", _("Single blocks")),
)
STATES: Final[dict[str, Badge]] = {
    "staged": Badge("waiting", "muted", _("Waiting")),
    "running": Badge("running", "link", _("Running")),
    "imported": Badge("done", "success", _("Done")),
    "partial": Badge("warning", "warning", _("Partly done")),
    "failed": Badge("error", "error", _("Failed")),
    "canceled": Badge("stopped", "muted", _("Stopped")),
    "undone": Badge("undo", "muted", _("Undone")),
}


def needs_decision(item: LibraryItem) -> bool:
    """Whether somebody should look at the item before it is imported."""
    return item.entity_class in DECISIONS


def happens(item: LibraryItem) -> str:
    """What is or was done with an item."""
    words: Phrase
    if item.outcome == "held":
        words = _("Needs your decision")
    elif item.outcome == "failed":
        words = _("Failed")
    elif item.outcome == "planned":
        words = PLANNED.get(item.action, "")
    elif item.outcome == "done":
        words = DONE.get(item.action, "")
    elif item.entity_class == "unsupported":
        words = _("Won't be imported")
    elif item.entity_class == "same":
        words = _("Nothing to do")
    else:
        words = _("No change")
    return str(words)


def counts_line(counts: dict[str, int], held: int) -> str:
    """`9 new · 3 changed in the course · 1 needs your decision`."""
    parts = [
        f"{number(count)} {str(CLASSES[name].word).lower()}"
        for name, count in counts.items()
        if count
    ]
    if held:
        parts.append(
            str(ngettext("{count} needs your decision", "{count} need your decision", held))
        )
    return " · ".join(parts) or gettext("Nothing to import.")
