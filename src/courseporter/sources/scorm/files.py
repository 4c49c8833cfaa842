"""Which member of the archive an address means, and what is wrong with it when it means none.

RFC 3986, sections 2.1 (percent-encoding, decoded once) and 5.2.4 (dot segments); authors' habits
(backslashes, wrong letter case, a slash in front) are understood and reported.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote

from courseporter.formats.archive import Archive
from courseporter.formats.scorm_player.content_types import is_page

State = Literal["exact", "repaired", "replaced", "missing", "unsafe", "external", "foreign"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:")
INDEX_PAGES = ("index.html", "index.htm")  # what a folder means, as the player's worker has it
_STEP = 64 << 10
_SAFE = "/!$&'()*+,;=@~"


class ResolvedAddress(NamedTuple):
    """What an address means: `path` from the manifest's folder, as the member is called, and the
    query and fragment behind it.
    """

    state: State
    path: str
    suffix: str = ""


class Files:
    """The archive seen from the manifest's folder."""

    def __init__(self, archive: Archive, folder: str) -> None:
        self._archive = archive
        self._folder = folder
        self._known: dict[str, ResolvedAddress] = {}
        self.used: set[str] = set()  # paths of members that something refers to

    def find(self, url: str, others: tuple[str, ...] = ()) -> ResolvedAddress:
        """What `url` means, else one of `others`."""
        path = url.partition("#")[0].partition("?")[0]
        if path != url and self._folder + url in self._archive.members:
            path = url  # the file's own name holds the sign
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._look(path)
        if found.state == "missing":
            for other in others:
                second = self.find(other)
                if second.state in ("exact", "repaired"):
                    return ResolvedAddress("repaired", second.path, second.suffix)
        return ResolvedAddress(found.state, found.path, url[len(path) :]) if path != url else found

    def find_start(self, url: str, others: tuple[str, ...] = ()) -> ResolvedAddress:
        """Return what the address of a start page means.

        When it's missing and called `index…`, the only page of such a name in its folder is meant:
        authors rename what their tools have written.
        """
        found = self.find(url, others)
        if found.state != "missing":
            return found
        folder, _, name = _plain(decoded(found.path)).rpartition("/")
        if not _is_start(name):
            return found
        pages = self._start_pages.get(f"{self._folder}{folder}".rstrip("/").lower(), ())
        if len(pages) != 1:
            return found
        return ResolvedAddress("replaced", self._take(pages[0], "exact").path, found.suffix)

    @cached_property
    def _start_pages(self) -> dict[str, list[str]]:
        """Members that are pages called `index…`, by their folder in small letters."""
        pages: dict[str, list[str]] = {}
        for path in self._archive.members:
            folder, _, name = path.rpartition("/")
            if _is_start(name):
                pages.setdefault(folder.lower(), []).append(path)
        return pages

    def head(self, path: str, limit: int) -> bytes:
        """The first bytes of a file that was found, read to its end.

        Raises InputError when it is damaged, or none that can be read.
        """
        with self._archive.open(self._archive.members[self._folder + path]) as stream:
            head = stream.read(limit)
            while stream.read(_STEP):
                pass
        return head

    def _look(self, path: str) -> ResolvedAddress:
        if self._folder + path in self._archive.members:
            return self._take(self._folder + path, "exact")
        if path.startswith(("//", "\\\\")):
            return ResolvedAddress("external" if path.startswith("//") else "unsafe", path)
        if _SCHEME.match(path):
            web = path.lower().startswith(("http://", "https://"))
            return ResolvedAddress("external" if web else "foreign", path)
        for candidate in (path, decoded(path)):
            if "\0" in candidate or _DRIVE.match(candidate):
                return ResolvedAddress("unsafe", path)
            found = self._look_plain(candidate)
            if found:
                return found
        climbs = posixpath.normpath(decoded(path).replace("\\", "/")).startswith("..")
        return ResolvedAddress("unsafe" if climbs else "missing", path)

    def _look_plain(self, path: str) -> ResolvedAddress | None:
        """The member of this name, separators, dot segments and letter case forgiven."""
        plain = _plain(path)
        if not plain or plain.startswith(".."):
            return None
        names = [plain]
        if path.endswith(("/", "\\")):
            names = [posixpath.normpath(f"{plain}/{index}") for index in INDEX_PAGES]
        found = (self._archive.find(self._folder + name) for name in names)
        member = next(filter(None, found), None)
        if member is None:
            return None
        plainly = member.path == self._folder + plain and "\\" not in path and path[0] != "/"
        return self._take(member.path, "exact" if plainly else "repaired")

    def _take(self, path: str, state: State) -> ResolvedAddress:
        self.used.add(path)
        return ResolvedAddress(state, path[len(self._folder) :])


def _plain(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/")).lstrip("/") if path else ""


def _is_start(name: str) -> bool:
    return name.lower().startswith("index") and is_page(name)


def decoded(path: str) -> str:
    """Return the path without percent-encoding, which is UTF-8 or else Windows-1252."""
    if "%" not in path:
        return path
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        return unquote(path, encoding="cp1252", errors="replace")


def as_address(path: str) -> str:
    """A member's path as a relative address, in which no colon can look like a scheme's."""
    return quote(path, safe=_SAFE)


def add_parameters(url: str, parameters: str) -> str:
    """The address with an item's `parameters`, joined as the CAM of SCORM 1.2 and 2004 says."""
    if not parameters.strip():
        return url
    parameters = parameters.lstrip("?&")
    if parameters.startswith("#"):
        return url if "#" in url else url + parameters
    return url + ("&" if "?" in url else "?") + parameters
