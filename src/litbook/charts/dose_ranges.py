"""Dose ranges: one panel for each drug and dimension, so that no two doses share an axis that do not share a unit,
a time base and a form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from litbook import doses
from litbook.charts import style
from litbook.charts.style import Chart
from litbook.review import Review
from litbook.tables.common import records
from litbook.tables.summaries import checked_weight, who_and_where

COLUMNS = ("id", "drug", "panel", "unit", "absolute", "label", "route", "low", "low_op", "high", "high_op", "cap", "as_reported", "source")
LOG_FROM = 8  # a panel whose values span this factor is easier to read on a log axis


def dose_ranges(review: Review, weight_kg: float = 0) -> Chart:
    """The numeric doses of a review as bars from low to high.

    Open bounds are arrows, caps ticks, excluded bounds hollow symbols. With ``weight_kg`` (kilograms) panels per
    kilogram carry a second axis of absolute doses, marked as computed. Raises LitbookError for an impossible weight.
    """
    weight = checked_weight(review, weight_kg)
    rows = records(review, "doses")
    title = "Doses as the sources report them"
    data = pd.DataFrame([_mark(review, row, weight) for row in rows if row["unit"]], columns=list(COLUMNS))
    in_words = len(rows) - len(data)
    if data.empty:
        return style.nothing(title, _why_nothing(in_words), COLUMNS)
    data = data.sort_values(["drug", "panel", "low", "high", "id"], kind="stable", ignore_index=True)
    panels = list(data.groupby(["drug", "panel"], sort=False))
    sizes = [len(panel) + (1.5 if weight else 0.9) for _, panel in panels]
    figure, axes = style.new_figure(0.42 * sum(sizes) + 0.42 * len(panels) + 1.1, sizes)
    routes = [route for route in review.terms("routes") if route in set(data["route"])]
    with style.in_style():
        for ax, ((drug, panel), own) in zip(axes, panels, strict=True):
            _panel(ax, review, own, f"{drug}: {panel} (n = {len(own)})", weight)
        figure.suptitle(f"{title} (n = {len(data)} numeric rows)", x=0.01, ha="left", fontweight="bold", fontsize=11)
        figure.legend(
            handles=[style.look(review, "routes", route).key(review.label("routes", route)) for route in routes],
            loc="outside lower left",
            ncols=min(len(routes), 6),
            frameon=False,
            title="Route",
            alignment="left",
        )
        style.settle(figure)
    return Chart(title, figure, data, _alt(data), tuple(_notes(data, in_words, weight)))


def _mark(review: Review, row: dict[str, str], weight: Decimal | None) -> dict[str, object]:
    """One bar: its bounds as numbers, its cap on the axis of the panel where that can be said."""
    limits, shape = doses.bounds(row), doses.dimension(row)
    assert shape is not None  # only rows with a unit come here
    who = [review.label("indications", row["indication"]), review.label("routes", row["route"]).lower(), who_and_where(review, row)]
    unit = review.words["units"][row["unit"]]
    absolute = review.label("units", unit["absolute"]) if unit["per_mass"] == "true" else ""
    return {
        "id": row["id"],
        "drug": review.label("drugs", row["drug"]),
        "panel": shape.label(review.words),
        "unit": unit["label"],
        "absolute": absolute,
        "label": ", ".join(part for part in who if part),
        "route": row["route"],
        "low": float(limits.low) if limits.low is not None else float("nan"),
        "low_op": limits.low_op,
        "high": float(limits.high) if limits.high is not None else float("nan"),
        "high_op": limits.high_op,
        "cap": _cap(review, row, weight),
        "as_reported": doses.as_reported(row, review.words) + (" *" if row["note"] else ""),
        "source": review.label_of("sources", row["source"]),
    }


def _cap(review: Review, row: dict[str, str], weight: Decimal | None) -> float:
    """The cap in the unit of the axis; NaN where the source gives none or it can't be said without a weight."""
    if not row["cap"] or row["cap_basis"] != row["basis"]:
        return float("nan")
    if row["cap_unit"] == row["unit"]:
        return float(row["cap"])
    if weight and row["cap_unit"] == review.words["units"][row["unit"]]["absolute"]:
        return float(Decimal(row["cap"]) / weight)
    return float("nan")


