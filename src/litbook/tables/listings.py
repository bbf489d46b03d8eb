"""Any table of extracts for reading: labels in place of ids, and what belongs together in one column."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from litbook import doses
from litbook.datapackage import SPAN_COLUMNS
from litbook.review import Review
from litbook.tables.common import ORIGIN, origin, records, word
from litbook.tables.public_record import beside

Row = dict[str, str]
AMOUNT = ("low", "low_op", "high", "high_op", "unit")  # columns of a quantity with its operators, see ``doses.amount``
UNREAD = (*SPAN_COLUMNS, "statement", "citation", "inferred", "work", *ORIGIN)


def listing(review: Review, name: str) -> pd.DataFrame:
    """Any table of extracts for reading: labels in place of ids; columns of the span and empty columns are left out. Bounds,
    operators and unit of a quantity are one column (``amount``), bounds and unit of a span ``<name>_low``, ``<name>_high`` and
    ``<name>_unit`` another (``<name>``): a number apart from its unit is easily misread."""
    columns, record = list(review.table(name).columns), beside(review)
    parts = _parts(review, name, [column for column in columns if column not in UNREAD])
    rows = [
        {"id": row["id"], **{column: tell(row) for column, tell in parts.items()}, **origin(review, row, record)}
        for row in records(review, name)
    ]
    frame = pd.DataFrame(rows, columns=["id", *parts, *ORIGIN])
    return frame[[column for column in frame.columns if column == "id" or (frame[column] != "").any()]]


def _parts(review: Review, name: str, columns: list[str]) -> dict[str, Callable[[Row], str]]:
    """The columns to show, in their order, each with what makes its cell of a row."""
    found: dict[str, Callable[[Row], str]] = {}
    whole = set(AMOUNT) <= set(columns)
    spans = {
        column.removesuffix("_low") for column in columns if column.endswith("_low") and f"{column.removesuffix('_low')}_high" in columns
    }
    for column in columns:
        of = column.rpartition("_")[0]
        if whole and column in AMOUNT:
            found["amount"] = lambda row: _grouped(doses.amount(doses.bounds(row), row["unit"], review.words, row)) if row["unit"] else ""
        elif of in spans and column.rpartition("_")[2] in ("low", "high", "unit"):
            found[of] = lambda row, of=of: _span(review, name, of, row)  # type: ignore[misc]
        else:
            found[column] = lambda row, column=column: word(review, name, column, row)  # type: ignore[misc]
    return found


def _grouped(text: str) -> str:
    """Long numbers in groups of three, with a narrow blank that does not break."""
    return re.sub(r"(?<!\.)\b\d{5,}\b", lambda found: f"{int(found[0]):,}".replace(",", "\u202f"), text)


def _span(review: Review, name: str, of: str, row: Row) -> str:
    """A span as printed, such as ``4–8 weeks``; empty where the source gives no number."""
    low, high = row[f"{of}_low"], row[f"{of}_high"]
    if not (low or high):
        return ""
    told = (low if low == high else f"{low}–{high}") if low and high else f"from {low}" if low else f"up to {high}"
    unit = word(review, name, f"{of}_unit", row)
    return f"{told} {unit}{'' if told == '1' else 's'}" if unit else told
