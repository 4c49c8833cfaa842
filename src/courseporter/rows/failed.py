"""The CSV of failed rows: as the source, with why; it is read back to the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

ERROR_COLUMNS = ("error_code", "error_message", "row_number", "line", "attempts")
BOM = b"\xef\xbb\xbf"
CHUNK = 500
Line = tuple[list[str], tuple[str, ...]]


def failed_blocks(header: Sequence[str], rows: Iterable[Line]) -> Iterator[bytes]:
    """The file block by block: rows with their own columns, then `ERROR_COLUMNS`.

    UTF-8 with a byte order mark, CRLF; no cell can be a formula.  `open_rows` reads it back.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*map(escaped, header), *ERROR_COLUMNS])
    yield BOM
    for count, (raw, told) in enumerate(rows, 1):
        writer.writerow([escaped(cell) for cell in (*raw, *told)])
        if count % CHUNK == 0:
            yield _taken(out)
    yield _taken(out)


def escaped(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would take it for a formula."""
    start = cell.lstrip(" ")[:1]
    return "'" + cell if start and start in "=+-@'\t\r" else cell


def unescaped(cell: str) -> str:
    """The cell as it was before `escaped`."""
    return cell[1:] if cell.startswith("'") and escaped(cell[1:]) == cell else cell


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8", "replace")
