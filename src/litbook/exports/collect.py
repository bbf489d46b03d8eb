"""From a review to the tables that are exported: extracts, summaries, vocabularies, and the dictionary of their columns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from litbook import doses
from litbook.datapackage import SPAN_COLUMNS, Field, Table
from litbook.exports.registry import MEANINGS, SUMMARIES, Summary
from litbook.exports.sheets import Column, Sheet, sheet
from litbook.review import Review
from litbook.tables import way_back

LABELLED = ("sources", "works")  # records that have labels, as vocabularies have
FOLDED = (*SPAN_COLUMNS[2:], "statement", "citation", "inferred", "override")
HEADING = Column("heading", description="The heading of the source under which the span begins.")
REPORTED = Column("as_reported", description="The dose in words, made from the typed columns.")
APPROVED = Column("approved", description="Whether somebody approved the row as it is now.", allowed="yes, no")
DICTIONARY = (
    Column("table", description="The table that the column belongs to."),
    Column("column", description="Its name."),
    Column("description", description="What it holds."),
    Column("type", description="Text, whole number, number, date or year."),
    Column("required", description="Whether it is never empty."),
    Column("allowed", description="What may stand in it; empty: anything of its type."),
)


def extract_sheets(review: Review) -> list[Sheet]:
    """Every table of extracts of the (selected) review with all its columns, labels beside ids, the heading that each span
    stands under, doses in words as well, and whether each row is approved."""
    headings = dict(way_back(review)[["id", "heading"]].itertuples(index=False, name=None)) if review.extracts() else {}
    unapproved = review.unapproved()
    return [_extracts(review, table, headings, unapproved) for table in review.package.of_kind("extract")]


def _extracts(review: Review, table: Table, headings: dict[str, str], unapproved: set[str]) -> Sheet:
    columns: list[Column] = []
    cells: list[list[str]] = []
    frame = review.table(table.name)
    for field in table.fields:
        if table.name == "doses" and field.name == "low":
            columns.append(REPORTED)
            cells.append([doses.as_reported(row, review.words) for row in frame.to_dict("records")])
        own, values = _with_label(review, table, field, list(frame[field.name]))
        columns += own
        cells += values
        if field.name == "source":
            columns.append(HEADING)
            cells.append([headings[name] for name in frame["id"]])
    columns.append(APPROVED)
    cells.append(["no" if name in unapproved else "yes" for name in frame["id"]])
    return sheet(table.name, table.title, table.description, columns, zip(*cells, strict=True))


def _with_label(review: Review, table: Table, field: Field, cells: list[str]) -> tuple[list[Column], list[list[str]]]:
    """A column as it is, and its labels beside it where it takes the ids of a table that has labels."""
    own = Column(
        field.name, field.type, field.description, _list_of(review, table, field), in_words(field), field.required, field.name in FOLDED
    )
    if field.foreign not in review.words and field.foreign not in LABELLED:
        return [own], [cells]
    return [own, label_column(field.name, field.foreign)], [cells, _labels(review, field.foreign, cells)]


def label_column(name: str, vocabulary: str) -> Column:
    """The column of labels beside a column of ids."""
    return Column(f"{name}_label", description=f"Label of {name}, from {vocabulary}.")


def _labels(review: Review, vocabulary: str, ids: list[str]) -> list[str]:
    if vocabulary in LABELLED:
        return [review.label_of(vocabulary, name) for name in ids]
    return review.labels(vocabulary, ids)


def _list_of(review: Review, table: Table, field: Field) -> str:
    """The name of the list that a column chooses from, empty where it is free."""
    if field.foreign in review.words or field.foreign in LABELLED:
        return field.foreign
    return f"{table.name}.{field.name}" if field.enum else ""


def in_words(field: Field) -> str:
    """What may stand in a column, as the descriptor has it."""
    parts = [f"an id of {field.foreign}"] if field.foreign else []
    parts += [", ".join(field.enum)] if field.enum else []
    parts += [f"text of the form {field.pattern}"] if field.pattern else []
    parts += [f"{field.minimum} or more"] if field.minimum is not None else []
    parts += ["each value once"] if field.unique else []
    return "; ".join(parts)


def summary_sheets(review: Review) -> list[Sheet]:
    """Every table of the registry."""
    return [_summary(review, summary) for summary in SUMMARIES]


def _summary(review: Review, summary: Summary) -> Sheet:
    frame = summary.table(review)
    columns: list[Column] = []
    cells: list[list[str]] = []
    for name in map(str, frame.columns):
        values = [_text(value) for value in frame[name]]
        columns.append(Column(name, summary.types.get(name, _kind(frame[name])), MEANINGS.get(name, "")))
        cells.append(values)
        if name in summary.ids:
            columns.append(label_column(name, summary.ids[name]))
            cells.append(_labels(review, summary.ids[name], values))
    return sheet(summary.name, summary.title, summary.about, columns, zip(*cells, strict=True))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _kind(column: pd.Series) -> str:
    return "integer" if len(column) and pd.api.types.is_integer_dtype(column) else "string"


def vocabulary_sheets(review: Review) -> list[Sheet]:
    """Every vocabulary with all its columns."""
    found = []
    for table in review.package.of_kind("vocabulary"):
        frame = review.table(table.name)
        columns: list[Column] = []
        cells: list[list[str]] = []
        for field in table.fields:
            own, values = _with_label(review, table, field, list(frame[field.name]))
            columns += own
            cells += values
        found.append(sheet(table.name, table.title, table.description, columns, zip(*cells, strict=True)))
    return found


def lists(review: Review) -> dict[str, list[dict[str, str]]]:
    """What columns of ids choose from, by name: the rows of each vocabulary, of sources and works, and enumerations."""
    found = {table.name: review.table(table.name).to_dict("records") for table in review.package.of_kind("vocabulary")}
    found |= {name: [{"id": row, "label": label} for row, label in review.records[name].items()] for name in LABELLED}
    for table in review.package.of_kind("extract"):
        found |= {
            f"{table.name}.{field.name}": [{"id": word} for word in field.enum]
            for field in table.fields
            if field.enum and not field.foreign
        }
    return found


def dictionary(named: list[tuple[str, Sheet]]) -> Sheet:
    """What every column of the given tables means; each table under the name that its reader knows it by."""
    words = {"string": "text", "integer": "whole number"}
    rows: Iterator[tuple[str, ...]] = (
        (name, one.name, one.description, words.get(one.type, one.type), "yes" if one.required else "no", one.allowed)
        for name, table in named
        for one in table.columns
    )
    return sheet("columns", "Columns", "What each column of each table holds.", DICTIONARY, rows)
