"""Blocks that OLX knows only as HTML pages; a class on the outermost element says what each is.

cp-video, cp-audio, cp-resource, cp-link, cp-scorm, cp-foreign; anything else is a text
(docs/reference/olx-blocks.md).
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from courseporter.formats.entities import unescape
from courseporter.formats.html import fix_html
from courseporter.formats.olx.attributes import clean_title, plain_html
from courseporter.formats.olx.links import Links, anchor
from courseporter.formats.scorm_player import plays
from courseporter.formats.scorm_player.bundled import sentences
from courseporter.formats.scorm_player.names import page_name, player_id
from courseporter.model import ASSET_SCHEME, Audio, Foreign, Link, Package, Resource

PAGE_TYPES = {
    "cp-text": "text",
    "cp-video": "video",
    "cp-audio": "audio",
    "cp-resource": "resource",
    "cp-link": "link",
    "cp-scorm": "package",
    "cp-foreign": "foreign",
}

_OUTERMOST = re.compile(
    r"\s*(?:<!--[\s\S]*?-->\s*)*<[a-zA-Z][^\s>/]*(?:\s[^>]*?)?\sclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)')",
)
_SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
LAUNCH = "data-launch"
_LAUNCH = re.compile(rb'^\s*<div class="cp-scorm" data-launch="([^"]*)"')
_LOWEST, _USUAL, _HIGHEST = 480, 720, 900  # pixels of a lesson's frame
_FRAME = "width:100%;height:600px;border:0"


def page_class(html: str) -> str | None:
    """Our class on the outermost element, if there is one."""
    if "cp-" not in html:
        return None
    found = _OUTERMOST.match(html)
    if not found:
        return None
    words = (found[1] or found[2] or "").split()
    return next((word for word in words if word in PAGE_TYPES), None)


def text_page(html: str, links: Links) -> str:
    """A page of HTML, faithful; wrapped only when it could be taken for one of the other blocks."""
    if html[:1] == "\ufeff":
        html = html[1:]
    if "\x00" in html:
        html = html.replace("\x00", "")
    body = links.rewrite(fix_html(html))
    return f'<div class="cp-text">{body}</div>' if page_class(body) else body


def audio_page(block: Audio, links: Links) -> str:
    """A player and, for what cannot play, a link."""
    address = links.static(block.file) if block.file else block.url or ""
    if not block.file and not is_safe(address):
        return f'<div class="cp-audio"><p>{escape(address)}</p></div>'
    name = _file_name(block.file) if block.file else address
    player = f'<audio controls preload="none" src="{escape(address)}" style="width:100%"></audio>'
    return f'<div class="cp-audio">{player}<p>{anchor(address, name)}</p></div>'


def resource_page(block: Resource, links: Links) -> str:
    """A link to the file; a PDF is shown as well."""
    address = ASSET_SCHEME + quote(block.file)
    name = _file_name(block.file)
    frame = ""
    if name.lower().endswith(".pdf"):
        frame = f'<iframe src="{address}" title="{plain_html(name)}" style="{_FRAME}"></iframe>'
    link = anchor(address, name)
    page = f'<div class="cp-resource">{block.html}<p>{link}</p>{frame}</div>'
    return links.rewrite(fix_html(page))


def link_page(block: Link, title: str, links: Links) -> str:
    """A link to the address; one that is neither http, https nor mailto is shown as text."""
    link = escape(block.url)
    if is_safe(block.url):
        link = anchor(block.url.strip(), title or block.url)
    return links.rewrite(fix_html(f'<div class="cp-link">{block.html}<p>{link}</p></div>'))


def package_page(block: Package, title: str, links: Links) -> str:
    """The lesson in a frame; or, when it is not to play, its name and the package to download.

    The launch address is in an attribute, so that it can be read back.
    """
    head = f'<div class="cp-scorm" {LAUNCH}="{plain_html(clean_title(block.href))}">'
    if plays(block):
        return head + _played(block, title, links) + "</div>"
    kind = f"SCORM {block.version}" if block.version else "SCORM"
    return (
        f"{head}<h3>{plain_html(title, quote=False)}</h3>"
        f"<p>This lesson is part of a {escape(kind)} package. It cannot be played here; "
        "download the package to open it elsewhere.</p>"
        f"<p>{anchor(links.static(block.file), _file_name(block.file))}</p>"
        f"<p>Start page: <code>{plain_html(block.href, quote=False)}</code></p></div>"
    )


def _played(block: Package, title: str, links: Links) -> str:
    """Height in pixels: a unit grows with its content, so a share of the window would feed back."""
    address = f"/static/{page_name(player_id(block.identity), block.number)}"
    say = sentences(links.language)
    height = min(max(block.height or _USUAL, _LOWEST), _HIGHEST)
    return (
        f'<iframe src="{address}" title="{plain_html(title)}" style="width:100%;height:{height}px;'
        f'border:0" allow="autoplay; fullscreen"></iframe>'
        f"<p>{anchor(address, say['open_window'])}<br>"
        f"<small>{escape(say['no_tracking'], quote=False)}</small></p>"
    )


def launch_address(page: bytes) -> str | None:
    """The launch address that a page of a SCORM lesson keeps."""
    found = _LAUNCH.search(page)
    return None if found is None else unescape(found[1].decode("utf-8", "replace"))


def foreign_page(block: Foreign) -> str:
    """What the source said, verbatim, with the note above it."""
    note = f"<p>{plain_html(block.note, quote=False)}</p>" if block.note else ""
    # A browser drops the first newline of `pre`; this one is for it.
    return f'<div class="cp-foreign">{note}<pre>\n{plain_html(block.data, quote=False)}</pre></div>'


def note_page(*paragraphs: str) -> str:
    """A page of plain paragraphs; each is HTML already."""
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)


def is_safe(address: str) -> bool:
    """Whether a learner's browser may be sent there: http, https, mailto."""
    return bool(_SAFE.match(address.strip()))


def _file_name(path: str) -> str:
    return path.rpartition("/")[2] or path
