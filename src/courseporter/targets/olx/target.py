"""The target `olx`: a course as an OLX package (.tar.gz) that Open edX imports completely."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from courseporter.context import Context, Limits
from courseporter.disk.staging import staged
from courseporter.errors import LISTED, Problem
from courseporter.formats.olx import Links
from courseporter.formats.olx.links import CourseRun
from courseporter.formats.olx.package import read_package
from courseporter.model import Course, OutlineRow
from courseporter.targets import Ability, Draft, FieldError, Fix, ReadBack, Setting
from courseporter.targets.file_target import FileTarget, Written
from courseporter.targets.olx.arrange import arrange
from courseporter.targets.olx.check import Checker, check
from courseporter.targets.olx.fixes import FIXES
from courseporter.targets.olx.grading import default_format
from courseporter.targets.olx.identity import course_identity
from courseporter.targets.olx.kept import Kept
from courseporter.targets.olx.outline import outline
from courseporter.targets.olx.pack import Packer
from courseporter.targets.olx.players import Players
from courseporter.targets.olx.render import Renderer, add_around, render
from courseporter.targets.olx.settings import SETTINGS, invalid
from courseporter.targets.olx.verify import verify


class OlxTarget(FileTarget):
    """OLX as Studio exports and imports it, one folder `course/`, byte for byte repeatable."""

    name: ClassVar[str] = "olx"
    title: ClassVar[str] = "Open edX package (OLX)"
    suffix: ClassVar[str] = ".tar.gz"
    can: ClassVar[frozenset[Ability]] = frozenset(("read_back",))
    settings: ClassVar[tuple[Setting, ...]] = SETTINGS
    fixes: ClassVar[Mapping[str, Fix]] = FIXES

    def __init__(self, run: CourseRun | None = None) -> None:
        """`run`: the course run that will hold the package, when it's known.  Its video files then
        use Open edX's own player.
        """
        self._run = run

    def outline(self, draft: Draft) -> Iterator[OutlineRow]:
        """The course as it will be written, depth first, streamed."""
        return outline(arrange(draft.nodes(pages=False)))

    def check(self, draft: Draft, limit: int = LISTED) -> Iterable[Problem]:
        """What is wrong with the draft, before anything is written; in document order."""
        return check(draft, limit)

    def checker(self) -> Checker:
        """The same for a draft that is just being read, so that it need not be read once more."""
        return Checker()

    def identity(self, course: Course) -> Mapping[str, str]:
        """Organization, number, and run."""
        return dict(zip(("org", "number", "run"), course_identity(course), strict=True))

    def validate(self, values: Mapping[str, str | bool]) -> tuple[FieldError, ...]:
        """What is wrong with these settings; empty values mean the default."""
        return tuple(invalid(values))

    def parts(self, counts: Mapping[str, int], megabytes: float) -> Mapping[str, float]:
        """The units in which writing counts, with milliseconds of work as they were measured."""
        lessons = counts.get("lesson", 0)
        return {
            "lessons": 0.16 * lessons,
            "MB packed": 3.4 * megabytes if counts.get("package") else 0.0,
            "MB": 3.3 * megabytes,
            "MB checked": 1.1 * megabytes + 0.02 * lessons,
            "rows compared": 0.03 * lessons,
        }

    def read_back(self, path: Path, limits: Limits, *, strict: bool = False) -> ReadBack:
        """Read a package, ours or Studio's own export, from its blocks.  Raises InputError."""
        return read_package(path, limits, gate=strict)

    def package(self, draft: Draft, out: Path, ctx: Context) -> Written:
        """Render, pack, read back, compare, and only then let `out` appear.

        Raises RejectedError `package_differs`, InputError for a draft that isn't a course or whose
        stored files are damaged, and what `staged` says of the disk.
        """
        links = Links(draft.course.language, self._run or _own_run(draft.course))
        with staged(out) as stream, Players(draft, ctx) as players:
            packer = Packer(stream, ctx)
            kept = Kept(draft.assets(), ctx)
            renderer = Renderer(
                packer,
                links,
                players,
                kept,
                gate=draft.course.olx_gate,
                graded_as=default_format(draft.course),
            )
            render(arrange(draft.nodes()), renderer, ctx)
            add_around(draft, renderer, packer, links, players, kept)
            packed = packer.close()
            stream.flush()
            size = stream.seek(0, os.SEEK_CUR)
            stream.seek(0)
            rows = renderer.rows
            sha256 = verify(
                stream, packed, rows, lambda: self.outline(draft), ctx, foreign=bool(kept)
            )
        return Written(path=str(out), bytes=size, sha256=sha256)


def _own_run(course: Course) -> CourseRun | None:
    """The run that the package itself names, when its videos are bound to it."""
    return course_identity(course) if course.native_player else None
