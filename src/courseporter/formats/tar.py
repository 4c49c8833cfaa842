"""Tar archives as streams: written as plain ustar with fixed owners and times, read with every name
checked.

Formats: POSIX.1-1988 ustar (written); also pax extended headers and GNU long names (read).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from zlib import adler32

from courseporter.errors import InputError, _

BLOCK = 512
PIECE = 256 << 10  # bytes handed on at once
_OWNER = b"0000644\0" + b"0000000\0" * 2  # mode, owner, group: the same on every machine
_TIME = b"00000000000\0"
_MAGIC = b"ustar\0" + b"00" + bytes(64) + b"0000000\0" * 2
_PLAIN_TAIL = (
    b"0" + bytes(100) + _MAGIC + bytes(167)
)  # type, link, magic, owner names, device, prefix
_SUM_PLACE = 148  # where the sum stands; it counts as eight blanks
_TAIL_SUM = 8 * 32 + sum(_PLAIN_TAIL)
_MAX_OCTAL = 8 << 30


class Sink(Protocol):
    """Where a tar archive is written to."""

    def write(self, data: bytes) -> object:
        """Take bytes."""
        ...


class Stream(Protocol):
    """Where a tar archive is read from."""

    def read(self, size: int) -> bytes:
        """Give at most `size` bytes; none at the end."""
        ...


def header(name: bytes, size: int) -> bytes:
    """The 512 bytes before a plain file.  ValueError when the name fits in no ustar header (100 +
    155 bytes).
    """
    # GNU and all readers of today: base 256 for 8 GiB and more
    length = b"%011o\0" % size if size < _MAX_OCTAL else b"\x80" + size.to_bytes(11, "big")
    tail, total = _PLAIN_TAIL, _TAIL_SUM
    if len(name) > 100:
        prefix, name = _split(name)
        tail = _PLAIN_TAIL[:-167] + prefix.ljust(167, b"\0")
        total += sum(prefix)
    front = b"".join((name.ljust(100, b"\0"), _OWNER, length, _TIME))
    return b"%b%06o\0 %b" % (front, total + _sum(front), tail)


def _sum(front: bytes) -> int:
    """The sum of some bytes, at most 256: the lower half of Adler-32 (RFC 1950), in the machine."""
    return (adler32(front) & 0xFFFF) - 1


def _split(name: bytes) -> tuple[bytes, bytes]:
    cut = name.rfind(b"/", 0, 156)
    if cut <= 0 or len(name) - cut - 1 > 100:
        raise ValueError(f"name too long for a tar header: {name!r}")
    return name[:cut], name[cut + 1 :]


class TarWriter:
    """Members in the order they are added; writes to `sink` in large pieces."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._parts: list[bytes] = []
        self._held = 0

    def add(self, name: bytes, data: bytes) -> None:
        """Add a small file."""
        size = len(data)
        self._parts += (header(name, size), data, bytes(-size % BLOCK))
        self._held += BLOCK + size
        if self._held >= PIECE:
            self._flush()

    def add_stream(self, name: bytes, size: int, stream: Stream) -> None:
        """Add a file of any size from a stream.  ValueError when the size is another."""
        self._parts.append(header(name, size))
        self._flush()
        left = size
        while piece := stream.read(PIECE):
            left -= len(piece)
            self._sink.write(piece)
        if left:
            raise ValueError(f"{name!r} has {size - left} bytes instead of {size}")
        self._parts.append(bytes(-size % BLOCK))

    def close(self) -> None:
        """Write the end mark; the sink stays open."""
        self._parts.append(bytes(2 * BLOCK))
        self._flush()

    def _flush(self) -> None:
        self._sink.write(b"".join(self._parts))
        self._parts = []
        self._held = 0


