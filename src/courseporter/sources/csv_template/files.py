"""Files that rows and lesson texts name: found in the archive, stored once, or missing."""

from __future__ import annotations

import io
import posixpath
import re
from typing import BinaryIO, NamedTuple
from urllib.parse import quote, unquote

from courseporter.context import Context
from courseporter.errors import Phrase, Problem, _, ngettext
from courseporter.formats.archive import Archive
from courseporter.formats.captions import MAX_CAPTIONS, is_guess, parse_captions, subrip
from courseporter.formats.languages import caption_language, offered_language
from courseporter.model import ASSET_SCHEME, Asset
from courseporter.sources.csv_template.layout import Layout
from courseporter.sources.csv_template.report import listed

CAPTIONS = (".srt", ".vtt")
LARGE = 64 << 10  # bytes: a larger file hardly waits in memory
SHOWN = 5  # names that a summary lists
_SAFE = "/-_.~"
_LANGUAGE_PART = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})?")


class Readable(NamedTuple):
    """Captions as Open edX reads them; `unread` are the lines of cues that can't be read."""

    path: str | None  # None when no cue can be read
    unread: tuple[int, ...] = ()


class CaptionFile(NamedTuple):
    """A caption file; `unknown` is the language in its name that Open edX has no name for."""

    path: str
    language: str
    unknown: str = ""


class Files:
    """The archive's files as the tables see them.

    Names relative to the tables' folder, or to the archive.
    """

    def __init__(self, layout: Layout, ctx: Context) -> None:
        self._archive: Archive | None = layout.archive
        self._folder = layout.folder
        self._own = layout.own
        self._ctx = ctx
        self._found: dict[str, str | None] = {}
        self._used: set[str] = set()
        self._missing: dict[str, tuple[Phrase, str | None]] = {}  # name → who asks for it
        self._fresh: list[Asset] = []
        self.waiting = 0  # bytes of fresh files that may be held in memory until they are taken
        self._captions: dict[str, list[str]] | None = None
        self._readable: dict[str, Readable] = {}  # captions → the asset that Open edX can read
        self._guessed: list[str] = []  # captions whose encoding is a guess
        self.keeping = True  # False: look only, because an earlier run has kept them

    def find(self, name: str) -> str | None:
        """Path of the file in the archive.

        Plain and percent-encoded names, any slashes, any letter case.
        """
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def use(self, name: str, where: Phrase, key: str | None = None) -> str | None:
        """As `find`; the file becomes an asset of the draft, or is counted as missing.

        `where` and `key`: the place that asks for it, for people and in the draft.
        """
        path = self.find(name)
        if path is None:
            plain = name if "://" in name else posixpath.normpath(name)
            self._missing.setdefault(plain, (where, key))
        elif path not in self._used:
            self._used.add(path)
            if self.keeping and self._archive:
                with self._archive.open(self._archive.members[path]) as stream:
                    self._keep(path, stream)
        return path

    def use_captions(self, path: str, where: Phrase, key: str | None = None) -> Readable:
        """As `use`, for captions that exist; what Open edX can't read becomes SubRip."""
        if path not in self._readable:
            self._readable[path] = self._as_subrip(path, where, key)
        return self._readable[path]

    def captions_of(self, video: str, language: str) -> tuple[CaptionFile, ...]:
        """Caption files beside a video with the same stem (`name.srt`, `name.de.vtt`), one for each
        language; `language` is the course's.
        """
        stem, found = _stem(video), dict[str, CaptionFile]()
        for path in sorted(self._caption_files().get(stem, ()), key=lambda one: one.count(".")):
            one = captions_in(path, language, path.rpartition(".")[0][len(stem) + 1 :])
            if not one.unknown or _LANGUAGE_PART.fullmatch(one.unknown):
                found.setdefault(one.language, one)
        return tuple(
            one._replace(language=offered_language(code, set(found) - {code}))
            for code, one in found.items()
        )

    def take(self) -> tuple[Asset, ...]:
        """The assets used for the first time since the last call."""
        taken, self._fresh, self.waiting = tuple(self._fresh), [], 0
        return taken

    def problems(self) -> list[Problem]:
        """One problem for all missing files, one for all files that nothing refers to, and one for
        captions in an encoding that was guessed.
        """
        found: list[Problem] = []
        if self._missing:
            found.append(_missing(self._missing, workbook=self._archive is None))
        members = self._archive.members if self._archive else {}
        spare = [path for path in members if path not in self._used and path not in self._own]
        if spare:
            found.append(_unreferenced(spare))
        if self._guessed:
            found.append(_captions_guessed(self._guessed))
        return found

    def _as_subrip(self, path: str, where: Phrase, key: str | None) -> Readable:
        if self._archive is None or self._archive.members[path].size > MAX_CAPTIONS:
            self._used.add(path)
            return Readable(None)
        data = self._archive.read(self._archive.members[path], MAX_CAPTIONS)
        captions = parse_captions(data)
        made = subrip(data, captions)
        if made == data:
            return Readable(self.use(path, where, key), captions.unread)
        if is_guess(data):
            self._guessed.append(path)
        self._used.add(path)
        if made is None:
            return Readable(None)
        while path in self._archive.members:
            path += ".srt"
        if self.keeping:
            self._keep(path, io.BytesIO(made))
        return Readable(path, captions.unread)

    def _keep(self, path: str, stream: BinaryIO) -> None:
        asset = self._ctx.asset(path, stream)
        self._fresh.append(asset)
        self.waiting += min(asset.size, LARGE)

    def _look(self, name: str) -> str | None:
        if self._archive is None:
            return None
        if self._folder + name in self._archive.members:
            return self._folder + name
        bare = name.replace("\\", "/").split("#")[0].split("?")[0]
        for spelling in dict.fromkeys((name, unquote(name), bare, unquote(bare))):
            path = posixpath.normpath(spelling.replace("\\", "/").lstrip("/"))
            if path.startswith("..") or path == ".":
                continue
            for folder in dict.fromkeys((self._folder, "")):
                if member := self._archive.find(folder + path):
                    return member.path
        return None

    def _caption_files(self) -> dict[str, list[str]]:
        """Every possible stem → caption files, in name order."""
        if self._captions is None:
            self._captions = {}
            members = self._archive.members if self._archive else {}
            for path in sorted(members):
                stem, dot, extension = path.rpartition(".")
                if dot + extension.lower() in CAPTIONS:
                    self._captions.setdefault(stem, []).append(path)
                    while "." in posixpath.basename(stem):  # name.en.cc.srt
                        stem = stem.rpartition(".")[0]
                        self._captions.setdefault(stem, []).append(path)
        return self._captions


