"""What a package would do when it plays in a course: hosts it loads from, calls it makes.

It works while every member is read for its checksum.  Only texts are searched, whatever their
names end with, each as a whole but none above MAX_TEXT.  The findings help a person to decide;
they prove nothing, since scripts can hide what they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from courseporter.errors import Message, Phrase, Problem, _, joined, ngettext
from courseporter.formats.archive import Member
from courseporter.formats.scorm_player.calls import SERIOUS, Call, find_calls
from courseporter.formats.scorm_player.comments import Comments
from courseporter.formats.scorm_player.content_types import content_type
from courseporter.formats.scorm_player.hosts import find_loads

MAX_TEXT: Final = 8 << 20  # bytes of one text
MAX_TOTAL: Final = 64 << 20  # bytes of all texts together
MAX_HOSTS: Final = 200  # named one by one
FILES: Final = 3  # first files named for each finding
HEAD: Final = 1024  # first bytes that tell a text
SHOWN: Final = 3  # findings named in a sentence
HINT: Final = _(
    "Scripts of a lesson that plays in the course run with the permissions of whoever opens it. "
    "Only play packages you trust."
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
_RARE = 32  # in text, at most one of this many bytes is a control character
WORDS: Final[dict[str, Message]] = {
    "account": _("it requests pages of the learning platform as the learner"),
    "leave": _("it sends the whole page to another address"),
    "worker": _("it installs a script that stays in the browser"),
    "device": _("it asks for camera, microphone, or location"),
    "form": _("it submits forms"),
    "cookie": _("it reads or writes cookies"),
    "storage": _("it stores data in the browser"),
    "eval": _("it executes text as code"),
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something found: `name` is a host or a Call, `count` its occurrences, `files` the first.

    `serious`: a host that scripts are loaded from, or a call that reaches beyond the lesson.
    """

    name: str
    count: int
    files: tuple[str, ...]
    serious: bool = False


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found; `unread` names texts that were too large to search."""

    hosts: tuple[Finding, ...] = ()
    calls: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    cut: bool = False  # there was more text, or there were more hosts, than the limits allow


class Inspector:
    """Searches members while they are read."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._hosts: dict[str, _Count] = {}
        self._calls: dict[Call, _Count] = {}
        self._unread: list[str] = []
        self._left = MAX_TOTAL
        self._cut = False

    def watch(self, member: Member) -> Callable[[bytes], None] | None:
        """Return what takes the member's bytes in pieces, an empty one last; None: nothing."""
        ending = member.path.rpartition(".")[2].lower() if "." in member.path else ""
        name = member.path.rpartition("/")[2].lower()
        if not member.size or _is_harmless(name, ending):
            return None
        if member.size > MAX_TEXT and ending in _TEXT:
            self._unread.append(member.path)
            return None
        return _Reader(member, ending, self)

    def admit(self, member: Member) -> bool:
        """Whether this text is within the limits; one that isn't is noted."""
        if member.size > MAX_TEXT:
            self._unread.append(member.path)
        elif member.size > self._left:
            self._cut = True
        else:
            return True
        return False

    def findings(self) -> Findings:
        """Return everything found so far, the worst and most frequent first."""
        return Findings(
            hosts=_sorted(self._hosts),
            calls=_sorted(self._calls),
            unread=tuple(self._unread),
            cut=self._cut,
        )

    def problems(self) -> tuple[Problem, ...]:
        """Return at most one problem for the hosts and one for the calls."""
        found = self.findings()
        parts = (
            ("scorm_loads_elsewhere", found.hosts, _about_hosts(found.hosts)),
            ("scorm_risky_calls", found.calls, _about_calls(found.calls)),
        )
        unread = _about_unread(found)
        if not (found.hosts or found.calls):
            parts = (("scorm_risky_calls", (), None),)
        first = found.hosts or found.calls
        problems: list[Problem] = []
        for code, findings, about in parts:
            message = joined(filter(None, (about, *(unread if findings is first else ()))), " ")
            if message is None:
                continue
            where = f"{self._package}: {findings[0].files[0]}" if findings else self._package
            problems.append(
                Problem(
                    code=code,
                    severity="warning" if any(one.serious for one in findings) else "info",
                    message=message,
                    where=where,
                    hint=HINT,
                    count=sum(one.count for one in findings) or len(found.unread) or 1,
                )
            )
        return tuple(problems)

    def look(self, path: str, ending: str, text: bytes) -> None:
        """Search one text of this kind."""
        self._left -= len(text)
        is_inert = ending in ("css", "json") or (ending == "xml" and not _IN_XML.search(text))
        script = not is_inert
        comments = _Later(text, markup=ending not in (*_SCRIPT, "css"), script=script)
        for load in find_loads(text, comments):
            if load.host in self._hosts or len(self._hosts) < MAX_HOSTS:
                self._hosts.setdefault(load.host, _Count()).add(path, serious=load.program)
            else:
                self._cut = True
        if not script:
            return
        for call, place in find_calls(text):
            if not comments.hold(place):
                self._calls.setdefault(call, _Count()).add(path, serious=call in SERIOUS)


class _Count:
    """Occurrences of one finding, with the first files."""

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
    """Searches for comments only when a finding asks: most texts have none."""

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


def _sorted(counts: dict[str, _Count] | dict[Call, _Count]) -> tuple[Finding, ...]:
    findings = [
        Finding(name=name, count=one.places, files=tuple(one.files), serious=one.serious)
        for name, one in counts.items()
    ]
    return tuple(sorted(findings, key=lambda one: (not one.serious, -one.count, one.name)))


def _about_hosts(hosts: tuple[Finding, ...]) -> Message | None:
    if not hosts:
        return None
    senders = [one.name for one in hosts if one.serious]
    loads = ngettext(
        "The package loads from {count:,} other host: {names}.",
        "The package loads from {count:,} other hosts: {names}.",
        len(hosts),
        names=_listed([_counted(one.name, one) for one in hosts]),
    )
    runs = _(
        "It runs scripts from {names}, which can do everything the lesson can.",
        names=_listed(senders),
    )
    return joined((loads, runs), " ") if senders else loads


def _about_calls(calls: tuple[Finding, ...]) -> Message | None:
    if not calls:
        return None
    names = _listed([_counted(WORDS[one.name], one) for one in calls])
    return _("The package's scripts do more than a lesson needs: {names}.", names=names)


def _about_unread(found: Findings) -> tuple[Message, ...]:
    names = _listed([f"“{path[-80:]}”" for path in found.unread])
    large = _("Too large to search: {names}.", names=names)
    more = _("The package has more text than can be searched.")
    return ((large,) if found.unread else ()) + ((more,) if found.cut else ())


def _listed(words: Sequence[Phrase]) -> Message:
    line = joined(words[:SHOWN], ", ") or _("none")
    more = len(words) - SHOWN
    return _("{names} and {more:,} more", names=line, more=more) if more > 0 else line


def _counted(name: Phrase, one: Finding) -> Phrase:
    if one.count == 1:
        return name
    return _("{name} ({count:,} times)", name=name, count=one.count)
