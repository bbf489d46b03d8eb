"""Agreement of the two extractions, and how their differences were settled."""

from __future__ import annotations

import pandas as pd

from litbook import agreement as measure
from litbook.datapackage import Rows, Tables
from litbook.review import Review
from litbook.tables.common import records, word

VALUES = ("first_value", "second_value", "value")


def agreement(review: Review) -> pd.DataFrame:
    """Raw agreement, Cohen's kappa and Gwet's AC1 by table and field, before adjudication; empty without a second extraction.

    ``n`` counts pairs of rows in which at least one extractor entered something; for the field ``row``, rows that
    either saw. Coefficients that are not defined (one category alone) are empty.
    """
    tables = measure.before_adjudication(review.package, _tables(review))
    rows = []
    for one in measure.agreements(review.package, tables):
        raw, kappa, ac1 = (f"{value:.2f}" if value is not None else "" for value in (one.raw, one.kappa, one.ac1))
        rows.append(
            {"table": one.table.replace("_", " "), "field": one.field.replace("_", " "), "n": one.n, "raw": raw, "kappa": kappa, "ac1": ac1}
        )
    return pd.DataFrame(rows, columns=["table", "field", "n", "raw", "kappa", "ac1"])


def adjudications(review: Review) -> pd.DataFrame:
    """Every difference between the two extractions with the decision and its reason."""
    columns = ["table", "first", "second", "field", "first_value", "second_value", "decision", "value", "reason"]
    rows = [{column: _adjudged(review, row, column) for column in columns} for row in records(review, "adjudications")]
    return pd.DataFrame(rows, columns=columns)


def _adjudged(review: Review, row: dict[str, str], column: str) -> str:
    """A cell for reading: names without underscores, values by the labels of their field."""
    if column in VALUES and row["field"] in review.package.tables[row["table"]]:
        return word(review, row["table"], row["field"], {row["field"]: row[column]})
    return row[column].replace("_", " ") if column in ("table", "field") else row[column]


def _tables(review: Review) -> Tables:
    """What the measures of agreement read, as rows: the tables that were extracted twice, and the adjudications."""
    names = [name for table in review.package.of_kind("second") for name in (table.name.removeprefix(measure.SECOND), table.name)]
    frames = {name: review.table(name) for name in [*names, *(["adjudications"] if "adjudications" in review.package.tables else [])]}
    return {
        name: Rows(review.package.tables[name], tuple(frame.itertuples(index=False, name=None)), tuple(range(2, len(frame) + 2)))
        for name, frame in frames.items()
    }
