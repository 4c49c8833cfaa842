r"""Markdown to HTML: CommonMark with tables; raw HTML and TeX (\\( … \\), \\[ … \\]) stay.

What looks like a tag and is none of HTML (`List<String>`) is text.
Files may be named as they are: `![](My photo (1).png)` is a picture, though CommonMark (6.3) wants
`<My photo (1).png>`.
"""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

from courseporter.formats.html.elements import BLOCKS, INLINE, POINTERS

if TYPE_CHECKING:  # loaded with the first text that needs it
    from markdown_it import MarkdownIt
    from markdown_it.ruler import StateBase
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

CLOSERS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
TEX = re.compile(r"[\\^_={}]")  # two prices have none of these between their dollars
# Nothing in such a text means anything to Markdown or HTML; most notes in a spreadsheet are like
# that.
SIGNIFICANT = re.compile(
    r"[\\`*_\[\]|~]|&(?=[#a-zA-Z])|<(?=\S)"
    r"|\$\$|^(?:[-+#=> \t]|\d{1,9}[.)])|[ \t]$",
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
    if SIGNIFICANT.search(text):
        return _parser().render(text, {"drawn": bool(DRAWN.search(text))})
    parts = PARAGRAPHS.split(text.strip("\n"))
    return "".join(f"<p>{_escaped(part.strip())}</p>\n" for part in parts if part)


def _escaped(text: str) -> str:
    return text.translate(ESCAPES).replace("\n", "<br />\n")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import html_block
    from markdown_it.rules_inline import html_inline

    def tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
        return not _is_word(state, state.pos) and html_inline(state, silent)

    def page(state: StateBlock, start: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - as above
        begin = state.bMarks[start] + state.tShift[start]
        return not _is_word(state, begin) and html_block(state, start, last, silent)

    parser = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
    parser.inline.ruler.at("html_inline", tag)
    parser.block.ruler.at("html_block", page, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.helpers = _link_helpers()  # type: ignore[assignment]  # they are a module there
    parser.inline.ruler.before("escape", "math", _inline_math)
    parser.block.ruler.before(
        "code", "math", _block_math, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


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


def _inline_math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    r"""`\\( … \\)` and `\\[ … \\]` inside a paragraph: not a letter is touched."""
    end = _end_of_formula(state, state.pos)
    if not 0 < end <= state.posMax:
        return False
    if not silent:
        state.push("text", "", 0).content = _in_brackets(state.src[state.pos : end])
    state.pos = end
    return True


def _block_math(state: StateBlock, start: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    r"""A formula that begins a line with `\\[` or `$$`.

    Lines in it are no lists, headings or new paragraphs.
    """
    begin = state.bMarks[start] + state.tShift[start]
    if state.src.startswith("\\(", begin):
        return False
    end = _end_of_formula(state, begin)
    if not end or state.env.get("text behind") == end:
        return False
    after = _line_after(state, start, last, end)
    if after is None or state.src[end : state.eMarks[after - 1]].strip():
        state.env["text behind"] = end  # all formulas that end here are none
        return False
    if not silent:
        state.line = after
        state.push("paragraph_open", "p", 1).map = [start, after]
        inline = state.push("inline", "", 0)
        inline.content, inline.children = _in_brackets(_own(state, start, after, begin, end)), []
        state.push("paragraph_close", "p", -1)
    return True


def _own(state: StateBlock, start: int, after: int, begin: int, end: int) -> str:
    """From `begin` to `end` without the signs of the quotation around it (`>`)."""
    begins = [begin, *state.bMarks[start + 1 : after]]
    ends = [*state.eMarks[start : after - 1], end]
    return "\n".join(state.src[one:other] for one, other in zip(begins, ends, strict=True))


def _end_of_formula(state: StateBase, begin: int) -> int:
    """Where the formula that begins here ends, 0 when there is none."""
    closer = CLOSERS.get(state.src[begin : begin + 2])
    end = _closed(state, closer, begin + 2) if closer else -1
    if end < 0 or (closer == "$$" and not TEX.search(state.src, begin + 2, end)):
        return 0
    return end + 2


def _in_brackets(formula: str) -> str:
    r"""The formula as Open edX reads it: `\\[ … \\]`, which it does not know as `$$ … $$`."""
    return f"\\[{formula[2:-2]}\\]" if formula.startswith("$$") else formula


def _closed(state: StateBase, closer: str, begin: int) -> int:
    """Where the formula ends, -1 when nowhere; no part of a text is searched twice."""
    text, since, end = state.env.get(closer, ("", 0, 0))
    if text is not state.src or begin < since or 0 <= end < begin:
        end = state.src.find(closer, begin)
        state.env[closer] = (state.src, begin, end)
    return end


def _line_after(state: StateBlock, start: int, last: int, end: int) -> int | None:
    return next((line + 1 for line in range(start, last) if state.eMarks[line] >= end), None)
