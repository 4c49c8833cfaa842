r"""Formulas: from the delimiters that authors use to those that Open edX renders.

MathJax in Open edX reads `\( … \)`, `\[ … \]`, `[mathjaxinline]` and `[mathjax]`; `$ … $`,
`$$ … $$`, bare environments and WordPress' `[latex]` stay raw text there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_DOLLAR = re.compile(
    r"(?<![\\$\w])\$(?![\s$])((?:[^$\\\n]|\\.|\n(?![ \t]*\n)){1,500}?)(?<![\s\\])\$(?![\w${])"
)
_TEX = re.compile(r"[\\^_={}<>≤≥≠±×÷∈√∞→]|&[lg]t;")
_COMMAND = re.compile(r"\\(?:text|mbox|mathrm|operatorname)\s*\{[^{}]*\}|\\[a-zA-Z]+|&[a-z]+;")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(r"[^\W\d_]{3,}[,.;:]?\s+[^\W\d_]{2,}")
_FUNCTIONS = frozenset(
    "arcsin arccos arctan cos cot det exp lim ln log max min mod sin tan".split()
)
_SIMPLE = re.compile(r"[\w\s.,+\-*/()\[\]!|':%·−]+")
_DISPLAY = re.compile(r"[\\^_={}]")  # between double dollars, two prices have none of these

_CODE = re.compile(r"<(script|style|pre|code|textarea|kbd|samp|svg)\b", re.IGNORECASE)
_TAG = re.compile(r"(<[^<>]*>)")
_ELEMENTS = "|".join(sorted((*INLINE, *BLOCKS), key=len, reverse=True))
_LESS = re.compile(rf"<(?!/?(?:{_ELEMENTS})(?=[\s/>]))", re.IGNORECASE)


def dollar_formula(text: str, begin: int) -> re.Match[str] | None:
    """`$ … $` at this place when it's meant as a formula: two prices aren't."""
    found = _DOLLAR.match(text, begin)
    return found if found and is_formula(found[1]) else None


def is_formula(inside: str) -> bool:
    """Whether what stands between two dollars looks like TeX."""
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
    """Whether what stands between two double dollars looks like TeX."""
    return _DISPLAY.search(inside) is not None or is_formula(inside.strip())


def convert_formulas(text: str) -> str:
    """Plain text, or text of HTML without tags, with delimiters that Open edX renders."""
    if "$" not in text and "\\begin{" not in text and "tex]" not in text:
        return text
    return "".join(_converted(text))


def convert_html_formulas(html: str) -> str:
    r"""The HTML with delimiters that Open edX renders; code, scripts and tags stay.

    A `<` inside `\( … \)` that begins no element of HTML becomes `&lt;`: browsers would take the
    rest of the sentence for a tag.
    """
    if not any(sign in html for sign in ("$", "\\begin{", "tex]", r"\(", r"\[")):
        return html
    parts: list[str] = []
    for part, code in _around_code(html):
        if code:
            parts.append(part)
            continue
        safe = "".join(_less_escaped(part)) if "<" in part else part
        parts += [
            piece if piece.startswith("<") else convert_formulas(piece)
            for piece in _TAG.split(safe)
        ]
    return "".join(parts)


def has_formula(text: str) -> bool:
    """Whether the text holds a formula, in whatever delimiters."""
    if "\\" not in text and "$" not in text and "[math" not in text and "tex]" not in text:
        return False
    return any(opener in convert_formulas(text) for opener in KNOWN)


def _converted(text: str) -> Iterator[str]:
    missing: set[str] = set()  # closers that don't come any more
    done = position = 0
    while found := OPENER.search(text, position):
        opener = found[0]
        position = found.end()
        if opener == "$":
            dollar = dollar_formula(text, found.start())
            if dollar:
                inside = dollar[1].removeprefix("latex ")
                yield text[done : found.start()]
                yield rf"\({inside}\)"
                done = position = dollar.end()
            continue
        closer = closer_of(opener)
        end = text.find(closer, position) if closer and closer not in missing else -1
        if end < 0:
            missing.add(closer)
            continue
        inside, after = text[position:end], end + len(closer)
        new = _with_known(opener, inside, closer)
        if new is not None:
            yield text[done : found.start()]
            yield new
            done = after
        if opener != "$$" or new is not None:
            position = after
    yield text[done:]


def closer_of(opener: str) -> str:
    """What ends a formula that begins so; nothing for what begins none."""
    if opener.startswith("\\begin"):
        return opener.replace("\\begin", "\\end", 1)
    return KNOWN.get(opener) or {"$$": "$$", "[latex]": "[/latex]", "[tex]": "[/tex]"}.get(
        opener, ""
    )


def _with_known(opener: str, inside: str, closer: str) -> str | None:
    """The formula in delimiters that Open edX renders; None when it has them or is no formula."""
    if opener == "$$":
        return rf"\[{inside}\]" if is_display(inside) else None
    if opener in ("[latex]", "[tex]"):
        return rf"\({inside}\)"
    return rf"\[{opener}{inside}{closer}\]" if opener.startswith("\\begin") else None


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
    missing: set[str] = set()
    for found in re.finditer(r"\\[(\[]", html):
        closer = KNOWN[found[0]]
        if found.start() < done or closer in missing:
            continue
        end = html.find(closer, found.end())
        if end < 0:
            missing.add(closer)
            continue
        yield html[done : found.end()]
        yield _LESS.sub("&lt;", html[found.end() : end])
        done = end
    yield html[done:]
