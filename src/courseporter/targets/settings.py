"""What a person fills in before a course is written: the window's destination page and the options
of the commands are made from these values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

from courseporter.errors import Phrase
from courseporter.model import Course, Node

Kind = Literal["text", "date", "language", "choice", "flag"]
Asks = Literal["", "text", "files", "captions", "editor"]
Values = dict[str, str | bool]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One field.

    `name` is its name in mappings.  A setting `of` the course is an attribute of `model.Course`
    that is kept with the draft; one of the export belongs to a single job.  `option` is the
    command's, None where a command doesn't offer it.  `limit`: characters at most.
    """

    name: str
    label: Phrase
    kind: Kind = "text"
    of: Literal["course", "export"] = "course"
    help: Phrase = ""
    option: str | None = None
    group: Literal["course", "key", "dates", "scorm", "videos", ""] = ""
    required: bool = False
    limit: int | None = None
    choices: tuple[tuple[str, Phrase], ...] = ()  # value, words
    default: str | bool | None = None


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """An invalid setting: its name and a sentence."""

    field: str
    message: Phrase


class FixRequest(NamedTuple):
    """The detail and the key of a problem, and the text that the person entered."""

    detail: str
    key: str
    text: str


class Fix(NamedTuple):
    """A fix: the label of its button, and the function for a node or for the course; the others are
    None.  `by_request`: one for a node that needs to know the problem.

    `echoes`: it also applies to the units and blocks below that repeat the node's title.
    `remove`: the node is removed.  `links`: links to the old school lead to the lessons here.
    `asks`: what the person gives: a text, files or captions of this computer; "editor": nothing is
    done but opening the item.  `done`: what the history says.
    """

    label: Phrase
    node: Callable[[Node], Node] | None = None
    course: Callable[[Course], Course] | None = None
    echoes: bool = False
    remove: bool = False
    by_request: Callable[[Node, FixRequest], Node] | None = None
    links: bool = False
    asks: Asks = ""
    done: Phrase = ""
