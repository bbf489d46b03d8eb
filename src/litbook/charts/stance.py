"""Guideline stance: bodies by year, undated bodies in a lane of their own, the sources' own advice apart."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from litbook.charts import style
from litbook.charts.style import Chart
from litbook.review import Review
from litbook.tables.common import records, statements

COLUMNS = ("id", "statement", "voice", "lane", "body", "year", "indication", "stance", "or_read_as", "level", "grade", "source")
DATED, UNDATED, OWN = "dated", "undated", "own advice"


def guideline_stance(review: Review) -> Chart:
    """Every recommendation as one mark (dated and undated bodies) or as a count (the sources' own advice).

    The scale runs from against to for; level and grade stand as printed, in their own system.
    """
    title = "Stance of guidelines, societies and the sources themselves"
    rows = records(review, "recommendations")
    data = pd.DataFrame([_mark(review, row) for row in rows], columns=list(COLUMNS))
    if data.empty:
        return style.nothing(title, "No recommendation: none of the sources advises on this.", COLUMNS)
    data = data.sort_values(["lane", "body", "year", "source", "id"], kind="stable", ignore_index=True)
    bodies, own = data[data["lane"] != OWN], data[data["lane"] == OWN]
    advisers = list(dict.fromkeys(own["source"]))
    ratios = [size for size in (len(bodies) + 0.5, 2 * len(advisers) + 0.5) if size > 1]
    figure, axes = style.new_figure(0.42 * sum(ratios) + 0.7 * len(ratios) + 0.9, ratios)
    with style.in_style():
        if len(bodies):
            _bodies(axes[0], review, bodies)
        if advisers:
            _own_advice(axes[-1], review, own, advisers)
        figure.suptitle(f"{title} (statements: n = {statements(data).nunique()})", x=0.01, ha="left", fontweight="bold", fontsize=11)
        figure.legend(
            handles=[style.look(review, "stances", term).key(review.label("stances", term)) for term in review.terms("stances")],
            loc="outside lower left",
            ncols=5,
            frameon=False,
        )
        style.settle(figure)
    return Chart(title, figure, data, _alt(review, data), _notes(data))


def _mark(review: Review, row: dict[str, str]) -> dict[str, str]:
    source_itself = row["voice"] == "source"
    of_body = review.label("bodies", row["body"]) or ("" if source_itself else f"{review.label('voices', row['voice'])}, unnamed")
    lane = OWN if source_itself else DATED if row["year"] else UNDATED
    return {
        "id": row["id"],
        "statement": row["statement"],
        "voice": row["voice"],
        "lane": lane,
        "body": of_body,
        "year": row["year"],
        "indication": review.label("indications", row["indication"]),
        "stance": row["stance"],
        "or_read_as": row["stance_alternative"],
        "level": row["level"],
        "grade": row["grade"],
        "source": review.label_of("sources", row["source"]),
    }


def _bodies(ax: Axes, review: Review, data: pd.DataFrame) -> None:
    """One row for each recommendation, so that no text can meet another; years to scale, undated ones beside."""
    years = [int(year) for year in data["year"] if year]
    first, last = (min(years), max(years)) if years else (0, 0)
    span = max(last - first, 6) if years else 0
    undated = bool((data["year"] == "").any())
    aside = last + span * 0.95 if years else 0.0
    for y, row in enumerate(data.to_dict("records")):
        _stance_mark(ax, review, row, int(row["year"]) if row["year"] else aside, y)
    firsts = [y for y, body in enumerate(data["body"]) if y == 0 or data["body"].iloc[y - 1] != body]
    ax.set_yticks(firsts, [data["body"].iloc[y] for y in firsts])
    for y in firsts[1:]:
        ax.axhline(y - 0.5, color=style.RULE, linewidth=0.6)
    if years:
        ticks = [year for year in range(first - first % 5, last + 1, 5) if year >= first] or sorted({first, last})
        ax.set_xticks([*ticks, *([aside] if undated else [])], [*map(str, ticks), *(["undated"] if undated else [])])
        ax.set_xlim(first - 0.06 * span, aside + span * 0.5 if undated else last + span * 0.65)
        if undated:
            ax.axvline(aside - 0.06 * span, color=style.INK, linewidth=0.8, linestyle=":")
    else:
        ax.set_xticks([aside], ["undated"])
        ax.set_xlim(-0.5, 6)
    ax.set_ylim(len(data) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.set_title("Bodies, by year of the document; level of evidence and grade as printed", loc="left")


def _stance_mark(ax: Axes, review: Review, row: dict[str, str], x: float, y: float) -> None:
    ax.plot([x], [y], zorder=3, **style.look(review, "stances", row["stance"]).mark(9))
    printed = [f"{word} {row[word]}" for word in ("level", "grade") if row[word]]
    text = " ".join([row["year"], review.label("stances", row["stance"])]).strip() + (f" ({', '.join(printed)})" if printed else "")
    text += "*" if row["or_read_as"] else ""
    ax.annotate(f"{text}\n{row['indication']}", (x, y), xytext=(10, 0), textcoords="offset points", va="center", fontsize=8)


def _own_advice(ax: Axes, review: Review, data: pd.DataFrame, advisers: list[str]) -> None:
    stances = review.terms("stances")
    for (source, stance), group in data.groupby(["source", "stance"], sort=False):
        x, y, n = stances.index(stance), advisers.index(source), statements(group).nunique()
        ax.plot([x], [y], zorder=5, **style.look(review, "stances", stance).mark(9))
        about = sorted(set(group["indication"]))
        told = "\n".join([f"n = {n}", *textwrap.wrap(", ".join(about), 19)])
        ax.annotate(
            told,
            (x, y),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    ax.set_xlim(-0.5, len(stances) - 0.1)
    ax.set_ylim(len(advisers) - 0.4, -0.6)
    ax.set_xticks(range(len(stances)), review.labels("stances", stances))
    ax.set_yticks(range(len(advisers)), advisers)
    ax.grid(axis="both", color=style.RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_title("The sources' own advice: a page's view, not a guideline; n counts statements", loc="left")


def _alt(review: Review, data: pd.DataFrame) -> str:
    parts = []
    for row in data.itertuples():
        when = row.year or ("own advice" if row.lane == OWN else "undated")
        printed = "".join(f", {word} {value}" for word, value in (("level", row.level), ("grade", row.grade)) if value)
        parts.append(
            f"{row.body or row.source} {when}: {review.label('stances', row.stance).lower()}{printed}, on {row.indication.lower()}"
        )
    return f"Stance of recommendations. {'; '.join(parts)}."


def _notes(data: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "One mark is one recommendation as a source relays it; the documents themselves were not read. Levels and grades stay in "
        "the system of their body."
    ]
    unclear = int((data["or_read_as"] != "").sum())
    if unclear:
        notes.append(
            f"{unclear} of {len(data)} could also be read as another stance (* in the upper panel): see 'or read as' in the table."
        )
    return tuple(notes)
