"""Strict reading: from the bytes of a CSV to rows of strings that fit the descriptor, or to located problems.

pandas reads `NA` as a missing value, shifts a row with one comma too many and takes the markers of an unfinished
merge for data. So nothing here guesses: each cell is a string, each row has its line number, and what does not
fit is refused with advice.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from litbook.datapackage import Field, Package, Table
from litbook.errors import Problem, did_you_mean, some

MERGE_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Rows:
    """The rows of one table: ``cells`` as strings in the order of the columns, ``lines`` their line numbers."""

    table: Table
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, name: str) -> list[str]:
        place = self.table.columns.index(name)
        return [row[place] for row in self.cells]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with its line number."""
        for line, row in zip(self.lines, self.cells, strict=True):
            yield line, dict(zip(self.table.columns, row, strict=True))


def read_tables(folder: Path, package: Package) -> tuple[dict[str, Rows], list[Problem]]:
    """Read and check every table of a review: form first, then cells, then references between tables."""
    rows: dict[str, Rows] = {}
    problems: list[Problem] = []
    for table in package.tables.values():
        rows[table.name], found = read_table(folder / table.path, table)
        problems += found
    ids = {name: frozenset(table.column("id")) for name, table in rows.items()}
    for table_rows in rows.values():
        problems += check_cells(table_rows)
        problems += check_references(table_rows, ids)
    return rows, problems


def read_table(path: Path, table: Table) -> tuple[Rows, list[Problem]]:
    """Read one CSV. A row of the wrong form is reported and left out, so that the others can be checked too."""
    text, problems = _decode(path, table.path)
    if problems:
        return Rows(table, (), ()), problems
    cells: list[tuple[str, ...]] = []
    lines: list[int] = []
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    begin = 1
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            problem = _form(table, line, row)
            if problem:
                problems.append(problem)
                if line == 1:
                    break
            elif line > 1:
                cells.append(tuple(row))
                lines.append(line)
    except csv.Error as error:
        problems.append(Problem(table.path, reader.line_num, "", f"not CSV: {error}", "comma-separated cells, quotes doubled "
                                "inside quotes", "close the quote or double it"))
    if not text:
        problems.append(Problem(table.path, 1, "", "the file is empty", f"a header: {','.join(table.columns)}", "add the header"))
    return Rows(table, tuple(cells), tuple(lines)), problems


def _decode(path: Path, name: str) -> tuple[str, list[Problem]]:
    def refuse(row: int | None, found: str, allowed: str, mend: str) -> tuple[str, list[Problem]]:
        return "", [Problem(name, row, "", found, allowed, mend)]

    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return refuse(None, "the file is missing", "a CSV with the columns of datapackage.json", "add the file, with its "
                      "header alone if there are no rows")
    except OSError as error:
        return refuse(None, f"can't be read: {error.strerror}", "a readable file", "mend its permissions or its kind")
    if len(raw) > MOST_BYTES:
        return refuse(None, f"{len(raw)} bytes", f"at most {MOST_BYTES}", "split the table")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return refuse(line, f"byte {raw[error.start]:#04x} is not UTF-8", "UTF-8", "save the file as UTF-8")
    if text.startswith("\ufeff"):
        text = text[1:]  # Excel writes a byte order mark; it carries nothing
    found = CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        return refuse(line, f"control character U+{ord(found[0]):04X}", "printable characters", "delete it")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            line = text.count("\n", 0, text.index("\r")) + 1
            return refuse(line, "a lone carriage return", "lines that end in LF or CRLF", "delete it")
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
        return Problem(table.path, line, "", found, f"{len(table.columns)} cells", "quote a cell that holds a comma, or add or "
                       "delete the line's missing or extra cells")
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


def check_cells(rows: Rows) -> Iterator[Problem]:
    """Types, constraints and unique columns."""
    for place, field in enumerate(rows.table.fields):
        seen: dict[str, int] = {}
        for line, row in zip(rows.lines, rows.cells, strict=True):
            cell = row[place]
            problem = _cell(field, cell)
            if problem:
                found, allowed, mend = problem
                yield Problem(rows.table.path, line, field.name, found, allowed, mend)
            elif field.unique and cell:
                key = cell.casefold()
                if key in seen:
                    yield Problem(rows.table.path, line, field.name, f"{cell!r} stands already in line {seen[key]}",
                                  "each value once, case apart", "give one of the two rows another value")
                seen.setdefault(key, line)


def _cell(field: Field, cell: str) -> tuple[str, str, str] | None:
    """What is wrong with a cell: what was found, what is allowed, how to mend it."""
    if not cell:
        return ("is empty", "a value", "fill it in") if field.required else None
    if cell != cell.strip():
        return f"{cell!r} has blanks at its ends", "no blanks there", "delete them"
    if field.type != "string" and not _typed(field.type, cell):
        return f"{cell!r} is not {_TYPE_WORDS[field.type]}", _TYPE_EXAMPLES[field.type], "write it like the example"
    if field.enum and cell not in field.enum:
        return f"{cell!r}", ", ".join(field.enum), "take one of these" + did_you_mean(cell, field.enum)
    if field.matches and not field.matches.fullmatch(cell):
        return f"{cell!r}", f"text of the form {field.pattern}", "see the column in data/README.md"
    if field.minimum is not None and Decimal(cell) < field.minimum:
        return f"{cell}", f"{field.minimum} or more", "check it against the source"
    return None


_TYPE_WORDS = {"integer": "a whole number", "number": "a decimal number", "date": "a date", "year": "a year"}
_TYPE_EXAMPLES = {"integer": "digits, such as 12", "number": "digits with a point, such as 0.35", "date": "year-month-day, such as "
                  "2025-11-11", "year": "four digits, such as 2018"}


def _typed(kind: str, cell: str) -> bool:
    if not cell.isascii():
        return False
    if kind == "integer":
        return re.fullmatch(r"-?\d+", cell) is not None
    if kind == "year":
        return re.fullmatch(r"\d{4}", cell) is not None
    if kind == "date":
        try:
            return datetime.date.fromisoformat(cell).isoformat() == cell
        except ValueError:
            return False
    try:
        return Decimal(cell).is_finite() and re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None
    except InvalidOperation:
        return False


def check_references(rows: Rows, ids: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Each foreign key names a row that is there."""
    for place, field in enumerate(rows.table.fields):
        if not field.foreign:
            continue
        known = ids[field.foreign]
        for line, row in zip(rows.lines, rows.cells, strict=True):
            cell = row[place]
            if cell and cell not in known:
                allowed = sorted(known)
                yield Problem(rows.table.path, line, field.name, f"{cell!r} is not in {field.foreign}", some(allowed),
                              f"take one of these or add it to {field.foreign}" + did_you_mean(cell, allowed))
