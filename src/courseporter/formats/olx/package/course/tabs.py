"""The list of tabs, and the pages that belong to them (xmodule/tabs.py, `validate_tabs`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.problems import problem

_SEVERAL = frozenset(
    ("static_tab", "external_link", "textbooks", "pdf_textbooks", "html_textbooks")
)
_NEEDED = {"static_tab": ("name", "url_slug"), "external_link": ("name", "link")}
Tab = dict[str, object]


def tab_problems(index: Index, value: object) -> Iterator[Problem]:
    """What makes the import fail, pages that no tab shows, and tabs without a page."""
    value = _decoded(value)
    listed = cast("list[object]", value) if isinstance(value, list) else []
    tabs = [cast("Tab", tab) for tab in listed if isinstance(tab, dict)]
    if value is not None and (not isinstance(value, list) or len(tabs) < len(listed)):
        yield problem("tabs_invalid", detail=repr(cast("object", value))[:60])
    shown = [tab for tab in tabs if tab.get("type") != "course_info"]
    if shown and shown[0].get("type") != "courseware":
        yield problem("tabs_first", detail=str(shown[0].get("type")))
    yield from _invalid(shown)
    yield from _pages(index, tabs)


def _decoded(value: object) -> object:
    """The attribute of course.xml is JSON in a text."""
    if not isinstance(value, str):
        return value
    try:
        return cast("object", json.loads(value))
    except (ValueError, RecursionError):
        return value


def _invalid(tabs: list[Tab]) -> Iterator[Problem]:
    counts = Counter(str(tab.get("type")) for tab in tabs)
    for kind, count in counts.items():
        if count > 1 and kind not in _SEVERAL:
            yield problem("tabs_invalid", detail=f"{count} × {kind}")
    for tab in tabs:
        kind = str(tab.get("type"))
        missing = [name for name in _NEEDED.get(kind, ()) if name not in tab]
        if missing:
            yield problem("tabs_invalid", detail=f"{kind}: {', '.join(missing)}")


def _pages(index: Index, tabs: list[Tab]) -> Iterator[Problem]:
    listed = {
        str(tab.get("url_slug")): str(tab.get("name"))
        for tab in tabs
        if tab.get("type") == "static_tab" and "url_slug" in tab
    }
    pages: set[str] = set()
    for path in index.pages:
        folder, _, name = path.removeprefix(index.root).rpartition("/")
        if folder == "tabs":
            slug = name.removesuffix(".html")
            pages.add(slug)
            if slug not in listed:
                yield problem("tab_unlisted", detail=path, where=path)
    for slug, name in listed.items():
        if slug not in pages:
            yield problem("tab_page_missing", name, f"tabs/{slug}.html")