class TarMember:
    """One entry.  `kind`: file, folder, link or special.  Its bytes can be had once, before the
    next entry is asked for.
    """

    __slots__ = ("_at", "_tar", "kind", "link", "name", "size")

    def __init__(
        self, tar: TarReader, name: str, size: int, kind: str = "file", link: str = "", at: int = -1
    ) -> None:
        self._tar = tar
        self._at = at  # where its bytes are in the reader's buffer, when all of them do
        self.name = name
        self.size = size
        self.kind = kind
        self.link = link

    def read(self) -> bytes:
        """All bytes of the file."""
        if self._at >= 0:
            return self._tar.held(self._at, self.size)
        return self._tar.take(self.size)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file in pieces."""
        if self._at >= 0:
            yield self._tar.held(self._at, self.size)
        yield from self._tar.pieces()


_KINDS = {b"0": "file", b"\0": "file", b"7": "file", b"5": "folder", b"1": "link", b"2": "link"}
_NAMING = {b"x", b"g", b"L", b"K"}
_MAX_NAMING = 1 << 20  # bytes of a pax header or a long name


class TarReader:
    """The entries of a tar stream, in order, with flat memory.  Raises InputError naming `where`
    and the entry.
    """

    def __init__(self, stream: Stream, where: str) -> None:
        self._stream = stream
        self._where = where
        self._buffer = b""
        self._at = 0
        self._left = 0  # bytes of the current entry not yet handed out
        self._padding = 0
        self._local: dict[str, str] = {}
        self._global: dict[str, str] = {}
        self.seen = 0  # bytes of the stream so far

    def __iter__(self) -> Iterator[TarMember]:
        while True:
            if self._left or self._padding:
                self._finish()
            if self._at == len(self._buffer) and not self._more():
                return  # no end mark: old programs leave it out
            member = self._as_we_write()
            if member is None:
                head = self._exact(BLOCK, "a header")
                if head[257:262] != b"ustar" and not head.strip(b"\0"):
                    self._drain()
                    return
                member = self._member(head)
            if member is not None:
                yield member

    def _as_we_write(self) -> TarMember | None:
        """A header exactly as ours, without the detours of others; None when it is another one."""
        buffer, at = self._buffer, self._at
        if (
            not buffer.startswith(_PLAIN_TAIL, at + 156)
            or not buffer.startswith(_OWNER, at + 100)
            or not buffer.startswith(_TIME, at + 136)
            or self._local
            or self._global
            or buffer[at + 124] & 0x80
        ):
            return None
        total = _TAIL_SUM + (adler32(buffer[at : at + _SUM_PLACE]) & 0xFFFF) - 1
        if not buffer.startswith(b"%06o\0 " % total, at + _SUM_PLACE):
            return None
        name = _text(buffer[at : at + 100].rstrip(b"\0"))
        size = int(buffer[at + 124 : at + 135], 8)
        at += BLOCK
        end = at + size + -size % BLOCK
        if end <= len(buffer):
            self._at = end
            return TarMember(self, name, size, at=at)
        self._at = at
        self._left = size
        self._padding = -size % BLOCK
        return TarMember(self, name, size)

    def _member(self, head: bytes) -> TarMember | None:
        name, size = self._plain(head)
        kind = head[156:157]
        if kind in _NAMING:
            self._naming(kind, self._exact_padded(size))
            return None
        link = _text(head[157:257])
        if self._local or self._global:
            values = self._global | self._local
            name = values.get("path", name)
            link = values.get("linkpath", link)
            size = _decimal(values.get("size"), size)
            self._local = {}
        sort = _KINDS.get(kind, "special")
        self._left = size if sort in ("file", "special") else 0
        self._padding = -self._left % BLOCK
        return TarMember(self, name, self._left, sort, link)

    def _plain(self, head: bytes) -> tuple[str, int]:
        """Name and size of a header whose sum is right."""
        name = head[:100].rstrip(b"\0")
        length = head[124:136]
        total = sum(head) - sum(head[148:156]) + 8 * 32
        name, _, _ = name.partition(b"\0")
        prefix = head[345:500].partition(b"\0")[0] if head[257:263] == b"ustar\0" else b""
        name = prefix + b"/" + name if prefix else name
        try:
            if int(head[148:156].strip(b"\0 ") or b"0", 8) != total:
                raise self._corrupt("a header has a wrong sum")
            size = (
                int.from_bytes(length[1:], "big")
                if length[0] & 0x80
                else int(length[:11].strip(b"\0 ") or b"0", 8)
            )
        except ValueError as error:
            raise self._corrupt("a header is no header") from error
        return _text(name), size

    def _naming(self, kind: bytes, data: bytes) -> None:
        if kind in (b"L", b"K"):
            self._local["path" if kind == b"L" else "linkpath"] = _text(data.rstrip(b"\0"))
            return
        records = self._local if kind == b"x" else self._global
        while data:
            length, mark, _ = data.partition(b" ")
            if not mark or not length.isdigit() or not 0 < int(length) <= len(data):
                raise self._corrupt("an extended header is malformed")
            key, _, value = data[len(length) + 1 : int(length)].rstrip(b"\n").partition(b"=")
            records[_text(key)] = _text(value)
            data = data[int(length) :]

    def take(self, size: int) -> bytes:
        """The next bytes of the current entry."""
        size = min(size, self._left)
        self._left -= size
        return self._exact(size, "a file")

    def held(self, at: int, size: int) -> bytes:
        """Bytes of an entry that is in the buffer as a whole."""
        return self._buffer[at : at + size]

    def pieces(self) -> Iterator[bytes]:
        """The rest of the current entry, as it comes from the stream."""
        while self._left:
            if self._at == len(self._buffer) and not self._more():
                raise self._corrupt("it ends inside a file")
            piece = self._buffer[self._at : self._at + self._left]
            self._at += len(piece)
            self._left -= len(piece)
            yield piece

    def _finish(self) -> None:
        for _piece in self.pieces():
            pass
        if self._padding:
            self._exact(self._padding, "a file")
            self._padding = 0

    def _exact_padded(self, size: int) -> bytes:
        if size > _MAX_NAMING:
            raise self._corrupt("a name is longer than 1 MiB")
        data = self._exact(size, "a name")
        self._exact(-size % BLOCK, "a name")
        return data

    def _exact(self, size: int, what: str) -> bytes:
        end = self._at + size
        if end > len(self._buffer):
            self._fill(size, what)
            end = self._at + size
        data = self._buffer[self._at : end]
        self._at = end
        return data

    def _more(self) -> bool:
        self._buffer = self._stream.read(PIECE)
        self.seen += len(self._buffer)
        self._at = 0
        return bool(self._buffer)

    def _drain(self) -> None:
        """Read on to the end of the stream, so that a compressed one shows whether its sum is
        right.
        """
        while self._more():
            pass

    def _fill(self, size: int, what: str) -> None:
        parts = [self._buffer[self._at :]]
        held = len(parts[0])
        while held < size:
            piece = self._stream.read(PIECE)
            if not piece:
                raise self._corrupt(f"it ends inside {what}")
            self.seen += len(piece)
            held += len(piece)
            parts.append(piece)
        self._buffer = b"".join(parts)
        self._at = 0

    def _corrupt(self, why: str) -> InputError:
        return InputError(
            _("{where} isn't a valid tar archive: {why}.", where=self._where, why=why),
            _("Download or export the package again."),
            self._where,
            code="archive_corrupt",
        )


def _text(name: bytes) -> str:
    if b"\0" in name:
        name = name.partition(b"\0")[0]
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _decimal(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else otherwise


__all__ = ["BLOCK", "PIECE", "TarMember", "TarReader", "TarWriter", "header"]