def captions_in(path: str, course: str, middle: str | None = None) -> CaptionFile:
    """The captions at `path` with their language, which their name says or the course.

    `middle`: what is between the video's name and the extension, when the video is known.
    """
    if middle is None:
        stem = path.rpartition(".")[0].rpartition("/")[2]
        middle = stem.partition(".")[2]
        language = caption_language(middle, course)
        language = None if language is None else offered_language(language)
    else:
        language = caption_language(middle, course)
    unknown = middle.rpartition(".")[2].casefold() if language is None else ""
    return CaptionFile(path, language or course, unknown)


def asset_reference(path: str) -> str:
    """How draft HTML names an asset."""
    return ASSET_SCHEME + quote(path, safe=_SAFE)


def _stem(path: str) -> str:
    return path.rpartition(".")[0] or path


def _missing(names: dict[str, tuple[Phrase, str | None]], *, workbook: bool) -> Problem:
    where, key = next(iter(names.values()))
    hint = _("Add the files to the ZIP, using the names in the tables, and import again.")
    if workbook:
        hint = _("A workbook contains no files. Put it into a ZIP with them and import that.")
    message = ngettext(
        "{names} is listed in the tables but is missing.",
        "{count:,} files that are listed in the tables are missing: {names}.",
        len(names),
        names=listed(list(names), SHOWN),
    )
    return Problem(
        code="missing_files",
        severity="warning",
        message=message,
        where=where,
        hint=hint,
        count=len(names),
        key=key,
        fix="find_files",
    )


def _unreferenced(paths: list[str]) -> Problem:
    message = ngettext(
        "The file {names} isn't used by any row and isn't imported.",
        "{count:,} files aren't used by any row and aren't imported: {names}.",
        len(paths),
        names=listed(paths, SHOWN),
    )
    return Problem(
        code="unreferenced_files",
        severity="info",
        message=message,
        where=paths[0],
        hint=_("To show one in a lesson, name it in the lesson's file or content."),
        count=len(paths),
    )


def _captions_guessed(paths: list[str]) -> Problem:
    return Problem(
        code="encoding_guessed",
        severity="warning",
        message=_(
            "Captions are not UTF-8: {names}. Their encoding was guessed; check their letters.",
            names=listed(paths, SHOWN),
        ),
        where=paths[0],
        hint=_("To be sure, save them as UTF-8 and import again."),
        count=len(paths),
    )
