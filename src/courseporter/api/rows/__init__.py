"""Rows: import a table row by row, look at the outcome, decide, try again, export, undo."""

from courseporter.api.rights import guarded
from courseporter.api.rows.deciding import (
    choose_row,
    correct_row,
    decide_row,
    reopen_rows,
    retry_rows,
)
from courseporter.api.rows.looking import (
    export_failed_rows,
    row_import,
    row_imports,
    row_lines,
    row_of,
    rows_of,
)
from courseporter.api.rows.preview import RowProblem, RowsPreview, preview_rows
from courseporter.api.rows.starting import (
    continue_rows,
    import_rows,
    row_formats,
    row_mapping,
    run_rows,
    start_rows,
    start_undo_rows,
    undo_rows,
)
from courseporter.api.rows.values import (
    RowDetail,
    RowFormatInfo,
    RowImportView,
    RowLine,
    RowOptions,
    RowsResult,
    RowView,
)

__all__ = [
    "DOOR",
    "RowDetail",
    "RowFormatInfo",
    "RowImportView",
    "RowLine",
    "RowOptions",
    "RowProblem",
    "RowView",
    "RowsPreview",
    "RowsResult",
    "choose_row",
    "continue_rows",
    "correct_row",
    "decide_row",
    "export_failed_rows",
    "import_rows",
    "preview_rows",
    "reopen_rows",
    "retry_rows",
    "row_formats",
    "row_import",
    "row_imports",
    "row_lines",
    "row_mapping",
    "row_of",
    "rows_of",
    "run_rows",
    "start_rows",
    "start_undo_rows",
    "undo_rows",
]

DOOR = (
    row_formats, row_mapping, start_rows, import_rows, run_rows, continue_rows, undo_rows,
    start_undo_rows, retry_rows, reopen_rows, choose_row, decide_row, preview_rows, rows_of,
    row_of, row_import, row_imports, row_lines, correct_row, export_failed_rows,
)  # fmt: skip
for _call in DOOR:
    globals()[_call.__name__] = guarded(_call.__name__, _call)
