"""Flow figure: from what was found to the rows that are shown, every number counted from the data.

In the manner of PRISMA 2020 (Page MJ et al. BMJ 2021;372:n71, doi 10.1136/bmj.n71), as PRISMA-ScR asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from litbook.charts import sheet, style
from litbook.charts.measure import height, wrapped
from litbook.charts.sheet import POINTS, Block, Sheet
from litbook.charts.style import Chart, Size, plural
from litbook.review import Review
from litbook.tables.reporting import CHECKED, EXTRACTED, IDENTIFIED, LEFT_OUT, READ, STATUS
from litbook.tables.reporting import flow as steps

MAIN = (IDENTIFIED, READ, EXTRACTED, STATUS)  # one below the other
ASIDE = {EXTRACTED: LEFT_OUT, STATUS: CHECKED}  # what stands beside a stage
INWARD = (CHECKED,)  # what leads to the stage that it stands beside, and not away from it
SAID = {
    IDENTIFIED: "Identified",
    READ: "Read",
    EXTRACTED: "Extracted",
    STATUS: "Rows by how far they were checked",
    LEFT_OUT: "Left out: numbers in the texts that carry no fact",
    CHECKED: "Checked",
}
WIDE, GAP = 0.56, 0.08  # of the width: the main boxes, and from them to those beside
STEP = 1.6  # ems from one box to the next


def flow(review: Review, size: str = "report") -> Chart:
    """The stages of the review with their numbers. ``size`` is a key of ``style.SIZES``. Raises UnknownTerm for another.

    ``data`` is ``tables.flow``, which see for what a selection narrows.
    """
    format_ = style.sized(size)
    data = steps(review)
    title = _title(data)
    stages = [stage for stage in MAIN if (data["stage"] == stage).any()]

    def build(size: Size) -> list[Block]:
        boxes = [_level(size, data, stage, last=stage == stages[-1]) for stage in stages]
        return [sheet.heading(size, title), *boxes]

    figure, too_tall = sheet.stacked(format_, build)
    return Chart(title, figure, data, _alt(data), (*_notes(data), *too_tall))


def _number(data: pd.DataFrame, stage: str, what: str) -> int:
    found = data.loc[(data["stage"] == stage) & (data["what"] == what), "n"]
    return int(found.iloc[0]) if len(found) else 0


def _title(data: pd.DataFrame) -> str:
    sources, rows = _number(data, READ, "sources"), _number(data, EXTRACTED, "rows")
    told = f"{plural(sources, 'source')} read, {plural(rows, 'row')} ({plural(_number(data, EXTRACTED, 'statements'), 'statement')})"
    if (data["stage"] == IDENTIFIED).any():
        told = f"{plural(_number(data, IDENTIFIED, 'databases searched'), 'database')} searched, {told}"
    return f"Flow from sources to rows: {told}"


def _lines(data: pd.DataFrame, stage: str) -> list[str]:
    own = data[data["stage"] == stage]
    named = {IDENTIFIED: own["note"], READ: own["note"].where(own["what"] == "sources", "")}.get(stage, pd.Series("", index=own.index))
    return [
        f"{what} (n\u00a0=\u00a0{n:,})" + (f": {note}" if note else "") for what, n, note in zip(own["what"], own["n"], named, strict=True)
    ]


def _level(size: Size, data: pd.DataFrame, stage: str, last: bool) -> Block:
    """The box of a stage, the one beside it, and the arrows."""
    whole = size.width * POINTS - 2 * size.margin
    wide, left = whole * WIDE, size.margin + whole * (WIDE + GAP)
    beside = ASIDE.get(stage, "")
    beside = beside if (data["stage"] == beside).any() else ""
    narrow = whole * (1 - WIDE - GAP)
    main = _filled(size, data, stage, wide)
    other = _filled(size, data, beside, narrow) if beside else None
    tall = max(box.tall(size) for box in (main, other) if box)
    below = 0 if last else size.text * STEP

    def draw(page: Sheet, top: float) -> None:
        ax = page.canvas(top, tall + below)
        _drawn(page, size.margin, top, wide, tall, main)
        if other:
            _drawn(page, left, top, narrow, tall, other)
            out, back = (size.margin + wide, tall / 2), (left, tall / 2)
            _arrow(ax, size, *((back, out) if beside in INWARD else (out, back)))
        if not last:
            middle = size.margin + wide / 2
            _arrow(ax, size, (middle, tall), (middle, tall + below))

    return Block(tall + below, draw)


def _arrow(ax: Axes, size: Size, begin: tuple[float, float], end: tuple[float, float]) -> None:
    line = FancyArrowPatch(begin, end, arrowstyle="-|>", mutation_scale=size.text, color=style.INK, shrinkA=0, shrinkB=0)
    line.set_clip_on(False)
    ax.add_patch(line)


class Box(NamedTuple):
    """The lines of a box: its name, and what is counted."""

    name: list[str]
    lines: list[str]

    def tall(self, size: Size) -> float:
        return height(self.name, size.text) + height(self.lines, size.text) + size.pad * 2 + size.text * 0.3


def _filled(size: Size, data: pd.DataFrame, stage: str, wide: float) -> Box:
    room = wide - size.text * 1.6
    lines = [line for told in _lines(data, stage) for line in wrapped(told, room, size.text)]
    return Box(wrapped(SAID[stage], room, size.text, bold=True), lines)


def _drawn(page: Sheet, left: float, top: float, wide: float, tall: float, box: Box) -> None:
    size = page.size
    page.box(left, top, wide, tall, facecolor="white", edgecolor=style.INK, linewidth=0.8)
    page.text(left + size.text * 0.8, top + size.pad, box.name, at="top", fontweight="bold")
    page.text(left + size.text * 0.8, top + size.pad + height(box.name, size.text) + size.text * 0.15, box.lines, at="top")


def _alt(data: pd.DataFrame) -> str:
    parts = [f"{SAID[stage]}: {'; '.join(_lines(data, stage)).rstrip('.')}" for stage in dict.fromkeys(data["stage"])]
    return f"Flow. {'. '.join(parts)}.".replace("\u00a0", " ")


def _notes(data: pd.DataFrame) -> Iterator[str]:
    if not (data["stage"] == IDENTIFIED).any():
        yield "How the sources were found is not said in these data."
    yield "Numbers are counted from the data. Not shown: the works that the sources relay, which were not read themselves."
