"""A second import in words: what happened to each item, and what differs, side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape, unescape
from typing import Final, cast

from courseporter.api.values import UpdateDiff, UpdateItem, UpdateView
from courseporter.errors import Message, _, gettext, ngettext
from courseporter.gui import theme
from courseporter.gui.words import number

CLASSES: Final[dict[str, Message]] = {
    "new": _("New"),
    "changed": _("Changed"),
    "gone": _("Removed from the source"),
    "edited": _("Edited here"),
}
FIELDS: Final[dict[str, Message]] = {
    "title": _("Title"),
    "parent": _("Place in the course"),
    "hidden": _("Hidden from learners"),
    "description": _("Description"),
    "html": _("Text"),
    "block": _("Content"),
    "settings": _("Settings"),
}
MOST_WORDS: Final = 2_000  # that are compared with each other
_WORD: Final = re.compile(r"\n|[^\S\n]*\S+[^\S\n]*")
_TAG: Final = re.compile(r"<(?:br|/p|/h[1-6]|/li|/tr|/div)[^>]*>", re.IGNORECASE)
_ANY_TAG: Final = re.compile(r"<[^>]*>")


def class_of(item: UpdateItem) -> str:
    """Return what happened to an item."""
    if item.class_ == "edited" and item.differs:
        return gettext("Edited here, changed in the source")
    return str(CLASSES[item.class_])


def default(item: UpdateItem) -> bool:
    """Return whether an item is updated unless told otherwise: what was edited here stays."""
    return item.class_ in ("new", "changed", "gone")


def what_happens(item: UpdateItem, *, chosen: bool) -> str:
    """Return what an update does to an item, in a sentence."""
    match item.class_:
        case "new":
            done = gettext("It's added to the course.")
            left = gettext("It's not added.")
        case "gone":
            done = gettext("It's removed from the course.")
            left = gettext("It stays in the course.")
        case "edited":
            done = gettext("Your edits are replaced by the source.")
            left = gettext("Your edits stay.")
        case _:
            done = gettext("It becomes like the source.")
            left = gettext("It stays as it is.")
    return done if chosen else left


def summary(view: UpdateView) -> str:
    """Return such as “2 new · 1 changed · 240 the same”."""
    parts = (
        (view.new, gettext("{number} new", number=number(view.new))),
        (view.changed, gettext("{number} changed", number=number(view.changed))),
        (view.gone, gettext("{number} removed", number=number(view.gone))),
        (view.edited, gettext("{number} edited here", number=number(view.edited))),
        (view.same, gettext("{number} the same", number=number(view.same))),
    )
    return " · ".join(said for amount, said in parts if amount)


def update_words(amount: int) -> str:
    """Return the words of the button."""
    if not amount:
        return gettext("Update")
    return str(ngettext("Update {n} item", "Update {n} items", amount, n=number(amount)))


def difference_html(diffs: Sequence[UpdateDiff], sentence: str) -> str:
    """Return a page that shows what differs, with what is added and removed."""
    parts = [f"<p>{escape(sentence)}</p>"]
    if any(one.here and one.source and one.field != "parent" for one in diffs):
        here, source = gettext("in this course"), gettext("in the source")
        shown = f"<s>{escape(here)}</s> &nbsp; <u>{escape(source)}</u>"
        parts.append(f'<p style="color: {theme.tokens().muted}">{shown}</p>')
    for one in diffs:
        name = FIELDS.get(one.field)
        parts.append(f"<p><b>{escape(str(name) if name else one.field)}</b></p>")
        parts.append(f"<p>{_values(one)}</p>")
    if not diffs:
        parts.append(f"<p>{escape(gettext('Only its place among other items differs.'))}</p>")
    return "".join(parts)


def _values(one: UpdateDiff) -> str:
    if one.field == "parent" and one.here and one.source:
        return escape(gettext("It's in another place of the course."))
    return marked(readable(one.here), readable(one.source))


def readable(value: str | None) -> str:
    """Return a value without its tags."""
    if not value:
        return ""
    if value in ("true", "false"):
        return gettext("yes") if value == "true" else gettext("no")
    if value.startswith("{"):
        try:
            return "\n".join(_texts(json.loads(value)))
        except ValueError:  # it was cut
            return value
    lines = _ANY_TAG.sub("", _TAG.sub("\n", value)) if "<" in value else value
    return unescape(lines).strip()


def _texts(value: object, name: str = "") -> Iterator[str]:
    """The texts and numbers of content, a line each; keys and types say nothing to people."""
    if isinstance(value, dict):
        for key, one in cast("dict[str, object]", value).items():
            yield from _texts(one, key)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _texts(one, name)
    elif value is True:
        yield name
    elif name not in ("key", "type", "markup") and value not in ("", None, False):
        yield readable(str(value))


def marked(here: str, source: str) -> str:
    """Return both texts as one, as HTML: what only this course has is struck through, what only
    the source has is underlined.
    """
    use = theme.tokens()
    old, new = _WORD.findall(here)[:MOST_WORDS], _WORD.findall(source)[:MOST_WORDS]
    parts: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        before, after = (escape("".join(some)) for some in (old[a:b], new[c:d]))
        if kind == "equal":
            parts.append(before)
            continue
        if before.strip():
            parts.append(f'<s style="color: {use.error}">{before}</s>')
        if before.strip() and after.strip() and not before[-1:].isspace():
            parts.append(" ")
        if after.strip():
            parts.append(f'<u style="color: {use.success}">{after}</u>')
    return "".join(parts).replace("\n", "<br>")
