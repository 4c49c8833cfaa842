"""Everything a package holds, as facts by path: filled file by file in any order, asked afterwards
in course order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from courseporter.errors import InputError
from courseporter.formats.olx.pages import PAGE_TYPES, launch_address, page_class
from courseporter.formats.olx_package.facts import (
    Facts,
    Fault,
    UnsafeXml,
    facts_of,
    pack,
    parse,
    unpack,
)
from courseporter.formats.olx_package.html_rules import html_faults
from courseporter.formats.olx_package.plain_facts import place_facts, problem_facts
from courseporter.formats.olx_package.players import Players
from courseporter.formats.scorm_player.names import PREFIX, needed_beside

MOST_BLOCK = 16 << 20  # bytes: Open edX keeps a block in one document of its database
_STATIC = re.compile(rb"""/static/([^"'<>?#]+)""")  # begins with letters, which is quick to find
_NOT_IN_NAMES = re.compile(r"[^\w.%-]")
_IGNORED_STATIC = re.compile(r"\._|\.DS_Store$|.*~$")
_UNPARSED = ("assets/assets.xml",)
_KEPT = ("about/overview.html", "about/short_description.html")


def static_name(path: str) -> str:
    """The name under which Studio stores `static/<path>`: slashes and odd characters become `_`."""
    return _NOT_IN_NAMES.sub("_", path) if _NOT_IN_NAMES.search(path) else path


class Body(msgspec.Struct, array_like=True):
    """What the page of an html block says: the type it shows, its faults, and for a lesson of a
    package the launch address.
    """

    type: str
    faults: list[Fault] = []
    href: str | None = None


_body_encoder = msgspec.msgpack.Encoder()
_body_decoder = msgspec.msgpack.Decoder(Body)
_PLAIN_BODIES: dict[str, bytes] = {}
_PLACES = (b"<sequential ", b"<chapter ")  # no packed facts begin with “<”


class Index:
    """Facts by path.  `rules`: look for faults as well (not needed for what was just written)."""

    def __init__(self, where: str, *, rules: bool = True) -> None:
        self.where = where
        self.rules = rules
        self.root = ""
        self.files: dict[str, bytes] = {}
        self.bodies: dict[str, bytes] = {}
        self.policies: dict[str, bytes] = {}
        self.pages: dict[str, bytes] = {}
        self.statics: set[str] = set()
        self.clashes: list[str] = []
        self.referenced: dict[str, str] = {}  # static name → path of the file that refers to it
        self.players = Players()
        self.links = 0
        self.drafts = 0

    def wants(self, path: str, size: int) -> bool:
        """Whether the bytes of this file must be read.  Raises InputError when a block is too large
        to be one.
        """
        if "static/" in path and ("/static/" in path or path.startswith("static/")):
            return False
        wanted = path.endswith((".xml", ".html", ".json"))
        if wanted and size > MOST_BLOCK and not path.endswith(".html"):
            raise InputError(
                f"The file {path} of {self.where} has {size >> 20} MiB: too much for one block.",
                "Open edX keeps a block in at most 16 MB.",
                path,
                code="too_large",
            )
        return wanted

    def add(self, path: str, data: bytes | None) -> None:
        """Take a file; `data` is None for those that are not wanted."""
        if data is None:
            self._unread(path)
        elif path.endswith(".html"):
            self._page(path, data)
        elif path.endswith(".json"):
            self.policies[path] = data
        elif "drafts/" in path:
            self.drafts += "drafts/vertical/" in path
        elif not path.endswith(_UNPARSED):
            self.files[path] = self._xml(path, data)

    def add_static(self, path: str, pieces: Callable[[], Iterable[bytes]]) -> None:
        """Take a file that is not wanted; of the files of players the bytes are looked at."""
        self._unread(path)
        folder, _, name = path.rpartition("/")
        if name.startswith(PREFIX) and folder.endswith("static"):
            self.players.add(name, pieces())

    def _unread(self, path: str) -> None:
        before, mark, inside = ("/" + path).partition("/static/")
        if not mark:
            return
        if _IGNORED_STATIC.match(inside.rpartition("/")[2]):
            return
        name = static_name(inside)
        if name in self.statics:
            self.clashes.append(before[1:] + mark[1:] + inside)
        self.statics.add(name)

    def _page(self, path: str, data: bytes) -> None:
        if b"/static/" in data:
            self._references(path, data)
        if "html/" in path:
            self.bodies[path] = self._body(data)
        else:
            self.pages[path] = data if path.endswith(_KEPT) else b""

    def _body(self, data: bytes) -> bytes:
        kind = _type_of_page(data)
        href = launch_address(data) if kind == "package" else None
        if not self.rules:
            return _plain_body(kind) if href is None else _body_encoder.encode(Body(kind, [], href))
        try:
            faults = [Fault(*found) for found in html_faults(data.decode())]
        except UnicodeDecodeError:
            faults = [Fault("not_utf8")]
        if not faults and href is None:
            return _plain_body(kind)
        return _body_encoder.encode(Body(kind, faults, href))

    def _xml(self, path: str, data: bytes) -> bytes:
        """What is kept of a definition: its facts, or itself when reading it can wait."""
        if b"/static/" in data:
            self._references(path, data)
        if not self.rules:
            if data.startswith(_PLACES):
                return data
            if data.startswith(b"<problem") and (plain := problem_facts(data)) is not None:
                return pack(plain)
        return pack(self._facts(path, data))

    def _facts(self, path: str, data: bytes) -> Facts:
        try:
            return facts_of(parse(data), rules=self.rules)
        except UnsafeXml:
            raise InputError(
                f"The file {path} declares entities, which could read files or exhaust memory.",
                "A course needs no entities. Export it again.",
                path,
                code="manifest_unsafe",
            ) from None
        except ValueError as error:
            code = "not_utf8" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "definition_malformed"
            return Facts("", faults=[Fault(code, str(error))])

    def _references(self, path: str, data: bytes) -> None:
        for found in _STATIC.finditer(data):
            start = found.start()
            if start and data[start - 1] in b"\"'":
                name = found[1].decode("utf-8", "replace")
                self.referenced.setdefault(static_name(name), path)

    # ---- asked afterwards

    def find_root(self) -> str:
        """Set and return the folder of course.xml (with its slash).  Raises InputError when there
        is none.
        """
        roots = [
            path for path in self.files if path == "course.xml" or path.endswith("/course.xml")
        ]
        if not roots:
            raise InputError(
                f"{self.where} has no course.xml, so it is no OLX package.",
                "In Studio: Tools → Export, then choose the file that is downloaded.",
                self.where,
                code="manifest_missing",
            )
        self.root = min(roots, key=lambda path: (path.count("/"), path)).removesuffix("course.xml")
        return self.root

    def definition_at(self, path: str) -> Facts:
        """The facts of a file that is there."""
        kept = self.files[path]
        if not kept.startswith(b"<"):
            return unpack(kept)
        return place_facts(kept) or self._facts(path, kept)

    def definition(self, tag: str, name: str) -> Facts | None:
        """What the pointer leads to, None when the file is not there."""
        path = f"{self.root}{tag}/{name.replace(':', '/')}.xml"
        return self.definition_at(path) if path in self.files else None

    def body(self, filename: str) -> Body | None:
        """The page of an html block, None when the file is not there."""
        packed = self.bodies.get(f"{self.root}html/{filename}.html")
        return None if packed is None else _body_decoder.decode(packed)

    def run(self) -> str:
        """The run that course.xml names, which is also the folder of the policies."""
        return self.definition_at(self.root + "course.xml").values.get("url_name", "")

    def page(self, path: str) -> str | None:
        """An about page as text."""
        data = self.pages.get(self.root + path)
        return data.decode("utf-8", "replace") if data else None

    def definitions(self) -> int:
        """How many files define blocks, the course itself left out."""
        below = len(self.root)
        return sum(
            path.count("/", below) > 0 and not path.startswith("course/", below)
            for path in self.files
        )

    def missing_statics(self) -> dict[str, str]:
        """Static files that pages refer to and that are not there, each with the first file that
        does.  The player of a SCORM lesson needs files that no page names.
        """
        statics = self.statics
        missing = {name: path for name, path in self.referenced.items() if name not in statics}
        for name, path in self.referenced.items():
            if name.startswith(PREFIX):
                lost = (one for one in needed_beside(name) if one not in statics)
                missing |= dict.fromkeys(lost, path)
        return missing


def _type_of_page(data: bytes) -> str:
    found = page_class(data.decode("utf-8", "replace")) if b"cp-" in data else None
    return PAGE_TYPES[found] if found else "text"


def _plain_body(kind: str) -> bytes:
    """Nearly all pages are of a few types and without faults: they share their bytes."""
    if kind not in _PLAIN_BODIES:
        _PLAIN_BODIES[kind] = _body_encoder.encode(Body(kind))
    return _PLAIN_BODIES[kind]
