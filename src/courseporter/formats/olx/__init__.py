"""Leaves of an OLX package: blocks and questions, written and read back
(docs/reference/olx-blocks.md).
"""

from courseporter.formats.olx.attributes import (
    attribute_text,
    clean_title,
    escape_attribute,
    read_text_attribute,
    short_title,
)
from courseporter.formats.olx.blocks import leaves, outline_of
from courseporter.formats.olx.leaf import Leaf, OutlineLeaf
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.read import ReadLeaf, read_leaf, type_of_html
from courseporter.formats.olx.unfit import unfit

__all__ = [
    "Leaf",
    "Links",
    "OutlineLeaf",
    "ReadLeaf",
    "attribute_text",
    "clean_title",
    "escape_attribute",
    "leaves",
    "outline_of",
    "read_leaf",
    "read_text_attribute",
    "short_title",
    "type_of_html",
    "unfit",
]
