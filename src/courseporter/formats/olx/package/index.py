"""Everything a package holds, as facts by path: filled file by file in any order, asked afterwards
in course order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain

import msgspec

from courseporter.errors import InputError, _
from courseporter.formats.captions import unread_cue
from courseporter.formats.olx.package.facts import (
    Facts,
    Fault,
    UnsafeXml,
    facts_of,
    pack,
    parse,
    unpack,
)
from courseporter.formats.olx.package.gate import gate_faults
from courseporter.formats.olx.package.html_rules import html_faults
from courseporter.formats.olx.package.json_files import nested_too_deep
from courseporter.formats.olx.package.plain_facts import place_facts, problem_facts
from courseporter.formats.olx.package.players import Players
from courseporter.formats.olx.package.references import LARGEST_PAGE, References, static_name
from courseporter.formats.olx.pages import PAGE_TYPES, launch_address, page_class
from courseporter.formats.scorm_player.names import PREFIX, needed_beside

MAX_BLOCK = 16 << 20  # bytes: Open edX keeps a block in one document of its database
_IGNORED_STATIC = re.compile(r"\._|\.DS_Store$|.*~$")
_UNPARSED = ("assets/assets.xml",)
_KEPT = ("about/overview.html", "about/short_description.html")


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
    """Facts by path.  `rules`: look for faults as well (not needed for what was just written),
    `gate`: those of sites with OLX validation, too.
    """

    def __init__(self, where: str, *, rules: bool = True, gate: bool = False) -> None:
        self.where = where
        self.rules = rules
        self.gate = gate
        self.root = ""
        self.files: dict[str, bytes] = {}
        self.bodies: dict[str, bytes] = {}
        self.policies: dict[str, bytes] = {}
        self.pages: dict[str, bytes] = {}
        self.statics: set[str] = set()
        self.clashes: list[str] = []
        self.references = References()
        self.players = Players()
        self.links: list[tuple[str, tuple[str, ...]]] = []  # path and possible targets
        self.backslashes: list[str] = []
        self.foreign: list[str] = []  # pages that aren't UTF-8
        self.captions: dict[str, str] = {}  # static name → the line that the platform can't read
        self.bad_name = False  # of the archive
        self.drafts = 0

    def wants(self, path: str, size: int) -> bool:
        """Whether the bytes of this file must be read.  Raises InputError when a block is too large
        to be one.
        """
        if "static/" in path and ("/static/" in path or path.startswith("static/")):
            return False
        wanted = path.endswith((".xml", ".html", ".json"))
        if wanted and size > MAX_BLOCK and not path.endswith(".html"):
            raise InputError(
                _(
                    "The file {path} in {where} is {size} MB, too large for one block.",
                    path=path,
                    where=self.where,
                    size=size >> 20,
                ),
                _("Open edX stores at most 16 MB per block."),
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
        elif self.rules and name.lower().endswith((".html", ".htm", ".css")):
            self._static_page(path, pieces())
        elif self.rules and name.lower().endswith(".srt"):
            data = b"".join(pieces())
            if len(data) <= LARGEST_PAGE and (line := unread_cue(data)) is not None:
                self.captions[static_name(("/" + path).partition("/static/")[2])] = line

    def _static_page(self, path: str, pieces: Iterable[bytes]) -> None:
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > LARGEST_PAGE:
                return
        inside = ("/" + path).partition("/static/")[2]
        self.references.add_static_page(inside, bytes(data))

    def add_link(self, path: str, targets: tuple[str, ...]) -> None:
        """Take a symbolic or hard link: Studio follows it, so in static/ it is a file."""
        self.links.append((path, targets))
        self._unread(path)

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
        self.references.add(path, data, rules=self.rules)
        if "html/" in path:
            self.bodies[path] = self._body(data)
        else:
            self.pages[path] = data if path.endswith(_KEPT) else b""
            if self.rules and not is_utf8(data):
                self.foreign.append(path)

    def _body(self, data: bytes) -> bytes:
        kind = _type_of_page(data)
        href = launch_address(data) if kind == "package" else None
        if not self.rules:
            return _plain_body(kind) if href is None else _body_encoder.encode(Body(kind, [], href))
        try:
            html = data.decode()
            faults = [Fault(*found) for found in html_faults(html)]
            if self.gate:
                faults += [Fault("gate_refused", detail) for detail in gate_faults(html)]
        except UnicodeDecodeError:
            faults = [Fault("not_utf8")]
        if not faults and href is None:
            return _plain_body(kind)
        return _body_encoder.encode(Body(kind, faults, href))

    def _xml(self, path: str, data: bytes) -> bytes:
        """What is kept of a definition: its facts, or itself when reading it can wait."""
        self.references.add(path, data, rules=self.rules)
        if not self.rules:
            if data.startswith(_PLACES):
                return data
            if data.startswith(b"<problem") and (plain := problem_facts(data)) is not None:
                return pack(plain)
        return pack(self._facts(path, data))

    def _facts(self, path: str, data: bytes) -> Facts:
        """Studio opens every file as UTF-8, whatever its declaration says."""
        try:
            data.decode()
        except UnicodeDecodeError:
            return Facts("", faults=[Fault("not_utf8", path)])
        try:
            return facts_of(parse(data), rules=self.rules)
        except UnsafeXml:
            raise InputError(
                _(
                    "The file {path} declares entities, which could read files or exhaust memory.",
                    path=path,
                ),
                _("Courses don't need entities. Export the course again."),
                path,
                code="manifest_unsafe",
            ) from None
        except RecursionError:
            raise nested_too_deep(path) from None
        except ValueError as error:
            return Facts("", faults=[Fault("definition_malformed", str(error))])

    # ---- asked afterwards

    def has(self, path: str) -> bool:
        """Whether a file of this path was taken."""
        if any(path in kept for kept in (self.files, self.bodies, self.policies, self.pages)):
            return True
        inside = ("/" + path).partition("/static/")[2]
        return bool(inside) and static_name(inside) in self.statics

    def find_root(self) -> str:
        """Set and return the folder of course.xml (with its slash).  Raises InputError when there
        is none.
        """
        roots = [
            path for path in self.files if path == "course.xml" or path.endswith("/course.xml")
        ]
        if not roots:
            raise InputError(
                _("{where} has no course.xml, so it isn't an OLX package.", where=self.where),
                _("In Studio, choose Tools → Export Course and use the downloaded file."),
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
        """What the pointer leads to, None when the file does not exist."""
        path = f"{self.root}{tag}/{name.replace(':', '/')}.xml"
        return self.definition_at(path) if path in self.files else None

    def body(self, filename: str) -> Body | None:
        """The page of an html block, None when its file is missing.

        Older files are named with their ending (xmodule/html_block.py, `backcompat_paths`).
        """
        folder = f"{self.root}html/{filename}"
        packed = self.bodies.get(f"{folder}.html")
        if packed is None and filename.endswith(".html"):
            packed = self.bodies.get(folder)
        return None if packed is None else _body_decoder.decode(packed)

    def run(self) -> str:
        """The run that course.xml names, which is also the folder of the policies."""
        return self.definition_at(self.root + "course.xml").values.get("url_name", "")

    def page(self, path: str) -> str | None:
        """An about page as text."""
        data = self.pages.get(self.root + path)
        return data.decode("utf-8", "replace") if data else None

    def definitions(self) -> int:
        """How many files define blocks, without the course itself."""
        below = len(self.root)
        return sum(
            path.count("/", below) > 0 and not path.startswith("course/", below)
            for path in self.files
        )

    def missing_statics(self, also: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
        """Static files that pages, or `also` (names and paths), refer to and that are missing, each
        with the first file that does.  The player of a SCORM lesson needs files that no page names.
        """
        statics = self.statics
        referenced = self.references.statics
        missing = {
            name: path for name, path in chain(referenced.items(), also) if name not in statics
        }
        for name, path in referenced.items():
            if name.startswith(PREFIX):
                lost = (one for one in needed_beside(name) if one not in statics)
                missing |= dict.fromkeys(lost, path)
        return missing


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _type_of_page(data: bytes) -> str:
    found = page_class(data.decode("utf-8", "replace")) if b"cp-" in data else None
    return PAGE_TYPES[found] if found else "text"


def _plain_body(kind: str) -> bytes:
    """Nearly all pages are of a few types and without faults: they share their bytes."""
    if kind not in _PLAIN_BODIES:
        _PLAIN_BODIES[kind] = _body_encoder.encode(Body(kind))
    return _PLAIN_BODIES[kind]
