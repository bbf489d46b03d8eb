"""Loading and checking a review: from its folder to a frozen Review, or to the list of what is to be mended."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from litbook import agreement, anchors, approval, disagreements, facts, reading, reads, rules, verification
from litbook.datapackage import Package, Tables
from litbook.descriptor import read_package
from litbook.errors import DataProblems, Problem, did_you_mean, some
from litbook.places import find_review
from litbook.review import Review
from litbook.textfiles import read_small

LONGEST_LINE = 5_000  # characters of review.toml; TOML takes minutes over a key of a hundred thousand


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
    problems += unread or _facts_problems(settings, package)
    if not problems:
        problems += rules.check_rows(package, tables)
    if not problems:
        problems += agreement.check_adjudications(package, tables)
        problems += disagreements.check_ledger(tables, rules.vocabularies(package, tables))
    return Read(folder, package, tables, settings, approval.read_lock(folder), problems)


def _facts_problems(settings: Mapping[str, Any], package: Package) -> Iterator[Problem]:
    """The vocabularies that ``[facts]`` names are there: one that is misspelt would not be checked."""
    known = [table.name for table in package.of_kind("vocabulary")]
    for key, names in settings.get("facts", {}).items():
        for name in names:
            if name not in known:
                mend = "name one of these" + did_you_mean(name, known)
                yield Problem("review.toml", None, "", f"{key} in [facts] names {name!r}", some(known), mend)


def load(name: str | Path = "ketamine") -> Review:
    """Load a review by name or folder.

    A name is looked for as ``data/<name>`` here, in each folder above, and beside the installed engine's checkout.
    Raises DataProblems with one line for each thing to mend, UnknownTerm where there is no such review.
    """
    with reads.loading():
        found = read(name)
    if found.problems:
        raise DataProblems(found.problems)
    frames = {name: pd.DataFrame(list(rows.cells), columns=list(rows.table.columns), dtype="str") for name, rows in found.tables.items()}
    words = rules.vocabularies(found.package, found.tables)
    unapproved = frozenset(approval.unapproved(found.package, found.tables, found.lock, found.settings))
    current, lock = approval.contents(found.package, found.tables, found.settings), found.lock or {}
    recorded = {name: f"{one.by}, {one.on}" for name, one in lock.items() if current.get(name) == (one.content, one.status)}
    return Review(
        found.folder.name, found.folder, found.package, found.settings, words, MappingProxyType(frames), unapproved,
        approvals=MappingProxyType(recorded),
    )  # fmt: skip


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
    problems, seen = against_texts(found, anchors.text_location(found.folder, sources))
    problems += approval.check_lock(package, tables, found.lock, found.settings)
    summary |= {"verified": seen.verified, "unverified": seen.unverified, "missing": seen.missing,
                "inferred": sum(bool(row.get("inferred")) for row in extracts),
                "unapproved": len({row["id"] for row in extracts}.intersection(
                    approval.unapproved(package, tables, found.lock, found.settings)))}  # fmt: skip
    if disagreements.TABLE in tables:
        statuses = [entry.status for entry in disagreements.ledger(material(found))]
        summary["disagreements"] = {status: statuses.count(status) for status in dict.fromkeys(statuses)}
    return problems, summary


def against_texts(found: Read, location: anchors.Location) -> tuple[list[Problem], verification.Verification]:
    """What the texts at hand do not bear out: spans, numbers, facts."""
    problems, seen = verification.verify(found.package, found.tables, location)
    problems += facts.check_facts(found.package, found.tables, seen.quotes, known_phrases(found), facts_to_read(found.settings))
    return problems, seen


def material(found: Read) -> disagreements.Material:
    """What the rules of the ledger work on."""
    return disagreements.Material(found.package, found.tables, rules.vocabularies(found.package, found.tables))


def known_phrases(found: Read) -> facts.Phrases:
    """The phrases by which facts are read in the spans of a review (``[facts] phrases_only`` of review.toml)."""
    only = found.settings.get("facts", {}).get("phrases_only", ())
    return facts.phrases(found.tables, rules.vocabularies(found.package, found.tables), only)


def facts_to_read(settings: Mapping[str, Any]) -> frozenset[str]:
    """The vocabularies whose terms must be read in the span or declared (``[facts] vocabularies`` of review.toml)."""
    return frozenset(settings.get("facts", {}).get("vocabularies", ()))


def read_settings(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """``review.toml``: title, question, scope, limits and the reports to build."""
    path = folder / "review.toml"
    try:
        settings = tomllib.loads(read_small(path, "TOML with [review] and [[reports]]", longest=LONGEST_LINE))
    except DataProblems as error:
        return {}, list(error.problems)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, or a number of thousands of digits
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), found[2]) if found else (None, "")
        told = (str(error).split(" (at ")[0] if found else str(error)) or "nested too deeply"
        return {}, [Problem(path.name, line, column, told, "TOML with [review] and [[reports]]", "mend the file here")]
    return settings, list(_settings_problems(path.name, settings))


KEYS = {
    "review": ("title", "question", "as_of", "limits", "scope", "notebooks"),
    "limits": ("weight_kg",),
    "facts": ("vocabularies", "phrases_only"),
    "build": ("keep", "cell_seconds"),
    "reports": ("id", "notebook", "title", "about", "each", "only", "also", "parameters"),
}


def _unknown_keys(file: str, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """A misspelt name would switch off what it was to set."""
    for section, values in settings.items():
        if section not in KEYS:
            mend = "delete it or mend its name" + did_you_mean(section, list(KEYS))
            yield Problem(file, None, "", f"section {section!r} is not known", ", ".join(KEYS), mend)
            continue
        tables = values if isinstance(values, list) else [values]
        for key in dict.fromkeys(key for table in tables if isinstance(table, dict) for key in table):
            if key not in KEYS[section]:
                mend = "delete it or mend its name" + did_you_mean(key, KEYS[section])
                yield Problem(file, None, "", f"{key!r} in [{section}] is not known", ", ".join(KEYS[section]), mend)


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
        ("limits", "weight_kg", False, _is_range, "two numbers above 0, the lower first"),
        ("build", "keep", False, lambda value: type(value) is int and value >= 0, "how many editions to keep, 0 or more"),
        ("build", "cell_seconds", False, lambda value: type(value) is int and value > 0, "seconds, 1 or more"),
        ("facts", "vocabularies", False, is_list(str), "a list of names of vocabularies"),
        ("facts", "phrases_only", False, is_list(str), "a list of names of vocabularies"),
    ]
    for section in ("review", "limits", "facts", "build"):
        if not isinstance(settings.get(section, {}), dict):
            yield Problem(file, None, "", f"{section} is {settings[section]!r}", f"a table [{section}]", "mend the file")
            return
    if not is_list(dict)(settings.get("reports", [])):
        yield Problem(file, None, "", "reports is not a list of tables", "[[reports]]", "mend the file")
    yield from _unknown_keys(file, settings)
    for section, key, needed, fits, allowed in wanted:
        value = settings.get(section, {}).get(key)
        if value is None and needed:
            yield Problem(file, None, "", f"[{section}] has no {key}", allowed, "add it")
        elif value is not None and not fits(value):
            yield Problem(file, None, "", f"{key} in [{section}] is {value!r}", allowed, "write it so")


def _is_range(value: Any) -> bool:
    numbers = isinstance(value, list) and len(value) == 2 and all(type(one) in (int, float) for one in value)
    return numbers and 0 < value[0] < value[1] < float("inf")
