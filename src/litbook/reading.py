"""Strict reading: from the bytes of a CSV to rows of strings that fit the descriptor, or to located problems.

pandas reads `NA` as a missing value, shifts a row with one comma too many and takes the markers of an unfinished
merge for data. So nothing here guesses: each cell is a string, each row has its line number, and what does not
fit is refused with advice.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from litbook.cells import check_cells, check_references
from litbook.datapackage import Package, Rows, Table
from litbook.errors import Problem, did_you_mean
from litbook.textfiles import read_regular

MERGE_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
MOST_PROBLEMS = 1000  # of one table: who has more has one cause
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read_tables(folder: Path, package: Package) -> tuple[dict[str, Rows], list[Problem]]:
    """Read and check every table of a review: form first, then cells, then references between tables."""
    rows: dict[str, Rows] = {}
    problems: list[Problem] = []
    whole: dict[str, frozenset[str]] = {}
    for table in package.tables.values():
        rows[table.name], found = read_table(folder / table.path, table)
        problems += found
        if not found:  # a table that lost rows would make every reference to them look wrong
            whole[table.name] = frozenset(rows[table.name].column("id"))
    for table_rows in rows.values():
        problems += check_cells(table_rows)
        problems += check_references(table_rows, whole)
    return rows, problems


def read_table(path: Path, table: Table) -> tuple[Rows, list[Problem]]:
    """Read one CSV. A row of the wrong form is reported and left out, so that the others can be checked too."""
    text, problems = _decode(path, table.path)
    if problems:
        return Rows(table, (), ()), problems
    cells: list[tuple[str, ...]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)  # str.splitlines would cut at U+2028 too
    begin = 1
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            problem = _form(table, line, row)
            if problem:
                problems.append(problem)
                if line == 1 or len(problems) == MOST_PROBLEMS:
                    break
            elif line > 1:
                cells.append(tuple(row))
                lines.append(line)
    except csv.Error as error:
        problems.append(
            Problem(
                table.path,
                reader.line_num,
                "",
                f"not CSV: {error}",
                "comma-separated cells, quotes doubled inside quotes",
                "close the quote or double it",
            )
        )
    if not text:
        problems.append(Problem(table.path, 1, "", "the file is empty", f"a header: {','.join(table.columns)}", "add the header"))
    return Rows(table, tuple(cells), tuple(lines)), problems


def has_mark(path: Path) -> bool:
    """Whether a file begins with a byte order mark, which is read over."""
    try:
        return read_regular(path, 3) == b"\xef\xbb\xbf"
    except OSError:
        return False


def _decode(path: Path, name: str) -> tuple[str, list[Problem]]:
    """The text of a file with LF at its lines' ends, or the one problem that keeps it from being read."""
    try:
        raw = read_regular(path)
        text = raw.decode("utf-8")
    except FileNotFoundError:
        mend = "add the file, with its header alone if there are no rows"
        return "", [Problem(name, None, "", "the file is missing", "a CSV with the columns of datapackage.json", mend)]
    except OSError as error:
        return "", [Problem(name, None, "", f"can't be read: {error.strerror}", "a readable file", "mend its permissions or its kind")]
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", [Problem(name, line, "", f"byte {raw[error.start]:#04x} is not UTF-8", "UTF-8", "save the file as UTF-8")]
    # Excel writes a byte order mark and CRLF; neither carries anything.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found = CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        return "", [Problem(name, line, "", f"control character U+{ord(found[0]):04X}", "printable characters", "delete it")]
    return text, []


def _form(table: Table, line: int, row: Sequence[str]) -> Problem | None:
    """Whether a row can be one of this table at all."""
    first = row[0] if row else ""
    if first.startswith(MERGE_MARKERS):
        return Problem(table.path, line, "", f"a merge marker {first[:7]!r}", "rows", "finish the merge")
    if line == 1:
        return _header(table, row)
    if len(row) != len(table.columns):
        found = f"{len(row)} cells" if row else "an empty line"
        return Problem(
            table.path,
            line,
            "",
            found,
            f"{len(table.columns)} cells",
            "quote a cell that holds a comma, or add or delete the line's missing or extra cells",
        )
    return None


def _header(table: Table, row: Sequence[str]) -> Problem | None:
    if tuple(row) == table.columns:
        return None
    unknown = [name for name in row if name not in table.columns]
    missing = [name for name in table.columns if name not in row]
    if len(row) == 1 and ";" in row[0]:
        found, mend = "semicolons between the columns", "save the file with commas"
    elif unknown:
        found = f"column {unknown[0]!r} is not known"
        mend = "rename or delete it" + did_you_mean(unknown[0], missing or table.columns)
    elif missing:
        found, mend = f"column {missing[0]!r} is missing", "add it, with empty cells if there is nothing to say"
    else:
        found, mend = "the columns are in another order", "put them in this order"
    return Problem(table.path, 1, "", found, ",".join(table.columns), mend)
