"""The source `olx`: a package is indexed in one pass, then its blocks come in course order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from courseporter.context import Context
from courseporter.errors import InputError, Phrase, _
from courseporter.formats.gzip_stream import GzipReader
from courseporter.formats.olx.package.members import is_gzip
from courseporter.formats.tar import TarReader
from courseporter.sources import Chunk, CourseRef, Cursor, Source
from courseporter.sources.olx.material import Material
from courseporter.sources.olx.reading import Reading
from courseporter.sources.place import Place

_LOOKED_AT = 2000  # entries of an archive without a telling name
_NAMES = (".tar.gz", ".tgz")


class OlxSource(Source):
    """A course of Open edX (.tar.gz, ZIP or folder)."""

    name: ClassVar[str] = "olx"
    title: ClassVar[str] = "Open edX course (OLX)"
    label: ClassVar[str] = "Open edX"
    extensions: ClassVar[tuple[str, ...]] = (".tar.gz", ".tgz", ".zip")
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners, their answers, and discussion posts: an export contains none."),
    )
    parts: ClassVar[Mapping[str, float]] = {"files": 1, "lessons": 2}

    def accepts(self, place: Place) -> bool:
        """A tar.gz by its name or its entries; a ZIP or folder with course.xml."""
        if place.path.is_file() and is_gzip(place.path):
            return place.path.name.lower().endswith(_NAMES) or _has_course(place)
        if place.path.is_file() and not place.path.name.lower().endswith(".zip"):
            return False
        return any(
            path == "course.xml" or path.endswith("/course.xml") for path in place.archive.members
        )

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:
        """The one course of the package.  Raises InputError."""
        with Material(place.path, ctx, pages=False) as material:
            course = material.package.course
            yield CourseRef(source=self.name, version=None, key=course.key, title=course.title)

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:  # noqa: ARG002
        """Files first, then the blocks in course order.  Raises InputError."""
        if cursor and cursor.get("end"):
            return
        there = int(cursor["assets"]) if cursor else 0
        with Material(place.path, ctx, keep_from=there) as material:
            yield from Reading(material, ctx).chunks(cursor)


def _has_course(place: Place) -> bool:
    """Whether course.xml is among the first entries."""
    try:
        with place.path.open("rb") as stream:
            tar = TarReader(GzipReader(stream, place.name), place.name)
            for count, member in enumerate(tar):
                if member.name == "course.xml" or member.name.endswith("/course.xml"):
                    return True
                if count > _LOOKED_AT:
                    break
    except InputError:
        return False
    return False
