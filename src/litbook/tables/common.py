"""What the tables share: statements, labels, and the check that no row is lost."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from litbook.errors import LitbookError
from litbook.review import Review

ORIGIN = ("source", "work", "status", "note", "public_record")


def statements(frame: pd.DataFrame) -> pd.Series:
    """The statement that each row belongs to: the shared one, or the row itself."""
    return frame["statement"].where(frame["statement"] != "", frame["id"])


def records(review: Review, name: str) -> list[dict[str, str]]:
    """The rows of a table as dictionaries; none where the review does not have the table."""
    return review.table(name).to_dict("records") if review.has(name) else []


def origin(review: Review, row: dict[str, str], record: Mapping[str, str]) -> dict[str, str]:
    """Where a row was read and what it relays, with labels, how far it was checked, and what the public ``record`` says of it."""
    return {
        "source": review.label_of("sources", row["source"]),
        "work": review.label_of("works", row["work"]),
        "status": review.label("statuses", row["status"]),
        "note": row["note"],
        "public_record": record.get(row["id"], ""),
    }


def word(review: Review, table: str, column: str, row: dict[str, str]) -> str:
    """A cell for reading: the label where the column takes the ids of a vocabulary, else the cell."""
    if column not in row:
        return ""
    foreign = review.package.tables[table].field(column).foreign
    return review.label(foreign, row[column]) if foreign in review.words else row[column]


def lower(label: str) -> str:
    """A label within a sentence: without its capital, unless it is an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def selection_in_words(review: Review) -> str:
    """What the review was narrowed to, by labels; empty for the whole review."""
    chosen = review.selection
    terms = (("indications", chosen.indication), ("routes", chosen.route))
    told = [review.label(vocabulary, term) for vocabulary, term in terms if term]
    kind = [f"sources of the kind {word(review, 'sources', 'type', {'type': chosen.source_type})}"] if chosen.source_type else []
    return ", ".join([*told, *kind])


def all_extracts(review: Review) -> pd.DataFrame:
    """Id, source, work and statement of every extract that the selection leaves (shape: extracts x 4)."""
    return pd.concat(review.selected(("id", "source", "work", "statement")).values(), ignore_index=True)


def distinct(frame: pd.DataFrame, column: str) -> int:
    """How many different values a column holds, the empty one not counted."""
    return int(frame.loc[frame[column] != "", column].nunique())


def conserved(what: str, before: int, after: int) -> None:
    """Raises LitbookError where a table lost or gained rows on its way."""
    if before != after:
        raise LitbookError(f"{what}: {before} rows went in and {after} came out; no row may be lost; please report this")
