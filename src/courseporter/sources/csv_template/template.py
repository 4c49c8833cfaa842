"""Writes the CSV template: every table with example rows, and the files that they name."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from courseporter.formats.tabular import escape_cell
from courseporter.sources.csv_template.examples import EXAMPLES
from courseporter.sources.csv_template.schema import LEVELS, Level

LONG_AGO = (2020, 1, 1, 0, 0, 0)


def write_template(out: Path | BinaryIO) -> None:
    """Write the ZIP.  The same version writes the same bytes.  Raises OSError."""
    members = {level.file: _table(level) for level in LEVELS} | _files()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)


def _table(level: Level) -> bytes:
    """One table as spreadsheets like it best: UTF-8 with BOM, CRLF, every column there is."""
    columns = (*level.columns.required, *level.columns.optional)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in EXAMPLES[level.stem]:
        writer.writerow([escape_cell(row.get(column, "")) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def _files() -> dict[str, bytes]:
    return {
        "images/cover.png": _picture(640, 360, (201, 138, 75)),
        "images/bowl.png": _picture(320, 180, (120, 144, 156)),
        "media/crust.wav": _tone(),
        "files/recipe.pdf": _page("Bread: 500 g flour, 350 g water, 10 g salt, 5 g yeast."),
        "files/shopping list.txt": b"flour\r\nsalt\r\nyeast\r\n",
    }


def _picture(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour that gets darker towards the bottom (PNG specification, 5.3 and 11.2)."""
    rows = b"".join(
        b"\0" + bytes(part * (2 * height - line) // (2 * height) for part in colour) * width
        for line in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _tone() -> bytes:
    """A quarter of a second of a square wave, 8 bit mono at 8 kHz (RIFF/WAVE)."""
    samples = (b"\x60" * 9 + b"\xa0" * 9) * 111
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _page(text: str) -> bytes:
    """A PDF of one page with one line of text (ISO 32000-1, 7.5)."""
    drawing = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    )
    return out + end % (size, table, size, len(out))
