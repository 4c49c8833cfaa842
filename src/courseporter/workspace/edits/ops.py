"""The language of changes: what a person can do to a course, one value per operation.

Its JSON is that of `drafts edit` (docs/reference/edits.md): `{"op": "rename", "key": …}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from courseporter.model import Block, Kind, PackageMode, QuestionType

Plain = dict[str, object]


class Op(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="op", forbid_unknown_fields=True, gc=False
):
    """Base of all operations."""


class Rename(Op, frozen=True, tag="rename"):
    """Give an item another title."""

    key: str
    title: str


class Describe(Op, frozen=True, tag="describe"):
    """Set the description (HTML) of a section, lesson or unit."""

    key: str
    description: str


class Move(Op, frozen=True, tag="move"):
    """Move items of one kind below `parent` (None: the course), in this order, in front of `before`
    (None: to the end).
    """

    keys: tuple[str, ...]
    parent: str | None = None
    before: str | None = None


class NewNode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An item to insert: a block has its `block`, the others may have `children`.

    `block` is the JSON of a block of the model; questions without a key get one.
    """

    kind: Kind
    title: str
    block: Plain | None = None
    hidden: bool = False
    description: str = ""
    settings: Plain | None = None
    children: tuple[NewNode, ...] = ()


class Insert(Op, frozen=True, tag="insert"):
    """Add an item below `parent`, in front of `before` (None: at the end)."""

    node: NewNode
    parent: str | None = None
    before: str | None = None


class Remove(Op, frozen=True, tag="remove"):
    """Take items and all that is in them out of the course; `restore` brings them back."""

    keys: tuple[str, ...]


class Restore(Op, frozen=True, tag="restore"):
    """Put removed items back where they were."""

    keys: tuple[str, ...]


class Hide(Op, frozen=True, tag="hide"):
    """Hide items from learners, or show them."""

    keys: tuple[str, ...]
    hidden: bool = True


class Duplicate(Op, frozen=True, tag="duplicate"):
    """Add a copy of an item, and of all that is in it, behind it."""

    key: str


class Split(Op, frozen=True, tag="split"):
    """Divide a section, lesson or unit: from the child `at` on, all goes to a new one behind it."""

    key: str
    at: str
    title: str | None = None


class Merge(Op, frozen=True, tag="merge"):
    """Put all that is in the further items at the end of the first one, and remove them."""

    keys: tuple[str, ...]


class SetText(Op, frozen=True, tag="set_text"):
    """Set the HTML of a block that has some, or the description of another item."""

    key: str
    html: str


class SetBlock(Op, frozen=True, tag="set_block"):
    """Replace what a block holds; its key stays."""

    key: str
    block: Plain


class Retype(Op, frozen=True, tag="retype"):
    """Make a question of a quiz one of another type; what is lost is said."""

    key: str
    question: str
    type: QuestionType


class SetCourse(Op, frozen=True, tag="set_course"):
    """Change settings of the course; a name that doesn't exist stays as it is."""

    values: Plain


class SetLesson(Op, frozen=True, tag="set_lesson"):
    """Change settings of a lesson: start, due, graded, format; None: the default."""

    key: str
    values: Plain


class PutFile(Op, frozen=True, tag="put_file"):
    """Add a file to the course, or replace the one at this path; `file` is on this computer.

    Where an operation beside it makes the path captions of a video, the file becomes SubRip.
    """

    path: str
    file: str


class SetScorm(Op, frozen=True, tag="set_scorm"):
    """Choose how the SCORM lessons at and below these items work (None: all of the course)."""

    mode: PackageMode
    keys: tuple[str, ...] | None = None


Operation = (
    Rename | Describe | Move | Insert | Remove | Restore | Hide | Duplicate | Split | Merge
    | SetText | SetBlock | Retype | SetCourse | SetLesson | PutFile | SetScorm
)  # fmt: skip
_decode: Final = msgspec.json.Decoder(Operation).decode
_raw: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Invalid(Exception):  # noqa: N818 - what the course says no to, not an error of the program
    """An operation that the course doesn't allow."""

    def __init__(self, message: object, index: int = 0) -> None:
        super().__init__(str(message))
        self.message = message
        self.index = index


def decode(data: bytes | str) -> list[Operation]:
    """The operations of a JSON list.  Raises Invalid with the index of the first wrong one."""
    try:
        parts = _raw(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(error, -1) from error
    found: list[Operation] = []
    for index, part in enumerate(parts):
        try:
            found.append(_decode(part))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(error, index) from error
    return found


def plain_block(block: Block) -> Plain:
    """A block of the model as operations carry it."""
    return msgspec.convert(msgspec.to_builtins(block), Plain)


def caption_paths(operations: Sequence[Operation]) -> set[str]:
    """The paths in the course that operations make captions of a video."""
    blocks = [one.block for one in operations if isinstance(one, SetBlock)]
    nodes = [one.node for one in operations if isinstance(one, Insert)]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children)
        blocks += [node.block] if node.block is not None else []
    found: set[str] = set()
    for block in blocks:
        listed = block.get("captions")
        for one in cast("Sequence[object]", listed) if isinstance(listed, list | tuple) else ():
            if isinstance(one, dict):
                found.add(str(cast("Plain", one).get("path")))
    return found
