"""Reads an uploaded package as the real importer does: strict about the course, and silently
losing what it cannot read below.
"""

from __future__ import annotations

import json
import re
import tarfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from lxml import etree

CONTAINERS = {"course", "chapter", "sequential", "vertical"}
POOLS = {"itembank", "library_content", "split_test", "conditional", "randomize", "wrapper"}
PURE = set(
    "openassessment done drag-and-drop-v2 poll survey lti_consumer discussion recommender edx_sga"
    " google-document google-calendar pdf staffgradedxblock".split()
)
ONCE = {"problem", "sequential", "video", "course", "chapter", "vertical", "poll_question"}
NAME = re.compile(r"[\w.\-]+")
IGNORED = re.compile(r"\._.*|\.DS_Store|.*~")
OPAQUE = ("wiki", "textbook", "license")
UNKNOWN = "Unknown error while importing course."


class ImportFailed(Exception):  # noqa: N818 - a state of the task
    def __init__(self, text: str, steps: int = 2, name: str = "Error") -> None:
        super().__init__(text)
        self.text, self.steps, self.name = text, steps, name


@dataclass
class Block:
    type: str
    name: str
    attributes: dict[str, str]
    body: str | None = None  # the page of an html block
    inner: list[etree._Element] = field(default_factory=list)
    text: str = ""
    children: list[Block] = field(default_factory=list)

    @property
    def title(self) -> str:
        given = self.attributes.get("display_name")
        if given is None:
            return {"html": "Text", "problem": "Blank Problem"}.get(
                self.type, self.name.replace("_", " ")
            )
        try:
            read = json.loads(given)
        except ValueError:
            return given
        return read if isinstance(read, str) else given

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Course:
    root: Block
    settings: dict[str, object]
    graders: list[dict[str, object]]
    assets: dict[str, bytes]
    tabs: dict[str, bytes]
    about: dict[str, str]


class Archive:
    """The members of a package below the folder that holds course.xml."""

    def __init__(self, path: Path) -> None:
        try:
            with tarfile.open(path) as tar:
                members = tar.getmembers()
                _refuse_unsafe(members)
                self.files = {
                    str(PurePosixPath(m.name)): tar.extractfile(m).read()
                    for m in members
                    if m.isfile()
                }
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise ImportFailed(UNKNOWN, 0) from error
        roots = [PurePosixPath(name).parent for name in self.files if _is_course(name)]
        if not roots:
            raise ImportFailed("Could not find the course.xml file in the package.", 1)
        top = min(roots, key=lambda root: len(root.parts))
        self._prefix = "" if str(top) == "." else f"{top}/"

    def get(self, path: str) -> bytes | None:
        return self.files.get(self._prefix + path)

    def below(self, folder: str) -> dict[str, bytes]:
        start = f"{self._prefix}{folder}/"
        return {
            name[len(start) :]: data for name, data in self.files.items() if name.startswith(start)
        }


def _is_course(name: str) -> bool:
    return PurePosixPath(name).name == "course.xml"


def _refuse_unsafe(members: list[tarfile.TarInfo]) -> None:
    for member in members:
        path = PurePosixPath(member.name)
        linked = PurePosixPath(member.linkname) if member.issym() or member.islnk() else path
        leaves = path.is_absolute() or ".." in path.parts or ".." in linked.parts
        if leaves or member.isdev() or linked.is_absolute():
            raise ImportFailed("Unsafe archive file. Aborting import.", 0)


def read_course(path: Path) -> Course:
    """What the site would hold after this package.  Raises ImportFailed."""
    archive = Archive(path)
    pointer = _parse(archive.get("course.xml"))
    if pointer is None:
        raise ImportFailed(UNKNOWN)
    root, run = _root(archive, pointer)
    policy = _policy(archive, run)
    loader = _Loader(archive, policy)
    settings = dict(root.attrib) | policy.get(f"course/{run}", {})
    _check_settings(settings)
    course = Block("course", "course", {"display_name": str(settings.get("display_name", run))})
    course.children = loader.children(root)
    static = {**archive.below("static_import"), **archive.below("static")}
    return Course(
        root=course,
        settings=settings,
        graders=_graders(archive, run),
        assets={flat(name): data for name, data in static.items() if not _ignored(name)},
        tabs=archive.below("tabs"),
        about={name: data.decode() for name, data in archive.below("about").items()},
    )


def _root(archive: Archive, pointer: etree._Element) -> tuple[etree._Element, str]:
    run = pointer.get("url_name", "")
    for name in ("course", "url_name"):
        if not NAME.fullmatch(pointer.get(name, "")):
            raise ImportFailed(UNKNOWN)
    if "org" not in pointer.attrib:
        return etree.Element("course"), run  # the pointer is not followed: an empty course
    if len(pointer.attrib) > 3 or len(pointer):
        return pointer, run
    root = _parse(archive.get(f"course/{run}.xml"))
    if root is None:
        raise ImportFailed(UNKNOWN)
    return root, run


