"""A ZIP file as an archive: its directory judged when opened, its entries when read."""

from __future__ import annotations

import os
import posixpath
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive.code_page import MAX_TEXT, find_code_page, list_rank
from courseporter.formats.archive.directory import Directory, Entry, corrupt, too_deep
from courseporter.formats.archive.listing import Listing, Tally
from courseporter.formats.archive.member import Member, Raw
from courseporter.formats.archive.names import decode_name, is_clutter, safe_path, shown
from courseporter.formats.archive.stream import (
    BZIP2,
    DEFLATED,
    METHOD_NAMES,
    STORED,
    MemberStream,
    Slice,
)

HARMLESS = 32 << 20  # bytes: what unpacks to less is never called a bomb, however well it packs
_ENCRYPTED, _MASKED = 0x1, 0x2000
_AES = 99
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_FIRST_READ = 16 << 10  # a local header and most small files in one go


class ZipArchive:
    """A ZIP file.  Raises InputError for one that is damaged, hostile or beyond the limits."""

    def __init__(self, path: Path, limits: Limits, file: BinaryIO | None = None) -> None:
        """`file`: the bytes, when they do not lie at `path`, which then only gives the name."""
        self.name = path.name
        self._file: BinaryIO = path.open("rb", buffering=0) if file is None else file
        try:
            size = self._file.seek(0, os.SEEK_END)
            self._refuse_large("The file", size, limits.archive)
            self._directory = Directory(self._file, size, self.name, limits.entries)
            self._tally = Tally(self.name)
            self._listing = Listing(self._tally)
            self._deepest = limits.depth
            self.clutter = 0
            self._take_in(size, limits)
        except BaseException:
            self._file.close()
            raise
        self.members = self._listing.members
        self.problems = self._tally.problems()
        self.doubled = frozenset(self._listing.doubled)

    def find(self, path: str) -> Member | None:
        """See `Archive.find`."""
        return self._listing.find(path)

    def open(self, member: Member) -> BinaryIO:
        """See `Archive.open`."""
        entry = self._directory[member.index]
        self._refuse_unreadable(entry, member.path)
        return self._stream(entry, member.path)

    def read(self, member: Member, limit: int) -> bytes:
        """See `Archive.read`."""
        if member.size > limit:
            raise self._too_large(f"“{shown(member.path)}”", member.size, limit)
        with self.open(member) as stream:
            return stream.read()

    def raw(self, member: Member) -> Raw | None:
        """See `Archive.raw`."""
        entry = self._directory[member.index]
        self._refuse_unreadable(entry, member.path)
        return Raw(entry.method, self._packed(entry, member.path))

    def close(self) -> None:
        """See `Archive.close`."""
        self._file.close()

    # ------------------------------------------------------------------------------- opening

    def _take_in(self, size: int, limits: Limits) -> None:
        directory, total, folders, encrypted = self._directory, 0, set[str](), 0
        old: list[int] = []  # entries whose names are in an old code page, which the others tell
        self._refuse_overlaps()
        for index in range(len(directory)):
            entry = directory[index]
            self._refuse_bomb(entry, limits)
            total += entry.size
            name, guessed = decode_name(entry.raw, entry.extra)
            if guessed:
                old.append(index)
            else:
                encrypted += self._add(index, entry, name, folders)
        encrypted += self._add_old(old, folders)
        self._refuse_large("Unpacked, the archive", total, limits.unpacked)
        if total > max(HARMLESS, size * limits.ratio):
            raise self._bomb(self.name, total, size)
        members = len(self._listing.members)
        if members and encrypted == members:
            raise self._encrypted()
        self._listing.look_for_clashes(folders)
        if directory.count_lies or directory.several_ends:
            self._tally.add("archive_directory_odd", self.name)

    def _add_old(self, old: list[int], folders: set[str]) -> int:
        """List entries with names in an old code page; how many of them a password protects."""
        if not old:
            return 0
        page = find_code_page((self._directory[index].raw for index in old), self._lists())
        encrypted = 0
        for index in old:
            entry = self._directory[index]
            name, _ = decode_name(entry.raw, entry.extra, page)
            encrypted += self._add(index, entry, name, folders, guessed=True)
        return encrypted

    def _lists(self) -> Iterator[bytes]:
        """What may name the other files, at the root or one folder down; the rest is not read."""
        room, ranked = MAX_TEXT, list[tuple[int, int]]()
        for index in range(len(self._directory)):
            rank = list_rank(self._directory[index].raw)
            if rank is not None:
                ranked.append((rank, index))
        for _rank, index in sorted(ranked):
            entry = self._directory[index]
            try:
                self._refuse_unreadable(entry, "")
                with self._stream(entry, "") as stream:
                    text = stream.read(room)
            except InputError:  # said when the file itself is read
                continue
            yield text
            room -= len(text)
            if room <= 0:
                return

    def _add(
        self, index: int, entry: Entry, name: str, folders: set[str], *, guessed: bool = False
    ) -> bool:
        """List the entry when it is a file; true when a password protects it."""
        path, odd = safe_path(name, self.name)
        if path.count("/") > self._deepest:
            raise too_deep(self.name, path, self._deepest)
        kind = stat.S_IFMT(entry.mode)
        folder = not path or path.endswith("/") or (entry.folder and not entry.size)
        if folder or kind == stat.S_IFDIR:
            folders.add(path.rstrip("/"))
            if entry.size:  # bytes that no folder can hold
                self._tally.add("archive_special_entry", name)
            return False
        if kind not in (0, stat.S_IFREG):
            self._leave_out(entry, name, kind)
            return False
        if is_clutter(path):
            self.clutter += 1
            return False
        self._listing.add(
            Member(path=path, size=entry.size, packed_size=entry.packed, crc=entry.crc, index=index)
        )
        if odd:
            self._tally.add("archive_odd_name", name)
        if guessed:
            self._listing.legacy[entry.raw.replace(b"\\", b"/")] = path
            self._tally.add("archive_guessed_name", path)
        return self._is_protected(entry, path)

    def _is_protected(self, entry: Entry, path: str) -> bool:
        """Whether a password protects the file; that, or an odd packing, is told."""
        if entry.flags & _ENCRYPTED or entry.method == _AES:
            self._tally.add("archive_encrypted_entry", path)
            return True
        if entry.method not in (STORED, DEFLATED, BZIP2):
            self._tally.add("archive_unsupported_entry", path)
        return False

    def _leave_out(self, entry: Entry, name: str, kind: int) -> None:
        """Links that stay inside and devices are named; a link that leads out is refused."""
        if kind == stat.S_IFLNK and self._leads_out(entry, name):
            raise InputError(
                _(
                    "“{shown}” in “{name}” is a link that points outside the package.",
                    shown=shown(name),
                    name=self.name,
                ),
                _("The file is damaged or malicious. Download it again from its source."),
                f"{self.name}: {shown(name)}",
                code="unsafe_entry",
            )
        self._tally.add("archive_special_entry", name)

    def _leads_out(self, entry: Entry, name: str) -> bool:
        if entry.flags & _ENCRYPTED or entry.size > 4096 or entry.method not in (STORED, DEFLATED):
            return True
        with self._stream(entry, name) as stream:
            target = stream.read().decode("utf-8", "replace").replace("\\", "/")
        above = name.replace("\\", "/").rpartition("/")[0]
        try:
            safe_path(posixpath.normpath(posixpath.join(above, target)), self.name)
        except InputError:
            return True
        return False

    def _refuse_overlaps(self) -> None:
        """No byte may belong to two entries (that is how small archives unpack to terabytes)."""
        directory = self._directory
        extents = [
            (entry.offset, entry.offset + _LOCAL.size + entry.packed, index)
            for index, entry in enumerate(map(directory.__getitem__, range(len(directory))))
        ]
        extents.sort()
        edge = 0
        for start, end, index in extents:
            if start < edge or end > directory.start:
                name = shown(decode_name(directory[index].raw, b"")[0])
                if end > directory.start:
                    raise corrupt(self.name, f"the entry “{name}” does not lie inside it", name)
                raise InputError(
                    _(
                        "The entries of “{name}” overlap at “{name2}”: it would expand to far "
                        "more than its size.",
                        name=self.name,
                        name2=name,
                    ),
                    _("The file is damaged or malicious. Create it again."),
                    f"{self.name}: {name}",
                    code="too_large",
                )
            edge = end

    def _refuse_large(self, what: str, size: int, limit: int) -> None:
        if size > limit:
            raise self._too_large(what, size, limit)

    def _refuse_bomb(self, entry: Entry, limits: Limits) -> None:
        if entry.size > max(HARMLESS, entry.packed * limits.ratio):
            raise self._bomb(decode_name(entry.raw, b"")[0], entry.size, entry.packed)

    # ------------------------------------------------------------------------------- reading

    def _stream(self, entry: Entry, path: str) -> BinaryIO:
        """The entry's plain bytes."""
        where = (self.name, path)
        packed = self._packed(entry, path)
        return cast(BinaryIO, MemberStream(packed, entry.method, entry.size, entry.crc, where))

    def _packed(self, entry: Entry, path: str) -> Slice:
        """The entry's packed bytes, after its local header was found to be its own (4.3.7)."""
        want = _LOCAL.size + len(entry.raw) + 64 + entry.packed
        self._file.seek(entry.offset)
        head = self._file.read(min(want, _FIRST_READ))
        if len(head) < _LOCAL.size or not head.startswith(b"PK\3\4"):
            name = shown(path)
            raise corrupt(self.name, f"the entry “{name}” does not lie where it should", name)
        fields = _LOCAL.unpack_from(head)
        method, name_size, extra_size = fields[3], fields[9], fields[10]
        raw = head[_LOCAL.size : _LOCAL.size + name_size]
        if method != entry.method or not self._same_name(raw, entry):
            raise corrupt(
                self.name,
                f"its list says “{shown(path)}” where the file itself is called "
                f"“{shown(decode_name(raw, b'')[0])}”",
                shown(path),
            )
        start = _LOCAL.size + name_size + extra_size
        return Slice(self._file, entry.offset + start, entry.packed, head[start:])

    def _same_name(self, raw: bytes, entry: Entry) -> bool:
        if raw == entry.raw:
            return True
        plain = decode_name(entry.raw, entry.extra)[0]
        return decode_name(raw, b"")[0].replace("\\", "/") == plain.replace("\\", "/")

    def _refuse_unreadable(self, entry: Entry, path: str) -> None:
        if entry.flags & (_ENCRYPTED | _MASKED) or entry.method == _AES:
            raise self._encrypted(path)
        if entry.method not in (STORED, DEFLATED, BZIP2):
            method = METHOD_NAMES.get(entry.method, f"method {entry.method}")
            raise InputError(
                _(
                    "“{shown}” in “{name}” is compressed with {method}, which isn't supported.",
                    shown=shown(path),
                    name=self.name,
                    method=method,
                ),
                _("Unpack the archive and create it again as a plain ZIP file."),
                f"{self.name}: {shown(path)}",
                code="archive_unsupported",
            )

    # ------------------------------------------------------------------------------- refusals

    def _encrypted(self, path: str | None = None) -> InputError:
        what = f"“{shown(path)}” in “{self.name}”" if path else f"“{self.name}”"
        return InputError(
            _("{what} is protected by a password.", what=what),
            _("Unpack it with the password, then create it again without one."),
            f"{self.name}: {shown(path)}" if path else self.name,
            code="archive_encrypted",
        )

    def _too_large(self, what: str, size: int, limit: int) -> InputError:
        return InputError(
            _(
                "{what} ({name}) has {size:,} bytes; the limit is {limit:,}.",
                what=what,
                name=self.name,
                size=size,
                limit=limit,
            ),
            _("Reduce the package's size, or raise the limit in the settings."),
            self.name,
            code="too_large",
        )

    def _bomb(self, name: str, size: int, packed: int) -> InputError:
        entry = shown(name)
        return InputError(
            _(
                "“{entry}” in “{name}” would expand from {packed:,} to {size:,} bytes.",
                entry=entry,
                name=self.name,
                packed=packed,
                size=size,
            ),
            _(
                "This looks like an archive made to fill a disk. If it isn't, create it again "
                "without compression."
            ),
            f"{self.name}: {entry}",
            code="too_large",
        )
