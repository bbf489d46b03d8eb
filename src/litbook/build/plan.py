"""The plan: which reports a review asks for, each with its notebook and parameters. Plain data, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litbook.errors import DataProblems, Problem
from litbook.review import Review

# The columns for each of whose terms a report can be asked for once.
EACH = ("indication",)


@dataclass(frozen=True)
class Report:
    """One report: ``id`` names its files, ``parameters`` go to the notebook, ``about`` is a line for the index."""

    id: str
    title: str
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    about: str = ""
    each: str = ""


def plan(review: Review) -> list[Report]:
    """The reports of ``review.toml`` in their order. Raises DataProblems where an entry can't be followed."""
    entries = review.settings.get("reports", [])
    folder = notebooks_folder(review)
    problems = list(_problems(entries, folder))
    if problems:
        raise DataProblems(problems)
    return [report for entry in entries for report in _reports(review, entry, folder)]


def notebooks_folder(review: Review) -> Path:
    """Where the notebooks of the reports are: ``notebooks`` of ``review.toml``, relative to the review's folder."""
    return (review.folder / str(review.settings["review"].get("notebooks", "../../notebooks"))).resolve()


def _problems(entries: list[dict[str, Any]], folder: Path) -> Iterator[Problem]:
    def wrong(found: str, allowed: str, mend: str) -> Problem:
        return Problem("review.toml", None, "", found, allowed, mend)

    if not entries:
        yield wrong("no [[reports]]", "at least one", "add one with id, notebook and title")
    seen = set()
    for place, entry in enumerate(entries, 1):
        name = entry.get("id", f"number {place}")
        for key in ("id", "notebook", "title"):
            if not isinstance(entry.get(key), str):
                yield wrong(f"report {name} has no {key}", "id, notebook and title, each a string", f"add {key}")
        if name in seen:
            yield wrong(f"report {name} stands twice", "an id of its own for each report", "rename one")
        seen.add(name)
        notebooks = sorted(path.name for path in folder.glob("*.ipynb"))
        if isinstance(entry.get("notebook"), str) and entry["notebook"] not in notebooks:
            yield wrong(
                f"report {name}: there is no notebook {entry['notebook']!r} in {folder.name}", ", ".join(notebooks), "name one of these"
            )
        if entry.get("each") not in (None, *EACH):
            yield wrong(f"report {name}: each is {entry['each']!r}", ", ".join(EACH), "name one of these or leave it out")


def _reports(review: Review, entry: dict[str, Any], folder: Path) -> Iterator[Report]:
    notebook, given = folder / entry["notebook"], {"review": review.name, **entry.get("parameters", {})}
    if not entry.get("each"):
        yield Report(entry["id"], entry["title"], notebook, given, entry.get("about", ""))
        return
    for term in review.indications_with_rows():
        rows = sum(map(len, review.select(**{entry["each"]: term}).selected().values()))
        label = review.label("indications", term)
        yield Report(
            f"{entry['id']}-{term.replace('_', '-')}",
            f"{entry['title']}: {label}",
            notebook,
            {**given, entry["each"]: term},
            f"{rows} extract{'' if rows == 1 else 's'}",
            entry["each"],
        )
