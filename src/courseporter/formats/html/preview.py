"""HTML for our own window: nothing runs, nothing is fetched."""

from __future__ import annotations

import nh3

_TAGS = set(nh3.ALLOWED_TAGS) | {
    "figure", "figcaption", "section", "article", "audio", "video", "source", "u", "s",
}  # fmt: skip
_LOCAL = "courseporter-asset:"
_SCHEMES = {"http", "https", "mailto", "courseporter-asset", "courseporter-lesson"}
_FETCHED = frozenset({"src", "poster", "background"})
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "img": {"src", "alt", "title", "width", "height"},
    "source": {"src", "type"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster"},
}


def clean_for_preview(html: str) -> str:
    """The HTML as the preview may show it: no script, no style, no form, nothing loaded from
    elsewhere.

    Links keep their address (the preview opens them in the browser); pictures and media of other
    hosts lose theirs.
    """
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_local_only,
        url_schemes=_SCHEMES,
        link_rel="noopener",
    )


def _local_only(_tag: str, attribute: str, value: str) -> str | None:
    return None if attribute in _FETCHED and not value.startswith(_LOCAL) else value
