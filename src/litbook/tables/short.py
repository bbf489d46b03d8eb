"""What fits on one page: findings by route, and safety and selection as lists of names with the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import conserved, distinct, lower, records, statements, word
from litbook.tables.evidence import directions
from litbook.tables.public_record import doubts
from litbook.tables.summaries import SAFETY, qualified, safety

NO_EXPOSURE, NOT_OF_IT = "none", ", not under the treatment"  # a term of the vocabulary of exposures, and what is said of it
ANY = "any_adverse_effect"  # a term of the vocabulary of effects: all of them, none by name
ASSERTED = "asserted"  # a term of the vocabulary of hedges: put flatly
NAMED = ("kind", "how", "what", "where", "only", "doubt", "statements", "rows")


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


def safety_in_short(review: Review, names: Sequence[str] = tuple(SAFETY), everywhere: bool = False) -> pd.DataFrame:
    """What is named of adverse effects, contraindications, monitoring and drugs named beside, or of these ``names``: one row for
    each name with the word for how often or how firmly, the indication (``where``, told where it is not the one selected, or
    ``everywhere``), what that is not said without (``only``), what the public record does to it (``doubt``), the number of
    statements, and the rows behind it; no row of ``safety`` is left out."""
    doubted = doubts(review)
    told = safety(review, names).rename(columns={"how_often_or_firmly": "how"})
    where = {row["id"]: _where(review, row, everywhere) for name in names for row in records(review, name)}
    told["where"] = [where[name] for name in told["id"]]
    plain = {row["id"]: _told_of(review, name, row) for name in names for row in records(review, name)}
    told["only"], told["doubt"] = [plain[name] for name in told["id"]], [doubted.get(name, "") for name in told["id"]]
    order = {label: place for place, label in enumerate([*_labels(review, "frequencies"), *_labels(review, "degrees")])}
    found = _named(review, names, told.assign(place=[order.get(how, -1) for how in told["how"]]))
    conserved("safety in short", len(told), sum(len(ids.split()) for ids in found["rows"]))
    return found


def _told_of(review: Review, name: str, row: dict[str, str]) -> str:
    """What a name is not said without; of adverse effects as a group the claim, for it may be that they are few."""
    told = qualified(review, name, row)
    return "; ".join(filter(None, (told, lower(row["claim"])))) if row.get("effect") == ANY else told


def _where(review: Review, row: dict[str, str], everywhere: bool = False) -> str:
    """The indication of a row where a reader of the selection would take it for another one."""
    chosen = review.selection.indication
    return lower(review.label("indications", row["indication"])) if everywhere or (chosen and row["indication"] != chosen) else ""


def selection_in_short(review: Review, everywhere: bool = False) -> pd.DataFrame:
    """Who it is said to be for or not for: one row for each criterion with its polarity, statements and rows; ``everywhere`` as for
    ``safety_in_short``."""
    return _in_short(review, "selection", ("polarity", "polarities"), "criterion", everywhere)


def immune_in_short(review: Review) -> pd.DataFrame:
    """What is said of immune markers: one row for each marker and direction with how firmly, under what exposure and for how long
    (``only``), statements and rows."""
    return _in_short(review, "immune_effects", ("direction", "changes"), "marker")


def _in_short(review: Review, name: str, how: tuple[str, str], what: str, everywhere: bool = False) -> pd.DataFrame:
    """One row for each name in the column ``what``, in the order of the vocabulary of the column ``how``."""
    (column, vocabulary), doubted = how, doubts(review)
    told = [
        {
            "id": row["id"],
            "kind": review.package.tables[name].title + (NOT_OF_IT if row.get("exposure") == NO_EXPOSURE else ""),
            "how": review.label(vocabulary, row[column]),
            "what": word(review, name, what, row),
            "where": _where(review, row, everywhere),
            "only": "; ".join(filter(None, (row.get("reservation", ""), _exposure(review, name, row)))),
            "doubt": doubted.get(row["id"], ""),
            "place": review.terms(vocabulary).index(row[column]) if row[column] else -1,
        }
        for row in records(review, name)
    ]
    return _named(review, (name,), pd.DataFrame(told, columns=["id", "kind", "how", "what", "where", "only", "doubt", "place"]))


def _exposure(review: Review, name: str, row: dict[str, str]) -> str:
    """How firmly an effect is put where it is not flatly asserted, under what exposure, and for how long."""
    if "exposure" not in row:
        return ""
    hedge = "" if row.get("hedge", ASSERTED) == ASSERTED else lower(word(review, name, "hedge", row))
    exposure = "" if row["exposure"] == NOT_STATED else lower(word(review, name, "exposure", row))
    lasting = row.get("persistence", "")
    how_long = f"how long: {lasting}" if lasting not in ("", exposure) else ""
    return "; ".join(filter(None, (hedge, exposure, how_long)))


def _labels(review: Review, vocabulary: str) -> list[str]:
    return review.labels(vocabulary, review.terms(vocabulary)) if vocabulary in review.words else []


def _named(review: Review, names: Sequence[str], told: pd.DataFrame) -> pd.DataFrame:
    """One row for each kind, way of saying it and name, in the order of kinds, then of the vocabulary, then of the rows."""
    keys = _statement_of(review, names)
    groups = told.groupby(["kind", "place", "how", "what", "where", "only", "doubt"], sort=False)
    kinds = list(dict.fromkeys(told["kind"]))
    rows = [
        {
            **dict(zip(("kind", "how", "what", "where", "only", "doubt"), (kind, *names), strict=True)),
            "statements": len({keys[name] for name in own["id"]}),
            "rows": " ".join(own["id"]),
            "_order": (kinds.index(kind), place),
        }
        for (kind, place, *names), own in groups
    ]
    rows.sort(key=lambda row: row["_order"])
    return pd.DataFrame(rows, columns=list(NAMED))


def _statement_of(review: Review, names: Sequence[str]) -> dict[str, str]:
    frames = [review.table(name, ("id", "statement")) for name in names if review.has(name)]
    return {name: key for frame in frames for name, key in zip(frame["id"], statements(frame), strict=True)}
