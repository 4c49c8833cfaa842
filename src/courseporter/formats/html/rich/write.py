"""Parts as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from courseporter.formats.html.rich.parts import (
    BREAK,
    OBJECT,
    Cell,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
)

_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")


def render(part: Part) -> str:
    """Return one part as HTML."""
    match part:
        case Kept(raw=raw):
            return raw
        case Paragraph(tag=tag, runs=runs, attributes=attributes):
            tag = tag or "p"
            inside = inline(runs, new_line="\n" if tag == "pre" else "<br>")
            return f"<{tag}{attributes}>{inside}</{tag}>"
        case ListPart(entries=entries, attributes=attributes):
            return _list(entries, attributes)
        case Table():
            return _table(part)


def render_all(parts: Iterable[Part]) -> str:
    """Return parts as HTML, each on its line."""
    return "\n".join(map(render, parts))


def inline(runs: Sequence[Run], new_line: str = "<br>") -> str:
    """Return runs as HTML; neighbors share the elements that they have in common."""
    return "".join(_layered(runs, 0, new_line))


def _layered(runs: Sequence[Run], layer: int, new_line: str) -> Iterator[str]:
    if layer == len(_LAYERS):
        yield from (_run(run, new_line) for run in runs)
        return
    for (start, end), group in groupby(runs, _LAYERS[layer]):
        yield start + "".join(_layered(tuple(group), layer + 1, new_line)) + end


def _run(run: Run, new_line: str) -> str:
    if run.raw:
        return run.raw
    if run.source is not None:
        return f'<img src="{_value(run.source)}" alt="{_value(run.alt)}"{run.more}>'
    text = escape(run.text.replace(OBJECT, ""), quote=False).replace("\u00a0", "&nbsp;")
    return text.replace(BREAK, new_line)


def _link(run: Run) -> tuple[str, str]:
    if run.href is None:
        return "", ""
    return f'<a href="{_value(run.href)}"{run.more}>', "</a>"


def _script(run: Run) -> tuple[str, str]:
    return (f"<{run.script}>", f"</{run.script}>") if run.script else ("", "")


def _around(run: Run) -> tuple[str, str]:
    names = [found[1] for tag in run.around if (found := _NAME.match(tag))]
    return "".join(run.around), "".join(f"</{name}>" for name in reversed(names))


def _look(field: str, name: str) -> Callable[[Run], tuple[str, str]]:
    def tags(run: Run) -> tuple[str, str]:
        return (f"<{name}>", f"</{name}>") if getattr(run, field) else ("", "")

    return tags


_LAYERS: Final[tuple[Callable[[Run], tuple[str, str]], ...]] = (
    _link,
    _look("bold", "strong"),
    _look("italic", "em"),
    _look("underline", "u"),
    _look("strike", "s"),
    _look("code", "code"),
    _script,
    _around,
)


def _value(text: str) -> str:
    return escape(text).replace("&#x27;", "'")


def _list(entries: Sequence[Entry], attributes: str) -> str:
    """Nested lists: entries that are deeper belong to the one before them."""
    if not entries:
        return ""
    name = "ol" if entries[0].ordered else "ul"
    depth = entries[0].depth
    parts: list[str] = []
    at = 0
    while at < len(entries):
        end = at + 1
        while end < len(entries) and entries[end].depth > depth:
            end += 1
        parts.append(_entry(entries[at], entries[at + 1 : end]))
        at = end
    return f"<{name}{attributes}>{''.join(parts)}</{name}>"


def _entry(entry: Entry, below: Sequence[Entry]) -> str:
    text = inline(entry.runs)
    if entry.wrapped:
        text = f"<p>{text}</p>"
    nested = "".join(_list(group, "") for group in _groups(below))
    return f"<li{entry.attributes}>{text}{nested}</li>"


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Cut where a list of another kind begins."""
    groups: list[list[Entry]] = []
    for entry in entries:
        first = groups[-1][0] if groups else None
        deeper = first is not None and entry.depth > first.depth
        if first is not None and (deeper or entry.ordered == first.ordered):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _table(part: Table) -> str:
    rows = [f"<tr>{''.join(map(_cell, row))}</tr>" for row in part.rows]
    head, body = "".join(rows[: part.heads]), "".join(rows[part.heads :])
    head = f"<thead>{head}</thead>" if head else ""
    body = f"<tbody>{body}</tbody>" if body else ""
    return f"<table{part.attributes}>{head}{body}</table>"


def _cell(cell: Cell) -> str:
    name = "th" if cell.head else "td"
    text = inline(cell.runs)
    return f"<{name}{cell.attributes}>{f'<p>{text}</p>' if cell.wrapped else text}</{name}>"
