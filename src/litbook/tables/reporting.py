"""How the review is reported: checklists with what was done, and the flow from the sources to the rows, computed from the data."""

from __future__ import annotations

import pandas as pd

from litbook.review import Review
from litbook.tables.common import all_extracts, distinct, records, statements

IDENTIFIED, READ, EXTRACTED, LEFT_OUT, CHECKED, STATUS = "Identified", "Read", "Extracted", "Left out", "Checked", "Status"


def reporting(review: Review, guideline: str) -> pd.DataFrame:
    """One checklist (an id of ``reporting_guidelines``): number, item, answer, what was done, where it stands.

    Empty where the review has no such table. Raises UnknownTerm for another guideline.
    """
    rows = []
    if review.has("reporting"):
        review.narrower("reporting_guidelines", guideline)  # refuses what is not in the vocabulary
        rows = [row for row in records(review, "reporting") if row["guideline"] == guideline]
    rows.sort(key=lambda row: int(row["number"]))
    told = [{**row, "number": int(row["number"]), "answer": review.label("reporting_answers", row["answer"])} for row in rows]
    return pd.DataFrame(told, columns=["number", "item", "answer", "what", "where"])


def flow(review: Review) -> pd.DataFrame:
    """The way from what was found to the rows, in numbers that are counted (shape: steps x stage, what, n, n_rows, note).

    In the manner of the flow diagrams of PRISMA (Page et al. 2021, BMJ 372:n71). ``n_rows`` holds the ids of the
    extracts behind a number. A review without a table ``found_by`` does not say how its sources were found, and the flow
    begins with those that were read. Of a narrowed review the numbers of rows, statements and works are those of the
    selection, as are the rows by status; the rest is of the whole.
    """
    steps = [*_identified(review), *_read(review), *_extracted(review), *_left_out(review), *_checked(review), *_by_status(review)]
    return pd.DataFrame(steps, columns=["stage", "what", "n", "n_rows", "note"])


def _step(stage: str, what: str, n: int, ids: str = "", note: str = "") -> dict[str, object]:
    return {"stage": stage, "what": what, "n": n, "n_rows": ids, "note": note}


def _identified(review: Review) -> list[dict[str, object]]:
    searches = records(review, "found_by")
    if not searches:
        return []
    databases, others = ([row for row in searches if row["kind"] == kind] for kind in ("database", "other"))
    found = sum(int(row["records"] or 0) for row in databases)
    steps = [
        _step(IDENTIFIED, "databases searched", len(databases), note="; ".join(row["name"] for row in databases)),
        _step(IDENTIFIED, "records found in databases", found),
    ]
    if others and not databases:  # else it is not known which source came by which way
        told = "; ".join(f"{row['name']}: {row['note']}" if row["note"] else row["name"] for row in others)
        steps.append(_step(IDENTIFIED, "sources that came in other ways", len(records(review, "sources")), note=told))
    return steps


def _read(review: Review) -> list[dict[str, object]]:
    sources = records(review, "sources")
    sections = [_step(READ, "headings", len(records(review, "sections")))] if review.has("sections") else []
    return [
        _step(READ, "sources", len(sources), note="; ".join(row["label"] for row in sources)),
        *sections,
        _step(READ, "characters", sum(int(row["chars"]) for row in sources)),
    ]


def _extracted(review: Review) -> list[dict[str, object]]:
    everything = all_extracts(review)
    return [
        _step(EXTRACTED, "rows", len(everything), note="listed below, by how far they were checked"),
        _step(EXTRACTED, "statements", int(statements(everything).nunique()), note="a statement that was split into rows counts once"),
        _step(EXTRACTED, "works relayed", distinct(everything, "work"), note="the works themselves were not read"),
    ]


def _left_out(review: Review) -> list[dict[str, object]]:
    reasons = [row["reason"] for row in records(review, "left_out")]
    known = review.terms("left_out_reasons") if "left_out_reasons" in review.words else list(dict.fromkeys(reasons))
    told = {reason: review.label("left_out_reasons", reason) if "left_out_reasons" in review.words else reason for reason in known}
    return [_step(LEFT_OUT, told[reason].lower(), reasons.count(reason)) for reason in known if reason in reasons]


def _checked(review: Review) -> list[dict[str, object]]:
    steps = []
    second = [table.name for table in review.package.of_kind("second")]
    if second:
        steps.append(_step(CHECKED, "rows of a second extraction", sum(len(records(review, name)) for name in second)))
    agreed = [row["first_value"] == row["second_value"] != "" for row in records(review, "adjudications")]
    counts = {"differences adjudicated": agreed.count(False), "values mended on which both agreed": agreed.count(True)}
    counts["claims held against the public record"] = len(records(review, "checks"))
    return steps + [_step(CHECKED, what, n) for what, n in counts.items() if n]


def _by_status(review: Review) -> list[dict[str, object]]:
    frame = pd.concat(review.selected(("id", "status")).values(), ignore_index=True)
    steps = []
    for term in review.terms("statuses"):
        own = frame.loc[frame["status"] == term, "id"]
        steps.append(_step(STATUS, review.label("statuses", term).lower(), len(own), " ".join(own)))
    return steps
