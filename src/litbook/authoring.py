"""From a draft to rows: who adds a source writes quotes, and litbook works out offsets and hashes.

A draft is a CSV named like its table. It has the table's columns without source, start, end, quote_sha256 and status,
and two more at the end: ``quote``, the exact characters of the source, and ``occurrence``, which of several equal ones.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from litbook import anchors, rules
from litbook.anchors import Span
from litbook.cells import check_cells, check_references
from litbook.datapackage import Field, Rows, Table
from litbook.errors import DataProblems, LitbookError, Problem, UnknownTerm
from litbook.loading import Read, read
from litbook.places import find_review
from litbook.reading import read_table
from litbook.rules import place_of
from litbook.textfiles import write_all

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
    """Add the rows of ``drafts`` to the tables of a review; returns the number of rows by table.

    All or nothing, and one at a time: nothing is written unless the review is without fault before and after, and every
    quote is found in the text that was read. Raises DataProblems with the file and line of each row that can't be added.
    """
    folder = find_review(review)
    with _alone(folder):
        found = read(folder)
        if found.problems:
            raise DataProblems(found.problems)
        text = _text(found, source, sources)
        added, problems = _drafted(found, source, drafts, text)
        if problems:
            raise DataProblems(problems)
        changed = {name: _with(found.tables[name], rows, found.tables["sources"].column("id")) for name, rows in added.items()}
        extracts = sum(len(rows) for name, rows in added.items() if found.package.tables[name].kind == "extract")
        changed["sources"] = _counted(found.tables["sources"], source, extracts)
        after = {**found.tables, **changed}
        problems = [*rules.check_rows(found.package, after)]
        if problems:
            raise DataProblems(problems)
        write_all({folder / rows.table.path: as_csv(rows) for rows in changed.values()})
    return {name: len(rows) for name, rows in added.items()}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer of a review at a time. The lock lies beside the system's other temporary files, not in the review."""
    name = f"litbook-{anchors.sha256(str(folder.resolve()))[:16]}.lock"
    with FileLock(Path(tempfile.gettempdir()) / name):
        yield


def _drafted(found: Read, source: str, drafts: list[Path], text: str) -> tuple[dict[str, list[list[str]]], list[Problem]]:
    """The finished rows of all drafts by table, and what is wrong with those that can't be finished."""
    package, tables = found.package, found.tables
    known = {name: frozenset(rows.column("id")) for name, rows in tables.items()}
    taken = {name for table in package.of_kind("extract", "span") for name in known[table.name]}
    prefix = next(row.get("prefix", "") for _, row in tables["sources"].records() if row["id"] == source)
    problems: list[Problem] = []
    added: dict[str, list[list[str]]] = {}
    for draft in drafts:
        table = package.tables.get(draft.stem)
        if table is None or table.kind not in ("extract", "span"):
            raise UnknownTerm("table", draft.stem, [table.name for table in package.of_kind("extract", "span")])
        form = dataclasses.replace(draft_form(table), path=str(draft))
        rows, unread = read_table(draft, form)
        unread += [*check_cells(rows), *check_references(rows, known)]
        problems += unread
        for line, row in rows.records() if not unread else ():
            span = _place(str(draft), line, row, text)
            if not row["id"].startswith(f"{prefix}-"):
                said = f"{row['id']!r} does not begin with {prefix}-"
                problems.append(Problem(str(draft), line, "id", said, f"{prefix}-…", "begin the id with the prefix of its source"))
            elif row["id"] in taken:
                said = f"{row['id']!r} is in the review or in a draft already"
                problems.append(Problem(str(draft), line, "id", said, "a new id", "number the row anew"))
            elif isinstance(span, Problem):
                problems.append(span)
            else:
                added.setdefault(table.name, []).append(_filled_in(table, row, source, span, text))
            taken.add(row["id"])
    return added, problems


def find_quote(review: str | Path, source: str, quote: str, sources: str | Path | None = None) -> list[tuple[Span, str, int]]:
    """Every place of ``quote`` in a source: the span, its hash and the line of the text."""
    text = _text(read(review), source, sources)
    return [(span, anchors.sha256(quote), anchors.line_of(text, span)) for span in anchors.find_all(text, quote)]


def _text(found: Read, source: str, sources: str | Path | None) -> str:
    """The text of a source, which must be the one that was read: in another one every offset would be wrong."""
    if not found.tables["sources"].cells:
        raise DataProblems(found.problems)
    rows = {row["id"]: row for _, row in found.tables["sources"].records()}
    if source not in rows:
        raise UnknownTerm("source", source, list(rows))
    file = rows[source]["file"]
    location = anchors.text_location(found.folder, sources)
    path = location.find(file)
    if path is None:
        folders = " or ".join(map(str, location.folders))
        raise LitbookError(f"{file} is not in {folders}; allowed: the text of {source}; put it there or name its folder with --sources")
    try:
        text = anchors.read_text(path)
    except UnicodeDecodeError as error:
        raise LitbookError(f"{path}: byte {error.start} is not UTF-8; allowed: the text that was read; fetch it again") from None
    if anchors.sha256(text) != rows[source]["sha256"]:
        raise LitbookError(
            f"{path}: is not the text that was read (its SHA-256 is {anchors.sha256(text)}); allowed: {rows[source]['sha256']}; "
            "fetch that text, or run 'litbook check' and mend the spans first"
        )
    return text


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
    if rules.whole(which) and 1 <= int(which) <= len(places):
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


def _with(rows: Rows, new: list[list[str]], sources: list[str]) -> Rows:
    """A table with new rows in their places."""
    columns = rows.table.columns
    cells = sorted([*map(list, rows.cells), *new], key=lambda row: place_of(dict(zip(columns, row, strict=True)), sources))
    return Rows(rows.table, tuple(map(tuple, cells)), tuple(range(2, len(cells) + 2)))


def _counted(rows: Rows, source: str, added: int) -> Rows:
    """sources.csv with the number of extracts kept."""
    records = [row for _, row in rows.records()]
    for row in records:
        if row["id"] == source:
            row["extracts"] = str(int(row["extracts"]) + added)
    return Rows(rows.table, tuple(tuple(row.values()) for row in records), rows.lines)


def as_csv(rows: Rows) -> str:
    """A table in the one form: LF, quotes only where they are needed."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([rows.table.columns, *rows.cells])
    return stream.getvalue()
