"""Pages without the elements that HTML 4 doesn't have, for checkers that refuse them.

Players and drawings move into the `srcdoc` of a frame, where such checkers don't look; their
addresses are in single quotes there, because Open edX replaces `/static/…` only behind a quote.
Other elements become `div` and `span`, with the look they had.
"""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

# The elements that libxml2 knew until 2.14 (HTMLparser.c, html40ElementTable).
HTML4 = frozenset(
    (
        "a abbr acronym address applet area b base basefont bdo big blockquote body br button"
        " caption center cite code col colgroup dd del dfn dir div dl dt em embed fieldset font"
        " form frame frameset h1 h2 h3 h4 h5 h6 head hr html i iframe img input ins isindex kbd"
        " label legend li link map menu meta noframes noscript object ol optgroup option p param"
        " pre q s samp script select small span strike strong style sub sup table tbody td textarea"
        " tfoot th thead title tr tt u ul var"
    ).split()
)
_FRAMED = {  # the size of the frame
    "audio": "width:100%;height:60px",
    "canvas": "width:100%;height:400px",
    "math": "width:100%;height:80px",
    "svg": "width:100%;height:400px",
    "video": "width:100%;aspect-ratio:16/9",
}
_BLOCKS = {
    "article": "", "aside": "", "details": "", "dialog": "", "figcaption": "font-size:smaller",
    "figure": "margin:1em 0", "footer": "", "header": "", "hgroup": "", "main": "", "nav": "",
    "search": "", "section": "", "summary": "font-weight:bold",
}  # fmt: skip
_LOOKS = {"mark": "background:#ff0", "data": "", "time": "", "output": ""}
_DROPPED = frozenset(("source", "track", "wbr"))  # they mean nothing outside of a player
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][^\s/>]*)((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>", re.DOTALL
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?", re.DOTALL
)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_RAW = frozenset("script style textarea title iframe noembed noframes xmp".split())
_PIXELS = re.compile(r"\d+(?:\.\d+)?(?:px)?")
_HEAD = (
    "<base target='_parent'><style>body{margin:0}video,audio{width:100%}"
    "video,svg{max-width:100%;max-height:100%}</style>"
)


class _Token(NamedTuple):
    """A tag: where it is, whether it ends an element, its name and attributes as written."""

    start: int
    end: int
    closes: bool
    name: str
    inside: str


def html5_elements(html: str) -> list[str]:
    """The names of elements that HTML 4 doesn't have, each once, in order."""
    if "<" not in html:
        return []
    names = dict.fromkeys(token.name for token in _tokens(html) if not token.closes)
    return [name for name in names if name not in HTML4]


def without_html5(html: str) -> str:
    """The page with HTML 4 elements alone; the same object when it has no others."""
    if not html5_elements(html):
        return html
    tokens = _tokens(html)
    parts: list[str] = []
    position = number = 0
    while number < len(tokens):
        token = tokens[number]
        if token.name not in HTML4:
            parts.append(html[position : token.start])
            if token.name in _FRAMED and not token.closes:
                number, position = _framed(html, tokens, number, parts)
                continue
            parts.append(_replaced(token))
            position = token.end
        number += 1
    return "".join((*parts, html[position:]))


def _tokens(html: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while found := _TAG.search(html, position):
        position = found.end()
        if found[2] is None:
            continue
        name = found[2].lower()
        token = _Token(found.start(), position, bool(found[1]), name, found[3])
        tokens.append(token)
        if name in _RAW and not token.closes:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
            position = end.start() if end else len(html)
    return tokens


def _framed(html: str, tokens: list[_Token], number: int, parts: list[str]) -> tuple[int, int]:
    """Append the frame; return the number of the next token and where its text begins."""
    first = tokens[number]
    depth, last = 0, len(tokens) - 1
    if first.inside.rstrip().endswith("/") and first.name == "svg":
        last = number
    else:
        for at in range(number, len(tokens)):
            if tokens[at].name == first.name:
                depth += -1 if tokens[at].closes else 1
                if not depth:
                    last = at
                    break
    end = tokens[last].end
    inside = _single_quoted(html[first.start : end])
    title = f' title="{escape(_label(first))}"'
    style = _sized(first)
    parts.append(
        f'<iframe srcdoc="{escape(_HEAD + inside, quote=False).replace(chr(34), "&quot;")}"{title}'
        f' style="{style};border:0" allow="autoplay; fullscreen"></iframe>'
    )
    return last + 1, end


def _single_quoted(html: str) -> str:
    """The same elements with every attribute in single quotes."""
    return _TAG.sub(_requoted, html)


def _requoted(found: re.Match[str]) -> str:
    if found[2] is None or found[1]:
        return found[0]
    closing = "/" if found[3].rstrip().endswith("/") else ""
    attributes = "".join(
        f" {one[1]}"
        if one[2] is None and one[3] is None and one[4] is None
        else " {}='{}'".format(one[1], (one[2] or one[3] or one[4] or "").replace("'", "&#39;"))
        for one in _ATTRIBUTE.finditer(found[3])
    )
    return f"<{found[2]}{attributes}{closing}>"


def _attributes(token: _Token) -> dict[str, str]:
    return {
        one[1].lower(): one[2] or one[3] or one[4] or ""
        for one in _ATTRIBUTE.finditer(token.inside)
    }


def _label(token: _Token) -> str:
    attributes = _attributes(token)
    return attributes.get("title") or attributes.get("aria-label") or token.name


def _sized(token: _Token) -> str:
    """The frame is as large as the element says, or as such elements usually are."""
    attributes = _attributes(token)
    sizes = {
        name: value if value.endswith("px") else f"{value}px"
        for name in ("width", "height")
        if _PIXELS.fullmatch(value := attributes.get(name, ""))
    }
    if len(sizes) == 2:
        return f"max-width:100%;width:{sizes['width']};height:{sizes['height']}"
    return _FRAMED[token.name]


def _replaced(token: _Token) -> str:
    """A tag of another element, as `div` or `span`; nothing for what isn't needed."""
    if token.name in _DROPPED:
        return ""
    name = "div" if token.name in _BLOCKS else "span"
    if token.closes:
        return f"</{name}>"
    look = _BLOCKS.get(token.name) or _LOOKS.get(token.name, "")
    inside = token.inside.rstrip()
    ends = inside.endswith("/")
    inside = inside.removesuffix("/")
    if look:
        inside = _with_style(inside, look)
    return f"<{name}{inside}>" + (f"</{name}>" if ends else "")


def _with_style(inside: str, look: str) -> str:
    found = _STYLE.search(inside)
    if found is None:
        return f'{inside} style="{look}"'
    quote = '"' if found[1] is not None else "'"
    written = found[1] if found[1] is not None else found[2]
    style = f" style={quote}{look};{written}{quote}"
    return inside[: found.start()] + style + inside[found.end() :]
