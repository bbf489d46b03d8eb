"""Reading a descriptor: what must be in it before a review can be read at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from litbook.datapackage import EXTRACT_TAIL, KINDS, SPAN_COLUMNS, TYPES, Field, Package, Table
from litbook.errors import DataProblems, Problem
from litbook.needs import NEEDED_COLUMNS, NEEDED_KEYS, NEEDED_TABLES
from litbook.textfiles import read_small


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
            raise DataProblems(
                [
                    Problem(
                        path.name,
                        None,
                        "",
                        f"key {sorted(twice)[0]!r} stands twice in one object",
                        "each key once",
                        "delete one of the two",
                    )
                ]
            )
        return dict(pairs)

    text = read_small(path, "a Data Package descriptor", "name a folder that holds datapackage.json")
    try:
        raw = json.loads(text, object_pairs_hook=once)
    except RecursionError:
        raise DataProblems([Problem(path.name, None, "", "nested too deeply", "a descriptor", "mend the file")]) from None
    except ValueError as error:
        if not isinstance(error, json.JSONDecodeError):  # a number of thousands of digits
            raise DataProblems([Problem(path.name, None, "", str(error).split(";")[0], "a descriptor", "mend the file")]) from None
        raise DataProblems(
            [Problem(path.name, error.lineno, str(error.colno), f"not JSON: {error.msg}", "JSON", "mend the file at this line and column")]
        ) from None
    if not isinstance(raw, dict):
        raise DataProblems([Problem(path.name, 1, "", f"a {type(raw).__name__}", "an object", "see data/README.md")])
    return raw


def _shape(file: str, raw: dict[str, Any]) -> Iterator[Problem]:
    """What must be there before the descriptor can be read at all."""
    if not isinstance(raw.get("name"), str):
        yield _wrong(file, "the package", "has no name", "a string")
    resources = raw.get("resources")
    if not isinstance(resources, list) or not resources:
        yield _wrong(file, "the package", "has no resources", "a list of tables")
        return
    seen: set[str] = set()
    for position, resource in enumerate(resources, 1):
        name = resource.get("name") if isinstance(resource, dict) else None
        if not isinstance(name, str):
            yield _wrong(file, f"resource {position}", "has no name", "a string")
            continue
        if name in seen:
            yield _wrong(file, name, "stands twice", "each table once")
        seen.add(name)
        yield from _resource_shape(file, name, resource)


def _resource_shape(file: str, name: str, resource: dict[str, Any]) -> Iterator[Problem]:
    place = resource.get("path")
    if not isinstance(place, str) or not place.isprintable() or len(place) > 200 or Path(place).is_absolute() or ".." in Path(place).parts:
        yield _wrong(file, name, f"path is {place!r}", "a relative path inside the review's folder")
    if resource.get("kind") not in KINDS:
        yield _wrong(file, name, f"kind is {resource.get('kind')!r}", ", ".join(KINDS))
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        yield _wrong(file, name, "has no fields", "schema.fields, a list")
        return
    keys = schema.get("foreignKeys", []) if isinstance(schema, dict) else []
    if not isinstance(keys, list):
        yield _wrong(file, name, f"foreignKeys is {str(keys)[:60]!r}", "a list")
        return
    for key in keys:
        try:
            told = [key["fields"][0], key["reference"]["resource"], key["reference"]["fields"]]
        except (TypeError, KeyError, IndexError):
            told = []
        if (
            not told
            or not isinstance(told[1], str)
            or told[2] != ["id"]
            or told[0] not in [field.get("name") for field in fields if isinstance(field, dict)]
        ):
            allowed = '{"fields": [column], "reference": {"resource": table, "fields": ["id"]}}'
            yield _wrong(file, name, f"a foreign key is {json.dumps(key)[:80]}", allowed)
    for field in fields:
        if not isinstance(field, dict) or not isinstance(field.get("name"), str):
            yield _wrong(file, name, "a field has no name", "a string")
        else:
            yield from _field_shape(file, f"{name}.{field['name']}", field)


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except (re.error, OverflowError, RecursionError):
        return False


CONSTRAINTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "required": (lambda value: isinstance(value, bool), "true or false"),
    "unique": (lambda value: isinstance(value, bool), "true or false"),
    "pattern": (_is_pattern, "a regular expression"),
    "minimum": (lambda value: type(value) is int and abs(value) < 10**15, "a whole number"),
    "enum": (lambda value: isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value), "a list of strings"),
}


def _field_shape(file: str, name: str, field: dict[str, Any]) -> Iterator[Problem]:
    """Types and constraints that litbook keeps; a constraint that it does not know would not be kept, and is refused."""
    if field.get("type", "string") not in TYPES:
        yield _wrong(file, name, f"type is {field['type']!r}", ", ".join(TYPES))
    if not isinstance(field.get("description", ""), str):
        yield _wrong(file, name, "its description is no text", "a string")
    rules = field.get("constraints", {})
    if not isinstance(rules, dict):
        yield _wrong(file, name, f"constraints is {rules!r}", "an object")
        return
    for key, value in rules.items():
        if key not in CONSTRAINTS:
            yield _wrong(file, name, f"constraint {key!r} is not known", ", ".join(CONSTRAINTS))
        elif not CONSTRAINTS[key][0](value):
            yield _wrong(file, name, f"{key} is {str(value)[:60]!r}", CONSTRAINTS[key][1])
        elif key == "minimum" and field.get("type") not in ("integer", "number", "year"):
            yield _wrong(file, name, "minimum of what is no number", "integer, number or year")


def _wrong(file: str, where: str, found: str, allowed: str) -> Problem:
    return Problem(file, None, "", f"{where}: {found}", allowed, "mend the descriptor")


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    foreign = {key["fields"][0]: key["reference"]["resource"] or resource["name"] for key in schema.get("foreignKeys", ())}
    fields = []
    for raw in schema["fields"]:
        rule = raw.get("constraints", {})
        fields.append(
            Field(
                raw["name"],
                raw.get("type", "string"),
                raw.get("description", ""),
                rule.get("required", False),
                rule.get("unique", False),
                rule.get("pattern", ""),
                rule.get("minimum"),
                tuple(rule.get("enum", ())),
                foreign.get(raw["name"], ""),
            )
        )
    return Table(
        resource["name"],
        resource["path"],
        resource.get("title", resource["name"]),
        resource.get("description", ""),
        resource["kind"],
        tuple(fields),
    )


def _references(file: str, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Foreign keys lead somewhere, and extracts have the columns that tie a row to its span."""
    for name in NEEDED_TABLES:
        if name not in tables:
            yield Problem(file, None, "", f"table {name!r} is missing", ", ".join(NEEDED_TABLES), "add it to resources")
    for table in tables.values():
        for field in table.fields:
            if field.foreign and field.foreign not in tables:
                yield Problem(
                    file,
                    None,
                    "",
                    f"{table.name}.{field.name} refers to {field.foreign!r}",
                    "a table of this package",
                    "add the table or drop the foreign key",
                )
        for column, vocabulary in NEEDED_KEYS.get(table.name, {}).items():
            if column in table and table.field(column).foreign != vocabulary:
                found = f"{table.name}.{column} has no foreign key to {vocabulary}"
                yield Problem(file, None, "", found, f"{column} takes the ids of {vocabulary}", "add it to schema.foreignKeys")
        needed = {
            "extract": SPAN_COLUMNS + EXTRACT_TAIL,
            "span": SPAN_COLUMNS,
            "second": SPAN_COLUMNS,
            "vocabulary": ("id", "label", "definition"),
            "record": ("id",),
        }[table.kind] + NEEDED_COLUMNS.get(table.name, ())
        for column in needed:
            if column not in table:
                yield Problem(
                    file,
                    None,
                    "",
                    f"{table.name} has no column {column!r}",
                    f"{', '.join(needed)} in a table of kind {table.kind}",
                    "add the column to schema.fields and to the CSV",
                )
