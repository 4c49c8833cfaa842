"""The present state of a course as a package, so that publishing over it can be undone.

As far as the site's interfaces reach: outline, the OLX of each unit, settings, grading, and those
files that the new package is about to replace (all others stay anyway).  What can't be read is
named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import msgspec
from lxml import etree

from courseporter.disk.staging import staged
from courseporter.errors import Message, PorterError, _
from courseporter.formats.gzip_stream import GzipWriter
from courseporter.formats.tar import Stream, TarWriter
from courseporter.targets.openedx.content import POOLS, inner_html
from courseporter.targets.openedx.details import Details, read_details
from courseporter.targets.openedx.keys import CourseKey, parse_usage, portable
from courseporter.targets.openedx.runs import START, Run
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.tree import Item
from courseporter.targets.openedx.units import Export, Units, element_of

BIGGEST = 4 << 30  # bytes of one file
Tick = Callable[[int, int], None]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept: units, files, and what couldn't be read, in words."""

    units: int = 0
    files: int = 0
    missing: tuple[str, ...] = ()


class Keeper:
    """Writes one course as it is now."""

    def __init__(self, session: Session, key: CourseKey, run: Run, tick: Tick) -> None:
        self._session = session
        self._key = key
        self._run = run
        self._tick = tick
        self._missing: list[str] = []
        self._files = 0
        self._kept = 0

    def write(self, tree: Item, replaced: Collection[str], out: Path) -> Kept:
        """Write `out`; `replaced` are the names of files that are about to be overwritten."""
        details = read_details(self._session, self._key, self._run)
        if not details.complete:
            self._note(_("some course settings"))
        with staged(out) as stream:
            packed = GzipWriter(stream)
            tar = TarWriter(packed)
            self._tar = tar
            self._course(tree, details)
            self._units(tree)
            self._assets(replaced)
            tar.close()
            packed.close()
        return Kept(units=self._kept, files=self._files, missing=tuple(self._missing))

    def _note(self, what: Message) -> None:
        self._missing.append(str(what))

    def _add(self, name: str, data: bytes) -> None:
        self._tar.add(f"course/{name}".encode(), data)

    def _course(self, tree: Item, details: Details) -> None:
        for name, data in course_files(self._key, tree, details):
            self._add(name, data)

    def _units(self, tree: Item) -> None:
        units = [item for item in tree.walk() if item.category == "vertical"]
        reader = Units(self._session)
        for number, unit in enumerate(units, 1):
            self._tick(number, len(units))
            exported = reader.export(unit.id)
            files = unit_files(unit, exported) if exported else None
            if files is None:
                self._note(_("the unit “{title}”", title=unit.display_name))
                files = [_container(unit, ())]
            else:
                self._kept += 1
            for name, data in files:
                self._add(name, data)

    def _assets(self, replaced: Collection[str]) -> None:
        with TemporaryDirectory(prefix="courseporter-") as folder:
            for number, name in enumerate(sorted(replaced), 1):
                self._tick(number, len(replaced))
                path = Path(folder) / "file"
                try:
                    address = self._session.site.studio_url + self._key.asset(name)
                    got = self._session.studio.download(address, path, cap=BIGGEST)
                except PorterError as error:
                    if error.code == "remote_missing":
                        continue  # there is none of that name to be replaced
                    self._note(_("the file {name}", name=name))
                    continue
                with got.path.open("rb") as stream:
                    source = cast("Stream", stream)
                    self._tar.add_stream(f"course/static/{name}".encode(), got.size, source)
                self._files += 1


def course_files(key: CourseKey, tree: Item | None, details: Details) -> list[tuple[str, bytes]]:
    """Everything but units and files: course, sections, lessons, policies, about pages.

    Without a tree, an empty course.
    """
    pointer = f'<course url_name="{key.run}" org="{key.org}" course="{key.number}"/>\n'
    sections = tree.children if tree else ()
    root = etree.Element("course", display_name=details.title)
    for section in sections:
        etree.SubElement(root, section.category, url_name=parse_usage(section.id)[1])
    files = [
        ("course.xml", pointer.encode()),
        (f"course/{key.run}.xml", _xml(root)),
        (f"policies/{key.run}/policy.json", _policy(key, details)),
    ]
    if details.graders is not None:
        grading = {"GRADER": details.graders, "GRADE_CUTOFFS": details.cutoffs or {"Pass": 0.5}}
        files.append((f"policies/{key.run}/grading_policy.json", json.dumps(grading).encode()))
    files += [(f"about/{name}.html", text.encode()) for name, text in details.about.items()]
    for section in sections:
        files.append(_container(section, section.children))
        files += [
            _container(lesson, lesson.children)
            for lesson in section.children
            if lesson.category == "sequential"
        ]
    return files


def _policy(key: CourseKey, details: Details) -> bytes:
    settings = {"start": START} | details.settings | {"display_name": details.title}
    return json.dumps({f"course/{key.run}": settings}, ensure_ascii=False).encode()


def _container(item: Item, children: Collection[Item]) -> tuple[str, bytes]:
    """The file of a section, lesson or unit."""
    kind, name = parse_usage(item.id)
    element = etree.Element(kind, display_name=item.display_name)
    if item.hidden:
        element.set("visible_to_staff_only", "true")
    if item.graded:
        element.set("graded", "true")
    for attribute, value in (("format", item.format), ("due", item.due), ("start", item.start)):
        if value and kind != "vertical":
            element.set(attribute, value)
    for child in children:
        tag, child_name = parse_usage(child.id)
        etree.SubElement(element, tag, url_name=child_name)
    return f"{kind}/{name}.xml", _xml(element)


def unit_files(unit: Item, exported: Export) -> list[tuple[str, bytes]] | None:
    """The unit as files: pages on their own, all other blocks inside; None when it's unreadable."""
    root = exported.blocks.get(exported.root_block_id)
    element = element_of(root.olx) if root else None
    if element is None:
        return None
    ids = [one for one in exported.blocks if one != exported.root_block_id]
    pages: list[tuple[str, bytes]] = []
    _name_blocks(element, ids, exported, pages)
    if ids:
        return None  # a block that isn't where it was expected
    if unit.hidden:
        element.set("visible_to_staff_only", "true")
    return [(f"vertical/{parse_usage(unit.id)[1]}.xml", _xml(element)), *pages]


def _name_blocks(
    element: etree._Element,
    ids: list[str],
    exported: Export,
    pages: list[tuple[str, bytes]],
) -> None:
    """Give each block its own name again, and each page a file."""
    for child in list(element):
        if not ids or parse_usage(ids[0])[0] != child.tag:
            continue
        usage = ids.pop(0)
        name = parse_usage(usage)[1]
        if child.tag == "html":
            pages += _page(child, name)
            pointer = etree.Element("html", url_name=name)
            pointer.tail = child.tail
            element.replace(child, pointer)
            continue
        child.set("url_name", name)
        if child.tag in POOLS:
            _name_blocks(child, ids, exported, pages)


def _page(element: etree._Element, name: str) -> list[tuple[str, bytes]]:
    body = portable(inner_html(element)).replace("]]&gt;", "]]>")
    definition = etree.Element("html", filename=name)
    for attribute, value in element.attrib.items():
        definition.set(attribute, value)
    return [(f"html/{name}.xml", _xml(definition)), (f"html/{name}.html", body.encode())]


def _xml(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8")
