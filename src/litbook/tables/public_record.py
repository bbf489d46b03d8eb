"""Rows against the public record: what it shows stands beside an extract and never mends it.

A verdict whose term has a ``doubt`` in the vocabulary (such as "the public record shows otherwise") is marked wherever the row
is shown: a dose that the record does not bear out must not look like one that it does.
"""

from __future__ import annotations

from litbook.review import Review
from litbook.tables.common import records

SIGN = "†"
Row = dict[str, str]


def held(review: Review) -> dict[str, list[Row]]:
    """The checks of each extract and of each work that was held against the record, by its id."""
    found: dict[str, list[Row]] = {}
    for row in records(review, "checks"):
        for name in row["about"].split():
            found.setdefault(name, []).append(row)
    return found


def doubts(review: Review) -> dict[str, str]:
    """What puts a row in doubt, by the id of each row that the record does not bear out."""
    told = {name: [_doubt(review, row) for row in rows] for name, rows in held(review).items()}
    return {name: "; ".join(dict.fromkeys(filter(None, phrases))) for name, phrases in told.items() if any(phrases)}


def beside(review: Review) -> dict[str, str]:
    """What the tables say beside each row that was held against the record: the verdict, and what the record shows, for an
    agreement has its reservations too."""
    return {name: "; ".join(_short(review, row) for row in rows) for name, rows in held(review).items()}


def in_full(review: Review, row: Row) -> str:
    """One check in words: verdict, what the record shows, where that was looked up and when."""
    verdict = f"{review.label('verdicts', row['verdict'])} ({row['id']})"
    looked = f"Looked at {row['on']}" + (f": {row['address']}" if row["address"] else "")
    return ". ".join(part.rstrip(".") for part in (f"{verdict}: {row['record']}", row["reference"], row["note"], looked) if part) + "."


def _doubt(review: Review, row: Row) -> str:
    return review.label("verdicts", row["verdict"], "doubt")


def _short(review: Review, row: Row) -> str:
    doubt = _doubt(review, row)
    verdict = f"{SIGN} {doubt[:1].upper()}{doubt[1:]}" if doubt else f"Public record: {review.label('verdicts', row['verdict']).lower()}"
    return f"{verdict} ({row['id']}): {row['record']}"
