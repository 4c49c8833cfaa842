"""HTML cut into its outermost pieces, each with its own characters."""

from __future__ import annotations

import re
from collections import deque
from typing import Final, NamedTuple

from courseporter.formats.html.rich.tokens import VOID, Token, tokens

BLOCKS: Final = frozenset(
    """
    address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary
    table tbody td tfoot th thead tr ul
    """.split()
)
_WRAPPERS: Final = frozenset("article center div main section".split())
_DEEPEST: Final = 40
# A tag that never ends: its slash, its name, the quotation mark that is open.
_BEGUN: Final = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*)(?:[^"'>]|"[^"]*"|'[^']*')*(?:(["'])[^"']*)?\Z"""
)
# A tag of the first kind closes an open element of the second.
CLOSES: Final[dict[str, frozenset[str]]] = {
    **{name: frozenset({"p"}) for name in BLOCKS},
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tbody": frozenset({"thead", "tbody", "tr", "td", "th"}),
    "option": frozenset({"option"}),
}


class Piece(NamedTuple):
    """An outermost element, or text between two of them.

    `tail`: the white space behind it; `closing`: the end tags that it lacks; `name` is empty for
    text and for what is kept whole.
    """

    raw: str
    tail: str = ""
    name: str = ""
    closing: str = ""
    loose: bool = False


class Page(NamedTuple):
    """A fragment: what is around all of it, and its pieces."""

    before: str
    pieces: tuple[Piece, ...]
    after: str


class _Cutter:
    """Collects the pieces of a fragment."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.found: list[Piece] = []
        self.stack: list[str] = []
        self.before = ""
        self.start: int | None = None  # of the piece that is open
        self.name = ""
        self.loose = False

    def run(self) -> None:
        """Cut."""
        for token in tokens(self.html):
            self._take(token)
        if self.start is not None:
            closing = "".join(f"</{name}>" for name in reversed(self.stack))
            self._finish(len(self.html), rest_of(self.html[self.start :]) + closing)

    def _take(self, token: Token) -> None:
        if token.kind == "open":
            while self.stack and self.stack[-1] in CLOSES.get(token.name, ()):
                self.stack.pop()
                if not self.stack and not self.loose:
                    self._finish(token.start, f"</{self.name}>")
        if self.stack:
            self._inside(token)
        elif token.kind == "text" and not token.raw.strip() and self.start is None:
            self._space(token.raw)
        elif token.name in BLOCKS and token.kind in {"open", "void"}:
            self._block(token)
        elif token.kind == "raw" and self.start is None:
            self.found.append(Piece(token.raw, closing=rest_of(token.raw)))
        else:
            self._loose(token)

    def _inside(self, token: Token) -> None:
        if token.kind == "open":
            self.stack.append(token.name)
        elif token.kind == "close" and token.name in self.stack:
            while self.stack.pop() != token.name:
                pass
            if not self.stack and not self.loose:
                self._finish(token.end)

    def _block(self, token: Token) -> None:
        self._finish(token.start)
        if token.kind == "void":
            self.found.append(Piece(token.raw, name=token.name))
            return
        self.start, self.name, self.loose = token.start, token.name, False
        self.stack.append(token.name)

    def _loose(self, token: Token) -> None:
        if self.start is None:
            self.start, self.name, self.loose = token.start, "", True
        if token.kind == "open":
            self.stack.append(token.name)

    def _space(self, raw: str) -> None:
        if self.found:
            self.found[-1] = self.found[-1]._replace(tail=self.found[-1].tail + raw)
        else:
            self.before += raw

    def _finish(self, end: int, closing: str = "") -> None:
        if self.start is None:
            return
        raw = self.html[self.start : end]
        tail = raw[len(raw.rstrip()) :] if self.loose or closing else ""
        raw = raw.removesuffix(tail) if tail else raw
        self.found.append(Piece(raw, tail, self.name, closing, self.loose))
        self.start, self.loose = None, False


def rest_of(html: str) -> str:
    """What the last tag, comment or script of a fragment lacks: else it swallows what follows."""
    found = deque(tokens(html), maxlen=1)
    if not found or found[0].kind not in {"text", "raw"}:
        return ""
    last = found[0]
    if last.kind == "text":
        begun = _BEGUN.search(last.raw)
        if begun is None:
            return ""
        end = f"</{begun[2]}>" if not begun[1] and begun[2].lower() not in VOID else ""
        return f"{begun[3] or ''}>{end}"
    if last.raw.startswith("<!--"):
        return "" if last.raw.endswith("-->") and len(last.raw) > len("<!-->") else "-->"
    if not last.name:
        return "" if last.raw.endswith(">") else ">"
    if re.search(rf"</{last.name}\s*>\Z", last.raw, re.IGNORECASE):
        return ""
    return f"</{last.name}>" if ">" in last.raw else f"></{last.name}>"


def cut(html: str, depth: int = 0) -> Page:
    """Cut a fragment into pieces; an element around everything stays outside of them."""
    cutter = _Cutter(html)
    cutter.run()
    pieces = cutter.found
    if len(pieces) == 1 and pieces[0].name in _WRAPPERS and depth < _DEEPEST:
        only = pieces[0]
        first = next(tokens(only.raw)).raw
        closing = only.raw.rfind("</")
        if not only.closing and closing >= len(first):
            inside = cut(only.raw[len(first) : closing], depth + 1)
            return Page(
                cutter.before + first + inside.before,
                inside.pieces,
                inside.after + only.raw[closing:] + only.tail,
            )
    return Page(cutter.before, tuple(pieces), "")
