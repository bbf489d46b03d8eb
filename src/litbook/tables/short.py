"""What fits on one page: findings by route, and safety and selection as lists of names with the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from litbook.review import Review
from litbook.tables.common import conserved, distinct, records, statements, word
from litbook.tables.evidence import directions
from litbook.tables.summaries import SAFETY, safety

NAMED = ("kind", "how", "what", "only", "statements", "rows")
# Without these a frequency says something else: fewer in whom, none reported beside what.
QUALIFIED = {"population": "in: ", "mitigation": "lessened by: "}


def evidence_by_route(review: Review) -> pd.DataFrame:
    """Findings of the selection by route: statements by direction, sources, works, and statements that relay no work.

    Only routes with findings have a row, where there are several, the last row counts all anew: a statement about two routes stands in both
    rows and once in the last. ``statements_rows`` are the findings behind a row.
    """
    columns = ["route", *directions(review), "statements", "statements_rows", "sources", "works", "unattributed"]
    if not review.has("findings"):
        return pd.DataFrame(columns=columns)
    findings = review.table("findings")
    used = [route for route in review.terms("routes") if (findings["route"] == route).any()]
    rows = [_counted(review, review.label("routes", route), findings[findings["route"] == route]) for route in used]
    conserved("evidence by route", len(findings), sum(len(str(row["statements_rows"]).split()) for row in rows))
    all_routes = [_counted(review, "All routes", findings)] if len(rows) > 1 else []
    return pd.DataFrame([*rows, *all_routes], columns=columns)


def _counted(review: Review, label: str, findings: pd.DataFrame) -> dict[str, object]:
    keys = statements(findings)
    return {
        "route": label,
        **{name: int(keys[findings["direction"] == name].nunique()) for name in directions(review)},
        "statements": int(keys.nunique()),
        "statements_rows": " ".join(findings["id"]),
        "sources": distinct(findings, "source"),
        "works": distinct(findings, "work"),
        "unattributed": int(keys[findings["work"] == ""].nunique()),
    }


def safety_in_short(review: Review, names: Sequence[str] = tuple(SAFETY)) -> pd.DataFrame:
    """What is named of adverse effects, contraindications, monitoring and drugs given beside, or of these ``names``: one row for
    each name with the word for how often or how firmly, in whom only or beside what (``only``), the number of statements, and the rows
    behind it; no row of ``safety`` is left out."""
    told = safety(review, names).rename(columns={"how_often_or_firmly": "how"})
    qualified = {row["id"]: _qualified(review, name, row) for name in names for row in records(review, name)}
    told["only"] = [qualified[name] for name in told["id"]]
    order = {label: place for place, label in enumerate([*_labels(review, "frequencies"), *_labels(review, "degrees")])}
    found = _named(review, names, told.assign(place=[order.get(how, -1) for how in told["how"]]))
    conserved("safety in short", len(told), sum(len(ids.split()) for ids in found["rows"]))
    return found


def _qualified(review: Review, name: str, row: dict[str, str]) -> str:
    told = [(before, word(review, name, column, row)) for column, before in QUALIFIED.items()]
    return "; ".join(f"{before}{text}" for before, text in told if text)


def selection_in_short(review: Review) -> pd.DataFrame:
    """Who it is said to be for or not for: one row for each criterion with its polarity, statements and rows."""
    told = pd.DataFrame(
        [
            {
                "id": row["id"],
                "kind": "Selection",
                "how": review.label("polarities", row["polarity"]),
                "what": row["criterion"],
                "only": "",
                "place": review.terms("polarities").index(row["polarity"]),
            }
            for row in records(review, "selection")
        ],
        columns=["id", "kind", "how", "what", "only", "place"],
    )
    return _named(review, ("selection",), told)


def _labels(review: Review, vocabulary: str) -> list[str]:
    return review.labels(vocabulary, review.terms(vocabulary)) if vocabulary in review.words else []


def _named(review: Review, names: Sequence[str], told: pd.DataFrame) -> pd.DataFrame:
    """One row for each kind, way of saying it and name, in the order of kinds, then of the vocabulary, then of the rows."""
    keys = _statement_of(review, names)
    groups = told.groupby(["kind", "place", "how", "what", "only"], sort=False)
    kinds = list(dict.fromkeys(told["kind"]))
    rows = [
        {"kind": kind, "how": how, "what": what, "only": only, "statements": len({keys[name] for name in own["id"]}),
         "rows": " ".join(own["id"]), "_order": (kinds.index(kind), place)}
        for (kind, place, how, what, only), own in groups
    ]  # fmt: skip
    rows.sort(key=lambda row: row["_order"])
    return pd.DataFrame(rows, columns=list(NAMED))


def _statement_of(review: Review, names: Sequence[str]) -> dict[str, str]:
    frames = [review.table(name, ("id", "statement")) for name in names if review.has(name)]
    return {name: key for frame in frames for name, key in zip(frame["id"], statements(frame), strict=True)}
