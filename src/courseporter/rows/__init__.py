"""Rows: tables of records that are sent to another system one by one.

Formats are found by name in `rows.formats`, files are read by `rows.reading`; neither knows the
store or the network.
"""

from courseporter.rows.cells import Reading
from courseporter.rows.failed import failed_blocks
from courseporter.rows.formats import FORMATS, RowFormat, named
from courseporter.rows.mapping import Mapped, read_mapping
from courseporter.rows.reading import RowFile, open_rows, parsed_again
from courseporter.rows.row import ParsedRow, RowError

__all__ = [
    "FORMATS",
    "Mapped",
    "ParsedRow",
    "Reading",
    "RowError",
    "RowFile",
    "RowFormat",
    "failed_blocks",
    "named",
    "open_rows",
    "parsed_again",
    "read_mapping",
]
