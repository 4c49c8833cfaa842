r"""Formulas: from the delimiters that authors use to those that Open edX renders.

MathJax in Open edX reads `\( … \)`, `\[ … \]`, `[mathjaxinline]` and `[mathjax]`; `$ … $`,
`$$ … $$`, bare environments and WordPress' `[latex]` stay raw text there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from courseporter.formats.html.elements import BLOCKS, INLINE

KNOWN = {  # what Open edX renders
    r"\(": r"\)",
    r"\[": r"\]",
    "[mathjaxinline]": "[/mathjaxinline]",
    "[mathjax]": "[/mathjax]",
}
_ENVIRONMENTS = (
    "align|alignat|aligned|array|bmatrix|Bmatrix|cases|displaymath|dcases|eqnarray|equation|flalign"
    "|gather|gathered|math|matrix|multline|pmatrix|smallmatrix|split|subequations|vmatrix|Vmatrix"
)
OPENER = re.compile(
    r"\\[\\$]|\\\(|\\\[|\[mathjaxinline\]|\[mathjax\]|\[latex\]|\[tex\]|\$\$?"
    rf"|\\begin\{{(?:{_ENVIRONMENTS})\*?\}}"
)
_INSIDE = r"((?:[^$\\\n]|\\.|\n(?![ \t]*\n)){1,500}?)"
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"  # written without blanks
_SUFFIX = r"(?:th|st|nd|rd|s|es|d|e|er|te[nrs]?|fold|ary|tuples?|[eè]me)\b"  # of the $n$th term
_BEGIN = rf"(?:(?<![\\$\w])|(?<=[{_WIDE}]))\$"
_DOLLAR = re.compile(
    rf"{_BEGIN}(?![\s$]){_INSIDE}(?<![\s\\])\$(?:(?![\w${{])|(?=[{_WIDE}]|{_SUFFIX}))"
)
_SPACED = re.compile(rf"{_BEGIN}(?=[ \t]){_INSIDE}(?<=[ \t])\$(?![\w${{])")
_SURE = re.compile(r"\\[a-zA-Z]{2,}|[\^_]")  # between dollars and blanks, prices have none of these
_TEX = re.compile(r"[\\^_={}<>≤≥≠±×÷∈√∞→]|&[lg]t;")
_COMMAND = re.compile(r"\\(?:text|mbox|mathrm|operatorname)\s*\{[^{}]*\}|\\[a-zA-Z]+|&[a-z]+;")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(rf"[^\W\d_]{{3,}}[,.;:]?\s+[^\W\d_]{{2,}}|[{_WIDE}]")
_FUNCTIONS = frozenset(
    "arcsin arccos arctan cos cot det exp lim ln log max min mod sin tan".split()
)
_SIMPLE = re.compile(r"[\w\s.,+\-*/()\[\]!|':%·−]+")
_DISPLAY = re.compile(r"[\\^_={}]")  # between double dollars, two prices have none of these

_CODE = re.compile(r"<(script|style|pre|code|textarea|kbd|samp|svg|math)\b", re.IGNORECASE)
_TAG = re.compile(r"(<[^<>]*>)")
_ELEMENTS = INLINE | BLOCKS
_ELEMENT = "|".join(sorted(_ELEMENTS, key=len, reverse=True))
_LESS = re.compile(rf"<(?!/?(?:{_ELEMENT})(?=[\s/>]))", re.IGNORECASE)
# A name that no element has, or `x<a and b<c`: no tag ends before the next begins.
_UNKNOWN = re.compile(
    rf"<(?!(?:{_ELEMENT})(?=[\s/>]))([a-z][^\s/<>:\-]*)(?=[\s/<>]|\Z)"
    r"|<([abipqsu])(?=\s[^<>\"'=]*<)",
    re.IGNORECASE,
)
# Whether `_UNKNOWN` finds anything, five times as quick: names, and what is surely no tag.
_NAME = re.compile(r"<([a-z][^\s/<>:\-]*)(?=[\s/>])", re.IGNORECASE)
_NO_TAG = re.compile(r"<[a-z][^\s/<>:\-]*(?=<|\Z)|<[abipqsu](?=\s[^<>\"'=]*<)", re.IGNORECASE)


def dollar_formula(text: str, begin: int) -> re.Match[str] | None:
    """`$ … $` at this place when it's meant as a formula: two prices aren't."""
    found = _DOLLAR.match(text, begin)
    if found and is_formula(found[1]):
        return found
    found = _SPACED.match(text, begin)
    return found if found and _SURE.search(found[1]) and is_formula(found[1]) else None


def is_formula(inside: str) -> bool:
    """Whether what is between two dollars looks like TeX."""
    bare = _COMMAND.sub(" ", inside)
    if _PROSE.search(bare):
        return False
    if _TEX.search(inside):
        return True
    words = _WORD.findall(bare)
    return (
        _SIMPLE.fullmatch(inside) is not None
        and inside.count("(") == inside.count(")")
        and _FUNCTIONS.issuperset(words)
    )


def is_display(inside: str) -> bool:
    """Whether what is between two double dollars looks like TeX."""
    return _DISPLAY.search(inside) is not None or is_formula(inside.strip())


def convert_formulas(text: str) -> str:
    """Plain text, or text of HTML without tags, with delimiters that Open edX renders."""
    if "$" not in text and "\\begin{" not in text and "tex]" not in text:
        return text
    return "".join(_converted(text))


def convert_html_formulas(html: str) -> str:
    r"""The HTML with delimiters that Open edX renders; code, scripts and tags stay.

    A `<` that begins no element of HTML becomes `&lt;`, inside a formula and elsewhere: browsers
    would take the rest of the sentence for a tag.
    """
    if "$" not in html and "\\" not in html and "[" not in html and not _has_unknown(html):
        return html
    parts: list[str] = []
    for part, code in _around_code(html):
        if code:
            parts.append(part)
            continue
        safe = _prose_escaped("".join(_less_escaped(part)), html) if "<" in part else part
        parts += [
            piece if piece.startswith("<") else convert_formulas(piece)
            for piece in _TAG.split(safe)
        ]
    return "".join(parts)


def _has_unknown(html: str) -> bool:
    """Whether `_UNKNOWN` finds anything."""
    return _NO_TAG.search(html) is not None or not _ELEMENTS.issuperset(
        map(str.lower, _NAME.findall(html))
    )


def has_formula(text: str) -> bool:
    """Whether the text holds a formula, in whatever delimiters."""
    if "\\" not in text and "$" not in text and "[math" not in text and "tex]" not in text:
        return False
    return any(opener in convert_formulas(text) for opener in KNOWN)


class Formula(NamedTuple):
    """A formula in a text: where it stands, what opens it, what is between its delimiters."""

    begin: int
    end: int
    opener: str
    inside: str


def formulas_in(text: str) -> Iterator[Formula]:
    """The formulas of a text, in whatever delimiters, from left to right."""
    missing: set[str] = set()  # closers that don't come any more
    position = 0
    while found := OPENER.search(text, position):
        opener, begin, position = found[0], found.start(), found.end()
        if opener == "$":
            if dollar := dollar_formula(text, begin):
                position = dollar.end()
                yield Formula(begin, position, opener, dollar[1])
            continue
        closer = closer_of(opener)
        end = text.find(closer, position) if closer and closer not in missing else -1
        if end < 0:
            missing.add(closer)
        elif opener != "$$" or is_display(text[position:end]):
            inside, position = text[position:end], end + len(closer)
            yield Formula(begin, position, opener, inside)


def _converted(text: str) -> Iterator[str]:
    done = 0
    for found in formulas_in(text):
        if found.opener not in KNOWN:
            yield text[done : found.begin]
            yield _with_known(found)
            done = found.end
    yield text[done:]


def closer_of(opener: str) -> str:
    """What ends a formula that begins so; nothing for what begins none."""
    if opener.startswith("\\begin"):
        return opener.replace("\\begin", "\\end", 1)
    return KNOWN.get(opener) or {"$$": "$$", "[latex]": "[/latex]", "[tex]": "[/tex]"}.get(
        opener, ""
    )


def _with_known(found: Formula) -> str:
    """The formula in delimiters that Open edX renders."""
    inside = found.inside
    if found.opener == "$$":
        return rf"\[{inside}\]"
    if found.opener == "$":
        return rf"\({inside.strip().removeprefix('latex ').strip('`')}\)"
    if found.opener in ("[latex]", "[tex]"):
        return rf"\({inside}\)"
    return rf"\[{found.opener}{inside}{closer_of(found.opener)}\]"


def _around_code(html: str) -> Iterator[tuple[str, bool]]:
    """The HTML in pieces, and whether each is an element whose content is no prose."""
    missing: set[str] = set()
    done = position = 0
    while found := _CODE.search(html, position):
        position = found.end()
        name = found[1].lower()
        end = None
        if name not in missing:
            end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(html, position)
        if end is None:
            missing.add(name)
            continue
        yield html[done : found.start()], False
        yield html[found.start() : end.end()], True
        done = position = end.end()
    yield html[done:], False


def _less_escaped(html: str) -> Iterator[str]:
    done = 0
    for found in formulas_in(html):
        if "<" in found.inside:
            yield html[done : found.begin]
            yield _LESS.sub("&lt;", html[found.begin : found.end])
            done = found.end
    yield html[done:]


def _prose_escaped(html: str, page: str) -> str:
    """`if x<y then` with the sign as text, which no browser would show; `page` is all of it.

    Names with `:` or `-` are those of Office and of custom elements; what is closed somewhere was
    meant as an element, too.
    """
    closed: dict[str, bool] = {}

    def text_or_tag(found: re.Match[str]) -> str:
        name = (found[1] or found[2]).lower()
        if name not in closed:
            closed[name] = name not in ("a", "b", "i", "p", "q", "s", "u") and bool(
                re.search(rf"</{re.escape(name)}\s*>", page, re.IGNORECASE)
            )
        return found[0] if closed[name] else f"&lt;{found[0][1:]}"

    return _UNKNOWN.sub(text_or_tag, html)
