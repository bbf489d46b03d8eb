"""How the evidence map is drawn: names of the routes above, names of the indications beside, and what each cell holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from litbook.charts import style
from litbook.charts.measure import LINE, height, widest, width, wrapped
from litbook.charts.sheet import POINTS, Block, Sheet
from litbook.charts.style import Size
from litbook.review import Review
from litbook.tables.evidence import CONTRADICTED, NOT_APPLICABLE, NOT_REPORTED, NOT_SEARCHED, OTHER_ROWS, directions, doubted_in
from litbook.tables.public_record import SIGN

EMPTY = {NOT_REPORTED: "–", NOT_APPLICABLE: "n/a"}
LABELS = 0.38  # most of the width that the names of the indications may take
WIDEST_CELL = 13  # ems
NOT_COVERED: dict[str, Any] = {"facecolor": "#f1f1f1", "edgecolor": style.RULE, "hatch": "////", "linewidth": 0.6}
FRAME: dict[str, Any] = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 1.6}
PLAIN: dict[str, Any] = {"facecolor": "white", "edgecolor": style.RULE, "linewidth": 0.6}


class Grid(NamedTuple):
    """The columns of a map: the names of the indications and each route, in points, and how many routes find room
    beside each other."""

    labels: float
    cell: float
    beside: int

    def left(self, size: Size, nth: int) -> float:
        """Where the cell of the nth route begins."""
        return size.margin + self.labels + size.text + self.cell * nth


class Place(NamedTuple):
    """Where a cell stands on the sheet, in points."""

    left: float
    top: float
    wide: float
    tall: float


def grid(size: Size, review: Review, cells: pd.DataFrame, depths: dict[str, int]) -> Grid:
    """The columns: as wide as their contents need, and then as there is room."""
    whole, counts = size.width * POINTS - 2 * size.margin, counted(review, cells)
    least = max([size.text * 3, *(_item(size, n) + size.text * 0.4 for own in counts for n in own.values())])
    named = max(width(review.label("indications", term), size.text) + depth * size.text for term, depth in depths.items())
    names = min(named, whole * LABELS)
    room = whole - names - size.text
    beside = max(1, min(cells["route"].nunique(), int(room // least)))
    return Grid(names, min(room / beside, size.text * WIDEST_CELL), beside)


def counted(review: Review, cells: pd.DataFrame) -> list[dict[str, str]]:
    """For each cell what stands beside the symbol of each direction: the number of statements, with a sign where the public record
    does not bear all of them out."""
    doubted = doubted_in(review)
    return [
        {
            term: f"{cell[term]}{SIGN if (cell['indication'], cell['route'], term) in doubted else ''}"
            for term in directions(review)
            if cell[term]
        }
        for cell in cells.to_dict("records")
    ]


def _item(size: Size, count: str) -> float:
    """Width of a symbol with its count, in points."""
    return size.mark * 1.15 + width(count, size.text)


def upright(size: Size, labels: Sequence[str], at: Grid) -> bool:
    """Whether a word of the names of the routes is wider than its column, so that they have to run upwards."""
    return widest([word for label in labels for word in label.split()], size.text) > at.cell - size.text * 0.6


def head(size: Size, review: Review, routes: Sequence[str], at: Grid) -> Block:
    """The names of the routes; upright where one of their words is wider than its column."""
    labels, room = review.labels("routes", routes), at.cell - size.text * 0.6
    turned, longest = upright(size, labels, at), widest([word for label in labels for word in label.split()], size.text)
    fits = max(1, int(room // (size.text * LINE)))
    if turned:
        along = next(
            far
            for far in range(int(max(longest, size.text * 6)) + 1, 10**6, 4)
            if max(len(wrapped(label, far, size.text)) for label in labels) <= fits
        )
        lines = [wrapped(label, along, size.text) for label in labels]
        tall = max(widest(own, size.text) for own in lines)
    else:
        lines = [wrapped(label, room, size.text) for label in labels]
        tall = height(max(map(len, lines)), size.text)

    def draw(page: Sheet, top: float) -> None:
        for place, own in enumerate(lines):
            x = at.left(size, place) + at.cell / 2
            how = {"rotation": 90, "va": "bottom", "at": "foot"} if turned else {"multialignment": "center", "at": "bottom"}
            page.text(x, top + tall, own, ha="center", **how)

    return Block(tall + size.text * 0.4, draw)


def row(size: Size, review: Review, own: pd.DataFrame, routes: Sequence[str], at: Grid, depth: int) -> Block:
    """The row of one indication, ``depth`` ems set in."""
    term = own["indication"].iloc[0]
    inset = depth * size.text
    lines = wrapped(review.label("indications", term), at.labels - inset, size.text)
    cells = [
        {**cell, "told": told} for cell, told in zip(own.to_dict("records"), counted(review, own), strict=True) if cell["route"] in routes
    ]
    items = [_lines_of(size, cell["told"], at.cell - size.text * 0.4) for cell in cells]
    line = max(size.text * LINE, size.mark * 1.1)
    tall = max(height(lines, size.text), *(line * len(told) for told in items)) + size.pad + size.text * 0.3

    def draw(page: Sheet, top: float) -> None:
        page.text(size.margin + inset, top + tall / 2, lines)
        ax = page.canvas(top, tall)
        ax.set_label(term)
        for cell, told in zip(cells, items, strict=True):
            _cell(page, ax, review, cell, told, Place(at.left(size, routes.index(cell["route"])), top, at.cell, tall))

    return Block(tall, draw)


def _lines_of(size: Size, counts: Mapping[str, str], room: float) -> list[list[str]]:
    """The directions of a cell in lines, as many beside each other as there is room for."""
    lines: list[list[str]] = [[]]
    left = room
    for term, count in counts.items():
        wide = _item(size, count) + size.text * 0.4
        if lines[-1] and wide > left:
            lines.append([])
            left = room
        lines[-1].append(term)
        left -= wide
    return lines


def _cell(page: Sheet, ax: Axes, review: Review, cell: dict[Any, Any], told: list[list[str]], place: Place) -> None:
    """What a cell holds: a symbol and count for each direction, in lines, or the sign of its kind."""
    size, state, (left, top, wide, tall) = page.size, cell["state"], place
    ax.add_patch(Rectangle((left, 0), wide, tall, clip_on=False, **(NOT_COVERED if state == NOT_SEARCHED else PLAIN)))
    line = max(size.text * LINE, size.mark * 1.1)
    for nth, terms in enumerate(told):
        y = tall / 2 + (nth - (len(told) - 1) / 2) * line
        x = left + (wide - sum(_item(size, cell["told"][term]) for term in terms) - (len(terms) - 1) * size.text * 0.4) / 2
        for term in terms:
            ax.plot([x + size.mark / 2], [y], label=term, **style.look(review, "directions", term).mark(size.mark * 0.85))
            page.text(x + size.mark * 1.15, top + y, [cell["told"][term]])
            x += _item(size, cell["told"][term]) + size.text * 0.4
    if state == CONTRADICTED:
        ax.add_patch(Rectangle((left + 1.2, 1.2), wide - 2.4, tall - 2.4, zorder=4, clip_on=False, **FRAME))
    sign = f"({cell['other']})" if state == OTHER_ROWS else EMPTY.get(state, "")
    if sign:
        page.text(left + wide / 2, top + tall / 2, [sign], ha="center", color=style.MUTED)
