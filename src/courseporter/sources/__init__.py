"""Sources read material into a draft: one class per format, one list of them, one way to find the
right one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import BinaryIO, ClassVar

import msgspec

from courseporter.context import Context
from courseporter.errors import Phrase, Problem, SettingsError, _
from courseporter.model import Asset, Course, Entry, Node
from courseporter.sources.description import Choice, Sample
from courseporter.sources.place import Place, PlaceKind

Cursor = dict[str, int | str] | None


class CourseRef(msgspec.Struct, frozen=True, kw_only=True):
    """One course that a place offers: `key` is the source's own stable name, `lessons` the size for
    honest progress.  What a place doesn't tell is None.
    """

    source: str
    version: str | None
    key: str
    title: str
    lessons: int | None = None
    sections: int | None = None
    published: bool | None = None
    cover: str | None = None  # address of its image
    bundle: str | None = None  # title of the bundle it is sold in


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What reading a course will cost: requests, points of a query budget, seconds at the pace of
    the limit, bytes of media.  None: not known, or not used.
    """

    requests: int
    points: int | None = None
    seconds: float = 0.0
    bytes: int | None = None


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a course, saved in one transaction together with `cursor`, which leads to the next
    chunk.

    `course` is in the first chunk.  `assets` are those the chunk's nodes use for the first
    time. `done` counts the lessons delivered so far, this chunk included.  `facts` are for
    people, like problems; kept with the draft by the source's own names; plain JSON.
    """

    cursor: Cursor
    nodes: tuple[Node, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    assets: tuple[Asset, ...] = ()
    course: Course | None = None
    done: int = 0
    total: int | None = None
    facts: Mapping[str, object] | None = None


class Source(ABC):
    """One format or service.  Instances hold no state; everything needed comes with the call.

    `label` is short ("SCORM"), `title` tells the kind of file, too.  `extensions` are those of its
    files.  `choices` are offered before an import.  `not_imported`: what it never brings, in plain
    sentences.  `takes_all`: without a choice all courses of a place are imported, not the first.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    label: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]] = ()
    places: ClassVar[frozenset[PlaceKind]] = frozenset({"file", "folder"})  # what it reads from
    choices: ClassVar[tuple[Choice, ...]] = ()
    not_imported: ClassVar[tuple[Phrase, ...]] = ()
    takes_all: ClassVar[bool] = False
    sample: ClassVar[Sample | None] = None
    has_template: ClassVar[bool] = False
    cursor_version: ClassVar[int] = (
        1  # raise it when the meaning of the cursor changes: older checkpoints then start over
    )
    parts: ClassVar[Mapping[str, float]] = {}  # units that `read` counts in: shares of its work

    @abstractmethod
    def accepts(self, place: Place) -> bool:
        """Whether the place looks like this format.  Looks at names only; raises nothing about
        contents.
        """

    @abstractmethod
    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:
        """The courses to be had here, the default one first.  Raises InputError when the place is
        not what it seems.
        """

    def course(self, place: Place, key: str, ctx: Context) -> CourseRef | None:
        """The course with this key, None when there is none; services need not list them all."""
        return next((ref for ref in self.courses(place, ctx) if ref.key == key), None)

    def estimate(self, place: Place, ref: CourseRef, ctx: Context) -> Estimate | None:  # noqa: ARG002
        """What reading the course will cost at a service; None for what is on this computer."""
        return None

    @abstractmethod
    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """The course in chunks of about 500 rows, from `cursor` on (None: from the start).

        Deterministic: the same place and cursor give the same chunks.  Raises InputError.
        """

    def rows(self, place: Place, ctx: Context) -> tuple[tuple[str, int | None], ...]:  # noqa: ARG002
        """(file, number of records) for sources made of tables; nothing for the others.

        None: counting them would take as long as reading them.
        """
        return ()

    def ignored(self, place: Place, ctx: Context) -> tuple[Phrase, ...]:  # noqa: ARG002
        """What this very place holds that isn't imported, in plain sentences."""
        return self.not_imported

    def write_template(self, out: BinaryIO) -> None:  # noqa: ARG002 - for those who can
        """Write a file to start from, with example rows.  For sources that have one."""
        raise SettingsError(
            _("“{source}” has no template.", source=self.label),
            _("Choose another source."),
            code="usage",
        )
