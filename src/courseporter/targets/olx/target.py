"""The target `olx`: a course as an OLX package (.tar.gz) that Open edX imports completely."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from courseporter.context import Context
from courseporter.disk.staging import staged
from courseporter.errors import Problem
from courseporter.formats.olx import Links
from courseporter.formats.olx.links import CourseRun
from courseporter.model import Course, OutlineRow
from courseporter.targets import Draft, Target, Written
from courseporter.targets.olx.arrange import arrange
from courseporter.targets.olx.check import Checker, check
from courseporter.targets.olx.identity import course_identity
from courseporter.targets.olx.outline import outline
from courseporter.targets.olx.pack import Packer
from courseporter.targets.olx.players import Players
from courseporter.targets.olx.render import Renderer, add_around, render
from courseporter.targets.olx.verify import verify


class OlxTarget(Target):
    """OLX as Studio exports and imports it, one folder `course/`, byte for byte repeatable."""

    name: ClassVar[str] = "olx"
    title: ClassVar[str] = "Open edX package (OLX)"

    def __init__(self, run: CourseRun | None = None) -> None:
        """`run`: the course run that will hold the package, when it's known.  Its video files then
        use Open edX's own player.
        """
        self._run = run

    def outline(self, draft: Draft) -> Iterator[OutlineRow]:
        """The course as it will be written, depth first, streamed."""
        return outline(arrange(draft.nodes(pages=False)))

    def check(self, draft: Draft) -> Iterable[Problem]:
        """What is wrong with the draft, before anything is written; in document order."""
        return check(draft)

    def checker(self) -> Checker:
        """The same for a draft that is just being read, so that it need not be read once more."""
        return Checker()

    def write(self, draft: Draft, out: Path, ctx: Context) -> Written:
        """Render, pack, read back, compare, and only then let `out` appear.

        Raises RejectedError `package_differs`, InputError for a draft that is no course or whose
        stored files are
        damaged, and what `staged` says of the disk.
        """
        links = Links(draft.course.language, self._run or _own_run(draft.course))
        with staged(out) as stream, Players(draft, ctx) as players:
            packer = Packer(stream, ctx)
            renderer = Renderer(packer, links, players, gate=draft.course.olx_gate)
            render(arrange(draft.nodes()), renderer, ctx)
            add_around(draft, renderer, packer, links, players)
            packed = packer.close()
            stream.flush()
            size = stream.seek(0, os.SEEK_CUR)
            stream.seek(0)
            sha256 = verify(stream, packed, renderer.rows, lambda: self.outline(draft), ctx)
        return Written(path=str(out), bytes=size, sha256=sha256)


def _own_run(course: Course) -> CourseRun | None:
    """The run that the package itself names, when its videos are bound to it."""
    return course_identity(course) if course.native_player else None
