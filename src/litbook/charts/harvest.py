"""Harvest plot: direction and stance of statements against the interest and the type of the source that they come from.

After Ogilvie D et al. The harvest plot: a method for synthesising evidence about the differential effects of
interventions. BMC Med Res Methodol 2008;8:8, doi 10.1186/1471-2288-8-8: a matrix with one bar for each unit of
evidence, its height by the kind of study. Here the unit is a statement, as no study was read.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from litbook.charts import sheet, style
from litbook.charts.harvest_panels import heights, matrix
from litbook.charts.sheet import Block, Key
from litbook.charts.style import Chart, Size, lower, plural
from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import word
from litbook.tables.interest import INTEREST, TYPE, by_interest

COLUMNS = ("kind", "interest", "source_type", "says", "rests_on", "rank", "source", "statement", "rows")


@dataclass(frozen=True)
class Panel:
    """One matrix: a table of extracts by the terms of a vocabulary; ``ground`` is what its statements rest on."""

    kind: str
    table: str
    column: str
    vocabulary: str
    ground: str


PANELS = (
    Panel("Findings, by direction", "findings", "direction", "directions", "design"),
    Panel("Recommendations, by stance", "recommendations", "stance", "stances", "voice"),
)


def harvest(review: Review, size: str = "report") -> Chart:
    """One mark for each statement: findings by direction and recommendations by stance, in rows by commercial interest and
    type of the source. ``size`` is a key of ``style.SIZES``. Raises UnknownTerm for another.

    Height of a finding is the ``rank`` of the design that its source names (vocabulary of designs), the highest where a
    statement names several; without ranks all are of one height. Recommendations have no design.
    """
    format_ = style.sized(size)
    marks = pd.concat([_marks(review, panel) for panel in PANELS], ignore_index=True)
    if marks.empty:
        return style.nothing("Harvest plot: empty", "No finding and no recommendation is filed under this selection.", COLUMNS)
    title, ranks = _title(review, marks), _ranks(review)

    def build(size: Size) -> list[Block]:
        blocks = [sheet.heading(size, title)]
        for nth, panel in enumerate(panel for panel in PANELS if (marks["kind"] == panel.kind).any()):
            own = marks[marks["kind"] == panel.kind]
            told = f"{panel.kind} (n = {plural(own['statement'].nunique(), 'statement')})"
            blocks += [sheet.space(size.gap if nth else 0), sheet.subheading(size, told)]
            blocks += matrix(size, review, own, panel.vocabulary, max(ranks.values(), default=0))
        if ranks and (marks["kind"] == PANELS[0].kind).any():
            blocks.append(heights(size, _steps(review, ranks, marks)))
        return [*blocks, *([sheet.legend(size, _keys())] if (marks["kind"] == PANELS[1].kind).any() else [])]

    figure, too_tall = sheet.stacked(format_, build)
    return Chart(title, figure, marks[list(COLUMNS)], _alt(review, marks), (*_notes(review, marks, ranks), *too_tall))


def _ranks(review: Review) -> dict[str, int]:
    """Rank by design; none where the vocabulary does not give one to each."""
    rows = review.words.get("designs", {})
    return {term: int(row["rank"]) for term, row in rows.items()} if all(row.get("rank") for row in rows.values()) else {}


def _marks(review: Review, panel: Panel) -> pd.DataFrame:
    """One row for each statement and term, in words; what begins with an underscore is for drawing."""
    ranks = _ranks(review) if panel.ground == "design" else {}
    rows, order = [], review.terms(panel.vocabulary) if panel.vocabulary in review.words else []
    frame = by_interest(review, panel.table, [panel.column, panel.ground])
    for (interest, kind, term, statement), own in frame.groupby([INTEREST, TYPE, panel.column, "statement"], sort=False):
        best = max(own[panel.ground], key=lambda ground: ranks.get(ground, 0))
        rows.append(
            {
                "kind": panel.kind,
                "interest": interest,
                "source_type": kind,
                "says": review.label(panel.vocabulary, term),
                "rests_on": word(review, panel.table, panel.ground, {panel.ground: best}),
                "rank": ranks.get(best, ""),
                "source": review.label_of("sources", own["source"].iloc[0]),
                "statement": statement,
                "rows": " ".join(own["id"]),
                "_term": term,
                "_hollow": panel.ground == "voice" and best != "source",
            }
        )
    groups = list(dict.fromkeys((row["interest"], row["source_type"]) for row in rows))
    rows.sort(key=lambda row: (groups.index((row["interest"], row["source_type"])), order.index(row["_term"]), -int(row["rank"] or 0)))
    return pd.DataFrame(rows, columns=[*COLUMNS, "_term", "_hollow"])


def _title(review: Review, marks: pd.DataFrame) -> str:
    """For each interest: of how many statements with findings how many tell of benefit; else how many recommendations."""
    findings = marks[marks["kind"] == PANELS[0].kind]
    if findings.empty:
        told = [f"{lower(interest)} {own['statement'].nunique()}" for interest, own in marks.groupby("interest", sort=False)]
        return f"Recommendations by commercial interest of the source: {'; '.join(told)}"
    told = []
    for interest, own in findings.groupby("interest", sort=False):
        good = own.loc[own["_term"] == "benefit", "statement"].nunique()
        told.append(f"{lower(str(interest)) or 'not said'} {good} of {own['statement'].nunique()}")
    return f"Statements of benefit by commercial interest of the source: {'; '.join(told)}"


def _steps(review: Review, ranks: dict[str, int], marks: pd.DataFrame) -> list[tuple[int, str]]:
    """The heights that occur, the highest first, each with the designs that have it."""
    used = set(marks["rests_on"])
    steps: dict[int, list[str]] = {}
    for term, rank in ranks.items():
        if review.label("designs", term) in used:
            steps.setdefault(rank, []).append(lower(review.label("designs", term)))
    return [(rank, "; ".join(steps[rank])) for rank in sorted(steps, reverse=True)]


def _keys() -> list[Key]:
    edge = {"edgecolor": style.MUTED, "linewidth": 1.0}
    return [
        Key("The source's own advice", patch={"facecolor": style.MUTED, **edge}),
        Key("Hollow: view of a body or of experts, as the source relays it", patch={"facecolor": "white", **edge}),
    ]


def _alt(review: Review, marks: pd.DataFrame) -> str:
    """Every cell that holds a mark, with its number of statements."""
    parts = []
    for panel in PANELS:
        own = marks[marks["kind"] == panel.kind]
        told = []
        for (interest, kind), group in own.groupby(["interest", "source_type"], sort=False):
            counts = {term: int((group["_term"] == term).sum()) for term in review.terms(panel.vocabulary)}
            cells = [f"{n} {lower(review.label(panel.vocabulary, term))}" for term, n in counts.items() if n]
            told.append(f"{interest}, {lower(kind)}: {', '.join(cells)}")
        parts += [f"{panel.kind}: {'; '.join(told)}."] if told else []
    return f"Harvest plot. {' '.join(parts)} All other cells are empty."


def _notes(review: Review, marks: pd.DataFrame, ranks: dict[str, int]) -> list[str]:
    findings = marks[marks["kind"] == PANELS[0].kind]
    notes = []
    if len(findings):
        bare = findings.loc[findings["rests_on"] == review.words.get("designs", {}).get(NOT_STATED, {}).get("label"), "statement"].nunique()
        high = (
            "Height is the kind of study that the source names, not how good it was: no study was looked at. "
            if ranks
            else "All marks are of one height: the designs of this review have no rank. "
        )
        notes.append(f"{high}No study is mentioned in {bare} of {findings['statement'].nunique()} statements with findings.")
    notes.append(
        "One mark is one statement in one column; a statement that says two things stands in two columns. Statements are no studies: "
        "several may rest on one work."
    )
    notes.append(
        "Not shown: how large an effect is and for which indication. Interest is read from the page itself; that stance and interest go "
        "together does not say that one makes the other."
    )
    return notes
