"""The package that reaches its files in every way: pages of the folder beside, files made here."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from pathlib import Path

FOLDER = Path(__file__).with_name("mechanisms")
LAUNCH = "lesson/start.html?mode=test#top"
# (module (func (export "answer") (result i32) i32.const 42))
WASM = bytes.fromhex(
    "0061736d010000000105016000017f03020100070a0106616e7377657200000a06010400412a0b"
)


def png(red: int, green: int, blue: int) -> bytes:
    """A picture of 4 × 4 dots in one colour."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    rows = (b"\0" + bytes([red, green, blue]) * 4) * 4
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sound(seconds: int = 20) -> bytes:
    """Silence."""
    target = io.BytesIO()
    with wave.open(target, "wb") as found:
        found.setnchannels(1)
        found.setsampwidth(1)
        found.setframerate(8000)
        found.writeframes(b"\x80" * 8000 * seconds)
    return target.getvalue()


def files() -> dict[str, bytes]:
    """Path in the package → content."""
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }
    blue = png(0, 0, 255)
    for name in ("blue", "a blue", "bleu é", "100% (a+b)&c"):
        found[f"lesson/pics/{name}.png"] = blue
    return {
        **found,
        "common/red.png": png(255, 0, 0),
        "lesson/sound.wav": sound(),
        "lesson/answer.wasm": WASM,
        "lesson/font.woff2": b"no font, but there",
        "lesson/long.txt": b"".join(b"line %05d\n" % n for n in range(60000 // 11 + 1))[:60000],
        "lesson/utf16.html": "\ufeff<html><body>sechzehn – é</body></html>".encode("utf-16-le"),
        "lesson/latin.htm": b'<html><head><meta http-equiv="Content-Type" content="text/html; '
        b'charset=ISO-8859-1"></head><body>caf\xe9</body></html>',
    }
