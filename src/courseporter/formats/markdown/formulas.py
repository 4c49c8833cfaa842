"""Formulas in Markdown: they stay letter by letter, in delimiters that Open edX renders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courseporter.formats.formulas import (
    KNOWN,
    OPENER,
    closer_of,
    convert_formulas,
    dollar_formula,
    is_display,
)

if TYPE_CHECKING:  # loaded with the first text that needs it
    from markdown_it.ruler import StateBase
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

WITHIN_LINES = ("\\(", "[mathjaxinline]", "[latex]", "[tex]")  # these may be in a sentence


def inline_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    """A formula inside a paragraph: not a letter of it is touched."""
    end = _end_of_formula(state, state.pos)
    if not 0 < end <= state.posMax:
        return False
    if not silent:
        state.push("formula", "", 0).content = _delimited(state.src[state.pos : end])
    state.pos = end
    return True


def block_formula(state: StateBlock, start: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    r"""A formula that begins a line with `\\[`, `$$` or an environment: lines in it are no lists,
    headings or new paragraphs.
    """
    begin = state.bMarks[start] + state.tShift[start]
    if state.src.startswith(WITHIN_LINES, begin):
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
        inline.content, inline.children = _delimited(_own(state, start, after, begin, end)), []
        state.push("paragraph_close", "p", -1)
    return True


def _own(state: StateBlock, start: int, after: int, begin: int, end: int) -> str:
    """From `begin` to `end` without the signs of the quotation around it (`>`)."""
    begins = [begin, *state.bMarks[start + 1 : after]]
    ends = [*state.eMarks[start : after - 1], end]
    return "\n".join(state.src[one:other] for one, other in zip(begins, ends, strict=True))


def _end_of_formula(state: StateBase, begin: int) -> int:
    """Where the formula that begins here ends, 0 when there is none."""
    if state.src[begin : begin + 1] not in ("\\", "$", "["):
        return 0
    opener = _opener(state.src, begin)
    if opener == "$":
        found = dollar_formula(state.src, begin)
        return found.end() if found else 0
    closer = closer_of(opener)
    inside = begin + len(opener)
    end = _closed(state, closer, inside) if closer else -1
    if end < 0 or (opener == "$$" and not is_display(state.src[inside:end])):
        return 0
    return end + len(closer)


def _opener(text: str, begin: int) -> str:
    found = OPENER.match(text, begin)
    return found[0] if found else ""


def _delimited(formula: str) -> str:
    """The formula in delimiters that Open edX renders."""
    return formula if formula.startswith(tuple(KNOWN)) else convert_formulas(formula)


def _closed(state: StateBase, closer: str, begin: int) -> int:
    """Where the formula ends, -1 when nowhere; no part of a text is searched twice."""
    text, since, end = state.env.get(closer, ("", 0, 0))
    if text is not state.src or begin < since or 0 <= end < begin:
        end = state.src.find(closer, begin)
        state.env[closer] = (state.src, begin, end)
    return end


def _line_after(state: StateBlock, start: int, last: int, end: int) -> int | None:
    return next((line + 1 for line in range(start, last) if state.eMarks[line] >= end), None)
