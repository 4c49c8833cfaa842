"""New parts written into the old HTML: pieces that nobody touched keep every character."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from courseporter.formats.html.rich.parts import Part
from courseporter.formats.html.rich.pieces import Piece, cut
from courseporter.formats.html.rich.read import part_of
from courseporter.formats.html.rich.write import render


class _Written(NamedTuple):
    """A part with the piece it was, if it is unchanged, and that piece's position.

    `tail`: the white space behind the piece that it replaces; None where it is new.
    """

    part: Part
    piece: Piece | None = None
    place: int = -1
    tail: str | None = None


def rewritten(html: str, parts: Sequence[Part]) -> str:
    """Return the HTML with these parts instead of its own."""
    page = cut(html)
    old = [part_of(piece) for piece in page.pieces]
    if old == list(parts):
        return html
    rows = _matched(old, parts, page.pieces)
    text = "".join(
        _one(row, rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None)
        for at, row in enumerate(rows)
    )
    return page.before + text + page.after


def _matched(old: list[Part], new: Sequence[Part], pieces: Sequence[Piece]) -> list[_Written]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    rows = [_Written(new[at], pieces[at], at) for at in range(start)]
    middle = new[start : len(new) - end]
    matcher = SequenceMatcher(None, old[start : len(old) - end], middle, autojunk=False)
    for _how, first, last, begin, stop in matcher.get_opcodes():
        if last - first == stop - begin and old[start + first] == middle[begin]:
            rows += [
                _Written(middle[begin + n], pieces[start + first + n], start + first + n)
                for n in range(stop - begin)
            ]
        else:
            tails = [piece.tail for piece in pieces[start + first : start + last]]
            rows += [
                _Written(part, tail=tails[n] if n < len(tails) else None)
                for n, part in enumerate(middle[begin:stop])
            ]
    for at in range(len(old) - end, len(old)):
        rows.append(_Written(new[at - len(old)], pieces[at], at))
    return rows


def _one(row: _Written, before: _Written | None, after: _Written | None) -> str:
    new_line = "\n" if after is not None and after.piece is None and after.tail is None else ""
    piece = row.piece
    if piece is None:
        if row.tail is not None:
            return render(row.part) + (row.tail or new_line)
        return render(row.part) + ("\n" if after is not None else "")
    if piece.loose and before is not None and before.place != row.place - 1:
        return render(row.part) + (piece.tail or new_line)  # it would run into the one before it
    closing = piece.closing if after is not None and after.place != row.place + 1 else ""
    return piece.raw + closing + (piece.tail or new_line)