def _panel(ax: Axes, review: Review, own: pd.DataFrame, title: str, weight: Decimal | None) -> None:
    values = pd.concat([own["low"], own["high"], own["cap"]]).dropna()
    log = values.min() > 0 and values.max() / values.min() >= LOG_FROM
    left, right = (values.min() / 1.7, values.max() * 1.7) if log else (0.0, values.max() * 1.25 or 1.0)
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xlim(left, right)
    ax.set_ylim(len(own) - 0.4, -0.6)
    for y, row in enumerate(own.to_dict("records")):
        _bar(ax, y, row, style.look(review, "routes", row["route"]), left, right)
    ax.set_yticks(range(len(own)), [f"{row.label}\n{row.source}" for row in own.itertuples()], fontsize=8)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=style.RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_title(title, fontweight="bold", loc="left")
    ax.set_xlabel(own["unit"].iloc[0] + (", log scale" if log else ""), fontsize=8)
    absolute = own["absolute"].iloc[0]
    if weight and absolute:
        _weight_axis(ax, float(weight), absolute)


def _bar(ax: Axes, y: int, row: dict[str, float | str], look: style.Look, left: float, right: float) -> None:
    low, high = float(row["low"]), float(row["high"])
    has_low, has_high = low == low, high == high
    begin, end = (low if has_low else left), (high if has_high else right)
    ax.plot([begin, end], [y, y], color=look.colour, linewidth=2.6, solid_capstyle="butt", zorder=2)
    for there, at, op in ((has_low, low, row["low_op"]), (has_high, high, row["high_op"])):
        if there:
            ax.plot([at], [y], zorder=3, **look.mark(7.5, hollow=op in ("gt", "lt")))
    for there, start, tip in ((has_low, end, left), (has_high, begin, right)):
        if not there:
            ax.annotate(
                "",
                xy=(tip, y),
                xytext=(start, y),
                zorder=2,
                arrowprops={"arrowstyle": "-|>", "color": look.colour, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0},
            )
    cap = float(row["cap"])
    if cap == cap:
        ax.plot([cap], [y], marker="|", markersize=16, markeredgewidth=2.4, color=style.INK, zorder=4)
    ax.text(
        1.015, y, str(row["as_reported"]).replace("; at most", ";\nat most"), transform=ax.get_yaxis_transform(), va="center", fontsize=8
    )


def _weight_axis(ax: Axes, weight: float, unit: str) -> None:
    def times(x: Any) -> Any:
        return x * weight

    def per(x: Any) -> Any:
        return x / weight

    top = ax.secondary_xaxis("top", functions=(times, per))
    if ax.get_xscale() == "log":
        top.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        top.xaxis.set_minor_formatter(NullFormatter())
    top.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    top.set_xlabel(f"{unit} at {weight:g} kg (computed)", fontsize=8, color=style.MUTED)
    top.tick_params(labelsize=8, colors=style.MUTED)


def _alt(data: pd.DataFrame) -> str:
    parts = [
        f"{drug}, {panel}: " + "; ".join(f"{row.as_reported} ({row.label}, {row.source})" for row in own.itertuples())
        for (drug, panel), own in data.groupby(["drug", "panel"], sort=False)
    ]
    return "Dose ranges. " + ". ".join(parts) + "."


def _why_nothing(in_words: int) -> str:
    if in_words:
        return (
            f"No numeric dose: the sources give {in_words} dose{'s' if in_words > 1 else ''} in words only, so there is no range to draw."
        )
    return "No dose: the sources give none here, neither as a number nor in words."


def _notes(data: pd.DataFrame, in_words: int, weight: Decimal | None) -> list[str]:
    notes = ["Bars run from the lowest to the highest dose that a source gives; they are not pooled and not averaged."]
    if ({"gt", "lt"} & {*data["low_op"], *data["high_op"]}) or data[["low", "high"]].isna().any(axis=None):
        notes.append("A hollow symbol is a bound that the source excludes, an arrow a bound that it leaves open.")
    if data["cap"].notna().any():
        notes.append("A black tick is the source's cap.")
    if data["as_reported"].str.endswith("*").any():
        notes.append("* The row has a note, such as an indication that is not certain: see the table.")
    if in_words:
        notes.append(f"Not drawn: {in_words} dose{'s' if in_words > 1 else ''} that the sources give in words.")
    timeless = int(data["panel"].str.contains("time base not stated").sum())
    if timeless:
        notes.append(
            f"{timeless} continuous dose{'s' if timeless > 1 else ''} without a time base {'have' if timeless > 1 else 'has'} a panel "
            "apart: no rate can be read from the source."
        )
    if weight:
        notes.append(f"The upper axes are computed for {weight:g} kg; no source prints them.")
    return notes
