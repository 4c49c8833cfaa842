"""Tables from CSV files and Excel workbooks as streams of checked rows; cells written safely."""

from courseporter.formats.tabular.cells import escape_cell
from courseporter.formats.tabular.delimited import open_delimited
from courseporter.formats.tabular.encoding import Encoded, detect
from courseporter.formats.tabular.table import Columns, Ragged, Table
from courseporter.formats.tabular.workbook import Workbook, open_workbook

__all__ = [
    "Columns",
    "Encoded",
    "Ragged",
    "Table",
    "Workbook",
    "detect",
    "escape_cell",
    "open_delimited",
    "open_workbook",
]