def _policy(archive: Archive, run: str) -> dict[str, dict[str, object]]:
    data = archive.get(f"policies/{run}/policy.json")
    try:
        read = json.loads(data.decode()) if data else {}
    except ValueError:
        return {}
    if not isinstance(read, dict):
        raise ImportFailed(UNKNOWN)
    return read


def _check_settings(settings: dict[str, object]) -> None:
    for name in ("start", "end", "enrollment_start", "enrollment_end"):
        value = settings.get(name)
        if value is not None and not is_date(str(value)):
            raise ImportFailed(UNKNOWN)
    if not isinstance(settings.get("display_name", ""), str):
        raise ImportFailed(UNKNOWN)
    tabs = [tab for tab in settings.get("tabs") or [] if tab.get("type") != "course_info"]
    if tabs and tabs[0].get("type") != "courseware":
        raise ImportFailed(UNKNOWN)


def _graders(archive: Archive, run: str) -> list[dict[str, object]]:
    try:
        found = json.loads(archive.get(f"policies/{run}/grading_policy.json") or b"")
        return list(found["GRADER"])
    except (ValueError, KeyError, TypeError):
        parts = {"Homework": 0.15, "Lab": 0.15, "Midterm Exam": 0.3, "Final Exam": 0.4}
        return [{"type": name, "weight": weight} for name, weight in parts.items()]


class _Loader:
    def __init__(self, archive: Archive, policy: dict[str, dict[str, object]]) -> None:
        self._archive = archive
        self._policy = policy
        self._used: set[str] = set()

    def children(self, element: etree._Element) -> list[Block]:
        found = (self._child(child) for child in element if isinstance(child.tag, str))
        return [block for block in found if block is not None]

    def _child(self, child: etree._Element) -> Block | None:
        """The block, or None where the real loader logs an exception and goes on."""
        if child.tag in OPAQUE:
            return None
        name = child.get("url_name") or ""
        if not name:
            name = f"made{abs(hash(etree.tostring(child))):x}"[:20]
        if not NAME.fullmatch(name) or (child.tag in ONCE and f"{child.tag}/{name}" in self._used):
            return None
        self._used.add(f"{child.tag}/{name}")
        element = child
        if _is_pointer(child) and child.tag not in PURE:
            element = _parse(self._archive.get(f"{child.tag}/{name}.xml"))
            if element is None:
                return None
        return self._block(element, child.tag, name)

    def _block(self, element: etree._Element, tag: str, name: str) -> Block | None:
        attributes = dict(element.attrib) | {
            key: str(value) for key, value in self._policy.get(f"{tag}/{name}", {}).items()
        }
        attributes.pop("url_name", None)
        if not _sound(attributes):
            return None
        block = Block(tag, name, attributes, text=element.text or "")
        if tag in CONTAINERS or tag in POOLS:
            return self._container(block, element)
        if tag == "html":
            return self._page(block, element)
        block.inner = list(element)
        return block

    def _container(self, block: Block, element: etree._Element) -> Block | None:
        block.children = self.children(element)
        wanted = sum(isinstance(child.tag, str) for child in element)
        if block.type in POOLS and len(block.children) != wanted:
            return None  # a pool falls with any of its children
        return block

    def _page(self, block: Block, element: etree._Element) -> Block | None:
        filename = block.attributes.pop("filename", None)
        if filename is None:
            inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
            block.body = (element.text or "") + inner
            return block
        stem = f"html/{filename.replace(':', '/')}"
        data = self._archive.get(f"{stem}.html")
        data = self._archive.get(stem) if data is None else data
        try:
            block.body = None if data is None else data.decode()
        except UnicodeDecodeError:
            return None
        return None if data is None else block


def _is_pointer(element: etree._Element) -> bool:
    bare = not len(element) and not (element.text or "").strip()
    return bare and set(element.attrib) == {"url_name"}


def _sound(attributes: dict[str, str]) -> bool:
    for name in ("start", "due"):
        if attributes.get(name) and not is_date(attributes[name]):
            return False
    attempts = attributes.get("max_attempts", "")
    if attempts and not attempts.strip('"').lstrip("-").isdigit() and attempts != "null":
        return False
    sources = attributes.get("html5_sources")
    try:
        return sources is None or isinstance(json.loads(sources), list)
    except ValueError:
        return False


def is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip('"'))
    except ValueError:
        return False
    return True


def flat(name: str) -> str:
    """The asset's name below static/, as the site keeps it."""
    return re.sub(r"[^\w%.\-]", "_", name.replace("/", "_"))


def _ignored(name: str) -> bool:
    return IGNORED.fullmatch(PurePosixPath(name).name) is not None


def _parse(data: bytes | None) -> etree._Element | None:
    try:
        return None if data is None else etree.fromstring(data)
    except etree.XMLSyntaxError:
        return None
