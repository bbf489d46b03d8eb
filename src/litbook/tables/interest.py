"""Stance and direction against interest: from which kind of source, with which interest in it, each statement comes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from litbook.review import Review
from litbook.tables.common import conserved, distinct, records, statements, word

INTEREST, TYPE = "interest", "source_type"


def stance_by_interest(review: Review) -> pd.DataFrame:
    """Recommendations by commercial interest and type of the source, and by voice: statements of each stance.

    Columns: interest, source_type, voice (labels), one for each stance by its label with ``<label>_rows``, statements,
    sources, works (distinct works relayed), no_work (statements that relay none). A statement with two stances counts
    in both and once in statements; the last row counts all anew.
    """
    return _crossed(review, "recommendations", "stance", "stances", "voice")


def direction_by_interest(review: Review) -> pd.DataFrame:
    """Findings by commercial interest and type of the source, and by design: statements of each direction.

    Columns as in ``stance_by_interest``, with design in place of voice. The design is what the source says that the
    statement rests on; nobody looked at the studies.
    """
    return _crossed(review, "findings", "direction", "directions", "design")


def by_interest(review: Review, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Rows of a table of extracts with the interest and the type of their source as labels (shape: rows x id, source,
    work, statement, interest, source_type, ``columns``). In the order of the vocabularies: by interest, by type, then
    by each of ``columns``; a row without ``statement`` is one of its own."""
    wanted = ["id", "source", "work", "statement", *columns]
    frame = review.table(table, wanted) if review.has(table) else pd.DataFrame(columns=wanted)
    frame["statement"] = statements(frame)
    sources = {row["id"]: row for row in records(review, "sources")}
    keys = {}
    for name, column in ((INTEREST, "interest"), (TYPE, "type")):
        frame[name] = [word(review, "sources", column, sources[source]) for source in frame["source"]]
        keys[f"_{name}"] = _placed(review, "sources", column, [sources[source][column] for source in frame["source"]])
    keys |= {f"_{column}": _placed(review, table, column, list(frame[column])) for column in columns}
    return frame.assign(**keys).sort_values(list(keys), kind="stable", ignore_index=True).drop(columns=list(keys))


def _placed(review: Review, table: str, column: str, cells: list[str]) -> list[int]:
    """The place of each cell: in the vocabulary that the column takes its ids from, else in the order of the cells."""
    foreign = review.package.tables[table].field(column).foreign if cells else ""
    order = {term: place for place, term in enumerate(review.terms(foreign) if foreign in review.words else dict.fromkeys(cells))}
    return [order.get(cell, len(order)) for cell in cells]


def _crossed(review: Review, name: str, column: str, vocabulary: str, beside: str) -> pd.DataFrame:
    terms = {term: review.label(vocabulary, term) for term in (review.terms(vocabulary) if vocabulary in review.words else ())}
    counted = [each for label in terms.values() for each in (label, f"{label}_rows")]
    columns = [INTEREST, TYPE, beside, *counted, "statements", "sources", "works", "no_work"]
    if not review.has(name):
        return pd.DataFrame(columns=columns)
    frame = by_interest(review, name, [beside, column])
    rows = [
        {INTEREST: interest, TYPE: kind, beside: word(review, name, beside, {beside: term}), **_counted(own, column, terms)}
        for (interest, kind, term), own in frame.groupby([INTEREST, TYPE, beside], sort=False)
    ]
    conserved(f"{name} by interest", len(frame), sum(len(str(row[ids]).split()) for row in rows for ids in counted[1::2]))
    total = {**_counted(frame, column, terms), **dict.fromkeys(counted[1::2], "")}
    return pd.DataFrame([*rows, {INTEREST: "All", TYPE: "", beside: "", **total}], columns=columns)


def _counted(own: pd.DataFrame, column: str, terms: dict[str, str]) -> dict[str, object]:
    row: dict[str, object] = {}
    for term, label in terms.items():
        inside = own[own[column] == term]
        row |= {label: int(inside["statement"].nunique()), f"{label}_rows": " ".join(inside["id"])}
    return {
        **row,
        "statements": int(own["statement"].nunique()),
        "sources": distinct(own, "source"),
        "works": distinct(own, "work"),
        "no_work": int(own.loc[own["work"] == "", "statement"].nunique()),
    }
