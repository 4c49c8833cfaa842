"""SCORM packages written by hand, and a place to read them without store or job."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from courseporter.context import Limits
from courseporter.errors import InputError, Problem
from courseporter.model import Asset, Course, Entry, Node
from courseporter.sources import Chunk, CourseRef
from courseporter.sources.place import Place
from courseporter.sources.scorm import ScormSource
from fakes.zips import write, zip_of

V12 = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
)
V2004 = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)


def item(identifier: str, inside: str = "", *, title: str | None = None, **attributes: str) -> str:
    """An item; `ref` is short for identifierref, what is inside comes after the title."""
    ref = attributes.pop("ref", None)
    words = f' identifierref="{ref}"' if ref else ""
    words += "".join(f' {name}="{value}"' for name, value in attributes.items())
    shown = identifier if title is None else title
    return f'<item identifier="{identifier}"{words}><title>{shown}</title>{inside}</item>'


def resource(identifier: str, href: str, inside: str = "", **attributes: str) -> str:
    """A resource that launches `href` and declares it as a file."""
    words = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return (
        f'<resource identifier="{identifier}" type="webcontent" adlcp:scormtype="sco" '
        f'href="{href}"{words}><file href="{href}"/>{inside}</resource>'
    )


def manifest(
    items: str = item("I1", ref="R1", title="Lesson one"),
    resources: str = resource("R1", "index.html"),
    *,
    body: str | None = None,
    version: str | None = "1.2",
    namespaces: str = V12,
    metadata: str = "",
    attributes: str = "",
    default: str = "ORG",
    title: str = "Test course",
) -> str:
    """A manifest with one organization, or with `body` in its place."""
    said = f"<schema>ADL SCORM</schema><schemaversion>{version}</schemaversion>" if version else ""
    organization = (
        f'<organizations default="{default}"><organization identifier="ORG">'
        f"<title>{title}</title>{items}</organization></organizations>"
    )
    inside = organization if body is None else body
    if body is None or "<resources" not in body:
        inside += f"<resources>{resources}</resources>"
    return (
        f'<?xml version="1.0"?><manifest identifier="M1" {namespaces}{attributes}>'
        f"<metadata>{said}{metadata}</metadata>{inside}</manifest>"
    )


def package(folder: Path, text: str, *names: str, **files: str) -> Path:
    """A ZIP with this manifest, index.html, and files called `names`."""
    pages = dict.fromkeys(("index.html", *names), "<p>page</p>")
    return write(folder, zip_of({"imsmanifest.xml": text, **pages, **files}))


class Desk:
    """A `Context` that measures assets and remembers what was asked of it."""

    def __init__(self, scratch: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.scratch = scratch
        self.kept: dict[str, bytes] = {}
        self.ticks: list[str] = []

    def asset(self, path, stream) -> Asset:
        data = stream.read()
        self.kept[path] = data
        return Asset(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))

    def open_asset(self, sha256):
        raise NotImplementedError

    def tick(self, done, total, unit) -> None:
        self.ticks.append(unit)


class Reading(NamedTuple):
    """Everything that one reading gave."""

    refs: list[CourseRef]
    chunks: list[Chunk]
    course: Course
    nodes: list[Node]
    entries: list[Entry]
    problems: dict[str, Problem]
    kept: dict[str, bytes]

    @property
    def tree(self) -> list[tuple[str, str]]:
        """(kind, title) of every node; blocks by the kind of what they hold."""
        return [
            (type(node.block).__name__.lower() if node.block else node.kind, node.title)
            for node in self.nodes
        ]


def read(path: Path, *, course: int = 0, cursor=None, scorm: str | None = None) -> Reading:
    """Read the course number `course`.  Raises InputError as the source does."""
    source, desk = ScormSource(), Desk(path.parent)
    place = Place(path, desk.limits, {"scorm": scorm} if scorm else None)
    try:
        if not source.accepts(place):
            raise InputError("not accepted")
        refs = list(source.courses(place, desk))
        chunks = list(source.read(place, refs[course], cursor, desk))
    finally:
        place.close()
    found = [problem for chunk in chunks for problem in chunk.problems]
    problems = {problem.code: problem for problem in found}
    assert len(problems) == len(found), "a problem was told twice"
    return Reading(
        refs,
        chunks,
        next((chunk.course for chunk in chunks if chunk.course), Course(key="-", title="-")),
        [node for chunk in chunks for node in chunk.nodes],
        [entry for chunk in chunks for entry in chunk.entries],
        problems,
        desk.kept,
    )
