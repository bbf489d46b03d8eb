"""Evidence map: indication by route, one symbol and count for each direction, empty cells shown by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from litbook.charts import sheet, style
from litbook.charts.measure import LINE, height, widest, width, wrapped
from litbook.charts.sheet import LARGER, POINTS, Block, Key, Sheet
from litbook.charts.style import Chart, Size, lower, plural
from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import statements
from litbook.tables.evidence import CONTRADICTED, NOT_APPLICABLE, NOT_REPORTED, NOT_SEARCHED, OTHER_ROWS, directions, evidence

EMPTY = {NOT_REPORTED: "–", NOT_APPLICABLE: "n/a"}
LABELS = 0.38  # most of the width that the names of the indications may take
WIDEST_CELL = 13  # ems
NOT_COVERED: dict[str, Any] = {"facecolor": "#f1f1f1", "edgecolor": style.RULE, "hatch": "////", "linewidth": 0.6}
FRAME: dict[str, Any] = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 1.6}


class Grid(NamedTuple):
    """The columns of a map, in points: the names of the indications, and each route."""

    labels: float
    cell: float


def evidence_map(review: Review, size: str = "report") -> Chart:
    """Findings by indication and route. Counts are statements, not studies and not people. ``size`` is a key of
    ``style.SIZES``; where the routes do not fit beside each other the map goes on below. Raises UnknownTerm."""
    format_ = style.sized(size)
    cells = evidence(review)
    ways = directions(review)
    data = cells.assign(
        indication=review.labels("indications", cells["indication"]), route=review.labels("routes", cells["route"])
    ).rename(columns={term: review.label("directions", term) for term in ways})
    if cells.empty:
        return style.nothing("Evidence map: empty", "No extract names an indication here.", list(data.columns))
    title, routes, depths = _title(review, cells), list(dict.fromkeys(cells["route"])), _depths(review, cells)

    def build(size: Size) -> list[Block]:
        grid, side_by_side = _grid(size, review, cells, depths)
        blocks = [sheet.heading(size, title)]
        for first in range(0, len(routes), side_by_side):
            shown = routes[first : first + side_by_side]
            blocks += [sheet.space(size.gap if first else 0), _head(size, review, shown, grid)]
            blocks += [_row(size, review, own, shown, grid, depths[term]) for term, own in cells.groupby("indication", sort=False)]
        return [*blocks, sheet.legend(size, _keys(review, cells))]

    names = review.labels("routes", routes)
    larger = [f for f in LARGER if not _upright(format_.enlarged(f), names, _grid(format_.enlarged(f), review, cells, depths)[0])]
    figure, too_tall = sheet.stacked(format_, build, larger)
    notes = (
        *([_by_source(review)] if review.has("findings") else []),
        "A statement with several indications stands in several cells. Adverse effects are not findings: see the tables of safety.",
        "Counts are statements in the sources, not studies and not people; several pages may relay one work. Parents do not add up "
        "their children.",
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
    title += f"; {n - named} of {n} name no route" if named < n else ""
    against = int((cells["state"] == CONTRADICTED).sum())
    return title + (f"; contradicted in {plural(against, 'cell')}" if against else "")


def _by_source(review: Review) -> str:
    """How many of the statements come from each source, and how many name no study."""
    findings = review.table("findings")
    keys = statements(findings)
    told = [
        f"{review.label_of('sources', name)} {keys[findings['source'] == name].nunique()}" for name in dict.fromkeys(findings["source"])
    ]
    bare = int(keys[findings["design"] == NOT_STATED].nunique())
    return f"Statements by source: {', '.join(told)}. {bare} of {keys.nunique()} name no study."


def _depths(review: Review, cells: pd.DataFrame) -> dict[str, int]:
    """How far each indication is set in."""
    terms = list(dict.fromkeys(cells["indication"]))
    top = min(review.depth("indications", term) for term in terms)
    return {term: review.depth("indications", term) - top for term in terms}


def _grid(size: Size, review: Review, cells: pd.DataFrame, depths: dict[str, int]) -> tuple[Grid, int]:
    """The columns, and how many of them find room beside each other."""
    whole, counts = size.width * POINTS - 2 * size.margin, {n for n in cells[directions(review)].to_numpy().flat if n}
    least = max([size.text * 3, *(_item(size, str(n)) + size.text * 0.4 for n in counts)])
    named = max(width(review.label("indications", term), size.text) + depth * size.text for term, depth in depths.items())
    names = min(named, whole * LABELS)
    room = whole - names - size.text
    side_by_side = max(1, min(cells["route"].nunique(), int(room // least)))
    return Grid(names, min(room / side_by_side, size.text * WIDEST_CELL)), side_by_side


def _item(size: Size, count: str) -> float:
    """Width of a symbol with its count, in points."""
    return size.mark * 1.15 + width(count, size.text)


def _upright(size: Size, labels: Sequence[str], grid: Grid) -> bool:
    return widest([word for label in labels for word in label.split()], size.text) > grid.cell - size.text * 0.6


def _head(size: Size, review: Review, routes: Sequence[str], grid: Grid) -> Block:
    """The names of the routes; upright where one of their words is wider than its column."""
    labels, room = review.labels("routes", routes), grid.cell - size.text * 0.6
    upright, longest = _upright(size, labels, grid), widest([word for label in labels for word in label.split()], size.text)
    fits = max(1, int(room // (size.text * LINE)))
    if upright:
        along = next(far for far in range(int(max(longest, size.text * 6)) + 1, 10**6, 4) if max(len(wrapped(label, far, size.text)) for label in labels) <= fits)
        lines = [wrapped(label, along, size.text) for label in labels]
        tall = max(widest(own, size.text) for own in lines)
    else:
        lines = [wrapped(label, room, size.text) for label in labels]
        tall = height(max(map(len, lines)), size.text)

    def draw(page: Sheet, top: float) -> None:
        for place, own in enumerate(lines):
            x = size.margin + grid.labels + size.text + grid.cell * (place + 0.5)
            turned = {"rotation": 90, "va": "bottom", "at": "foot"} if upright else {"multialignment": "center", "at": "bottom"}
            page.text(x, top + tall, own, ha="center", **turned)

    return Block(tall + size.text * 0.4, draw)


def _row(size: Size, review: Review, own: pd.DataFrame, routes: Sequence[str], grid: Grid, depth: int) -> Block:
    term = own["indication"].iloc[0]
    inset = depth * size.text
    lines = wrapped(review.label("indications", term), grid.labels - inset, size.text)
    cells = [cell for cell in own.to_dict("records") if cell["route"] in routes]
    items = [_lines_of(size, review, cell, grid.cell - size.text * 0.4) for cell in cells]
    line = max(size.text * LINE, size.mark * 1.1)
    tall = max(height(lines, size.text), *(line * len(told) for told in items)) + size.pad + size.text * 0.3

    def draw(page: Sheet, top: float) -> None:
        page.text(size.margin + inset, top + tall / 2, lines)
        ax = page.canvas(top, tall)
        ax.set_label(term)
        for cell, told in zip(cells, items, strict=True):
            left = size.margin + grid.labels + size.text + grid.cell * routes.index(cell["route"])
            _cell(page, ax, review, cell, told, left, grid.cell, top, tall)

    return Block(tall, draw)


def _lines_of(size: Size, review: Review, cell: dict[Any, Any], room: float) -> list[list[str]]:
    """The directions of a cell in lines, as many beside each other as there is room for."""
    lines: list[list[str]] = [[]]
    left = room
    for term in (term for term in directions(review) if cell[term]):
        wide = _item(size, str(cell[term])) + size.text * 0.4
        if lines[-1] and wide > left:
            lines.append([])
            left = room
        lines[-1].append(term)
        left -= wide
    return lines


def _cell(page: Sheet, ax: Axes, review: Review, cell: dict[Any, Any], told: list[list[str]], left: float, wide: float, top: float, tall: float) -> None:
    size, state = page.size, cell["state"]
    plain = {"facecolor": "white", "edgecolor": style.RULE, "linewidth": 0.6}
    ax.add_patch(Rectangle((left, 0), wide, tall, clip_on=False, **(NOT_COVERED if state == NOT_SEARCHED else plain)))
    line = max(size.text * LINE, size.mark * 1.1)
    for nth, terms in enumerate(told):
        y = tall / 2 + (nth - (len(told) - 1) / 2) * line
        x = left + (wide - sum(_item(size, str(cell[term])) for term in terms) - (len(terms) - 1) * size.text * 0.4) / 2
        for term in terms:
            ax.plot([x + size.mark / 2], [y], label=term, **style.look(review, "directions", term).mark(size.mark * 0.85))
            page.text(x + size.mark * 1.15, top + y, [str(cell[term])])
            x += _item(size, str(cell[term])) + size.text * 0.4
    if state == CONTRADICTED:
        ax.add_patch(Rectangle((left + 1.2, 1.2), wide - 2.4, tall - 2.4, zorder=4, clip_on=False, **FRAME))
    sign = f"({cell['other']})" if state == OTHER_ROWS else EMPTY.get(state, "")
    if sign:
        page.text(left + wide / 2, top + tall / 2, [sign], ha="center", color=style.MUTED)


def _keys(review: Review, cells: pd.DataFrame) -> list[Key]:
    """What occurs on the map, and nothing else."""
    used = [term for term in directions(review) if cells[term].any()]
    looks = [Key(review.label("directions", term), style.look(review, "directions", term)) for term in used]
    kinds = {
        CONTRADICTED: Key("Contradicted: benefit, and no difference or harm", patch=FRAME),
        OTHER_ROWS: Key("No finding, n other statements", sign="(n)"),
        NOT_REPORTED: Key("Not reported, though in scope", sign="–"),
        NOT_SEARCHED: Key("Not searched: out of scope", patch=NOT_COVERED),
        NOT_APPLICABLE: Key("Not applicable", sign="n/a"),
    }
    return [*looks, *(key for state, key in kinds.items() if (cells["state"] == state).any())]


def _alt(review: Review, cells: pd.DataFrame) -> str:
    told = [
        f"{review.label('indications', cell['indication'])}, {lower(review.label('routes', cell['route']))}: "
        + ", ".join(f"{cell[term]} {review.label('directions', term).lower()}" for term in directions(review) if cell[term])
        for cell in cells.to_dict("records")
        if cell["statements"]
    ]
    return f"Evidence map. {'; '.join(told) if told else 'No findings'}. All other cells are empty, by the kinds in the legend."
