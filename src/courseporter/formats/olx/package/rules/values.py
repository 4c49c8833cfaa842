"""Attributes whose text the platform cannot read into their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courseporter.formats.olx.package.dates import read_date
from courseporter.formats.olx.package.fields import FieldKind, fields_of, reads_attribute

_SHOWN = 60  # characters of a value


def value_faults(tag: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """One fault per attribute that loses the block; for the course: that fails the import."""
    fields = fields_of(tag)
    for name, text in attributes.items():
        kind = fields.get(name)
        if kind is None or not text:
            continue
        if not reads_attribute(kind, text):
            yield _code(tag, kind), f"{name}={text[:_SHOWN]}"
        elif kind == "date" and read_date(text.strip('"')) == "incomplete":
            yield "date_incomplete", f"{name}={text[:_SHOWN]}"


def _code(tag: str, kind: FieldKind) -> str:
    if kind == "flag":
        return "flag_unclear"
    if tag == "course":
        return "setting_unreadable"
    return "date_unreadable" if kind == "date" else "attribute_unreadable"
