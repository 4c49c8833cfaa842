"""The CSV template: a course as a handful of tables, in a ZIP, a folder or an Excel workbook (docs/reference/sources/csv.md)."""

from courseporter.sources.csv_template.source import CsvSource

__all__ = ["CsvSource"]
