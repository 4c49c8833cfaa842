"""Reads a multipart body with one file as it arrives, into a file of its own."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 16


@dataclass
class Upload:
    field: str
    filename: str
    path: Path


def receive(stream: BinaryIO, length: int, content_type: str, folder: Path) -> Upload | None:
    """The file of the form; None when it holds none.  Raises EOFError when the sender stops."""
    found = re.search(r'boundary="?([^";]+)', content_type)
    path = folder / f"upload-{uuid.uuid4().hex}.tar.gz"
    head, left = b"", length
    with path.open("wb") as out:
        while left:
            piece = stream.read(min(PIECE, left))
            if not piece:
                raise EOFError("the body ended early")
            left -= len(piece)
            if out.tell() or b"\r\n\r\n" in head:
                out.write(piece)
                continue
            head += piece
            if b"\r\n\r\n" in head:
                head, _, rest = head.partition(b"\r\n\r\n")
                head += b"\r\n\r\n"
                out.write(rest)
    if found is None:
        return None
    _cut_tail(path, found[1].encode())
    name = re.search(rb'[; ]name="([^"]*)"', head)
    filename = re.search(rb'filename="([^"]*)"', head)
    if name is None or filename is None:
        return None
    return Upload(name[1].decode(), filename[1].decode(), path)


def _cut_tail(path: Path, boundary: bytes) -> None:
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.seek(max(0, size - 512))
        tail = file.read()
        at = tail.rfind(b"\r\n--" + boundary)
        if at >= 0:
            file.truncate(max(0, size - 512) + at)
