"""What is in a course for content that a school doesn't give, until its creator fills it in."""

from __future__ import annotations

from html import escape

from courseporter.model import Text

PLACEHOLDER = "cp-placeholder"  # the class of its outermost element


def placeholder(ref: str, about: str, link: str = "") -> Text:
    """A text that names what is missing; `about` is HTML, `ref` the school's own id of it."""
    leads = ""
    if link:
        leads = f'<p><a href="{escape(link, quote=True)}">{escape(link)}</a></p>'
    mark = f'class="{PLACEHOLDER}" data-source-id="{escape(ref, quote=True)}"'
    words = "This content is still in the old school."
    return Text(html=f"<div {mark}><p>{about}</p><p>{words}</p>{leads}</div>")
