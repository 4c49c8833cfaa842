"""What a package would do when it is played in a course: hosts it loads from, calls it makes.

It rides along while every member is read for its checksum; only texts are looked at, whatever
their names end with, each as a whole but none above LARGEST.  The findings help a person to
decide, they prove nothing: a script can hide what it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from courseporter.errors import Problem
from courseporter.formats.archive import Member
from courseporter.formats.scorm_player.calls import SERIOUS, Call, find_calls
from courseporter.formats.scorm_player.comments import Comments
from courseporter.formats.scorm_player.content_types import content_type
from courseporter.formats.scorm_player.hosts import find_loads

LARGEST: Final = 8 << 20  # bytes of one text
MOST: Final = 64 << 20  # bytes of all texts together
MOST_HOSTS: Final = 200  # named one by one
FILES: Final = 3  # first files named for each finding
HEAD: Final = 1024  # first bytes that tell a text
SHOWN: Final = 3  # findings named in a sentence
HINT: Final = (
    "The scripts of a lesson that plays in the course run with the session of whoever opens it. "
    "Play packages that you trust."
)

_MARKUP = frozenset(("html", "htm", "xhtml", "xht", "xml", "svg", "php", "asp", "aspx", "jsp"))
_SCRIPT = frozenset(("js", "mjs", "cjs", "json"))
_TEXT = _MARKUP | _SCRIPT | {"css"}
# Served as such, they run neither as a script nor as a page (Fetch Standard 2.9).
_HARMLESS = ("audio/", "video/", "image/", "text/csv")
# What no script can begin with; “GIF89a” could. All other media hold zeros near their beginning.
_PACKED = (b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\x1aE\xdf\xa3")
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\f\r\x1b"})
_IN_XML = re.compile(rb"<(?:[\w-]+:)?script[\s>/]|\son\w+\s*=", re.IGNORECASE)  # a page in XML
_RARE = 32  # of so many bytes of a text at most one is a control character
WORDS: Final[dict[str, str]] = {
    "account": "asks pages of the learning platform with the learner’s session",
    "leave": "sends the whole page to another address",
    "worker": "installs a program that stays in the browser",
    "device": "asks for camera, microphone or place",
    "form": "sends forms",
    "cookie": "reads or writes cookies",
    "storage": "keeps its own data in the browser",
    "eval": "runs text as a program",
}


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """Something found: `name` is a host or a Call, `count` its places, `files` the first ones.

    `serious`: a host that scripts are loaded from, or a call that reaches beyond the lesson.
    """

    name: str
    count: int
    files: tuple[str, ...]
    serious: bool = False


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found; `unread` names texts that were too large to be looked at."""

    hosts: tuple[Sight, ...] = ()
    calls: tuple[Sight, ...] = ()
    unread: tuple[str, ...] = ()
    cut: bool = False  # there was more text, or there were more hosts, than are looked at


class Inspector:
    """Looks at members while somebody else reads them."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._hosts: dict[str, _Count] = {}
        self._calls: dict[Call, _Count] = {}
        self._unread: list[str] = []
        self._left = MOST
        self._cut = False

    def watch(self, member: Member) -> Callable[[bytes], None] | None:
        """Who wants the member's bytes, in pieces, and an empty piece at the end; None: nobody."""
        ending = member.path.rpartition(".")[2].lower() if "." in member.path else ""
        name = member.path.rpartition("/")[2].lower()
        if not member.size or _is_harmless(name, ending):
            return None
        if member.size > LARGEST and ending in _TEXT:
            self._unread.append(member.path)
            return None
        return _Reader(member, ending, self)

    def admit(self, member: Member) -> bool:
        """Whether there is room for this text; one that has none is told of."""
        if member.size > LARGEST:
            self._unread.append(member.path)
        elif member.size > self._left:
            self._cut = True
        else:
            return True
        return False

    def findings(self) -> Findings:
        """All that was found so far, the worst and most frequent first."""
        return Findings(
            hosts=_sorted(self._hosts),
            calls=_sorted(self._calls),
            unread=tuple(self._unread),
            cut=self._cut,
        )

    def problems(self) -> tuple[Problem, ...]:
        """At most one for the hosts and one for the calls."""
        found = self.findings()
        told = (
            ("scorm_loads_elsewhere", found.hosts, _about_hosts(found.hosts)),
            ("scorm_risky_calls", found.calls, _about_calls(found.calls)),
        )
        unread = _unread(found)
        if unread and not (found.hosts or found.calls):
            told = (("scorm_risky_calls", (), unread.strip()),)
        first = found.hosts or found.calls
        return tuple(
            Problem(
                code=code,
                severity="warning" if any(one.serious for one in sights) else "info",
                message=message + (unread if sights is first else ""),
                where=f"{self._package}: {sights[0].files[0]}" if sights else self._package,
                hint=HINT,
                count=sum(one.count for one in sights) or len(found.unread) or 1,
            )
            for code, sights, message in told
            if message
        )

    def look(self, path: str, ending: str, text: bytes) -> None:
        """Find everything in one text of this kind."""
        self._left -= len(text)
        is_inert = ending in ("css", "json") or (ending == "xml" and not _IN_XML.search(text))
        script = not is_inert
        comments = _Later(text, markup=ending not in (*_SCRIPT, "css"), script=script)
        for load in find_loads(text, comments):
            if load.host in self._hosts or len(self._hosts) < MOST_HOSTS:
                self._hosts.setdefault(load.host, _Count()).add(path, serious=load.program)
            else:
                self._cut = True
        if not script:
            return
        for call, place in find_calls(text):
            if not comments.hold(place):
                self._calls.setdefault(call, _Count()).add(path, serious=call in SERIOUS)


