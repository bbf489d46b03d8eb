"""The evidence by indication and route, with the kinds of empty cell told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import conserved, lower, records, statements
from litbook.tables.public_record import SIGN, doubts

FINDINGS, CONTRADICTED, OTHER_ROWS = "findings", "contradicted", "other rows only"
NOT_REPORTED, NOT_SEARCHED, NOT_APPLICABLE = "not reported", "not searched", "not applicable"
BENEFIT, AGAINST = "benefit", ("no_difference", "harm")
STATES = {
    FINDINGS: "The sources report findings.",
    CONTRADICTED: "The sources report benefit, and also no difference or harm, in the same group of outcomes.",
    OTHER_ROWS: "No finding, but other statements: doses, recommendations, what is said of the route.",
    NOT_REPORTED: "A source covers the indication, was read whole, and says nothing of this route.",
    NOT_SEARCHED: "No source sets out to cover the indication: its silence says nothing.",
    NOT_APPLICABLE: "The pair makes no sense, for the reason given in the data.",
}
Row = dict[str, str]
_NONE: list[Row] = []
_CELL_COLUMNS = ["id", "source", "statement", "work", "indication", "route"]


def evidence(review: Review) -> pd.DataFrame:
    """One row for each indication and route: statements by direction, sources, works, and the kind of the cell.

    Columns: indication, route (ids), state (a key of STATES), one count for each direction, statements, sources,
    works (distinct works relayed), unattributed (statements that relay no work), other (statements that are not
    findings), rows (ids of the findings), other_rows. Only indications with extracts of their own have rows: counts
    are not added up along the hierarchy, so that nothing counts twice.
    """
    findings = review.table("findings") if review.has("findings") else pd.DataFrame(columns=[*_CELL_COLUMNS, "direction"])
    others = _others(review)
    used = set(findings["indication"]) | set(others["indication"])
    covered, senseless = _covered(review), {(row["indication"], row["route"]) for row in records(review, "not_applicable")}
    ways = directions(review)
    inside_of, beside_of = _by_cell(findings), _by_cell(others)
    cells = []
    chosen = review.selection.indication  # above what it pools, whichever branch that is listed in
    for indication in sorted((term for term in review.terms("indications") if term in used), key=lambda term: term != chosen):
        for route in _routes(review):
            inside, beside = (found.get((indication, route), _NONE) for found in (inside_of, beside_of))
            counts = {name: _distinct(row for row in inside if row["direction"] == name) for name in ways}
            cells.append(
                {
                    "indication": indication,
                    "route": route,
                    "state": _state((indication, route) in senseless, indication in covered, inside, beside),
                    **counts,
                    "statements": _distinct(inside),
                    "sources": len({row["source"] for row in inside}),
                    "works": len({row["work"] for row in inside} - {""}),
                    "unattributed": _distinct(row for row in inside if not row["work"]),
                    "other": _distinct(beside),
                    "rows": " ".join(row["id"] for row in inside),
                    "other_rows": " ".join(row["id"] for row in beside),
                }
            )
    columns = ["indication", "route", "state", *ways, "statements", "sources", "works", "unattributed", "other", "rows", "other_rows"]
    table = pd.DataFrame(cells, columns=columns)
    conserved("evidence", len(findings) + len(others), sum(len(ids.split()) for column in ("rows", "other_rows") for ids in table[column]))
    return table


def evidence_matrix(review: Review) -> pd.DataFrame:
    """The evidence as indications x routes, each cell in words (such as ``2 benefit, 1 mixed`` or ``not reported``); beside
    the column of each route ``<route>_rows`` with the ids of the extracts behind the words."""
    long, doubted = evidence(review), doubted_in(review)
    long = long.assign(
        words=[_in_words(review, row, doubted) for row in long.to_dict("records")],
        ids=(long["rows"] + " " + long["other_rows"]).str.strip(),
    )
    rows, routes = list(dict.fromkeys(long["indication"])), list(dict.fromkeys(long["route"]))
    words, ids = (long.pivot(index="indication", columns="route", values=name).loc[rows, routes] for name in ("words", "ids"))
    conserved("evidence matrix", len(long), words.size)
    wide: dict[str, list[str]] = {"indication": review.labels("indications", rows)}
    for route in routes:
        label = review.label("routes", route)
        wide |= {label: list(words[route]), f"{label}_rows": list(ids[route])}
    return pd.DataFrame(wide)


def doubted_in(review: Review) -> dict[tuple[str, str, str], int]:
    """How many statements the public record does not bear out, by indication, route and direction; cells without any are left out."""
    findings = review.table("findings") if review.has("findings") else pd.DataFrame(columns=[*_CELL_COLUMNS, "direction"])
    own = findings.assign(statement=statements(findings))[findings["id"].isin(doubts(review))]
    counts = own.groupby(["indication", "route", "direction"])["statement"].nunique()
    return {(str(indication), str(route), str(way)): int(n) for (indication, route, way), n in counts.items()}


def said_by(review: Review) -> list[str]:
    """Who makes the statements with findings, how many of them tell a kind of study, and how many the public record does not bear
    out, in sentences; none where there is none. Ten statements of one page are one voice."""
    if not review.has("findings"):
        return []
    findings = review.table("findings")
    keys = statements(findings)
    told = [
        f"{review.label_of('sources', name)} {keys[findings['source'] == name].nunique()}" for name in dict.fromkeys(findings["source"])
    ]
    kinds = keys[findings["design"].isin(kinds_told(review))].nunique()
    sentences = [f"Statements by source: {', '.join(told)}. A kind of study is told in {kinds} of {keys.nunique()}."]
    doubted = findings["id"].isin(doubts(review))
    parts = [
        f"{keys[doubted & way].nunique()} of {keys[way].nunique()} {review.label('directions', term).lower()}"
        for term in directions(review)
        if (doubted & (way := findings["direction"] == term)).any()
    ]
    return sentences + ([f"{SIGN} Statements not borne out by the public record: {', '.join(parts)}."] if parts else [])


def benefit_by_outcome(review: Review) -> list[str]:
    """What the statements of benefit are about: praise of safety is no relief of pain. Nothing where outcomes are not grouped."""
    findings = review.table("findings") if review.has("findings") else pd.DataFrame(columns=["direction"])
    own = findings[findings["direction"] == BENEFIT]
    if own.empty or "outcome_domain" not in own or "outcome_domains" not in review.words:
        return []
    counts = statements(own).groupby(own["outcome_domain"]).nunique()
    told = [f"{lower(review.label('outcome_domains', term))} {counts[term]}" for term in review.terms("outcome_domains") if term in counts]
    return [f"{review.label('directions', BENEFIT)} is said of: {', '.join(told)}. A statement may name several outcomes."]


def kinds_told(review: Review) -> set[str]:
    """The terms of designs that name a kind of study: "studies" alone does not."""
    known = review.words.get("designs", {})
    return {term for term, row in known.items() if row.get("kind_told", "true") == "true" and term != NOT_STATED}


def directions(review: Review) -> list[str]:
    """The directions of findings; none in a review that has no findings."""
    return review.terms("directions") if "directions" in review.words else []


def _others(review: Review) -> pd.DataFrame:
    """Extracts that name an indication and a route and are not findings."""
    tables = [table for table in review.package.of_kind("extract") if table.name != "findings" and {*_CELL_COLUMNS} <= {*table.columns}]
    frames = [review.table(table.name, _CELL_COLUMNS) for table in tables]
    named = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_CELL_COLUMNS)
    return named[named["indication"] != ""]


def _routes(review: Review) -> list[str]:
    """The routes of the selection: those under the one selected, or all of the vocabulary."""
    chosen = review.selection.route
    return [term for term in review.terms("routes") if not chosen or term in review.narrower("routes", chosen)]


def _by_cell(frame: pd.DataFrame) -> dict[tuple[str, str], list[Row]]:
    """Rows by indication and route, each with its statement."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in frame.assign(statement=statements(frame)).to_dict("records"):
        found.setdefault((row["indication"], row["route"]), []).append(row)
    return found


