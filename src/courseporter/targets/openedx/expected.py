"""What a package says the course must be on the site: its blocks, settings and files.

Read from the package itself, which is what is uploaded, whoever wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import cast

import msgspec
from lxml import etree

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.olx.package.facts import UnsafeXml, parse
from courseporter.formats.olx.package.members import package_files
from courseporter.targets.openedx.content import (
    NESTING,
    NOT_BLOCKS,
    Block,
    block_of,
    page_digest,
)

Settings = dict[str, object]
_DEPTH = 64
_IGNORED = re.compile(r"\._.*|\.DS_Store|.*~")  # the importer's ASSET_IGNORE_REGEX


class Expected(msgspec.Struct, kw_only=True):
    """A course to be compared with.  `assets` are the flat names of its files."""

    root: Block
    settings: Settings
    assets: frozenset[str]

    @property
    def title(self) -> str:
        """The title of the course."""
        return str(self.settings.get("display_name") or self.root.title or "")


class _Definition(msgspec.Struct, array_like=True):
    """One definition as read: its block, and children as pointers or as definitions."""

    block: Block
    children: list[str | _Definition] = []
    page: str = ""  # file of an html's body


def read_expected(path: Path, limits: Limits, tick: Callable[[], None] = lambda: None) -> Expected:
    """Read a package.  Raises InputError when it is unsafe or isn't a course."""
    reader = _Reader()
    for file in package_files(path, limits):
        tick()
        reader.add(file.path, file.read)
    return reader.course(path.name)


def flat_name(path: str) -> str:
    """The name under which the site keeps a file of `static/` (AssetLocator of opaque-keys)."""
    return re.sub(r"[^\w%.\-]", "_", path)


class _Reader:
    def __init__(self) -> None:
        self._pointer: tuple[int, str, etree._Element] | None = None
        self._definitions: dict[str, _Definition] = {}
        self._course: dict[str, dict[str, str]] = {}
        self._pages: dict[str, str] = {}
        self._policies: dict[str, bytes] = {}
        self._assets: dict[str, str] = {}

    def add(self, path: str, read: Callable[[], bytes] | None) -> None:
        parts = PurePosixPath(path)
        if read is None:
            return
        if parts.name == "course.xml" and self._higher(parts):
            self._pointer = (len(parts.parts), str(parts.parent), _parse(read(), path))
        elif parts.suffix == ".html" and "html" in parts.parts:
            self._pages[path] = page_digest(read().decode("utf-8", "replace"))
        elif parts.suffix == ".xml" and "static" not in parts.parts[:2]:
            self._define(path, read())
        elif parts.suffix == ".json" and "policies" in parts.parts:
            self._policies[path] = read()
        elif "static" in parts.parts[:2]:
            self._assets[path] = path

    def _higher(self, parts: PurePosixPath) -> bool:
        return self._pointer is None or len(parts.parts) < self._pointer[0]

    def _define(self, path: str, data: bytes) -> None:
        try:
            element = _parse(data, path)
        except InputError:
            return  # the block is lost on the site, too: the package's own check says so
        if element.tag == "course":
            self._course[path] = {str(k): str(v) for k, v in element.attrib.items()}
        self._definitions[path] = _definition(element, PurePosixPath(path).stem)

    def course(self, name: str) -> Expected:
        """The course from the top."""
        if self._pointer is None:
            raise InputError(
                _("“{name}” isn't an OLX course: it has no course.xml.", name=name),
                _("Choose a package that CoursePorter or Studio exported."),
                name,
                code="not_a_package",
            )
        _depth, folder, pointer = self._pointer
        top = "" if folder == "." else f"{folder}/"
        run = pointer.get("url_name") or ""
        definition = self._definitions.get(f"{top}course/{run}.xml") or _definition(pointer, run)
        settings: Settings = dict(self._course.get(f"{top}course/{run}.xml", {}))
        policy = _policy(self._policies.get(f"{top}policies/{run}/policy.json"))
        settings |= policy.get(f"course/{run}", {})
        root = self._resolve(definition, top, policy, 0)
        start = f"{top}static/"
        assets = frozenset(
            flat_name(path[len(start) :])
            for path in self._assets
            if path.startswith(start) and not _IGNORED.fullmatch(PurePosixPath(path).name)
        )
        return Expected(root=root, settings=settings, assets=assets)

    def _resolve(
        self, one: _Definition, top: str, policy: dict[str, Settings], depth: int
    ) -> Block:
        block = msgspec.structs.replace(one.block)
        if one.page:
            block.digest = self._pages.get(f"{top}html/{one.page}.html", "")
            block.digest = block.digest or self._pages.get(f"{top}html/{one.page}", "")
        fields = policy.get(block.key, {})
        block.title = str(fields["display_name"]) if "display_name" in fields else block.title
        block.hidden = bool(fields.get("visible_to_staff_only", block.hidden))
        found = (self._child(child, top) for child in one.children if depth < _DEPTH)
        block.children = [
            self._resolve(child, top, policy, depth + 1) for child in found if child is not None
        ]
        return block

    def _child(self, child: str | _Definition, top: str) -> _Definition | None:
        if not isinstance(child, str):
            return child
        tag, _slash, name = child.partition("/")
        found = self._definitions.get(f"{top}{tag}/{name.replace(':', '/')}.xml")
        if found is None:
            return _Definition(Block(type=tag, name=name))
        block = msgspec.structs.replace(found.block, name=name)
        return msgspec.structs.replace(found, block=block)


def _definition(element: etree._Element, name: str) -> _Definition:
    kind = str(element.tag)
    page = (element.get("filename") or "") if kind == "html" else ""
    made = _Definition(block_of(element, name, "" if page else None), page=page)
    if kind in NESTING:
        for child in element:
            if child.tag not in NOT_BLOCKS:
                made.children.append(_reference(child))
    return made


def _reference(child: etree._Element) -> str | _Definition:
    name = child.get("url_name") or ""
    if set(child.attrib) == {"url_name"} and not len(child) and not (child.text or "").strip():
        return f"{child.tag}/{name}"
    return _definition(child, name)


def _parse(data: bytes, path: str) -> etree._Element:
    try:
        return parse(data)
    except (ValueError, UnsafeXml) as error:
        raise InputError(
            _("“{path}” isn't well-formed XML.", path=path),
            _("Export the course again."),
            path,
            code="manifest_invalid",
        ) from error


def _policy(data: bytes | None) -> dict[str, Settings]:
    try:
        found: object = json.loads(data) if data else {}
    except ValueError:
        return {}
    entries = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {
        name: cast("Settings", value) for name, value in entries.items() if isinstance(value, dict)
    }
