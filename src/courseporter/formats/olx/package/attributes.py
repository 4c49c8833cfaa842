"""Attributes of an element as plain text by name."""

from __future__ import annotations

from typing import cast

from lxml import etree


def attributes_of(element: etree._Element) -> dict[str, str]:
    """What lxml types as text or bytes is always text when it comes from a parsed document."""
    return cast("dict[str, str]", dict(element.attrib))
