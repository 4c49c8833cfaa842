"""Blocks and the OLX they become.  A case is a folder: `node.json` and `leaves.txt`.

With COURSEPORTER_WRITE_GOLDEN=1 what is missing or has changed is written: read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from courseporter.formats.olx import Links, leaves, outline_of
from courseporter.model import Node

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/node.json"))


def described(node: Node) -> str:
    """Every leaf as text: its row, its element in the unit, its files."""
    parts: list[str] = []
    for leaf, row in zip(leaves(node, Links()), outline_of(node), strict=True):
        parts.append(f"# {row.type} {row.title!r} key={row.key} questions={row.questions}\n")
        parts.append(leaf.pointer.decode() + "\n")
        parts += [f"## {path}\n{data.decode().rstrip()}\n" for path, data in leaf.files]
    return "\n".join(parts)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_block_becomes_what_it_became_before(case: Path) -> None:
    node = msgspec.json.decode((case / "node.json").read_bytes(), type=Node)
    expected = case / "leaves.txt"
    if os.environ.get("COURSEPORTER_WRITE_GOLDEN"):
        expected.write_text(described(node), encoding="utf-8")
    assert described(node) == expected.read_text(encoding="utf-8")
