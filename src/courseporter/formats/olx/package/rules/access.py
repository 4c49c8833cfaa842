"""Groups of learners: who sees a block, and which child a learner of a split test gets; how many
blocks a pool draws.

Whether the groups exist is known only with the settings of the course: `needed_groups`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from courseporter.formats.olx.package.attributes import attributes_of

Violation = tuple[str, str]


def access_faults(text: str) -> Iterator[Violation]:
    """`group_access` maps the ids of partitions to lists of the ids of groups."""
    if not text:
        return
    value = _decoded(text)
    if not isinstance(value, dict):
        return  # told as an unreadable attribute
    for partition, groups in cast("dict[str, object]", value).items():
        if not partition.lstrip("-").isdigit():
            yield "attribute_unreadable", f"group_access={text[:60]}"
            return
        if groups is not None and not _is_numbers(groups):
            yield "group_access_unknown", f"group_access={text[:60]}"
            return


def needed_groups(attributes: Mapping[str, str]) -> Iterator[tuple[int, int | None]]:
    """The partitions, and their groups, that the block names; None for a partition as a whole."""
    access = _decoded(attributes.get("group_access", ""))
    if isinstance(access, dict):
        for partition, groups in cast("dict[str, object]", access).items():
            if partition.isdigit() and _is_numbers(groups):
                yield from ((int(partition), int(group)) for group in cast("list[int]", groups))
    split = attributes.get("user_partition_id", "")
    if split.isdigit():
        yield int(split), None


def split_faults(element: etree._Element) -> Iterator[Violation]:
    """Each group of a split test needs a child that is there (xmodule/split_test_block.py)."""
    attributes = attributes_of(element)
    if not attributes.get("user_partition_id", "").lstrip("-").isdigit():
        yield "split_test_groups", "user_partition_id"
    children = _decoded(attributes.get("group_id_to_child", ""))
    if not isinstance(children, dict):
        if "group_id_to_child" not in attributes:
            yield "split_test_groups", "group_id_to_child"
        return
    names = {child.get("url_name") for child in element}
    for group, address in cast("dict[str, object]", children).items():
        name = str(address).rpartition("/")[2].rpartition("@")[2]
        if name not in names:
            yield "split_test_groups", f"{group}: {name[:60]}"


def pool_faults(element: etree._Element) -> Iterator[Violation]:
    """How many blocks a pool draws, and from which library."""
    attributes = attributes_of(element)
    count = attributes.get("max_count", "").strip('"')
    if count.lstrip("-").isdigit() and int(count) < 1 and int(count) != -1:
        yield "pool_settings", f"max_count={count}"
    if element.tag == "library_content":
        library = attributes.get("source_library_id", "").strip('"')
        if library and library != "null" and not library.startswith(("library-v1:", "lib:")):
            yield "pool_settings", f"source_library_id={library[:60]}"


def _is_numbers(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, int) or (isinstance(one, str) and one.isdigit())
        for one in cast("list[object]", value)
    )


def _decoded(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except ValueError:
        return None