class _Count:
    """Places of one finding, with the first files."""

    def __init__(self) -> None:
        self.places = 0
        self.files: list[str] = []
        self.serious = False

    def add(self, path: str, *, serious: bool) -> None:
        self.places += 1
        self.serious |= serious
        if len(self.files) < FILES and path not in self.files:
            self.files.append(path)


class _Later(Comments):
    """Looks for comments when the first finding asks: most texts have none."""

    def __init__(self, text: bytes, *, markup: bool, script: bool) -> None:
        self._asked = False
        self._later = (text, markup, script)

    def hold(self, place: int) -> bool:
        if not self._asked:
            self._asked = True
            text, markup, script = self._later
            super().__init__(text, markup=markup, script=script)
        return super().hold(place)


class _Reader:
    """Gathers the pieces of one text; gives up when its first bytes are none."""

    def __init__(self, member: Member, ending: str, inspector: Inspector) -> None:
        self._member = member
        self._ending = ending
        self._inspector = inspector
        self._pieces: list[bytes] | None = []
        self._size = 0
        self._judged = False

    def __call__(self, piece: bytes) -> None:
        if self._pieces is None:
            return
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)
        if not self._judged and (self._size >= HEAD or not piece):
            self._judged = True
            head = b"".join(self._pieces)[:HEAD]
            looks_so = self._ending in _TEXT or _is_text(head)
            if not (looks_so and self._inspector.admit(self._member)):
                self._pieces = None
                return
            self._ending = _kind_of(self._ending, head)
        if not piece:
            text = plain(b"".join(self._pieces))
            self._inspector.look(self._member.path, self._ending, text)
            self._pieces = None


def _is_harmless(name: str, ending: str) -> bool:
    return ending not in _TEXT and content_type(name).startswith(_HARMLESS)


def _is_text(head: bytes) -> bool:
    if _is_utf16(head):
        return True
    if b"\0" in head or head.startswith(_PACKED):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * _RARE <= len(head)


def _kind_of(ending: str, head: bytes) -> str:
    """What other endings may hide is read as a page, which holds scripts as well; a script cannot
    begin as XML does.
    """
    if ending in _TEXT:
        return ending
    begin = plain(head).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "xml" if begin.startswith(b"<?xml") and b"<html" not in begin else "html"


def _is_utf16(head: bytes) -> bool:
    """Whether a text begins so in UTF-16, with or without a byte order mark.

    Browsers read such a script if its element or its page says so.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    even, odd = head[::2], head[1::2]
    letters = even if even.count(0) < odd.count(0) else odd
    return head.count(0) * 4 > len(head) and b"\0" not in letters and _is_text(letters)


def plain(text: bytes) -> bytes:
    """Return a text in which ASCII can be searched: UTF-16 is ASCII with zero bytes between."""
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = text[2:]
    return text.replace(b"\0", b"") if b"\0" in text else text


def _sorted(counts: dict[str, _Count] | dict[Call, _Count]) -> tuple[Sight, ...]:
    sights = [
        Sight(name=name, count=one.places, files=tuple(one.files), serious=one.serious)
        for name, one in counts.items()
    ]
    return tuple(sorted(sights, key=lambda one: (not one.serious, -one.count, one.name)))


def _about_hosts(hosts: tuple[Sight, ...]) -> str:
    if not hosts:
        return ""
    many = "1 other host" if len(hosts) == 1 else f"{len(hosts):,} other hosts"
    names = _names([f"{one.name}{_places(one)}" for one in hosts])
    senders = _names([one.name for one in hosts if one.serious])
    also = f" From {senders} it takes programs, which can do all that the lesson can."
    return f"The package loads from {many}: {names}.{also if senders else ''}"


def _about_calls(calls: tuple[Sight, ...]) -> str:
    if not calls:
        return ""
    names = _names([f"it {WORDS[one.name]}{_places(one)}" for one in calls])
    return f"What the package’s scripts can do beyond the lesson: {names}."


def _names(words: list[str]) -> str:
    more = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _places(one: Sight) -> str:
    return f" ({one.count:,} places)" if one.count > 1 else ""


def _unread(found: Findings) -> str:
    names = _names([f"“{path[-80:]}”" for path in found.unread])
    said = f" Too large to be looked at: {names}." if names else ""
    return said + (" There is more text than is looked at." if found.cut else "")
