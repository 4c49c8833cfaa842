"""The normal form of a block's OLX: equal for what the platform writes back unchanged.

Attributes are sorted; `url_name`, `upstream…` and `copied_from_block` are skipped; text stays as
it is (LIBRARY.md 5.3).
"""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.formats.xml import Element, parse_xml

_DROPPED = frozenset({"url_name", "copied_from_block"})


def normal_form(olx: bytes, name: str = "block.xml") -> str:
    """Raises InputError when it isn't well-formed."""
    return "".join(_written(parse_xml(olx, name=name).root))


def _written(element: Element) -> Iterator[str]:
    kept = sorted(pair for pair in element.items() if not _is_dropped(pair[0]))
    attributes = "".join(f"\0{name}={value}" for name, value in kept)
    yield f"<{element.tag}{attributes}>"
    yield element.text or ""
    for child in element:
        yield from _written(child)
        yield child.tail or ""
    yield f"</{element.tag}>"


def _is_dropped(name: str) -> bool:
    return name in _DROPPED or name.startswith("upstream")
