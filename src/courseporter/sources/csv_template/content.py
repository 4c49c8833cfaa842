"""Texts of lessons: HTML or Markdown, references to files and lessons."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple
from urllib.parse import quote, unquote

from courseporter.errors import Message, Phrase, Problem, _
from courseporter.formats.formulas import convert_html_formulas
from courseporter.formats.html import BLOCKS, INLINE, escape_text, rewrite_references
from courseporter.formats.markdown import render_markdown
from courseporter.model import ASSET_SCHEME, LESSON_SCHEME
from courseporter.sources.csv_template.files import Files, asset_reference
from courseporter.sources.csv_template.report import listed

MAX_MARKDOWN = 1_000_000  # characters; the parser needs some hundred bytes for each
_ANY_TAG = "|".join(sorted((*INLINE, *BLOCKS), key=len, reverse=True))
_BLOCK_TAG = "|".join(sorted(BLOCKS, key=len, reverse=True))
_STARTS = re.compile(rf"\s*(?:<!--|<!doctype|<\?xml|</?(?:{_ANY_TAG})(?=[\s/>]))", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{_BLOCK_TAG})(?=[\s/>])[^<]*>", re.IGNORECASE)
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|(`+)[^`].*?\2", re.MULTILINE | re.DOTALL)
# What only Markdown means by it: headings, rows of tables, lists, fences, bold words, links.
_MARKDOWN = re.compile(
    r"^(?:#{1,6} |\|.*\|[ \t]*$|[-*+] |`{3}|~{3})|(?<!\w)\*\*\S|\]\(", re.MULTILINE
)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
LESSON_LINK = "lesson:"
SHOWN = 3  # names that a message lists


class Prepared(NamedTuple):
    """A text ready for the draft, and what couldn't be imported: reasons for the ledger."""

    html: str
    losses: tuple[Message, ...] = ()


def is_html(text: str) -> bool:
    """HTML begins with a tag, or has block tags outside of code and nothing of Markdown.

    Everything else is Markdown, which may hold blocks of HTML.
    """
    if "<" not in text:
        return False
    if _STARTS.match(text):
        return True
    prose = _CODE.sub("", text) if "`" in text or "~~~" in text else text
    return bool(_BLOCK.search(prose)) and not _MARKDOWN.search(text)


class Contents:
    """Turns cells into HTML of the draft; collects links to lessons that don't exist."""

    def __init__(self, files: Files, lessons: Container[str]) -> None:
        self._files = files
        self._lessons = lessons
        # lesson link → where it is first found: for people, in the draft
        self._broken: dict[str, tuple[Phrase, str]] = {}
        self._key = ""
        self._where: Phrase = ""
        self._losses: dict[Message, None] = {}

    def prepare(self, text: str, key: str, where: Phrase) -> Prepared:
        """The cell as HTML with neutral references.  `key`: node key, `where`: place for people."""
        text = text.replace("\r\n", "\n") if "\r" in text else text
        marked_up = is_html(text)
        if not marked_up and len(text) > MAX_MARKDOWN:
            loss = _("a text of over a million characters is shown as plain text, not as Markdown")
            return Prepared(f"<p>{escape_text(text)}</p>", (loss,))
        html = convert_html_formulas(text) if marked_up else render_markdown(text)
        for scheme in (ASSET_SCHEME, LESSON_SCHEME):  # only we may speak of the draft's parts
            html = html.replace(scheme, scheme.replace(":", "&#58;"))
        if "<" not in html:
            return Prepared(html)
        self._key, self._where, self._losses = key, where, {}
        return Prepared(rewrite_references(html, self._resolve), tuple(self._losses))

    def problems(self) -> list[Problem]:
        """One problem for all broken links between lessons.

        Scripts and unsafe addresses are found by the target's check, which can fix them.
        """
        if not self._broken:
            return []
        where, key = next(iter(self._broken.values()))
        names = listed(list(self._broken), SHOWN)
        return [
            Problem(
                code="lesson_link_broken",
                severity="warning",
                message=_("Links to lessons that aren't imported: {names}.", names=names),
                where=where,
                hint=_("Fix the external_id after “lesson:”, or add the lesson."),
                count=len(self._broken),
                key=key,
            )
        ]

    def _resolve(self, reference: str) -> str | None:
        name = reference.strip()
        if not name or name[0] in "#?" or name.startswith("//"):
            return None
        if _SCHEME.match(name):
            return self._resolve_scheme(name)
        path = self._files.use(name, self._where, self._key)
        if path is None:
            self._losses[_("the file “{name}” is missing", name=name)] = None
            return None
        return asset_reference(path) + ("" if "#" in path else _place_on_page(name))

    def _resolve_scheme(self, name: str) -> str | None:
        if name.lower().startswith(LESSON_LINK):
            return self._resolve_lesson(name[len(LESSON_LINK) :])
        return None

    def _resolve_lesson(self, name: str) -> str | None:
        for key in (name, unquote(name), unquote(name).strip()):
            if key in self._lessons:
                return LESSON_SCHEME + quote(f"lesson:{key}", safe="")
        if (key := unquote(name.partition("#")[0]).strip()) in self._lessons:
            return LESSON_SCHEME + quote(f"lesson:{key}", safe="") + _place_on_page(name)
        self._broken.setdefault(f"lesson:{name}", (self._where, self._key))
        self._losses[_("the link to lesson “{name}” is broken", name=name)] = None
        return None


def _place_on_page(name: str) -> str:
    """The end of an address that leads to a place inside a page or file: `#page=2`."""
    _page, mark, place = name.partition("#")
    return mark + quote(unquote(place), safe="/=,;:!-_.~") if place else ""
