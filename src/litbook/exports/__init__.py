"""Exports of a review: tables as CSV, one workbook, one text document. Each is a pure function from a review to bytes."""

from litbook.exports.csvs import rows_csv, tables_csv
from litbook.exports.document import document
from litbook.exports.spreadsheet import workbook

__all__ = ["document", "rows_csv", "tables_csv", "workbook"]
