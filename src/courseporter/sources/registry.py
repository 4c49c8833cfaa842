"""The sources there are, and which of them a place belongs to."""

from __future__ import annotations

from courseporter.errors import InputError, Message, _
from courseporter.formats.archive import describe
from courseporter.sources import Source
from courseporter.sources.csv_template import CsvSource
from courseporter.sources.olx import OlxSource
from courseporter.sources.place import Place
from courseporter.sources.scorm import ScormSource
from courseporter.sources.teachable import TeachableSource
from courseporter.sources.thinkific import ThinkificSource

SHOWN = 10  # names that a message lists
SOURCES: tuple[Source, ...] = (
    OlxSource(),
    ScormSource(),
    CsvSource(),
    TeachableSource(),
    ThinkificSource(),
)


def named(name: str) -> Source:
    """The source called `name`.  Raises InputError naming the ones there are."""
    for source in SOURCES:
        if source.name == name:
            return source
    names = ", ".join(source.name for source in SOURCES)
    raise InputError(
        _("There is no source “{name}”.", name=name),
        _("Sources: {names}.", names=names),
        code="usage",
    )


def known(name: str) -> Source | None:
    """The source called `name`; None for one of another version, which made a draft."""
    return next((source for source in SOURCES if source.name == name), None)


def detect(place: Place) -> Source:
    """The source that this place belongs to.  Raises InputError saying what the file is instead."""
    place.require()
    if place.kind != "connection":
        _refuse_bare_tables(place)
    refusal: InputError | None = None  # such as a broken archive, which another may not need
    for source in SOURCES:
        try:
            if place.kind in source.places and source.accepts(place):
                return source
        except InputError as error:
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    if place.kind == "connection":
        raise InputError(_("Courses can't be read from “{name}”.", name=place.name), code="usage")
    kind = describe(place.archive)
    raise InputError(
        _("“{name}” is {kind}; CoursePorter can't read that.", name=place.name, kind=kind)
        if kind
        else _no_course(place),
        _(
            "CoursePorter reads Open edX courses (with course.xml), SCORM packages (with "
            "imsmanifest.xml), and the CSV template (course.csv, sections.csv and lessons.csv)."
        ),
        place.name,
        code="manifest_missing" if kind is None else "not_a_package",
    )


def _no_course(place: Place) -> Message:
    """What the place contains instead; tables with other names are listed."""
    tables = [path for path in place.archive.members if path.casefold().endswith((".csv", ".tsv"))]
    if not tables:
        return _("“{name}” contains no course.", name=place.name)
    names = ", ".join(f"“{path}”" for path in tables[:SHOWN])
    return _(
        "“{name}” contains no course. Its tables have other names than the template's: {names}.",
        name=place.name,
        names=names + (", …" if len(tables) > SHOWN else ""),
    )


def _refuse_bare_tables(place: Place) -> None:
    if place.path.suffix.lower() in (".csv", ".tsv", ".txt") and place.path.is_file():
        raise InputError(
            _("“{name}” is a single table, not a course.", name=place.name),
            _(
                "A course is a ZIP of several tables. To see them, save the CSV template "
                "(courseporter template csv template.zip)."
            ),
            place.name,
            code="not_a_package",
        )
