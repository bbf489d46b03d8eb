"""The ledger of disagreements, and what was looked for."""

from __future__ import annotations

from collections.abc import Container

import pandas as pd

from litbook import disagreements as found
from litbook.datapackage import Rows
from litbook.disagreements import Entry, Material, Proposal
from litbook.review import Review
from litbook.tables.common import all_extracts
from litbook.tables.public_record import SIGN, doubts

RECORDS = ("sources", "works")


def disagreements(review: Review) -> pd.DataFrame:
    """Every disagreement of which at least one member is in the selection, with its status and the reason for it.

    The rules always go over the whole review: a selection hides disagreements and never makes one. Columns: id, topic, class,
    scope, members (ids of extracts), summary (what each side holds, and where, with a sign where the public record does not bear
    it out), status, reason, explained_by, may_explain (columns in which the sides differ throughout), sources, works (distinct
    ones among the members), unattributed (members that relay no work). A line that is no longer found has what its adjudication
    had.
    """
    given = _material(review.whole)
    chosen = set(all_extracts(review)["id"])
    doubted = doubts(review.whole)
    rows = [_line(given, entry, doubted) for entry in found.ledger(given)]
    columns = ["id", "topic", "class", "scope", "members", "summary", "status", "reason", "explained_by", "may_explain", "sources",
               "works", "unattributed"]  # fmt: skip
    return pd.DataFrame([row for row in rows if chosen & {*str(row["members"]).split()}], columns=columns)


def standing(review: Review) -> pd.DataFrame:
    """The disagreements that nothing explains, and those that nobody adjudicated yet (columns as ``disagreements``)."""
    table = disagreements(review)
    settled = {label for term, label in _statuses(review).items() if term in ("explained", "not_a_disagreement", "no_longer_found")}
    return table[~table["status"].isin(settled)]


def ledger(review: Review, *statuses: str) -> pd.DataFrame:
    """The disagreements of these statuses (none: all) for reading: class, topic, sides, the rows to look at, and the reason."""
    table = disagreements(review)
    known = _statuses(review)
    kept = table[table["status"].isin([known[status] for status in statuses])] if statuses else table
    return kept[["class", "topic", "scope", "summary", "reason", "explained_by", "status", "sources", "works", "members"]].rename(
        columns={"summary": "sides", "members": "rows", "status": "decided"}
    )


def searches(review: Review) -> pd.DataFrame:
    """What was looked for and how, with the number of disagreements by status: one row for each class, those that found
    nothing too."""
    table = disagreements(review)
    rows = []
    for rule in found.RULES:
        own = table.loc[table["class"] == rule.title, "status"]
        counts = {term: int((own == label).sum()) for term, label in _statuses(review).items()}
        rows.append({"class": rule.title, "looks_for": " ".join((rule.find.__doc__ or "").split()), "found": len(own), **counts})
    return pd.DataFrame(rows, columns=["class", "looks_for", "found", *_statuses(review)])


def _statuses(review: Review) -> dict[str, str]:
    """The statuses with their labels; a review without a ledger has open ones alone."""
    known = review.words.get("disagreement_statuses", {found.OPEN: {"label": found.OPEN}})
    return {term: row["label"] for term, row in known.items()}


def _material(review: Review) -> Material:
    """The rows that the rules read."""
    names = [table.name for table in review.package.of_kind("extract")] + [
        name for name in (*RECORDS, found.TABLE) if name in review.package.tables
    ]
    frames = {name: review.table(name) for name in names}
    tables = {
        name: Rows(review.package.tables[name], tuple(frame.itertuples(index=False, name=None)), tuple(range(2, len(frame) + 2)))
        for name, frame in frames.items()
    }
    return Material(review.package, tables, review.words)


def _line(given: Material, entry: Entry, doubted: Container[str]) -> dict[str, object]:
    adjudged = entry.adjudication or {}
    told = {
        "id": entry.id,
        "status": given.label("disagreement_statuses", entry.status),
        "reason": adjudged.get("reason", ""),
        "explained_by": given.label("explanations", adjudged["explained_by"]) if adjudged.get("explained_by") else "",
    }
    if entry.proposal:
        return {**told, **_proposed(given, entry.proposal, doubted)}
    empty = {"scope": "", "summary": "", "may_explain": "", "sources": 0, "works": 0, "unattributed": 0}
    return {**told, **empty, "topic": adjudged["topic"], "class": found.CLASSES[adjudged["class"]].title, "members": adjudged["members"]}


def _proposed(given: Material, one: Proposal, doubted: Container[str]) -> dict[str, object]:
    rows = [given.extracts[name][1] for name in one.members]
    works = [row["work"] for row in rows]
    return {
        "topic": one.topic,
        "class": found.CLASSES[one.kind].title,
        "scope": one.scope,
        "members": " ".join(one.members),
        "summary": found.sides_in_words(given, one, doubted, SIGN),
        "may_explain": ", ".join(name.replace("_", " ") for name in one.may_explain),
        "sources": len({row["source"] for row in rows}),
        "works": len({*works} - {""}),
        "unattributed": works.count(""),
    }
