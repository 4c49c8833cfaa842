"""An OLX package, read once and then asked: what is in it, in which order, and what is wrong with
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from courseporter.context import Limits
from courseporter.errors import Capped, Problem
from courseporter.formats.olx.attributes import read_text_attribute
from courseporter.formats.olx.package.course import course_problems, course_settings, policies_of
from courseporter.formats.olx.package.facts import Fault
from courseporter.formats.olx.package.gate import refused
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.members import backslashed_names, is_gzip, package_files
from courseporter.formats.olx.package.problems import problem
from courseporter.formats.olx.package.walk import Walk, WalkedBlock
from courseporter.model import Course, Entry, OutlineRow


class Package:
    """A package that was read.  `course`: what it says of itself, `policy`: the entries of its
    policy.json; every other question walks it from the top.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.policy = policies_of(index)
        self.course = _course(index, Walk(index).course().values, self.policy)
        self.assets = len(index.statics)

    def walk(self) -> Iterator[WalkedBlock]:
        """Everything in the order of the course, depth first.  Raises InputError on cycles and
        unsafe names.
        """
        return iter(Walk(self._index, self.policy))

    def rows(self) -> Iterator[OutlineRow]:
        """The outline."""
        for found in self.walk():
            yield from found.rows

    def entries(self) -> Iterator[Entry]:
        """The ledger: one entry per block, kind = its tag; a block that Open edX would lose has
        failed.
        """
        for found in self.walk():
            yield from found.entries

    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the course; at most a hundred of one kind one by one."""
        walk = Walk(self._index, self.policy)
        listed = Capped()
        for found in walk:
            also = refused(found.faults) if self._index.gate else ()
            listed.add(
                problem(
                    fault.code, found.title, fault.detail, key=found.key, where=_where(found, fault)
                )
                for fault in (*found.faults, *also)
            )
        return [*listed.problems(), *course_problems(self._index, walk, self.policy)]


def read_package(path: Path, limits: Limits, *, gate: bool = False) -> Package:
    """Read a .tar.gz, a ZIP or a folder; `gate`: look for what a site with OLX validation refuses,
    too.  Raises InputError that names the entry when it is unsafe or no course.
    """
    index = Index(path.name, gate=gate)
    for file in package_files(path, limits):
        if file.read is None:
            index.add_link(file.path, file.targets)
        elif index.wants(file.path, file.size):
            index.add(file.path, file.read())
        else:
            index.add_static(file.path, file.pieces)
    index.find_root()
    if path.is_file():
        index.backslashes = [] if is_gzip(path) else backslashed_names(path)
        index.bad_name = not path.name.endswith((".tar.gz", ".zip"))
    return Package(index)


def _course(index: Index, values: dict[str, str], policy: dict[str, object]) -> Course:
    """The course's own settings: policy.json overrules the course element."""
    run = values.get("url_name", "")
    title = read_text_attribute(values.get("display_name"))
    settings = {**values, "display_name": title, **course_settings(policy, run)}

    def text(name: str) -> str | None:
        value = settings.get(name)
        return value.strip('"') if isinstance(value, str) and value not in ("", "null") else None

    title = settings.get("display_name")
    return Course(
        key=".".join((values.get("org", ""), values.get("course", ""), run)),
        title=title if isinstance(title, str) and title else run or index.where,
        description=index.page("about/overview.html"),
        subtitle=index.page("about/short_description.html"),
        language=text("language"),
        cover=text("course_image"),
        org=values.get("org"),
        number=values.get("course"),
        run=run or None,
        start=text("start"),
        end=text("end"),
        enrollment_start=text("enrollment_start"),
        enrollment_end=text("enrollment_end"),
    )


def _where(found: WalkedBlock, fault: Fault) -> str:
    return fault.detail if fault.code == "definition_missing" else f"{found.name}.xml"
