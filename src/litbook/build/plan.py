"""The plan: which reports a review asks for, each with its notebook and parameters. Plain data, nothing is run."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litbook.build.inputs import notebooks_folder
from litbook.errors import DataProblems, Problem, did_you_mean
from litbook.review import Review

# The columns for each of whose terms a report can be asked for once.
EACH = ("indication",)
ALSO = ("pdf", "docx")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Report:
    """One report: ``id`` names its files, ``parameters`` go to the notebook, ``about`` is a line for the index; one that
    is made for ``each`` term of a column has the title of its ``group``. ``also`` are the
    formats besides HTML (of ALSO)."""

    id: str
    title: str
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    about: str = ""
    each: str = ""
    group: str = ""
    also: tuple[str, ...] = ()


def plan(review: Review, home: Path | None = None) -> list[Report]:
    """The reports of ``review.toml`` in their order. ``home`` is the folder that the review was copied from, if it was.

    Raises DataProblems where an entry can't be followed.
    """
    entries = review.settings.get("reports", [])
    folder = notebooks_folder(home or review.folder, review.settings)
    problems = list(_problems(entries, folder))
    if problems:
        raise DataProblems(problems)
    return [report for entry in entries for report in _reports(review, entry, folder)]


def _wrong(found: str, allowed: str, mend: str) -> Problem:
    return Problem("review.toml", None, "", found, allowed, mend)


def _problems(entries: list[dict[str, Any]], folder: Path) -> Iterator[Problem]:
    if not entries:
        yield _wrong("no [[reports]]", "at least one", "add one with id, notebook and title")
    seen = set()
    for place, entry in enumerate(entries, 1):
        name = str(entry.get("id", f"number {place}"))
        if name in seen:
            yield _wrong(f"report {name} stands twice", "an id of its own for each report", "rename one")
        seen.add(name)
        yield from _entry_problems(f"report {name}", entry, folder)


def _entry_problems(name: str, entry: dict[str, Any], folder: Path) -> Iterator[Problem]:
    for key in ("id", "notebook", "title"):
        if not isinstance(entry.get(key), str):
            yield _wrong(f"{name} has no {key}", "id, notebook and title, each a string", f"add {key}")
    if isinstance(entry.get("id"), str) and not ID.fullmatch(entry["id"]):
        yield _wrong(f"{name}: its id is no name for a file", "lower-case letters, digits and hyphens", "rename it")
    if entry.get("each") not in (None, *EACH):
        yield _wrong(f"{name}: each is {entry['each']!r}", ", ".join(EACH), "name one of these or leave it out")
    also = entry.get("also", [])
    if not isinstance(also, list) or not {*map(str, also)} <= {*ALSO}:
        yield _wrong(f"{name}: also is {also!r}", f"a list of {', '.join(ALSO)}", "write it so or leave it out")
    elif "docx" in also and not entry.get("each"):
        yield _wrong(f"{name}: docx is asked for, but not each", "a text document of one indication", 'add each = "indication"')
    only = entry.get("only", [])
    if not isinstance(only, list) or (only and not entry.get("each")):
        yield _wrong(f"{name}: only is {only!r}", "a list of terms, beside each", "write it so or leave it out")
    notebooks = sorted(path.name for path in folder.glob("*.ipynb"))
    if isinstance(entry.get("notebook"), str) and entry["notebook"] not in notebooks:
        found = f"{name}: there is no notebook {entry['notebook']!r} in {folder.name}"
        yield _wrong(
            found, ", ".join(notebooks) or "a folder with notebooks", "name one of these" + did_you_mean(entry["notebook"], notebooks)
        )
    elif isinstance(entry.get("notebook"), str):
        yield from _parameter_problems(name, entry, folder / entry["notebook"])


def _parameter_problems(name: str, entry: dict[str, Any], notebook: Path) -> Iterator[Problem]:
    """papermill runs the names of parameters as code and lets unknown ones pass, so only what the notebook declares may be set."""
    given = entry.get("parameters", {})
    if not isinstance(given, dict):
        yield _wrong(f"{name}: parameters is {given!r}", "a table of names and values", "write it so")
        return
    known = declared_parameters(notebook)
    for key, value in given.items():
        if key not in known:
            found = f"{name}: {notebook.name} has no parameter {key!r}"
            yield Problem(
                "review.toml", None, "", found, ", ".join(known) or "no parameters", "name one of these" + did_you_mean(key, known)
            )
        elif not isinstance(value, str | int | float | bool):
            found = f"{name}: parameter {key} is {value!r}"
            yield _wrong(found, "text, a number, true or false", "write it so")


def declared_parameters(notebook: Path) -> list[str]:
    """The names that a notebook's cell tagged ``parameters`` assigns; none where it can't be read."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = next((cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])), {"source": ""})
        body = ast.parse("".join(tagged["source"])).body
    except (ValueError, KeyError, SyntaxError):
        return []
    targets = [
        node.targets if isinstance(node, ast.Assign) else [node.target] for node in body if isinstance(node, ast.Assign | ast.AnnAssign)
    ]
    return [target.id for group in targets for target in group if isinstance(target, ast.Name)]


def _reports(review: Review, entry: dict[str, Any], folder: Path) -> Iterator[Report]:
    notebook, given = folder / entry["notebook"], {"review": review.name, **entry.get("parameters", {})}
    also = tuple(entry.get("also", ()))
    if not entry.get("each"):
        yield Report(entry["id"], entry["title"], notebook, given, entry.get("about", ""), also=also)
        return
    for term in _terms(review, entry):
        rows = sum(map(len, review.select(**{entry["each"]: term}).selected().values()))
        yield Report(
            f"{entry['id']}-{term.replace('_', '-')}",
            f"{entry['title']}: {review.label('indications', term)}",
            notebook,
            {**given, entry["each"]: term},
            f"{rows} extract{'' if rows == 1 else 's'}",
            entry["each"],
            entry["title"],
            also,
        )


def _terms(review: Review, entry: dict[str, Any]) -> list[str]:
    """The terms that an entry is for: those that it names with ``only``, else all that have extracts."""
    there = review.indications_with_rows()
    for term in entry.get("only", []):
        if term not in there:
            allowed = "a term that has extracts: " + ", ".join(there)
            raise DataProblems([_wrong(f"report {entry['id']}: only names {term!r}", allowed, "name one" + did_you_mean(str(term), there))])
    return [term for term in there if term in entry.get("only", there)]


def workers(jobs: int | None) -> int:
    """How many notebooks run at once: what was asked for, else the number of cores but no more than four."""
    return jobs or min(os.cpu_count() or 1, 4)
