"""Loading and checking a review: from its folder to a frozen Review, or to the list of what is to be mended."""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from litbook import agreement, anchors, approval, facts, reading, rules, verification
from litbook.datapackage import Package, Tables
from litbook.descriptor import read_package
from litbook.errors import DataProblems, Problem, UnknownTerm
from litbook.review import Review
from litbook.textfiles import read_small

DATA = "LITBOOK_DATA"  # names a folder in which reviews are looked for first


@dataclass(frozen=True)
class Read:
    """A review's files as they were read, with what is wrong with them."""

    folder: Path
    package: Package
    tables: Tables
    settings: dict[str, Any]
    lock: Mapping[str, approval.Approval] | None
    problems: list[Problem]


def read(name: str | Path) -> Read:
    """Read a review and apply every rule that needs no text. Raises UnknownTerm, and DataProblems for a descriptor or a
    lock that can't be read."""
    folder = find_review(name)
    package = read_package(folder)
    tables, problems = reading.read_tables(folder, package)
    settings, unread = read_settings(folder)
    problems += unread
    if not problems:
        problems += rules.check_rows(package, tables)
    if not problems:
        problems += agreement.check_adjudications(package, tables)
    return Read(folder, package, tables, settings, approval.read_lock(folder), problems)


def load(name: str | Path = "ketamine") -> Review:
    """Load a review by name or folder.

    A name is looked for as ``data/<name>`` here, in each folder above, and beside the installed engine's checkout.
    Raises DataProblems with one line for each thing to mend, UnknownTerm where there is no such review.
    """
    found = read(name)
    if found.problems:
        raise DataProblems(found.problems)
    frames = {name: pd.DataFrame(list(rows.cells), columns=list(rows.table.columns), dtype="str") for name, rows in found.tables.items()}
    words = rules.vocabularies(found.package, found.tables)
    unapproved = frozenset(approval.unapproved(found.package, found.tables, found.lock))
    return Review(found.folder.name, found.folder, found.package, found.settings, words, MappingProxyType(frames), unapproved)


def check(name: str | Path = "ketamine", sources: str | Path | None = None) -> tuple[list[Problem], dict[str, Any]]:
    """Everything that can be checked, as problems and a summary of what was (counts of tables, rows and spans)."""
    found = read(name)
    package, tables, problems = found.package, found.tables, found.problems
    extracts = [row for table in package.of_kind("extract") for _, row in tables[table.name].records()]
    summary: dict[str, Any] = {"review": found.folder.name, "tables": len(tables), "sources": len(tables["sources"].cells),
                               "extracts": len(extracts)}  # fmt: skip
    summary["marked"] = [table.path for table in package.tables.values() if reading.has_mark(found.folder / table.path)]
    if problems:
        return problems, summary
    problems, seen = verification.verify(package, tables, anchors.text_location(found.folder, sources))
    known = known_phrases(found)
    problems += facts.check_facts(package, tables, seen.quotes, known, facts_to_read(found.settings))
    problems += approval.check_lock(package, tables, found.lock)
    summary |= {"verified": seen.verified, "unverified": seen.unverified, "missing": seen.missing,
                "inferred": sum(bool(row.get("inferred")) for row in extracts),
                "unapproved": len(approval.unapproved(package, tables, found.lock))}  # fmt: skip
    return problems, summary


def known_phrases(found: Read) -> facts.Phrases:
    """The phrases by which facts are read in the spans of a review (``[facts] phrases_only`` of review.toml)."""
    only = found.settings.get("facts", {}).get("phrases_only", ())
    return facts.phrases(found.tables, rules.vocabularies(found.package, found.tables), only)


def facts_to_read(settings: Mapping[str, Any]) -> frozenset[str]:
    """The vocabularies whose terms must be read in the span or declared (``[facts] vocabularies`` of review.toml)."""
    return frozenset(settings.get("facts", {}).get("vocabularies", ()))


def find_review(name: str | Path) -> Path:
    """The folder of a review. Raises UnknownTerm with the names that are there."""
    if (Path(name) / "datapackage.json").is_file():
        return Path(name).resolve()
    here = Path.cwd()
    places = [base / "data" for base in (here, *here.parents, *Path(__file__).resolve().parents)]
    if os.environ.get(DATA):
        places.insert(0, Path(os.environ[DATA]))
    for place in places:
        if (place / str(name) / "datapackage.json").is_file():
            return (place / str(name)).resolve()
    known = sorted({found.parent.name for place in places for found in place.glob("*/datapackage.json")})
    raise UnknownTerm("review", str(name), known or ["a folder that holds datapackage.json"])


def read_settings(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """``review.toml``: title, question, scope, limits and the reports to build."""
    path = folder / "review.toml"
    try:
        settings = tomllib.loads(read_small(path, "TOML with [review] and [[reports]]"))
    except DataProblems as error:
        return {}, list(error.problems)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), found[2]) if found else (None, "")
        told = (str(error).split(" (at ")[0] if found else str(error)) or "nested too deeply"
        return {}, [Problem(path.name, line, column, told, "TOML with [review] and [[reports]]", "mend the file here")]
    return settings, list(_settings_problems(path.name, settings))


def _settings_problems(file: str, settings: Mapping[str, Any]) -> Iterator[Problem]:
    def is_list(kind: Any) -> Callable[[Any], bool]:
        return lambda value: isinstance(value, list) and all(isinstance(one, kind) and not isinstance(one, bool) for one in value)

    wanted: list[tuple[str, str, bool, Callable[[Any], bool], str]] = [
        ("review", "title", True, lambda value: isinstance(value, str), "a string"),
        ("review", "question", True, lambda value: isinstance(value, str), "a string"),
        ("review", "as_of", True, lambda value: type(value) is datetime.date, "a date such as 2025-11-11, without quotes"),
        ("review", "limits", True, is_list(str), "a list of strings"),
        ("review", "scope", False, lambda value: isinstance(value, str), "a string"),
        ("review", "notebooks", False, lambda value: isinstance(value, str), "a path relative to the review's folder"),
        ("limits", "weight_kg", False, lambda value: is_list(int | float)(value) and len(value) == 2, "two numbers, lowest and highest"),
        ("facts", "vocabularies", False, is_list(str), "a list of names of vocabularies"),
        ("facts", "phrases_only", False, is_list(str), "a list of names of vocabularies"),
    ]
    for section in ("review", "limits", "facts"):
        if not isinstance(settings.get(section, {}), dict):
            yield Problem(file, None, "", f"{section} is {settings[section]!r}", f"a table [{section}]", "mend the file")
            return
    if not is_list(dict)(settings.get("reports", [])):
        yield Problem(file, None, "", "reports is not a list of tables", "[[reports]]", "mend the file")
    for section, key, needed, fits, allowed in wanted:
        value = settings.get(section, {}).get(key)
        if value is None and needed:
            yield Problem(file, None, "", f"[{section}] has no {key}", allowed, "add it")
        elif value is not None and not fits(value):
            yield Problem(file, None, "", f"{key} in [{section}] is {value!r}", allowed, "write it so")
