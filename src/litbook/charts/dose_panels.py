"""How one panel of the dose chart is drawn: who and whence, the bars on their axis, and the dose in words."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter

from litbook.charts import scales, sheet, style
from litbook.charts.measure import LINE, height, widest, wrapped
from litbook.charts.sheet import POINTS, Block, Sheet
from litbook.charts.style import Size, lower, plural
from litbook.quantities import joined
from litbook.review import Review

LOG_FROM = 8  # a panel whose values span this factor is easier to read on a log axis
LABELS, WORDS = 0.40, 0.30  # most of the width that the columns beside the axis may take


class Columns(NamedTuple):
    """The three columns that all panels share, in points."""

    labels: float
    left: float
    axis: float
    right: float
    words: float


class Scale(NamedTuple):
    """The axis of a panel: its limits, and whether it is logarithmic."""

    left: float
    right: float
    log: bool

    def place(self, value: float, room: float) -> float:
        """Where a value lies on an axis of ``room`` points."""
        if self.log:
            return room * math.log(value / self.left) / math.log(self.right / self.left)
        return room * (value - self.left) / (self.right - self.left)


def columns(size: Size, marks: pd.DataFrame) -> Columns:
    """The columns beside the axis get the room that their texts need, up to a share of the width."""
    whole, between = size.width * POINTS - 2 * size.margin, size.text * 1.2
    labels = min(widest([_label(row) for row in marks.to_dict("records")], size.text), whole * LABELS)
    words = [*marks["as_reported"], *marks["unit"]]
    said = min(widest(words, size.text), whole * WORDS)
    axis = whole - labels - said - 2 * between
    left = size.margin + labels + between
    return Columns(labels, left, axis, left + axis + between, said)


def panel(
    size: Size, review: Review, own: pd.DataFrame, alike: pd.DataFrame, at: Columns, weight: Decimal | None, lead: str, below: bool
) -> list[Block]:
    """The blocks of one panel. ``alike`` are all doses in its unit, which share the length of the axis; ``lead`` names the drug
    under review where the panel is of another one."""
    drug, kind = own["drug"].iloc[0], own["panel"].iloc[0]
    scale = _scale(alike)
    kind += ", log scale" if scale.log else ""
    n = f"n = {plural(len(own), 'row')}, {plural(own['source'].nunique(), 'source')}"
    title = f"Not {lower(lead)}, but {lower(drug)}: {kind} ({n})" if lead else f"{drug}: {kind} ({n})"
    rows = own.to_dict("records")
    lines = [(wrapped(_label(row), at.labels, size.text), wrapped(joined(row["as_reported"]), at.words, size.text)) for row in rows]
    talls = [height(max(len(who), len(dose)), size.text) + size.pad for who, dose in lines]
    unit, absolute = own["unit"].iloc[0], own["_absolute"].iloc[0] if weight else ""
    ticks = size.tick + 2 + size.text * LINE
    above = ticks if absolute else 0
    beside = wrapped(unit, at.words, size.text)
    computed = wrapped(f"{absolute} at {weight:g} kg (computed)", at.words, size.text) if weight and absolute else [""]
    above += height(len(computed) - 1, size.text)
    tall = above + sum(talls) + ticks + height(len(beside) - 1, size.text)

    def draw(page: Sheet, top: float) -> None:
        if lead:
            page.box(0, top, page.width, tall + size.gap * 0.2, facecolor=style.TINT, edgecolor="none")
        ax = page.axes(at.left, top + above, at.axis, sum(talls))
        ax.set_label(title)
        _axis(ax, scale, at.axis, size)
        page.text(at.right, top + above + sum(talls) + size.tick + 2 - size.text * 0.12, beside, at="top")
        if absolute and weight:
            _weight_axis(ax, scale, float(weight), at.axis, size)
            page.text(at.right, top + above - size.tick - 2, computed, at="bottom", color=style.MUTED)
        y = 0.0
        for row, (who, dose), row_tall in zip(rows, lines, talls, strict=True):
            y += row_tall
            middle = y - row_tall / 2
            _bar(ax, middle, row, style.look(review, "routes", row["_route"]), scale, size)
            page.text(at.left - size.text * 1.2, top + above + middle, who, ha="right", multialignment="right")
            page.text(at.right, top + above + middle, dose)

    return [
        *([sheet.space(size.gap)] if below else []),
        sheet.subheading(size, title, tinted=bool(lead)),
        Block(tall, draw),
    ]


def _label(row: dict[Any, Any]) -> str:
    return f"{row['label']} · {row['source']}"


def _scale(own: pd.DataFrame) -> Scale:
    values = pd.concat([own["low"], own["high"], own["cap"]]).dropna()
    log = bool(values.min() > 0 and values.max() / values.min() >= LOG_FROM)
    return Scale(values.min() / 1.7, values.max() * 1.7, True) if log else Scale(0.0, values.max() * 1.25 or 1.0, False)


def _axis(ax: Axes, scale: Scale, room: float, size: Size) -> None:
    ax.set_xscale("log" if scale.log else "linear")
    ax.set_xlim(scale.left, scale.right)
    find = scales.log if scale.log else scales.linear
    ticks = find(scale.left, scale.right, lambda value: scale.place(value, room), size.text, room)
    ax.xaxis.set_major_locator(FixedLocator([float(tick) for tick in ticks]))
    ax.xaxis.set_major_formatter(FixedFormatter(scales.labels(ticks)))
    ax.xaxis.set_minor_locator(FixedLocator(scales.between(scale.left, scale.right) if scale.log else []))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", labelsize=size.text, length=size.tick, pad=2, labelcolor=style.INK)
    ax.tick_params(axis="x", which="minor", length=size.tick / 2)
    ax.grid(axis="x", color=style.RULE, linewidth=0.6)


def _weight_axis(ax: Axes, scale: Scale, weight: float, room: float, size: Size) -> None:
    """A second axis above, of the same places multiplied by the weight."""

    def times(x: Any) -> Any:
        return x * weight

    def per(x: Any) -> Any:
        return x / weight

    find = scales.log if scale.log else scales.linear
    ticks = find(scale.left * weight, scale.right * weight, lambda value: scale.place(value / weight, room), size.text, room)
    top = ax.secondary_xaxis("top", functions=(times, per))
    top.xaxis.set_major_locator(FixedLocator([float(tick) for tick in ticks]))
    top.xaxis.set_major_formatter(FixedFormatter(scales.labels(ticks)))
    top.xaxis.set_minor_locator(FixedLocator([]))
    top.tick_params(labelsize=size.text, length=size.tick, pad=2, colors=style.MUTED)
    top.spines["top"].set_color(style.MUTED)


def _bar(ax: Axes, y: float, row: dict[Any, Any], look: style.Look, scale: Scale, size: Size) -> None:
    """One dose; each line carries what it is and the row's id as its label."""
    low, high = row["low"], row["high"]
    begin, end = (scale.left if math.isnan(low) else low), (scale.right if math.isnan(high) else high)
    ax.plot([begin, end], [y, y], zorder=2, label=f"bar {row['id']}", **look.bar(size.bar))
    for name, at, out in (("low", low, row["_low_out"]), ("high", high, row["_high_out"])):
        if not math.isnan(at):
            ax.plot([at], [y], zorder=3, label=f"{name} {row['id']}", **look.mark(size.mark, hollow=out))
    for name, at, tip, arrow in (("low", low, scale.left, 4), ("high", high, scale.right, 5)):
        if math.isnan(at):
            how: dict[str, Any] = {"marker": arrow, "markersize": size.mark, "color": look.edge, "markeredgewidth": 0, "linestyle": "none"}
            ax.plot([tip], [y], zorder=3, clip_on=False, label=f"open {name} {row['id']}", **how)
    if not math.isnan(row["cap"]):
        tick: dict[str, Any] = {"marker": "|", "markersize": size.mark * 1.9, "markeredgewidth": size.bar * 0.8, "linestyle": "none"}
        ax.plot([row["cap"]], [y], color=style.INK, zorder=4, label=f"cap {row['id']}", **tick)
