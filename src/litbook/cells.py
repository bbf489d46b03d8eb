"""Cells: what the descriptor allows in each, checked one by one, with advice for the one that does not fit."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from litbook.datapackage import Field, Rows
from litbook.errors import Problem, did_you_mean, some

NOTHING = frozenset({"NA", "N/A", "n/a", "NaN", "nan", "None", "none", "null", "NULL"})


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
                    yield Problem(
                        rows.table.path,
                        line,
                        field.name,
                        f"{cell!r} stands already in line {seen[key]}",
                        "each value once, case apart",
                        "give one of the two rows another value",
                    )
                seen.setdefault(key, line)


def _cell(field: Field, cell: str) -> tuple[str, str, str] | None:
    """What is wrong with a cell: what was found, what is allowed, how to mend it."""
    wrong = None
    if not cell:
        wrong = ("is empty", "a value", "fill it in") if field.required else None
    elif field.required and not (field.foreign or field.pattern) and cell in NOTHING:
        wrong = (f"{cell!r}, a word for nothing", "a value", "fill in what the source says")
    elif cell != cell.strip():
        wrong = (f"{cell!r} has blanks at its ends", "no blanks there", "delete them")
    elif field.type != "string" and not _typed(field.type, cell):
        wrong = (f"{cell!r} is not {_TYPE_WORDS[field.type]}", _TYPE_EXAMPLES[field.type], "write it like the example")
    elif field.enum and cell not in field.enum:
        wrong = (repr(cell), ", ".join(field.enum), "take one of these" + did_you_mean(cell, field.enum))
    elif field.matches and not field.matches.fullmatch(cell):
        wrong = (repr(cell), f"text of the form {field.pattern}", "see the column in data/README.md")
    elif field.minimum is not None and Decimal(cell) < field.minimum:
        wrong = (cell, f"{field.minimum} or more", "check it against the source")
    return wrong


_TYPE_WORDS = {"integer": "a whole number", "number": "a decimal number", "date": "a date", "year": "a year"}
_TYPE_EXAMPLES = {
    "integer": "digits, such as 12",
    "number": "digits with a point, such as 0.35",
    "date": "year-month-day, such as 2025-11-11",
    "year": "four digits, such as 2018",
}


_FORMS = {
    "integer": re.compile(r"-?(0|[1-9][0-9]{0,14})"),  # what is longer is a slip, and costs time to read
    "number": re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?"),
    "year": re.compile(r"[0-9]{4}"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


def _typed(kind: str, cell: str) -> bool:
    if not _FORMS[kind].fullmatch(cell):
        return False
    if kind == "date":
        try:
            datetime.date.fromisoformat(cell)
        except ValueError:
            return False
    return True


def check_references(rows: Rows, ids: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Each foreign key names a row that is there."""
    for place, field in enumerate(rows.table.fields):
        if field.foreign not in ids:
            continue
        known = ids[field.foreign]
        for line, row in zip(rows.lines, rows.cells, strict=True):
            cell = row[place]
            if cell and cell not in known:
                allowed = sorted(known)
                yield Problem(
                    rows.table.path,
                    line,
                    field.name,
                    f"{cell!r} is not in {field.foreign}",
                    some(allowed),
                    f"take one of these or add it to {field.foreign}" + did_you_mean(cell, allowed),
                )
