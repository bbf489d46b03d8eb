"""From a draft to rows: who adds a source writes quotes, and litbook works out offsets and hashes.

A draft is a CSV named like its table. It has the table's columns without source, start, end, quote_sha256 and status,
and two more at the end: ``quote``, the exact characters of the source, and ``occurrence``, which of several equal ones.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from litbook import anchors
from litbook.anchors import Span
from litbook.cells import check_cells, check_references
from litbook.datapackage import Field, Package, Table
from litbook.descriptor import read_package
from litbook.errors import DataProblems, LitbookError, Problem, UnknownTerm
from litbook.loading import find_review
from litbook.reading import read_table
from litbook.rules import place_of

FILLED_IN = ("source", "start", "end", "quote_sha256", "status")
ASKED_FOR = (
    Field("quote", "string", "The exact characters of the source.", required=True),
    Field("occurrence", "integer", "Which of several equal quotes, from 1; empty where there is one.", minimum=1),
)
FIRST_STATUS = "submitted"


def draft_form(table: Table) -> Table:
    """The form of a draft of ``table``."""
    kept = tuple(field for field in table.fields if field.name not in FILLED_IN)
    return dataclasses.replace(table, fields=kept + ASKED_FOR)


def add_drafts(review: str | Path, source: str, drafts: list[Path], sources: str | Path | None = None) -> dict[str, int]:
    """Append the rows of ``drafts`` to the tables of a review; returns the number of rows by table.

    All or nothing: nothing is written unless every cell fits and every quote of every draft is found. Raises DataProblems with the
    file and line of each draft row that can't be added.
    """
    folder = find_review(review)
    package = read_package(folder)
    text = _text(folder, package, source, sources)
    known = {table.name: frozenset(read_table(folder / table.path, table)[0].column("id")) for table in package.tables.values()}
    taken = frozenset().union(*(known[table.name] for table in package.of_kind("extract", "span")))
    records = [row for _, row in read_table(folder / package.tables["sources"].path, package.tables["sources"])[0].records()]
    order = [row["id"] for row in records]
    prefix = next((row.get("prefix", "") for row in records if row["id"] == source), "")
    problems: list[Problem] = []
    added: dict[str, list[list[str]]] = {}
    for draft in drafts:
        table = package.tables.get(draft.stem)
        if table is None or table.kind not in ("extract", "span"):
            raise UnknownTerm("table", draft.stem, [table.name for table in package.of_kind("extract", "span")])
        form = dataclasses.replace(draft_form(table), path=str(draft))
        rows, unread = read_table(draft, form)
        problems += [*unread, *check_cells(rows), *check_references(rows, known)]
        for line, row in rows.records():
            span = _place(str(draft), line, row, text)
            if not row["id"].startswith(prefix):
                found = f"{row['id']!r} does not begin with {prefix}"
                problems.append(Problem(str(draft), line, "id", found, f"{prefix}-…", "begin the id with the prefix of its source"))
            elif row["id"] in taken:
                problems.append(
                    Problem(str(draft), line, "id", f"{row['id']!r} is in the review already", "a new id", "number the row anew")
                )
            elif isinstance(span, Problem):
                problems.append(span)
            else:
                added.setdefault(table.name, []).append(_filled_in(table, row, source, span, text))
    if problems:
        raise DataProblems(problems)
    for name, new in added.items():
        _append(folder / package.tables[name].path, package.tables[name], new, order)
    _count(
        folder, package.tables["sources"], source, sum(len(new) for name, new in added.items() if package.tables[name].kind == "extract")
    )
    return {name: len(new) for name, new in added.items()}


def find_quote(review: str | Path, source: str, quote: str, sources: str | Path | None = None) -> list[tuple[Span, str, int]]:
    """Every place of ``quote`` in a source: the span, its hash and the line of the text."""
    folder = find_review(review)
    text = _text(folder, read_package(folder), source, sources)
    return [(span, anchors.sha256(quote), anchors.line_of(text, span)) for span in anchors.find_all(text, quote)]


def _text(folder: Path, package: Package, source: str, sources: str | Path | None) -> str:
    rows, problems = read_table(folder / package.tables["sources"].path, package.tables["sources"])
    if problems:
        raise DataProblems(problems)
    files = {row["id"]: row["file"] for _, row in rows.records()}
    if source not in files:
        raise UnknownTerm("source", source, list(files))
    location = anchors.text_location(folder, sources)
    path = location.find(files[source])
    if path is None:
        folders = " or ".join(map(str, location.folders))
        raise LitbookError(
            f"{files[source]} is not in {folders}; allowed: the text of {source}; put it there or name its folder with --sources"
        )
    return anchors.read_text(path)


def _place(file: str, line: int, row: Mapping[str, str], text: str) -> Span | Problem:
    places = anchors.find_all(text, row["quote"])
    which = row["occurrence"]
    if not places:
        return Problem(
            file,
            line,
            "quote",
            f"{row['quote'][:40]!r} is not in the text",
            "the exact characters of the source",
            "copy them from the text: curly quotes, dashes and double blanks count",
        )
    if which.isdigit() and 1 <= int(which) <= len(places):
        return places[int(which) - 1]
    if not which and len(places) == 1:
        return places[0]
    return Problem(
        file,
        line,
        "occurrence",
        f"{which!r} where the quote stands {len(places)} times",
        f"1 to {len(places)}",
        "say which one, or lengthen the quote",
    )


def _filled_in(table: Table, row: Mapping[str, str], source: str, span: Span, text: str) -> list[str]:
    filled = {
        **row,
        "source": source,
        "start": str(span.start),
        "end": str(span.end),
        "quote_sha256": anchors.sha256(span.of(text)),
        "status": FIRST_STATUS,
    }
    return [filled[column] for column in table.columns]


def _append(path: Path, table: Table, new: list[list[str]], sources: list[str]) -> None:
    """Put the new rows in their places."""
    rows = [*map(list, read_table(path, table)[0].cells), *new]
    rows.sort(key=lambda row: place_of(dict(zip(table.columns, row, strict=True)), sources))
    write_rows(path, table, rows)


def _count(folder: Path, table: Table, source: str, added: int) -> None:
    """Keep the number of extracts in sources.csv."""
    records = [row for _, row in read_table(folder / table.path, table)[0].records()]
    for row in records:
        if row["id"] == source:
            row["extracts"] = str(int(row["extracts"]) + added)
    write_rows(folder / table.path, table, [list(row.values()) for row in records])


def write_rows(path: Path, table: Table, rows: list[list[str]]) -> None:
    """Write a table whole or not at all, in the one form: UTF-8, LF, quotes only where they are needed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([table.columns, *rows])
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(stream.getvalue())
    Path(name).chmod(0o644)
    Path(name).replace(path)
