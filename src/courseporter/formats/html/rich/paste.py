"""HTML from the clipboard as parts: only what a person sees is taken over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from courseporter.formats.html.preview import clean_for_preview
from courseporter.formats.html.rich.parts import (
    OBJECT,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Runs,
    Table,
)
from courseporter.formats.html.rich.read import parts_of
from courseporter.formats.html.rich.tokens import tokens
from courseporter.formats.html.text import to_text

_ADDRESSES: Final = ("http:", "https:", "mailto:", "courseporter-")


def pasted(html: str) -> tuple[Part, ...]:
    """The parts of a foreign page without its styles, scripts and pictures from elsewhere."""
    return tuple(_taken(parts_of(clean_for_preview(html))))


def _taken(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        match part:
            case Paragraph(tag=tag, runs=runs):
                yield Paragraph(tag or "p", _plain(runs))
            case ListPart(entries=entries):
                plain = (Entry(_plain(one.runs), one.depth, one.ordered) for one in entries)
                yield ListPart(tuple(plain))
            case Table(rows=rows):
                cells = (
                    tuple(replace(one, runs=_plain(one.runs), attributes="") for one in row)
                    for row in rows
                )
                yield Table(tuple(cells), part.heads)
            case Kept(raw=raw):
                yield from _inside(raw)


def _inside(raw: str) -> Iterator[Part]:
    """What is in a box that pages are made of, else its text."""
    first = next(tokens(raw), None)
    end = raw.rfind("</")
    if first is not None and first.name in {"div", "section", "article"} and end > first.end:
        yield from _taken(parts_of(raw[first.end : end]))
    elif text := to_text(raw).strip():
        yield Paragraph("p", (Run(text),))


def _plain(runs: Runs) -> Runs:
    found: list[Run] = []
    for run in runs:
        if run.text == OBJECT and not (run.source or "").startswith("courseporter-"):
            text = to_text(run.raw) if run.raw else run.alt
            if text:
                found.append(Run(text))
            continue
        safe = run.href if (run.href or "").startswith(_ADDRESSES) else None
        found.append(replace(run, around=(), more="", href=safe))
    return tuple(found)
