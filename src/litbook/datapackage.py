"""The descriptor of a review: the one schema of all its tables (Data Package, Table Schema 1).

Two properties are ours: a resource's ``kind`` (record, extract, span or vocabulary) and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

KINDS = ("record", "extract", "span", "second", "vocabulary")
TYPES = ("string", "integer", "number", "date", "year")
SPAN_COLUMNS = ("id", "source", "start", "end", "quote_sha256")
EXTRACT_TAIL = ("work", "status", "note")


@dataclass(frozen=True)
class Field:
    """A column: its type and what a cell may hold. ``foreign`` names the table whose ids it takes."""

    name: str
    type: str
    description: str
    required: bool = False
    unique: bool = False
    pattern: str = ""
    minimum: int | None = None
    enum: tuple[str, ...] = ()
    foreign: str = ""

    @cached_property
    def matches(self) -> re.Pattern[str] | None:
        return re.compile(self.pattern) if self.pattern else None


@dataclass(frozen=True)
class Table:
    """A table as the descriptor declares it; ``path`` is relative to the review's folder."""

    name: str
    path: str
    title: str
    description: str
    kind: str
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def field(self, column: str) -> Field:
        return next(field for field in self.fields if field.name == column)


@dataclass(frozen=True)
class Package:
    """A review's descriptor: ``tables`` by name in the order of the file."""

    name: str
    title: str
    description: str
    tables: Mapping[str, Table]

    def of_kind(self, *kinds: str) -> Iterator[Table]:
        return (table for table in self.tables.values() if table.kind in kinds)


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


Tables = Mapping[str, Rows]
