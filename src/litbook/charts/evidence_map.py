"""Evidence map: indication by route, one symbol and count for each direction, empty cells shown by kind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from litbook.charts import sheet, style
from litbook.charts.evidence_cells import FRAME, NOT_COVERED, grid, head, row, upright
from litbook.charts.sheet import LARGER, Block, Key
from litbook.charts.style import Chart, Size, lower, plural
from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import statements
from litbook.tables.evidence import (
    AGAINST,
    CONTRADICTED,
    NOT_APPLICABLE,
    NOT_REPORTED,
    NOT_SEARCHED,
    OTHER_ROWS,
    benefit_by_outcome,
    directions,
    doubted_in,
    evidence,
    said_by,
)
from litbook.tables.public_record import SIGN


def evidence_map(review: Review, size: str = "report") -> Chart:
    """Findings by indication and route. Counts are statements, not studies and not people. ``size`` is a key of
    ``style.SIZES``; where the routes do not fit beside each other the map goes on below. Raises UnknownTerm."""
    format_ = style.sized(size)
    cells = evidence(review)
    ways = directions(review)
    data = cells.assign(indication=review.labels("indications", cells["indication"]), route=review.labels("routes", cells["route"])).rename(
        columns={term: review.label("directions", term) for term in ways}
    )
    if cells.empty:
        return style.nothing(
            "Evidence map: empty", "Nothing that is counted in the map is filed under an indication here.", list(data.columns)
        )
    title, routes, depths = _title(review, cells), list(dict.fromkeys(cells["route"])), _depths(review, cells)

    def build(size: Size) -> list[Block]:
        at = grid(size, review, cells, depths)
        blocks = [sheet.heading(size, title)]
        for first in range(0, len(routes), at.beside):
            shown = routes[first : first + at.beside]
            blocks += [sheet.space(size.gap if first else 0), head(size, review, shown, at)]
            blocks += [row(size, review, own, shown, at, depths[term]) for term, own in cells.groupby("indication", sort=False)]
        return [*blocks, sheet.legend(size, _keys(review, cells))]

    def level(factor: float) -> bool:
        grown = format_.enlarged(factor)
        return not upright(grown, review.labels("routes", routes), grid(grown, review, cells, depths))

    figure, too_tall = sheet.stacked(format_, build, [factor for factor in LARGER if level(factor)] if format_.least else [])
    notes = (
        *said_by(review),
        *benefit_by_outcome(review),
        "A statement with several indications stands in several cells. Adverse effects are not findings: see the tables of safety. What "
        "names no route, such as a definition, is not counted.",
        "Counts are statements in the sources, not studies and not people; several pages may relay one work. A broader indication "
        "does not count what is filed under a narrower one; where statements on the two contradict each other, the cell has no frame: see "
        "the disagreements.",
        *too_tall,
    )
    return Chart(title, figure, data, _alt(review, cells), notes)


def _title(review: Review, cells: pd.DataFrame) -> str:
    """How many statements there are, for how many indications, how many name no route, and where they disagree."""
    told, of = int(cells.groupby("indication")["statements"].sum().gt(0).sum()), cells["indication"].nunique()
    findings = review.table("findings") if review.has("findings") else pd.DataFrame()
    if not told:
        return f"Evidence map: no finding, only other statements, for {plural(of, 'indication')}"
    keys = statements(findings)
    n, named = keys.nunique(), keys[findings["route"] != NOT_STATED].nunique()
    indications = f"{told} of {plural(of, 'indication')}" if told < of else plural(of, "indication")
    title = f"Evidence map: {plural(n, 'statement')} with findings for {indications}"
    if named < n:
        title += f"; {n - named} of {n} name no route" if named else "; none names a route"
    against = int((cells["state"] == CONTRADICTED).sum())
    return title + (f"; contradicted in {plural(against, 'cell')}" if against else "")


def _depths(review: Review, cells: pd.DataFrame) -> dict[str, int]:
    """How many of the indications that are shown stand above each one: so far it is set in."""
    shown = list(dict.fromkeys(cells["indication"]))

    def above(term: str) -> int:
        row = review.words["indications"][term]
        return max(((parent in shown) + above(parent) for parent in (row.get("parent"), row.get("also_under")) if parent), default=0)

    return {term: above(term) for term in shown}


def _keys(review: Review, cells: pd.DataFrame) -> list[Key]:
    """What occurs on the map, and nothing else."""
    used = [term for term in directions(review) if cells[term].any()]
    looks = [Key(review.label("directions", term), style.look(review, "directions", term)) for term in used]
    against = " or ".join(lower(review.label("directions", term)) for term in AGAINST if term in directions(review))
    kinds = {
        CONTRADICTED: Key(f"Contradicted: benefit, and {against} in one group of outcomes", patch=FRAME),
        OTHER_ROWS: Key("No finding, but n other statements", sign="(n)"),
        NOT_REPORTED: Key("Not reported, though in scope", sign="–"),
        NOT_SEARCHED: Key("Not searched: outside the scope of every page", patch=NOT_COVERED),
        NOT_APPLICABLE: Key("Not applicable", sign="n/a"),
    }
    doubt = [Key("Not all borne out by the public record", sign=SIGN)] if doubted_in(review) else []
    return [*looks, *(key for state, key in kinds.items() if (cells["state"] == state).any()), *doubt]


def _alt(review: Review, cells: pd.DataFrame) -> str:
    doubted = doubted_in(review)

    def unsure(cell: dict[Any, Any], term: str) -> str:
        n = doubted.get((cell["indication"], cell["route"], term), 0)
        return f" ({n} {SIGN})" if n else ""

    told = [
        f"{review.label('indications', cell['indication'])}, {lower(review.label('routes', cell['route']))}: "
        + ", ".join(
            f"{cell[term]} {review.label('directions', term).lower()}{unsure(cell, term)}" for term in directions(review) if cell[term]
        )
        for cell in cells.to_dict("records")
        if cell["statements"]
    ]
    return f"Evidence map. {'; '.join(told) if told else 'No findings'}. All other cells are empty, by the kinds in the legend."
