"""The list of members and everything odd about it, gathered while an archive is opened."""

from __future__ import annotations

import unicodedata

from courseporter.errors import PROBLEM_CODES, Problem, _
from courseporter.formats.archive.member import Member
from courseporter.formats.archive.names import LEGACY_CODECS, shown

SENTENCES = {
    "archive_duplicate": "Entries share a name; the last one of each is used",
    "archive_case_clash": (
        "Names differ in letter case only, so on Windows and macOS one file replaces the other"
    ),
    "archive_name_clash": "The same name is used for a file and for a folder",
    "archive_odd_name": "Names that some systems cannot keep (reserved, too long, odd characters)",
    "archive_special_entry": "Entries that are links, devices or no files were skipped",
    "archive_unreadable_name": "Files and folders were skipped because their names are not UTF-8",
    "archive_encrypted_entry": "Files are protected by a password and cannot be read",
    "archive_unsupported_entry": "Files are packed in a way that cannot be read",
    "archive_damaged_entry": "Files are damaged: their checksum or size does not fit",
    "archive_guessed_name": "Names come in an old code page; their letters were guessed",
    "archive_directory_odd": "The list of entries contradicts the end of the archive",
}


class Tally:
    """Counts odd things by code, keeps the first names, and makes one problem of each."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._seen: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, code: str, name: str) -> None:
        """One more of this kind."""
        self._counts[code] = self._counts.get(code, 0) + 1
        names = self._seen.setdefault(code, [])
        if len(names) < 3:
            names.append(f"“{shown(name, 60)}”")

    def problems(self) -> tuple[Problem, ...]:
        """One problem per kind, in the order of first sight."""
        return tuple(self._problem(code, count) for code, count in self._counts.items())

    def _problem(self, code: str, count: int) -> Problem:
        names = ", ".join(self._seen[code])
        more = f" and {count - len(self._seen[code]):,} more" if count > 3 else ""
        severity = "info" if PROBLEM_CODES[code].severity == "info" else "warning"
        return Problem(
            code=code,
            severity=severity,
            message=_(
                "{sentence}: {names}{more}.", sentence=SENTENCES[code], names=names, more=more
            ),
            where=self._archive,
            count=count,
        )


class Listing:
    """Members by path, with lookups that forgive letter case, Unicode form and code page."""

    def __init__(self, tally: Tally) -> None:
        self.members: dict[str, Member] = {}
        self.doubled: set[str] = set()
        self.legacy: dict[bytes, str] = {}
        self._tally = tally
        self._folded: dict[str, str | None] | None = None

    def add(self, member: Member) -> None:
        """Take the member in; of two with one path the last one counts."""
        before = self.members.get(member.path)
        if before is not None:
            self._tally.add("archive_duplicate", member.path)
            if (before.crc, before.size) != (member.crc, member.size):
                self.doubled.add(member.path)
        self.members[member.path] = member

    def look_for_clashes(self, folders: set[str]) -> None:
        """Count names that can't be side by side on every system; `folders` without `/`."""
        known = set(folders)
        for path in self.members:
            parent = path.rpartition("/")[0]
            while parent and parent not in known:
                known.add(parent)
                parent = parent.rpartition("/")[0]
        for path in self.members:
            if path in known:
                self._tally.add("archive_name_clash", path)
        for path, only in self._fold().items():
            if only is None:
                self._tally.add("archive_case_clash", path)

    def find(self, path: str) -> Member | None:
        """See `Archive.find`."""
        found = self.members.get(path)
        if found is None and not path.isascii():
            found = self.members.get(unicodedata.normalize("NFC", path))
        if found is None:
            only = self._fold().get(_fold(path))
            found = self.members.get(only) if only else None
        return self._find_legacy(path) if found is None and self.legacy else found

    def _find_legacy(self, path: str) -> Member | None:
        for codec in LEGACY_CODECS:
            try:
                raw = path.encode(codec)
            except UnicodeEncodeError:
                continue
            if raw in self.legacy:
                return self.members.get(self.legacy[raw])
        return None

    def _fold(self) -> dict[str, str | None]:
        """Folded path → the only path that folds so, or None when there are several."""
        if self._folded is None:
            folded: dict[str, str | None] = {}
            for path in self.members:
                key = _fold(path)
                folded[key] = None if key in folded else path
            self._folded = folded
        return self._folded


def _fold(path: str) -> str:
    folded = path.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)
