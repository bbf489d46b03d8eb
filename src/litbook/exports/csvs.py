"""The tables of a review as CSV, for reading and analysis. The data themselves are the review's own files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from litbook.exports.collect import dictionary, extract_sheets, summary_sheets, vocabulary_sheets
from litbook.exports.sheets import Column, Sheet, sheet
from litbook.exports.text import csv_safe, file_name, unique
from litbook.review import Review


def tables_csv(review: Review) -> dict[str, bytes]:
    """Every table of a review as CSV, by path: the summaries, ``extracts/``, ``vocabularies/`` and ``columns.csv``, the
    dictionary of all columns.

    RFC 4180 with LF at the lines' ends, as the review's own files. UTF-8 with a byte order mark: without it Excel reads
    another encoding, and a range such as 0.1–0.5 loses its dash on the screen. (In Python: ``encoding="utf-8-sig"``; pandas
    reads over the mark.) Cells that a spreadsheet might run as a formula begin with an apostrophe: see
    ``litbook.exports.text.csv_safe``, and ``csv_undone`` for the way back. What no CSV can prevent: a spreadsheet that
    opens it shows 007 as 7 and 1-2 as a date. ``workbook`` is for spreadsheets.
    """
    groups = {"": summary_sheets(review), "extracts/": extract_sheets(review), "vocabularies/": vocabulary_sheets(review)}
    named: list[tuple[str, Sheet]] = []
    for group, sheets in groups.items():
        names = unique((table.name for table in sheets), file_name)
        named += [(f"{group}{name}.csv", table) for name, table in zip(names, sheets, strict=True)]
    named.append(("columns.csv", dictionary(named)))
    return {name: csv_bytes(table) for name, table in named}


def rows_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Any rows of text as CSV, in the same form."""
    return csv_bytes(sheet("rows", "", "", (Column(name) for name in columns), rows))


def csv_bytes(table: Sheet) -> bytes:
    """One table as CSV: a line of names, then the rows."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)  # with quotes about it, a CR ends no line
    writer.writerow([csv_safe(column.name) for column in table.columns])
    writer.writerows([csv_safe(cell) for cell in row] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")
