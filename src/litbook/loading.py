"""Loading and checking a review: from its folder to a frozen Review, or to the list of what is to be mended."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
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
    if problems:
        return problems, summary
    problems, seen = verification.verify(package, tables, anchors.text_location(found.folder, sources))
    known = facts.phrases(tables, rules.vocabularies(package, tables))
    problems += facts.check_facts(package, tables, seen.quotes, known, facts_to_read(found.settings))
    problems += approval.check_lock(package, tables, found.lock)
    summary |= {"verified": seen.verified, "unverified": seen.unverified, "missing": seen.missing,
                "inferred": sum(bool(row.get("inferred")) for row in extracts),
                "unapproved": len(approval.unapproved(package, tables, found.lock))}  # fmt: skip
    return problems, summary


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
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [Problem(path.name, None, "", str(error), "TOML with [review] and [[reports]]", "mend the file")]
    missing = [key for key in ("title", "question", "as_of", "limits") if key not in settings.get("review", {})]
    problems = [Problem(path.name, None, "", f"[review] has no {key}", "title, question, as_of, limits", "add it") for key in missing]
    return settings, problems
