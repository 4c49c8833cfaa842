"""The outline of a draft: one row per place and per leaf, exactly as the package will read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from courseporter.formats.olx import outline_of
from courseporter.formats.olx.attributes import clean_title
from courseporter.model import Node, OutlineRow
from courseporter.targets.olx.arrange import LEVEL


class OutlineRows:
    """Turns arranged nodes into rows, one after the other; knows what is hidden from above."""

    def __init__(self) -> None:
        self._hidden = [False] * 5

    def of(self, node: Node) -> list[OutlineRow]:
        """The rows of one node: one for a place, one per leaf for a block."""
        level = LEVEL[node.kind]
        hidden = self._hidden[level] = node.hidden or self._hidden[level - 1]
        if level < 4:
            row = OutlineRow(
                depth=level, kind=node.kind, type=None, title=clean_title(node.title),
                key=node.key, hidden=hidden, href=None, questions=0,
            )  # fmt: skip
            return [row]
        return [
            OutlineRow(
                depth=4, kind="block", type=kind, title=title,
                key=key, hidden=hidden, href=href, questions=questions,
            )
            for key, kind, title, href, questions in outline_of(node)
        ]  # fmt: skip


def outline(nodes: Iterable[Node]) -> Iterator[OutlineRow]:
    """The rows of arranged nodes, depth first."""
    rows = OutlineRows()
    for node in nodes:
        yield from rows.of(node)


def fingerprint(row: OutlineRow) -> int:
    """What must read back the same, as one number; good within one process."""
    href = row.href if row.type == "package" else None
    return hash((row.depth, row.kind, row.type, row.title, row.hidden, row.questions, href))
