"""Markdown to HTML: CommonMark with tables, formulas and links for bare addresses; HTML stays.

What looks like a tag but is no element of HTML (`List<String>`) is text.
Files may be named as they are: `![](My photo (1).png)` is a picture, though CommonMark (6.3) wants
`<My photo (1).png>`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

from courseporter.formats.html.elements import BLOCKS, INLINE, POINTERS
from courseporter.formats.markdown.addresses import link_addresses
from courseporter.formats.markdown.emphasis import emphasis
from courseporter.formats.markdown.formulas import block_formula, inline_formula
from courseporter.formats.markdown.tables import table

if TYPE_CHECKING:  # loaded with the first text that needs it
    from markdown_it import MarkdownIt
    from markdown_it.ruler import StateBase
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# Nothing in such a text means anything to Markdown or HTML; most notes in a spreadsheet are like
# that.
SIGNIFICANT = re.compile(
    r"[\\`*_\[\]|~]|&(?=[#a-zA-Z])|<(?=\S)"
    r"|\$(?=[^$]+\$)|^(?:[-+#=> \t]|\d{1,9}[.)])|[ \t]$",
    re.MULTILINE,
)
# A destination with blanks in it, up to its title or the end of the link, that names a file or has
# a scheme; all else in round brackets behind square ones is prose.
SPACED = re.compile(
    r"""((?:[^()<>"\n]|\([^()<>"\n]{0,200}\)){1,300}?)"""
    r"""(?=[ \t]{0,9}(?:[ \t](?:"[^"\n]{0,300}"|'[^'\n]{0,300}')[ \t]{0,9})?\))"""
)
NAMED = re.compile(r"[a-z][a-z0-9+.-]+:.*|.*\.[a-z][a-z0-9]{1,4}(?:[#?]\S*)?", re.IGNORECASE)
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
DRAWN = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)  # their elements have names of their own
PARAGRAPHS = re.compile(r"\n{2,}")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render_markdown(text: str) -> str:
    """The text as an HTML fragment.  A line break in the source is a line break on the page."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "://" in text or "www." in text or SIGNIFICANT.search(text):
        return parser().render(text, {"drawn": bool(DRAWN.search(text))})
    parts = PARAGRAPHS.split(text.strip("\n"))
    return "".join(f"<p>{_escaped(part.strip())}</p>\n" for part in parts if part)


def _escaped(text: str) -> str:
    return text.translate(ESCAPES).replace("\n", "<br />\n")


@cache
def parser() -> MarkdownIt:
    """The parser of texts that mean something to Markdown."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import html_block
    from markdown_it.rules_inline import html_inline

    def tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
        return not _is_word(state, state.pos) and html_inline(state, silent)

    def page(state: StateBlock, start: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - as above
        begin = state.bMarks[start] + state.tShift[start]
        return not _is_word(state, begin) and html_block(state, start, last, silent)

    made = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
    made.inline.ruler.at("html_inline", tag)
    made.block.ruler.at("html_block", page, {"alt": ["paragraph", "reference", "blockquote"]})
    made.helpers = _link_helpers()  # type: ignore[assignment]  # they are a module there
    made.inline.ruler.at("emphasis", emphasis)
    made.inline.ruler.before("escape", "formula", inline_formula)
    made.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.before(
        "code", "formula", block_formula, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    made.core.ruler.push("addresses", link_addresses)
    made.add_render_rule("formula", _formula)
    return made


def _formula(_renderer: object, tokens: Sequence[Token], place: int, *_options: object) -> str:
    return tokens[place].content.translate(ESCAPES)


def _is_word(state: StateBase, begin: int) -> bool:
    match = TAG.match(state.src, begin)
    if match is None or state.env.get("drawn"):
        return False
    name = match[1].lower()
    bare = state.src.startswith(">", match.end())
    return not (name in INLINE or name in BLOCKS) or (bare and name in POINTERS)


def _link_helpers() -> SimpleNamespace:
    """How the parser reads the parts of a link, under its own names."""
    from markdown_it import helpers

    def destination(text: str, start: int, end: int) -> object:
        found = helpers.parseLinkDestination(text, start, end)
        spaced = SPACED.match(text, start, end)
        name = spaced[1].strip() if spaced else ""
        if spaced and " " in name and NAMED.fullmatch(name):
            found.ok, found.str, found.pos = True, name, spaced.end(1)
        return found

    return SimpleNamespace(
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkTitle=helpers.parseLinkTitle,
        parseLinkDestination=destination,
    )
