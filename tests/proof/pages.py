"""B. From data to page: a fault that got past the checks shows in the report's data, and every number on a page is
that of a row or of a named count, worked out a second time with csv and decimal alone."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import defaultdict
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from litbook import tables
from litbook.display import digest
from litbook.errors import LitbookError
from litbook.review import Review
from tests.conftest import KETAMINE
from tests.proof.mutants import Base, Mutant, mutated

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def canonical(review: Review) -> list[str]:
    """Digests of every table that the reports show."""
    makers = [tables.evidence, tables.dose_ranges, tables.stance, tables.safety, tables.sources, tables.works, tables.counts]
    listings = [tables.listing(review, name) for name in review.extracts()]
    return [digest(table) for table in [*(make(review) for make in makers), tables.way_back(review), *listings]]


def shows(base: Base, review: Review, before: list[str], mutant: Mutant) -> bool:
    """Whether a mutant that no check sees changes the data of the reports, or stops them with an error."""
    rows = mutated(base, mutant)
    frame = pd.DataFrame(list(rows.cells), columns=list(rows.table.columns), dtype="str")
    forced = dataclasses.replace(review, frames=MappingProxyType({**review.frames, mutant.table: frame}))
    try:
        return canonical(forced) != before
    except (LitbookError, KeyError, ArithmeticError, ValueError):
        return True


class Tables(HTMLParser):
    """The tables of a page: caption, and rows as dictionaries by heading."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, list[dict[str, str]]]] = []
        self._head: list[str] = []
        self._cells: list[str] = []
        self._caption, self._inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._head, self._caption = [], ""
            self.found.append(("", []))
        elif tag in ("th", "td", "caption") and self.found:
            self._inside = tag
            self._cells.append("")
        elif tag == "tr":
            self._cells = []

    def handle_data(self, data: str) -> None:
        if self._inside == "caption":
            self._caption += data
        elif self._inside:
            self._cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "caption"):
            self._inside = ""
            if tag == "caption":
                self.found[-1] = (self._caption, self.found[-1][1])
        elif tag == "tr" and self._cells:
            if self._head:
                self.found[-1][1].append(dict(zip(self._head, self._cells, strict=False)))
            else:
                self._head = self._cells
            self._cells = []


def unexplained(page: str) -> list[str]:
    """Numbers in the tables of a page that no row of the data explains; each told with its table and cell."""
    by_id, labels = _data()
    wrong = []
    for caption, rows in Tables(page).found:
        for row in rows:
            source = by_id.get(row.get("Id", ""))
            if source is None:
                continue
            own = {number for value in source.values() for number in NUMBER.findall(labels.get(value, value) + " " + value)}
            for heading, cell in row.items():
                if heading in ("Id", "Low", "High", "Cap"):
                    continue
                wrong += [f"{caption}: {row['Id']} {heading}: {number}" for number in NUMBER.findall(cell) if number not in own]
                if heading == "As reported":
                    wrong += _dose(row["Id"], cell, source)
    return wrong


def _dose(name: str, cell: str, row: dict[str, str]) -> list[str]:
    """The numbers of a dose in words are those of the row, each once, and in order of size."""
    columns = ["low", "high", "frequency_max", "period_max", "cap", "cap_frequency"]
    columns += ["frequency"] if row["frequency"] != "1" else []  # "every week", not "1 time a week"
    columns += ["period"] if row["period_max"] or row["period"] != "1" else []
    said, held = NUMBER.findall(cell), [row[column] for column in columns if row[column]]
    wrong = [] if sorted(said) == sorted(held) else [f"{name}: the page says {said}, the row has {held}"]
    if row["low"] and row["high"] and Decimal(row["low"]) > Decimal(row["high"]):
        wrong.append(f"{name}: low above high")
    return wrong


def recounted(page: str) -> list[str]:
    """Cells of the evidence map's plotted data that differ from a count by csv alone."""
    by_cell: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in _rows(KETAMINE / "findings.csv"):
        by_cell[row["indication"], row["route"], row["direction"]].add(row["statement"] or row["id"])
    wrong = []
    directions = [row["id"] for row in _rows(KETAMINE / "vocabulary" / "directions.csv")]
    for caption, rows in Tables(page).found:
        for row in rows if caption.startswith("Plotted data") else ():
            for direction in directions:
                shown = row[direction.replace("_", " ").capitalize()]
                counted = len(by_cell[row["Indication"], row["Route"], direction])
                if shown != str(counted):
                    wrong.append(f"{row['Indication']} {row['Route']} {direction}: {shown}, counted {counted}")
    return wrong


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _data() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    by_id, labels = {}, {}
    for path in KETAMINE.rglob("*.csv"):
        for row in _rows(path) if path.parent.name != "second" else ():
            if "quote_sha256" in row:
                by_id[row["id"]] = row
            elif "label" in row:
                labels[row["id"]] = row["label"]
    return by_id, labels
