"""From neutral references to the platform's addresses: pure functions of path and key."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import unquote

from courseporter.formats.html.tags import Tag, start_tags
from courseporter.formats.html.tags import unquote as unquote_value
from courseporter.formats.names import static_name, url_name
from courseporter.formats.olx.attributes import plain_html
from courseporter.model import ASSET_SCHEME

_SCHEME = "courseporter-"
# A reference is in a quoted attribute, in `url(…)`, or behind a comma or blank of a `srcset`.
# The literal stands first, because a search for it is fast.
_REFERENCE = re.compile(
    r"courseporter-(?<=[\"'(,\s=]courseporter-)(asset|lesson):([^\"'()<>\s,?#]*)"
)
_SET = re.compile(r"(srcset\s*=\s*)(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_STATIC = re.compile(r"(?<=[\"'])/(?=static/)")
_CODE = re.compile("script|json|module|importmap|babel|jsx", re.IGNORECASE)  # types of scripts
_BARE_URL = re.compile(r"url\(\s*(courseporter-asset:[^\"'()\s]*)\s*\)", re.IGNORECASE)


CourseRun = tuple[str, str, str]  # org, number, run


class Links:
    """How a written package refers to its assets and lessons.

    `language` is the course's; `run` is the course run that will hold the package: with it, video
    files use Open edX's own player, without it an HTML player that works in any run.  `archives`
    are the paths of ZIP files that pages refer to, `tracks` those of captions that browsers show.
    """

    def __init__(self, language: str | None = None, run: CourseRun | None = None) -> None:
        self.language = language
        self.run = run
        self.archives: set[str] = set()
        self.tracks: set[str] = set()

    def static(self, path: str) -> str:
        """The address of an asset: `/static/NAME`."""
        if path.endswith((".zip", ".ZIP")):
            self.archives.add(path)
        return "/static/" + static_name(path)

    def player_source(self, path: str) -> str:
        """The address of an asset in the settings of Open edX's player: the platform rewrites
        `/static/…` in pages, but not there.
        """
        name = static_name(path)
        if self.run is None:
            return "/static/" + name
        return f"/asset-v1:{'+'.join(self.run)}+type@asset+block@{name}"

    def track(self, path: str) -> str:
        """The address of captions as WebVTT, the only format that browsers show."""
        self.tracks.add(path)
        return "/static/" + track_name(path)

    def lesson(self, key: str) -> str:
        """The address of another place of the course: `/jump_to_id/URL_NAME`."""
        return "/jump_to_id/" + url_name(key)

    def rewrite(self, html: str) -> str:
        """The HTML with every neutral reference replaced; the same object when there is none.

        What the author wrote as an address below `/static/` names no file of the package; it is
        spelled so that the platform leaves it alone.  Comes last: a parser would undo that.
        """
        if "/static/" in html:
            html = _spelled_otherwise(html)
        if _SCHEME not in html:
            return html
        if ASSET_SCHEME in html:
            if "srcset" in html:
                html = _SET.sub(_first_picture, html)
            if "url(" in html:
                html = _BARE_URL.sub(r"url('\1')", html)
        return _REFERENCE.sub(self._address, html)

    def _address(self, match: re.Match[str]) -> str:
        target = unquote(match[2])
        if not target:
            return "#"
        return self.static(target) if match[1] == "asset" else self.lesson(target)


def track_name(path: str) -> str:
    """The static name of the WebVTT made from the captions at `path`."""
    return static_name(f"{path}.track.vtt")


def _first_picture(found: re.Match[str]) -> str:
    """The platform resolves /static/ only right behind a quote: keep the first picture, without its
    width.
    """
    quote, value = ('"', found[2]) if found[2] is not None else ("'", found[3])
    pictures = value.split()
    if ASSET_SCHEME not in value or not pictures:
        return found[0]
    return f"{found[1]}{quote}{pictures[0].rstrip(',')}{quote}"


def _spelled_otherwise(html: str) -> str:
    """The HTML without `/static/` behind a quote, which the platform would replace.

    It means the same to a browser: a slash may be escaped in strings of scripts and style sheets.
    A script of another type holds a template of HTML.
    """
    parts: list[str] = []
    position = 0
    for tag in start_tags(html):
        if tag.name in ("script", "style"):
            end = tag.raw_end()
            parts += (
                _STATIC.sub("&#47;", html[position : tag.end]),
                _STATIC.sub("&#47;" if _is_template(tag) else r"\\/", html[tag.end : end]),
            )
            position = end
    return "".join((*parts, _STATIC.sub("&#47;", html[position:])))


def _is_template(tag: Tag) -> bool:
    values = (value for name, value, *_ in tag.attributes() if name == "type" and value)
    kind = unquote_value(next(values, '""'))[1].strip()
    return tag.name == "script" and bool(kind) and not _CODE.search(kind)


def anchor(address: str, text: str, *, new_window: bool = True) -> str:
    """A link as HTML; address and text are plain."""
    window = ' target="_blank" rel="noopener"' if new_window else ""
    return f'<a href="{escape(address)}"{window}>{plain_html(text, quote=False)}</a>'
