"""The CSV template: a course as a handful of tables, in a ZIP, a folder or an Excel workbook.

docs/reference/sources/csv.md describes every table, column, value and rule.
"""

from courseporter.sources.csv_template.source import CsvSource
from courseporter.sources.csv_template.template import write_template

__all__ = ["CsvSource", "write_template"]
