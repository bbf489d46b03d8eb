"""The summary tables that are exported. To add one, add a line to SUMMARIES, and what its columns mean to MEANINGS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from litbook import tables
from litbook.review import Review


@dataclass(frozen=True)
class Summary:
    """A table of ``litbook.tables``. ``types`` holds the types of columns that are not text (whole numbers are seen),
    ``ids`` the vocabulary of columns that hold ids, which get a column of labels beside them."""

    name: str
    title: str
    about: str
    table: Callable[[Review], pd.DataFrame]
    types: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)


COEFFICIENTS = {"raw": "number", "kappa": "number", "ac1": "number"}

SUMMARIES = (
    Summary("stance", "Stance", "Every recommendation, with level and grade as printed.", tables.stance, {"year": "year"}),
    Summary("dose_ranges", "Dose ranges", "Every dose in words, as the source gives it.", tables.dose_ranges),
    Summary(
        "evidence",
        "Evidence",
        "Findings by indication and route. Counts are statements, not studies and not people.",
        tables.evidence,
        ids={"indication": "indications", "route": "routes"},
    ),
    Summary("safety", "Safety", "Adverse effects, contraindications, monitoring, what is given beside.", tables.safety),
    Summary("sources", "Sources", "What was read, and whose interest is behind it.", tables.sources, {"updated": "date"}),
    Summary("works", "Works", "What the sources relay. The works themselves were not read.", tables.works),
    Summary("counts", "Counts", "Rows, statements, sources and works for each kind of extract.", tables.counts),
    Summary("agreement", "Agreement", "Two extractors compared, before adjudication.", tables.agreement, COEFFICIENTS),
    Summary("adjudications", "Adjudications", "Each difference between the two, and how it was settled.", tables.adjudications),
    Summary("checks", "Checks", "Claims that were held against the public record.", tables.checks),
    Summary("appraisals", "Appraisals", "How good each page, and each work that was known enough, is as a source.", tables.appraisals),
    Summary("disagreements", "Disagreements", "The ledger: found by rule, adjudicated by a person.", tables.disagreements),
    Summary("searches", "Rules", "What was looked for in the ledger, and how much was found.", tables.searches),
    Summary("works_by_source", "Works by source", "In how many statements each source relays each work.", tables.works_by_source),
    Summary("overlap", "Overlap", "How far the sources rest on the same works (corrected covered area).", tables.overlap),
    Summary(
        "stance_by_interest", "Stance by interest", "Recommendations by the commercial interest behind them.", tables.stance_by_interest
    ),
    Summary(
        "direction_by_interest", "Direction by interest", "Findings by the commercial interest behind them.", tables.direction_by_interest
    ),
    Summary("staleness", "Age", "How old each recommendation is, and what followed it.", tables.staleness),
    Summary(
        "summary_of_findings",
        "Summary of findings",
        "In the manner of GRADE, as far as the rows allow; no grade that nobody gave.",
        tables.summary_of_findings,
    ),
    Summary("prisma_scr", "PRISMA-ScR", "Reporting, item by item, against PRISMA-ScR.", partial(tables.reporting, guideline="prisma_scr")),
    Summary("swim", "SWiM", "Reporting, item by item, against SWiM.", partial(tables.reporting, guideline="swim")),
)

MEANINGS = {
    "ac1": "Gwet's AC1; empty where it is not defined.",
    "address": "Where the source stands on the web.",
    "as_reported": "The dose in words, with the digits of the source.",
    "body": "Who issued the document; empty for a source's own advice.",
    "check": "The id by which reasons and tables refer to the check.",
    "claim": "What the source says, in words of this review.",
    "decision": "Which of the two extractions was kept.",
    "detail": "Severity, setting.",
    "dimension": "Unit, time base and form; doses of different dimensions are never compared.",
    "for_whom": "The population of the recommendation.",
    "how_often_or_firmly": "Frequency, or how firmly a condition speaks against treatment, in the words of the source.",
    "id": "The row of the extracts.",
    "interest": "The publisher's commercial interest in the treatment.",
    "kappa": "Cohen's kappa; empty where it is not defined.",
    "level": "Level of evidence as printed, in the system of the body.",
    "grade": "Grade of recommendation as printed, in the system of the body.",
    "said_by": "The sources that make the claim; of a cited work those that cite it, and the work.",
    "looked_at": "When the record was looked at, and where.",
    "n": "Pairs of rows in which at least one extractor entered something.",
    "note": "What a reader of the row should know.",
    "on_condition_that": "Conditions under which the stance holds, be it for or against.",
    "only": "What the frequency is not said without: the source's own word, in whom, under what exposure, with what beside it.",
    "or_read_as": "Another stance that a careful reader could see.",
    "relays": "Whether the source relays results of the document and no advice; the stance is then how they read.",
    "other": "Statements that are not findings.",
    "other_rows": "Ids of the rows that are not findings.",
    "peer_reviewed": "Whether the source was reviewed by peers.",
    "public_record": "What the public record shows of the claim; † where it does not bear it out. It never mends the extract.",
    "raw": "Share of pairs in which both entered the same.",
    "record": "What the public record shows.",
    "relayed_by": "The sources that relay the work.",
    "rows": "Ids of the rows behind the line, or their number.",
    "says_of_its_review": "What the source says of its own review.",
    "source": "Where it was read.",
    "state": "Kind of cell: findings, contradicted, other rows only, not reported, not searched, not applicable.",
    "statements": "Distinct statements: the rows that one was split into count once.",
    "status": "How far the row has been checked.",
    "unattributed": "Statements that relay no work.",
    "verdict": "What the record does to the claim.",
    "voice": "Whose view it is: a guideline's, a society's, the source's own.",
    "who_and_where": "Population and setting.",
    "work": "What the source relays there; empty where it names none.",
    "works": "Distinct works relayed.",
    "works_relayed": "Distinct works that the source relays.",
}
