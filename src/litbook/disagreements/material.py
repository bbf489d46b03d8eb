"""What the rules of the ledger work on: rows of extracts and the vocabularies, with the few relations that they ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from litbook.datapackage import Package, Tables
from litbook.doses import NOT_STATED, Row, Vocabularies

Rows = list[Row]
Side = tuple[int, str, Rows]


class Stand(NamedTuple):
    """A row on one side of a topic. Stands with the same ``key`` make one disagreement; what a list does not hold is a side
    without a row. ``rank`` orders the sides; ``how`` says in which way they differ, where the sides do not show it."""

    key: tuple[str, ...]
    topic: str
    rank: int
    side: str
    row: Row | None
    how: str = ""


@dataclass(frozen=True)
class Material:
    """The rows of a review by table, its vocabularies, and labels of its sources and works."""

    package: Package
    tables: Tables
    words: Vocabularies

    @cached_property
    def records(self) -> Mapping[str, Rows]:
        return {name: [row for _, row in rows.records()] for name, rows in self.tables.items()}

    @cached_property
    def extracts(self) -> Mapping[str, tuple[str, Row]]:
        """Table and row of each extract by id."""
        return {row["id"]: (table.name, row) for table in self.package.of_kind("extract") for row in self.rows(table.name)}

    def rows(self, name: str) -> Rows:
        """The rows of a table; none where the review does not have it."""
        return self.records.get(name, [])

    def label(self, vocabulary: str, term: str) -> str:
        """The label of a term, or of a source or a work; the term itself where there is none."""
        return self.words.get(vocabulary, self._named(vocabulary)).get(term, {}).get("label", term)

    def _named(self, table: str) -> Mapping[str, Row]:
        return {row["id"]: row for row in self.rows(table)} if table in ("sources", "works") else {}

    def told(self, vocabulary: str, term: str, column: str) -> str:
        """What a vocabulary says of a term in a column; empty where it has neither."""
        return self.words.get(vocabulary, {}).get(term, {}).get(column, "")

    def rank(self, vocabulary: str, term: str) -> int:
        """Place of a term in its vocabulary."""
        terms = list(self.words.get(vocabulary, ()))
        return terms.index(term) if term in terms else len(terms)

    def rank_of_source(self, source: str) -> int:
        """Place of a source in the list of sources."""
        return [row["id"] for row in self.rows("sources")].index(source)

    def above(self, vocabulary: str, term: str) -> set[str]:
        """The term and all terms above it."""
        found, reach = {term}, {term}
        while reach:
            reach = {self.told(vocabulary, name, link) for name in reach for link in ("parent", "also_under")} - found - {""}
            found |= reach
        return found

    def narrower(self, vocabulary: str, one: str, other: str) -> str | None:
        """The narrower of two terms of which one is the other or stands above it; None where neither does. What is said of the
        whole is said of the part. A term that is not stated may be any."""
        one, other = ("" if term == NOT_STATED else term for term in (one, other))
        if not one or not other or one == other:
            return one or other
        if other in self.above(vocabulary, one):
            return one
        return other if one in self.above(vocabulary, other) else None

    def top(self, vocabulary: str, term: str) -> str:
        """The term at the top of a term's branch (along ``parent``)."""
        up = self.told(vocabulary, term, "parent")
        return self.top(vocabulary, up) if up else term

    def side(self, vocabulary: str, term: str, rows: Rows) -> Side:
        """The side that a term is: its place in the vocabulary, its label, and the rows that hold it."""
        return self.rank(vocabulary, term), self.label(vocabulary, term), rows

    def opposed(self, vocabulary: str, one: str, other: str) -> bool:
        """Whether the vocabulary says that two terms oppose each other."""
        return other in self.told(vocabulary, one, "opposes").split() or one in self.told(vocabulary, other, "opposes").split()


def groups(rows: Iterable[Row], *columns: str) -> dict[tuple[str, ...], Rows]:
    """Rows by the values of some columns (a column that a row does not have is empty). Rules compare such groups and not
    rows, so that the time goes with the number of terms and not with the square of the rows."""
    found: dict[tuple[str, ...], Rows] = defaultdict(list)
    for row in rows:
        found[tuple(row.get(column, "") for column in columns)].append(row)
    return found


def meetings(found: Mapping[tuple[str, ...], Rows]) -> Iterator[tuple[Rows, Rows]]:
    """Every two different groups once."""
    return combinations(found.values(), 2)


def stands(key: Sequence[str], topic: str, sides: Iterable[Side], how: str = "") -> Iterator[Stand]:
    """The rows of several sides (rank, label, rows) of one topic."""
    for rank, side, rows in sides:
        for row in rows:
            yield Stand(tuple(key), topic, rank, side, row, how)
