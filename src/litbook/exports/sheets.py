"""What every export is made from: tables as rows of strings, each column with its type and what it means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from litbook.exports.text import unique

Value = str | int | float | datetime.date
SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number
FIRST_DAY = datetime.date(1900, 3, 1)  # before it Excel's calendar has a day that never was
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Column:
    """A column: ``type`` is one of datapackage.TYPES, ``terms`` names the list whose ids it takes, ``allowed`` says in
    words what may stand in it, ``folded`` that it serves the way back and not reading."""

    name: str
    type: str = "string"
    description: str = ""
    terms: str = ""
    allowed: str = ""
    required: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table: ``rows`` hold strings as printed (shape: rows x columns)."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet(name: str, title: str, about: str, columns: Iterable[Column], rows: Iterable[Iterable[str]]) -> Sheet:
    """A sheet whose columns are told apart by name."""
    columns = list(columns)
    names = unique(column.name for column in columns)
    told = tuple(replace(column, name=new) for column, new in zip(columns, names, strict=True))
    return Sheet(name, title, about, told, tuple(tuple(row) for row in rows))


def typed(kind: str, cell: str) -> Value:
    """A cell as the value of its type. What a spreadsheet could not hold digit for digit stays text: a number of more than
    15 significant digits or below zero's sign, a date before March 1900, and a cell that is not of its type at all."""
    if kind == "date":
        return _date(cell)
    if kind == "string" or not NUMBER.fullmatch(cell):
        return cell
    number = Decimal(cell)
    digits = len(number.as_tuple().digits)
    if digits > SIGNIFICANT or (cell.startswith("-") and not number) or (cell != _plain(number) and kind != "year"):
        return cell
    return int(cell) if "." not in cell else float(cell)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _date(cell: str) -> Value:
    try:
        day = datetime.date.fromisoformat(cell)
    except ValueError:
        return cell
    return day if day >= FIRST_DAY and day.isoformat() == cell else cell


def decimals(cell: str) -> int:
    """How many digits a printed number has behind its point."""
    return len(cell.partition(".")[2])
