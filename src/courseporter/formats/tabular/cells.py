"""Single cells: what is written must be text to every spreadsheet program."""

from __future__ import annotations

FORMULA_SIGNS = frozenset("=+-@\t\r")


def escape_cell(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would take it for a formula.

    Spreadsheets run cells that begin with = + - @ (and, after trimming, TAB or CR) as formulas
    (OWASP, "CSV Injection"); the apostrophe is their own mark for plain text.
    """
    return "'" + text if text[:1] in FORMULA_SIGNS else text
