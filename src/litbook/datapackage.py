"""The descriptor of a review: the one schema of all its tables (Data Package, Table Schema 1).

Two properties are ours: a resource's ``kind`` (record, extract, span or vocabulary) and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from litbook.errors import DataProblems, Problem

KINDS = ("record", "extract", "span", "vocabulary")
TYPES = ("string", "integer", "number", "date", "year")
SPAN_COLUMNS = ("id", "source", "start", "end", "quote_sha256")
EXTRACT_TAIL = ("work", "status", "note")
_BOUNDS = ("low", "low_op", "high", "high_op")
NEEDED_TABLES = ("sources", "works", "indications", "routes", "statuses")
# What the engine's own tables and charts read. A review may lack a table; a table that it has holds these columns.
NEEDED_COLUMNS = {
    "sources": ("label", "file", "chars", "sha256", "title", "publisher", "type", "url", "updated", "review_status",
                "peer_reviewed", "interest"),
    "works": ("label", "type", "identified", "doi"),
    "doses": ("statement", "drug", "indication", "population", "setting", "route", "form", *_BOUNDS, "unit", "basis", "cap",
              "cap_unit", "cap_basis", "cap_frequency", "frequency", "frequency_max", "period", "period_max",
              "period_unit", "duration", "qualitative"),
    "recommendations": ("statement", "body", "year", "indication", "stance", "stance_alternative", "grade_system", "level", "grade",
                        "conditions", "voice", "claim"),
    "findings": ("statement", "indication", "route", "design", "outcome", "direction", "hedge", "claim"),
    "adverse_effects": ("effect", "indication", "route", "frequency", "term", "claim"),
    "statistics": _BOUNDS,
    "scope": ("indication",),
    "sections": ("heading",),
    "not_applicable": ("indication", "route", "reason"),
}


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


def read_package(folder: Path) -> Package:
    """Read ``folder/datapackage.json``.

    Raises DataProblems with the line where the file is not JSON, and one line for each missing or unknown
    property that litbook needs.
    """
    path = folder / "datapackage.json"
    raw = _read_json(path)
    problems = list(_shape(path.name, raw))
    if problems:
        raise DataProblems(problems)
    tables = {resource["name"]: _table(resource) for resource in raw["resources"]}
    problems = list(_references(path.name, tables))
    if problems:
        raise DataProblems(problems)
    return Package(raw["name"], raw.get("title", raw["name"]), raw.get("description", ""), MappingProxyType(tables))


def _read_json(path: Path) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise DataProblems([Problem(path.name, None, "", f"key {sorted(twice)[0]!r} stands twice in one object",
                                        "each key once", "delete one of the two")])
        return dict(pairs)

    try:
        raw = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
    except FileNotFoundError:
        raise DataProblems([Problem(str(path), None, "", "the file is missing", "a Data Package descriptor",
                                    "name a folder that holds datapackage.json")]) from None
    except UnicodeDecodeError as error:
        raise DataProblems([Problem(path.name, None, "", f"byte {error.start} is not UTF-8", "UTF-8",
                                    "save the file as UTF-8")]) from None
    except json.JSONDecodeError as error:
        raise DataProblems([Problem(path.name, error.lineno, str(error.colno), f"not JSON: {error.msg}", "JSON",
                                    "mend the file at this line and column")]) from None
    if not isinstance(raw, dict):
        raise DataProblems([Problem(path.name, 1, "", f"a {type(raw).__name__}", "an object", "see data/README.md")])
    return raw


def _shape(file: str, raw: dict[str, Any]) -> Iterator[Problem]:
    """What must be there before the descriptor can be read at all."""

    def wrong(where: str, found: str, allowed: str) -> Problem:
        return Problem(file, None, "", f"{where}: {found}", allowed, "mend the descriptor")

    if not isinstance(raw.get("name"), str):
        yield wrong("the package", "has no name", "a string")
    resources = raw.get("resources")
    if not isinstance(resources, list) or not resources:
        yield wrong("the package", "has no resources", "a list of tables")
        return
    seen: set[str] = set()
    for position, resource in enumerate(resources, 1):
        name = resource.get("name") if isinstance(resource, dict) else None
        if not isinstance(name, str):
            yield wrong(f"resource {position}", "has no name", "a string")
            continue
        if name in seen:
            yield wrong(name, "stands twice", "each table once")
        seen.add(name)
        place = resource.get("path")
        if not isinstance(place, str) or Path(place).is_absolute() or ".." in Path(place).parts:
            yield wrong(name, f"path is {place!r}", "a relative path inside the review's folder")
        if resource.get("kind") not in KINDS:
            yield wrong(name, f"kind is {resource.get('kind')!r}", ", ".join(KINDS))
        fields = resource.get("schema", {}).get("fields")
        if not isinstance(fields, list) or not fields:
            yield wrong(name, "has no fields", "schema.fields, a list")
            continue
        for field in fields:
            if not isinstance(field, dict) or not isinstance(field.get("name"), str):
                yield wrong(name, "a field has no name", "a string")
            elif field.get("type", "string") not in TYPES:
                yield wrong(f"{name}.{field['name']}", f"type is {field['type']!r}", ", ".join(TYPES))


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    foreign = {key["fields"][0]: key["reference"]["resource"] or resource["name"] for key in schema.get("foreignKeys", ())}
    fields = []
    for raw in schema["fields"]:
        rule = raw.get("constraints", {})
        fields.append(Field(raw["name"], raw.get("type", "string"), raw.get("description", ""),
                            rule.get("required", False), rule.get("unique", False), rule.get("pattern", ""),
                            rule.get("minimum"), tuple(rule.get("enum", ())), foreign.get(raw["name"], "")))
    return Table(resource["name"], resource["path"], resource.get("title", resource["name"]),
                 resource.get("description", ""), resource["kind"], tuple(fields))


def _references(file: str, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Foreign keys lead somewhere, and extracts have the columns that tie a row to its span."""
    for name in NEEDED_TABLES:
        if name not in tables:
            yield Problem(file, None, "", f"table {name!r} is missing", ", ".join(NEEDED_TABLES), "add it to resources")
    for table in tables.values():
        for field in table.fields:
            if field.foreign and field.foreign not in tables:
                yield Problem(file, None, "", f"{table.name}.{field.name} refers to {field.foreign!r}",
                              "a table of this package", "add the table or drop the foreign key")
        needed = {"extract": SPAN_COLUMNS + EXTRACT_TAIL, "span": SPAN_COLUMNS, "vocabulary": ("id", "label", "definition"),
                  "record": ("id",)}[table.kind] + NEEDED_COLUMNS.get(table.name, ())
        for column in needed:
            if column not in table:
                yield Problem(file, None, "", f"{table.name} has no column {column!r}", f"{', '.join(needed)} in a table of "
                              f"kind {table.kind}", "add the column to schema.fields and to the CSV")
