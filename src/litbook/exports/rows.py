"""How the tables of the brief are cut: which columns of a table of litbook.tables stand in which column on paper."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from litbook.review import Review
from litbook.tables import way_back
from litbook.tables.common import ORIGIN

WAY_BACK = "Source, heading, id"


@dataclass(frozen=True)
class Part:
    """One column on paper: its words, its share of the width, and the columns of the table that it joins, one a line.
    What follows a colon is said before an entry: ``or_read_as:or read as``."""

    words: str
    share: int
    columns: tuple[str, ...]


Cut = tuple[Part, ...]
LAST = Part(WAY_BACK, 6, ("source", "work:Relaying", "heading:Under", "id:Row", "approved"))

STANCE = (
    Part("Whose, when", 4, ("voice", "body", "year")),
    Part("On what", 4, ("indication", "for_whom:For whom")),
    Part("Stance", 4, ("stance", "or_read_as:Or read as", "relays:Relays")),
    Part("Level, grade", 3, ("level:Level", "grade:Grade")),
    Part("Claim, in our words", 8, ("claim", "on_condition_that:Condition or scope", "note:Note", "public_record")),
    LAST,
)
DOSES = (
    Part("Drug", 4, ("drug",)),
    Part("For what, for whom", 4, ("indication", "who_and_where")),
    Part("Route, form", 4, ("route", "form")),
    Part("Dose as reported", 6, ("as_reported", "computed:Computed", "public_record")),
    Part("Comparable within", 4, ("dimension",)),
    Part("Note", 6, ("note",)),
    LAST,
)
FINDINGS = (
    Part("On what", 4, ("indication", "population", "setting")),
    Part("Kind of study", 3, ("design", "comparator:Against")),
    Part("Outcome", 4, ("outcome", "duration_words")),
    Part("Direction", 3, ("direction", "hedge:Put")),
    Part("Claim, in our words", 8, ("claim", "note:Note", "public_record")),
    LAST,
)
SAFETY = (
    Part("Kind", 3, ("kind",)),
    Part("What", 4, ("what", "how_often_or_firmly", "only", "term:Term")),
    Part("On what", 4, ("indication",)),
    Part("Claim, in our words", 8, ("claim", "detail", "note:Note", "public_record")),
    LAST,
)
SELECTION = (
    Part("Criterion", 6, ("criterion",)),
    Part("For or against", 3, ("polarity",)),
    Part("On what, route", 4, ("indication", "route")),
    Part("Claim, in our words", 8, ("claim", "note:Note", "public_record")),
    LAST,
)
DISAGREEMENTS = (
    Part("Class, on what", 5, ("class", "topic")),
    Part("Sides", 9, ("sides",)),
    Part("Decided", 4, ("decided", "explained_by:Explained by")),
    Part("Reason", 9, ("reason",)),
    Part("Rows", 5, ("rows",)),
)
SOURCES = (
    Part("Source", 5, ("source", "publisher")),
    Part("Type", 4, ("type", "updated:Updated")),
    Part("Interest", 5, ("interest",)),
    Part("Its review", 4, ("says_of_its_review:Says of its review", "peer_reviewed:Reviewed by peers")),
    Part("In this brief", 4, ("extracts:Extracts", "statements:Statements", "works_relayed:Works relayed")),
    Part("Address", 8, ("address",)),
)


def any_cut(table: pd.DataFrame) -> Cut:
    """How a listing of any kind of extract is cut (see ``tables.listing``): its own columns by name, the claim, the way back."""
    elsewhere = {"id", "claim", *ORIGIN}
    own = tuple(f"{column}:{column.replace('_', ' ').capitalize()}" for column in table.columns if column not in elsewhere)
    return Part("What is said", 9, own), Part("Claim, in our words", 9, ("claim", "note:Note", "public_record")), LAST


def cells(review: Review, table: pd.DataFrame, cut: Cut) -> list[list[str]]:
    """The rows of a table as they stand on paper (shape: rows x parts), with the heading that each row's span stands under and
    whether it is approved."""
    told = table.to_dict("records")
    if told and "id" in table:
        headings = dict(way_back(review)[["id", "heading"]].itertuples(index=False, name=None))
        unapproved = review.unapproved()
        for row in told:
            row |= {"heading": headings[row["id"]], "approved": "Not approved" if row["id"] in unapproved else ""}
    return [[_joined(row, part) for part in cut] for row in told]


def _joined(row: dict[str, object], part: Part) -> str:
    lines = []
    for column in part.columns:
        name, _, before = column.partition(":")
        text = str(row.get(name, ""))
        lines += [f"{before}: {text}" if before else text] if text else []
    return "\n".join(lines)
