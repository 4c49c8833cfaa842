"""The text of a paragraph as runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from msgspec.structs import replace

from courseporter.formats.html.rich.parts import BREAK, OBJECT, Run, Runs
from courseporter.formats.html.rich.pieces import BLOCKS
from courseporter.formats.html.rich.tokens import Token

_LOOKS: Final[dict[str, dict[str, object]]] = {
    "b": {"bold": True},
    "strong": {"bold": True},
    "i": {"italic": True},
    "em": {"italic": True},
    "u": {"underline": True},
    "s": {"strike": True},
    "strike": {"strike": True},
    "del": {"strike": True},
    "code": {"code": True},
    "sub": {"script": "sub"},
    "sup": {"script": "sup"},
}
_AROUND: Final = frozenset(
    "abbr bdi bdo big cite dfn font ins kbd mark q samp small span time tt var".split()
)
_FORMULA: Final = re.compile(
    r"\\\(.+?\\\)|\\\[.+?\\\]|\[mathjaxinline\].+?\[/mathjaxinline\]|\[mathjax\].+?\[/mathjax\]",
    re.DOTALL,
)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_AROUND_BREAK: Final = re.compile(f" ?{BREAK} ?")
_ATTRIBUTE: Final = re.compile(r"""\s+([^\s=/>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_UNFIT: Final = re.compile("[\u2028\u2029\ufffc\x00-\x08\x0b\x0e-\x1f]")


class Unreadable(Exception):  # noqa: N818 - not an error: the piece is kept as it is
    """The HTML holds more than runs can say."""


def runs_of(parts: Sequence[Token], *, spaces: bool = False) -> Runs:
    """Return the runs of inline tokens; `spaces`: keep white space.  Raises Unreadable."""
    found = list(_runs(parts, Run(""), spaces=spaces))
    return tidy(found) if not spaces else merged(found)


def attributes_of(text: str) -> dict[str, str]:
    """The attributes of a tag; of two with the same name the first one counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(f" {text}"):
        value = match[2] or ""
        found.setdefault(match[1].lower(), unescape(value.strip("\"'") if value else ""))
    return found


def without(text: str, *names: str) -> str:
    """The attributes of a tag as written, but for these."""
    kept = (m[0].strip() for m in _ATTRIBUTE.finditer(text) if m[1].lower() not in names)
    return "".join(f" {one}" for one in kept)


def end_of(parts: Sequence[Token], start: int) -> int:
    """The position of the end tag that belongs to the start tag at `start`.  Raises Unreadable."""
    depth, name = 0, parts[start].name
    for at in range(start, len(parts)):
        if parts[at].name == name and parts[at].kind in {"open", "close"}:
            depth += 1 if parts[at].kind == "open" else -1
            if depth == 0:
                return at
    raise Unreadable


def merged(runs: Sequence[Run]) -> Runs:
    """Join neighbors that look the same; runs without text disappear."""
    found: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if found and run.text != OBJECT and replace(found[-1], text=run.text) == run:
            found[-1] = replace(run, text=found[-1].text + run.text)
        else:
            found.append(run)
    return tuple(found)


def tidy(runs: Sequence[Run]) -> Runs:
    """Collapse white space as browsers do."""
    found: list[Run] = []
    ends_open = False  # whether a space here would be seen
    for run in runs:
        text = _AROUND_BREAK.sub(BREAK, _SPACE.sub(" ", run.text))
        if text.startswith(" ") and not ends_open:
            text = text[1:]
        if text.startswith(BREAK) and found and found[-1].text.endswith(" "):
            found[-1] = replace(found[-1], text=found[-1].text[:-1])
        if text:
            found.append(replace(run, text=text))
            ends_open = text[-1] not in {" ", BREAK}
    while found and found[-1].text.endswith(" "):
        found[-1] = replace(found[-1], text=found[-1].text[:-1])
        if not found[-1].text:
            found.pop()
    return merged(found)


def _runs(parts: Sequence[Token], look: Run, *, spaces: bool) -> Iterator[Run]:
    at = 0
    while at < len(parts):
        token = parts[at]
        if token.kind == "text":
            yield from _text(token.raw, look)
        elif token.kind == "void":
            yield _void(token, look)
        elif token.kind == "raw":
            yield replace(look, text=OBJECT, raw=token.raw)
        elif token.kind == "close" or token.name in BLOCKS:
            raise Unreadable
        else:
            end = end_of(parts, at)
            yield from _element(parts[at : end + 1], look, spaces=spaces)
            at = end
        at += 1


def _element(parts: Sequence[Token], look: Run, *, spaces: bool) -> Iterator[Run]:
    tag, inside = parts[0], parts[1:-1]
    if tag.name in _LOOKS and not tag.attributes.strip():
        yield from _runs(inside, replace(look, **_LOOKS[tag.name]), spaces=spaces)
    elif tag.name in _LOOKS or tag.name in _AROUND:
        within = replace(look, around=(*look.around, tag.raw))
        yield from _runs(inside, within, spaces=spaces)
    elif tag.name == "a" and look.href is None and "href" in attributes_of(tag.attributes):
        href = attributes_of(tag.attributes)["href"]
        within = replace(look, href=href, more=without(tag.attributes, "href"))
        yield from _runs(inside, within, spaces=spaces)
    else:
        yield replace(look, text=OBJECT, raw="".join(part.raw for part in parts))


def _text(raw: str, look: Run) -> Iterator[Run]:
    at = 0
    for match in _FORMULA.finditer(raw):
        yield replace(look, text=_words(raw[at : match.start()]))
        yield replace(look, text=OBJECT, raw=match[0])
        at = match.end()
    yield replace(look, text=_words(raw[at:]))


def _words(raw: str) -> str:
    text = unescape(raw)
    if _UNFIT.search(text):
        raise Unreadable
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _void(token: Token, look: Run) -> Run:
    if token.name == "br" and not token.attributes.strip():
        return replace(look, text=BREAK)
    attributes = attributes_of(token.attributes)
    if token.name == "img" and "src" in attributes and look.href is None:
        more = without(token.attributes, "src", "alt")
        alt = attributes.get("alt", "")
        return replace(look, text=OBJECT, source=attributes["src"], alt=alt, more=more)
    return replace(look, text=OBJECT, raw=token.raw)