def _distinct(rows: Iterable[Row]) -> int:
    return len({row["statement"] for row in rows})


def _state(senseless: bool, covered: bool, inside: Sequence[Row], other: Sequence[Row]) -> str:
    if inside:
        return CONTRADICTED if _contradicted(inside) else FINDINGS
    if other:
        return OTHER_ROWS
    if senseless:
        return NOT_APPLICABLE
    return NOT_REPORTED if covered else NOT_SEARCHED


def _contradicted(inside: Sequence[Row]) -> bool:
    """Benefit, and no difference or harm, in one group of outcomes: safer is not the contrary of less effective."""
    ways: dict[str, set[str]] = {}
    for row in inside:
        ways.setdefault(row.get("outcome_domain", ""), set()).add(row["direction"])
    return any(BENEFIT in own and {*AGAINST} & own for own in ways.values())


def _covered(review: Review) -> set[str]:
    """What some source sets out to cover, with everything below it."""
    return {below for row in records(review, "scope") for below in review.narrower("indications", row["indication"])}


def _in_words(review: Review, cell: Mapping[str, object], doubted: Mapping[tuple[str, str, str], int]) -> str:
    marks = {name: doubted.get((str(cell["indication"]), str(cell["route"]), name), 0) for name in directions(review)}
    named = [
        f"{cell[name]} {review.label('directions', name).lower()}" + (f" ({marks[name]} {SIGN})" if marks[name] else "")
        for name in marks
        if cell[name]
    ]
    others = cell["other"]
    bare = f"no finding, {others} other statement{'' if others == 1 else 's'}" if cell["state"] == OTHER_ROWS else str(cell["state"])
    text = ", ".join(named) or bare
    return f"{text} (contradicted)" if cell["state"] == CONTRADICTED else text
