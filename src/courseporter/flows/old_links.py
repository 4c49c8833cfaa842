"""Links in pages to lessons in the old school, which are in the course now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from courseporter.errors import LISTED, Capped, Problem, _
from courseporter.formats.html import rewrite_references
from courseporter.formats.node_html import each_html, html_of
from courseporter.model import LESSON_SCHEME, Node
from courseporter.store import Store
from courseporter.workspace import drafts, ledger
from courseporter.workspace.stored import StoredDraft

LONGEST: Final = 80  # characters of a title
# Teachable: /courses/12/lectures/34; Thinkific: /courses/take/clay/lessons/34-pinch-pot
_LESSON: Final = re.compile(r"/courses/(?:[^/]+/)*([a-z_-]+)/(\d+)(?:-[^/]*)?/?")


class OldAddresses:
    """Where lessons were in the old school, and the keys that they have here."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)

    @classmethod
    def of(cls, store: Store, draft: drafts.DraftRecord) -> OldAddresses:
        """Those of a course that came from a school; none for another."""
        found: dict[str, str] = {}
        if draft.connection_id is not None:
            for one in ledger.entries(store, draft.id):
                if one.kind in ("lesson", "content") and one.href and one.to:
                    found.setdefault(_mark(one.href), one.to[0])
        return cls(found)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._places)

    def here(self, address: str) -> str | None:
        """The reference to the lesson that an address of the old school leads to."""
        if "/" not in address or address.startswith(("courseporter-", "#")):
            return None
        try:
            key = self._places.get(_mark(address))
        except ValueError:  # such as http://[x
            return None
        return None if key is None else LESSON_SCHEME + quote(key, safe="")

    def first_in(self, node: Node) -> str | None:
        """The first link of an item that leads to such a lesson."""
        found: list[str] = []

        def look(address: str) -> None:
            if self.here(address) is not None:
                found.append(address)

        for html in html_of(node):
            rewrite_references(html, look)
        return found[0] if found else None

    def relink(self, node: Node) -> Node:
        """The item with these links leading to the lessons of the course."""
        return each_html(node, lambda html: rewrite_references(html, self.here))


def old_links(store: Store, draft: drafts.DraftRecord, limit: int = LISTED) -> tuple[Problem, ...]:
    """One problem for each item that links to a lesson in the old school."""
    addresses = OldAddresses.of(store, draft)
    if not addresses:
        return ()
    found = Capped(limit)
    found.add(_problems(store, draft, addresses))
    return tuple(found.problems())


def _problems(
    store: Store, draft: drafts.DraftRecord, addresses: OldAddresses
) -> Iterator[Problem]:
    for node in StoredDraft(store, draft.id).nodes():
        if (address := addresses.first_in(node)) is not None:
            yield Problem(
                code="old_school_link",
                severity="warning",
                message=_(
                    "“{what}” links to a lesson in the old school: {detail}",
                    what=node.title[:LONGEST],
                    detail=address[:120],
                ),
                hint=_("The lesson is in this course now."),
                key=node.key,
                fix="link_here",
            )


def _mark(address: str) -> str:
    """What addresses of the same lesson have in common: its id, else its path."""
    path = urlsplit(address.strip()).path
    found = _LESSON.fullmatch(path)
    return f"#{found[2]}" if found else path.rstrip("/")
