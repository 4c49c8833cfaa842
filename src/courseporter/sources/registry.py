"""The sources there are, and which of them a place belongs to."""

from __future__ import annotations

from courseporter.errors import InputError, _
from courseporter.formats.archive import describe
from courseporter.sources import Source
from courseporter.sources.csv_template import CsvSource
from courseporter.sources.place import Place
from courseporter.sources.scorm import ScormSource
from courseporter.sources.teachable import TeachableSource

SOURCES: tuple[Source, ...] = (ScormSource(), CsvSource(), TeachableSource())


def named(name: str) -> Source:
    """The source called `name`.  Raises InputError naming the ones there are."""
    for source in SOURCES:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in SOURCES)
    raise InputError(f"There is no source called “{name}”.", f"Sources: {known}.", code="usage")


def detect(place: Place) -> Source:
    """The source that this place belongs to.  Raises InputError saying what the file is instead."""
    place.require()
    if place.kind != "connection":
        _refuse_bare_tables(place)
    for source in SOURCES:
        if place.kind in source.places and source.accepts(place):
            return source
    if place.kind == "connection":
        raise InputError(_("Courses can't be read from “{name}”.", name=place.name), code="usage")
    kind = describe(place.archive)
    raise InputError(
        f"“{place.name}” is {kind}; CoursePorter cannot read that."
        if kind
        else f"“{place.name}” holds no course.",
        "CoursePorter reads SCORM packages (with imsmanifest.xml) and the CSV template "
        "(with course.csv).",
        place.name,
        code="manifest_missing" if kind is None else "not_a_package",
    )


def _refuse_bare_tables(place: Place) -> None:
    if place.path.suffix.lower() in (".csv", ".tsv", ".txt") and place.path.is_file():
        raise InputError(
            f"“{place.name}” is a single table, not a course.",
            "A course is a ZIP of several tables. Save the CSV template to see them "
            "(courseporter template csv template.zip).",
            place.name,
            code="not_a_package",
        )
