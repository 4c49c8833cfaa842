"""Blocks as operations bring them: checked against the model, questions with keys of their own."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_hex
from typing import Final, cast
from urllib.parse import unquote

import msgspec
from lxml import etree
from msgspec.structs import replace

from courseporter.errors import _
from courseporter.model import (
    Audio,
    Block,
    Caption,
    Foreign,
    Node,
    Option,
    Package,
    Question,
    Quiz,
    Resource,
    Value,
    Video,
)
from courseporter.workspace.edits.ops import Invalid, Plain

_TYPES: Final[dict[str, type[Value]]] = {
    str(one.__struct_config__.tag): one for one in cast("Sequence[type[Value]]", Block.__args__)
}
_INNER: Final[dict[tuple[str, str], tuple[str, type[Value]]]] = {
    ("quiz", "questions"): ("question", Question),
    ("question", "options"): ("option", Option),
    ("video", "captions"): ("caption", Caption),
}
_ASSET: Final = re.compile(r"courseporter-asset:([^\"'()<>\s,?#\\]*)")
_CONTAINERS: Final = frozenset(("course", "chapter", "sequential", "vertical", "unit", "library"))
_DAY: Final = 86_400  # seconds: what Open edX reads as a time
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def new_key() -> str:
    """A key for a node or question that no source has named."""
    return f"new-{token_hex(8)}"


def block_of(raw: Plain) -> Block:
    """The block of this JSON.  Raises Invalid."""
    name = raw.get("type")
    if name not in _TYPES:
        known = ", ".join(sorted(_TYPES))
        raise Invalid(_("A block has one of these types: {types}.", types=known))
    try:
        block = msgspec.convert(_named(dict(raw)), Block)
    except msgspec.ValidationError as error:
        raise Invalid(error) from error
    _require_fields(str(name), raw, _TYPES[str(name)])
    _require_legal(block)
    return block


def text_of(text: str) -> str:
    """The text, if XML can carry it.  Raises Invalid."""
    if _CONTROLS.search(text):
        raise Invalid(_("The text contains control characters."))
    return text


def files_in(block: Block) -> set[str]:
    """Paths of all files that a block refers to."""
    found = set(paths_in(msgspec.json.encode(block).decode()))
    if isinstance(block, Resource | Audio | Video | Package) and block.file:
        found.add(block.file)
    if isinstance(block, Video):
        found.update(one.path for one in block.captions)
    return found


def paths_in(html: str) -> Iterable[str]:
    """Paths of the files that HTML refers to."""
    return (unquote(path) for path in _ASSET.findall(html))


def with_new_keys(block: Block | None) -> Block | None:
    """The block with new keys for its questions: for a copy."""
    if not isinstance(block, Quiz):
        return block
    questions = tuple(replace(one, key=new_key()) for one in block.questions)
    return replace(block, questions=questions)


def with_original_of(old: Block | None, new: Block) -> Block:
    """The new block with what Open edX had in the old one; an operation can't change that."""
    if isinstance(new, Quiz) and isinstance(old, Quiz):
        return replace(new, original=old.original)
    if isinstance(new, Video) and isinstance(old, Video):
        return replace(new, original=old.original)
    return new


def question_keys(one: Node) -> set[str]:
    """Keys of the questions of a node."""
    return {q.key for q in one.block.questions} if isinstance(one.block, Quiz) else set()


def _named(raw: Plain) -> Plain:
    """The block with a key for each question that has none."""
    questions = raw.get("questions")
    if raw.get("type") == "quiz" and isinstance(questions, list | tuple):
        raw["questions"] = [
            {"key": new_key(), **cast("Plain", one)} if isinstance(one, dict) else one
            for one in cast("Sequence[object]", questions)
        ]
    return raw


def _require_fields(name: str, raw: Mapping[str, object], kind: type[Value]) -> None:
    """No field may be dropped silently because its name is misspelled."""
    known = {*kind.__struct_fields__, *(("type",) if name in _TYPES else ())}
    if unknown := sorted(set(raw) - known):
        raise Invalid(_("A {name} has no field “{field}”.", name=name, field=unknown[0]))
    for field, value in raw.items():
        inner = _INNER.get((name, field))
        if inner is not None and isinstance(value, list | tuple):
            for one in cast("Sequence[object]", value):
                if isinstance(one, dict):
                    _require_fields(inner[0], cast("Plain", one), inner[1])


def _require_legal(block: Block) -> None:
    _require_text(msgspec.to_builtins(block))
    if isinstance(block, Quiz | Video) and block.original is not None:
        _require_xml(block.original.xml)
    if isinstance(block, Quiz):
        _require_quiz(block)
    elif isinstance(block, Video):
        if not all(0 <= (second or 0) < _DAY for second in (block.start, block.end)):
            raise Invalid(_("A video starts and ends between 0 and 86,399 seconds."))
    elif isinstance(block, Foreign) and block.format == "olx":
        _require_xml(block.data)


def _require_text(value: object) -> None:
    if isinstance(value, str):
        text_of(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Invalid(_("A number is too large."))
    elif isinstance(value, Mapping):
        for one in cast("Mapping[str, object]", value).values():
            _require_text(one)
    elif isinstance(value, list | tuple):
        for one in cast("Sequence[object]", value):
            _require_text(one)


def _require_quiz(quiz: Quiz) -> None:
    keys = [one.key for one in quiz.questions]
    if len(set(keys)) < len(keys) or not all(keys):
        raise Invalid(_("Two questions of a quiz can't have the same key."))
    for one in (quiz, *quiz.questions):
        if one.points is not None and one.points < 0:
            raise Invalid(_("Points can't be negative."))
        if one.attempts is not None and one.attempts < 0:
            raise Invalid(_("Attempts can't be negative."))
    if quiz.pick is not None and quiz.pick < 1:
        raise Invalid(_("A quiz that draws questions draws at least one."))


def _require_xml(data: str) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        found = etree.fromstring(data.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(_("The block isn't well-formed XML: {why}", why=str(error))) from error
    if found.tag in _CONTAINERS:
        raise Invalid(_("<{tag}> isn't a block.", tag=str(found.tag)))
