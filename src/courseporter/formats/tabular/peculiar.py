"""Cells of a workbook that hold more than their stored value: percentages, errors, formulas.

ECMA-376 part 1: 18.3.1.4 (cells), 18.3.1.40 (formulas), 18.8.30 (number formats).  python-calamine
gives 0.05 for “5%” and nothing for “#REF!” or for a formula that was never computed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, cast

from lxml import etree

from courseporter.formats.xml import Element, local_name

BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
PERCENT_FORMATS = frozenset({"9", "10"})  # built in: 0% and 0.00%
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # of a number format
HINTS = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:[\w.-]+:)?f[\s/>]""")
LONGEST_HINT = 64
BLOCK = 1 << 18

Parts = Callable[[str], BinaryIO]  # opens a part of the workbook; KeyError when it is not there


class Peculiar(NamedTuple):
    """(row, column) from 0 on: cells shown as percentages; those with a text of their own, which
    are errors and formulas without a result; and the rows of the latter, from 1 on.
    """

    percent: set[tuple[int, int]]
    texts: dict[tuple[int, int], str]
    unsolved: list[int]


def peculiar_cells(parts: Parts, sheet: str) -> Peculiar:
    """What is peculiar in one sheet; nothing where the parts do not say."""
    found = Peculiar(set(), {}, [])
    try:
        path, styles = _path_of(parts, sheet), _percent_styles(parts)
        if styles or _has_hints(parts, path):
            for place, cell in _cells(parts, path):
                _look(place, cell, styles, found)
    except KeyError:  # a part is not there
        return found
    return found


def _has_hints(parts: Parts, path: str) -> bool:
    """Whether there are errors or formulas at all: most sheets have none and need no parser."""
    end = b""
    with parts(path) as stream:
        while block := stream.read(BLOCK):
            if HINTS.search(end + block):
                return True
            end = block[-LONGEST_HINT:]
    return False


def _look(place: tuple[int, int], cell: Element, styles: set[str], found: Peculiar) -> None:
    parts = {local_name(part): part.text or "" for part in cell}
    kind, value = cell.get("t") or "n", parts.get("v", "")
    if kind == "e":
        found.texts[place] = value
    elif kind == "n" and "f" in parts and not value:
        found.texts[place] = "=" + parts["f"]
        found.unsolved.append(place[0] + 1)
    elif kind == "n" and value and cell.get("s") in styles:
        found.percent.add(place)


def _cells(parts: Parts, path: str) -> Iterator[tuple[tuple[int, int], Element]]:
    """The cells with their places; rows and cells that do not say it follow the one before."""
    row = -1
    for one in _elements(parts, path, "row"):
        said = one.get("r") or ""
        row = int(said) - 1 if said.isdecimal() else row + 1
        column = -1
        for cell in one:
            letters = (cell.get("r") or "").rstrip("0123456789")
            column = _column(letters) if letters else column + 1
            yield (row, column), cell


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _path_of(parts: Parts, sheet: str) -> str:
    wanted = ""
    for one in _elements(parts, BOOK, "sheet"):
        if one.get("name") == sheet:
            wanted = next((value for name, value in one.items() if name.endswith("}id")), "")
    for relation in _elements(parts, RELATIONS, "Relationship"):
        if relation.get("Id") == wanted:
            target = posixpath.join("/xl", relation.get("Target") or "")
            return posixpath.normpath(target).lstrip("/")
    raise KeyError(sheet)


def _percent_styles(parts: Parts) -> set[str]:
    """Numbers of the cell formats that show a percentage."""
    formats, used = set(PERCENT_FORMATS), list[str]()
    try:
        for one in _elements(parts, STYLES, "numFmts", "cellXfs"):
            if local_name(one) == "cellXfs":
                used = [style.get("numFmtId") or "" for style in one]
                continue
            for style in one:
                if "%" in LITERALS.sub("", style.get("formatCode") or ""):
                    formats.add(style.get("numFmtId") or "")
    except KeyError:  # a workbook need not have styles
        return set()
    return {str(number) for number, style in enumerate(used) if style in formats}


def _elements(parts: Parts, path: str, *names: str) -> Iterator[Element]:
    """The elements of these names, one after another; each is forgotten after its turn."""
    with parts(path) as stream:
        found = etree.iterparse(
            stream,
            tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False,
            no_network=True,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
        for _, element in found:
            yield cast("Element", element)
            element.clear()
