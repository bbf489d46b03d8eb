"""A summary of findings in the manner of GRADE, as far as the rows allow: never a grade that nobody gave."""

from __future__ import annotations

import pandas as pd

from litbook.review import Review
from litbook.tables.common import conserved, distinct, records, statements, word
from litbook.tables.evidence import directions, kinds_told
from litbook.tables.public_record import SIGN, doubts
from litbook.tables.relayed import UNNAMED

NO_PRIMARY = "Not graded: no primary data in these sources"
NO_ESTIMATE = "Not graded: these rows hold no estimate of an effect"
KIND_UNKNOWN = "Not graded: these data do not say which works are primary research"


def summary_of_findings(review: Review) -> pd.DataFrame:
    """One row for each indication and group of outcomes: how much is said, of what kind, which way, and how certain.

    Columns: indication, outcome, statements (with ``statements_rows``), sources, works (distinct works relayed),
    unnamed (of these, not named by their source), no_work (statements that relay none), designs and directions
    (each with the number of statements), certainty, reason, grades_of_bodies (with ``_rows``).

    GRADE rates a body of studies down for risk of bias, inconsistency, indirectness, imprecision and publication bias
    (Guyatt et al. 2008, BMJ 336:924-926, doi 10.1136/bmj.39489.470347.AD). What is relayed at second hand, without
    estimates, can not be rated by it: so ``certainty`` never holds a grade, and ``reason`` says domain by domain what
    the rows have that bears on it: no numbers of people and no intervals, and works that the sources chose.
    ``grades_of_bodies`` are levels and grades that bodies gave to recommendations on the indication, verbatim, in their own
    system; they are no grades of the outcome.
    """
    columns = ["indication", "outcome", "statements", "statements_rows", "sources", "works", "unnamed", "no_work", "designs"]
    columns += ["directions", "certainty", "reason", "grades_of_bodies", "grades_of_bodies_rows"]
    if not review.has("findings"):
        return pd.DataFrame(columns=columns)
    findings = review.table("findings")
    findings = findings.assign(
        statement=statements(findings), outcome_domain=findings.get("outcome_domain", ""), comparator=findings.get("comparator", "")
    )
    domains = _ordered(review, "outcome_domain", findings["outcome_domain"])
    rows = []
    for indication in (term for term in review.terms("indications") if (findings["indication"] == term).any()):
        for domain in domains:
            own = findings[(findings["indication"] == indication) & (findings["outcome_domain"] == domain)]
            if len(own):
                rows.append(_row(review, indication, domain, own))
    table = pd.DataFrame(rows, columns=columns)
    conserved("summary of findings", len(findings), sum(len(ids.split()) for ids in table["statements_rows"]))
    return table


def _row(review: Review, indication: str, domain: str, own: pd.DataFrame) -> dict[str, object]:
    relayed = [row for row in records(review, "works") if row["id"] in set(own["work"])]
    grades, graded = _grades(review, indication)
    return {
        "indication": review.label("indications", indication),
        "outcome": word(review, "findings", "outcome_domain", {"outcome_domain": domain}) or "not said",
        "statements": int(own["statement"].nunique()),
        "statements_rows": " ".join(own["id"]),
        "sources": distinct(own, "source"),
        "works": len(relayed),
        "unnamed": sum(row["identified"] == UNNAMED for row in relayed),
        "no_work": int(own.loc[own["work"] == "", "statement"].nunique()),
        "designs": _told(review, own, "design", _ordered(review, "design", own["design"])),
        "directions": _told(review, own, "direction", directions(review)),
        "certainty": _certainty(review, relayed),
        "reason": _reason(own, kinds_told(review)),
        "grades_of_bodies": grades,
        "grades_of_bodies_rows": graded,
    }


def _certainty(review: Review, relayed: list[dict[str, str]]) -> str:
    """Whether there is anything that could be graded: a work that can be found and is primary research."""
    kinds = review.words.get("work_types", {})
    if not all("primary" in kind for kind in kinds.values()) or not kinds:
        return KIND_UNKNOWN if relayed else NO_PRIMARY
    found = [row for row in relayed if kinds[row["type"]]["primary"] == "true" and row["identified"] != UNNAMED]
    return NO_ESTIMATE if found else NO_PRIMARY


def _reason(own: pd.DataFrame, kinds: set[str]) -> str:
    """What GRADE would ask for, domain by domain, and what these rows have of it."""
    n = own["statement"].nunique()
    told = own.loc[own["design"].isin(kinds), "statement"].nunique()
    compared = own.loc[own["comparator"] != "", "statement"].nunique()
    ways = own["direction"].nunique()
    agree = (
        "one statement alone"
        if n == 1
        else "all statements filed here point one way; see also the disagreements"
        if ways == 1
        else "the directions differ"
    )
    return (
        f"Risk of bias: kind of study told in {told} of {n}. Inconsistency: {agree}. Indirectness: what was compared is said in "
        f"{compared} of {n}. Imprecision, publication bias: nothing to judge by."
    )


def _grades(review: Review, indication: str) -> tuple[str, str]:
    """Levels and grades that bodies gave on an indication, verbatim, and the ids of the recommendations."""
    rows = [row for row in records(review, "recommendations") if row["indication"] == indication and (row["level"] or row["grade"])]
    told = [
        " ".join(filter(None, [review.label("bodies", row["body"]), row["year"]])) + ": "
        + ", ".join(f"{name} {row[name]}" for name in ("level", "grade") if row[name])
        + f", for a recommendation read as {review.label('stances', row['stance']).lower()}"
        for row in rows
    ]  # fmt: skip
    return "; ".join(dict.fromkeys(told)), " ".join(row["id"] for row in rows)


def _told(review: Review, own: pd.DataFrame, column: str, terms: list[str]) -> str:
    """Number of statements for each term that occurs, such as ``randomised trial: 2; no study named: 1``; of a direction also how
    many the public record does not bear out."""
    doubted = own["id"].isin(doubts(review) if column == "direction" else ())
    told = []
    for term in terms:
        which = own[column] == term
        n, unsure = own.loc[which, "statement"].nunique(), own.loc[which & doubted, "statement"].nunique()
        if n:
            told.append(f"{word(review, 'findings', column, {column: term}).lower()}: {n}" + (f" ({unsure} {SIGN})" if unsure else ""))
    return "; ".join(told)


def _ordered(review: Review, column: str, cells: pd.Series) -> list[str]:
    """The terms that occur, in the order of their vocabulary; others as they come, after those."""
    table = review.package.tables["findings"]
    foreign = table.field(column).foreign if column in table else ""
    known = review.terms(foreign) if foreign in review.words else []
    used = dict.fromkeys(cells)
    return [term for term in known if term in used] + [term for term in used if term not in known]
