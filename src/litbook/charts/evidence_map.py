"""Evidence map: indication by route, one symbol and count for each direction, empty cells shown by kind."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from litbook.charts import style
from litbook.charts.style import Chart
from litbook.doses import NOT_STATED
from litbook.review import Review
from litbook.tables.common import statements
from litbook.tables.evidence import CONTRADICTED, NOT_APPLICABLE, NOT_REPORTED, NOT_SEARCHED, OTHER_ROWS, directions, evidence

EMPTY = {NOT_REPORTED: "–", NOT_APPLICABLE: "n/a"}
INDENT = "    "


def evidence_map(review: Review) -> Chart:
    """Findings by indication and route. Counts are statements, not studies and not people."""
    title = "Evidence map: findings that the sources report"
    data = evidence(review)
    if data.empty:
        return style.nothing(title, "No extract names an indication here.", list(data.columns))
    indications, routes = list(dict.fromkeys(data["indication"])), list(dict.fromkeys(data["route"]))
    figure, (ax,) = style.new_figure(0.34 * len(indications) + 1.75, [1])
    with style.in_style():
        for cell in data.to_dict("records"):
            _cell(ax, review, cell, routes.index(cell["route"]), indications.index(cell["indication"]))
        top = min(review.depth("indications", term) for term in indications)
        ax.set_yticks(
            range(len(indications)),
            [INDENT * (review.depth("indications", term) - top) + review.label("indications", term) for term in indications],
            ha="left",
        )
        ax.set_xticks(range(len(routes)), review.labels("routes", routes))
        ax.tick_params(axis="both", length=0)
        ax.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.tick_params(axis="y", pad=215)
        ax.set_xlim(-0.52, len(routes) - 0.48)
        ax.set_ylim(len(indications) - 0.48, -0.52)
        for spine in ax.spines.values():
            spine.set_visible(False)
        figure.suptitle(f"{title} (statements: n = {_distinct(review)})", x=0.01, ha="left", fontweight="bold", fontsize=11)
        figure.legend(handles=_legend(review), loc="outside lower left", ncols=3, frameon=False)
        style.settle(figure)
    return Chart(
        title,
        figure,
        data,
        _alt(review, data),
        (
            *([_by_source(review)] if review.has("findings") else []),
            "A statement with several indications stands in several cells. Adverse effects are not findings: see the tables of safety.",
            "Counts are statements in the sources, not studies and not people; several pages may relay one work. Parents do not add up "
            "their children.",
        ),
    )


def _by_source(review: Review) -> str:
    """How many of the statements come from each source, and how many name no study."""
    findings = review.table("findings")
    keys = statements(findings)
    told = [
        f"{review.label_of('sources', name)} {keys[findings['source'] == name].nunique()}" for name in dict.fromkeys(findings["source"])
    ]
    bare = int(keys[findings["design"] == NOT_STATED].nunique())
    return f"Statements by source: {', '.join(told)}. {bare} of {keys.nunique()} name no study."


def _distinct(review: Review) -> int:
    return int(statements(review.table("findings")).nunique()) if review.has("findings") else 0


def _cell(ax: Axes, review: Review, cell: dict[str, object], x: int, y: int) -> None:
    state = cell["state"]
    ax.add_patch(
        Rectangle(
            (x - 0.5, y - 0.5),
            1,
            1,
            facecolor="#f1f1f1" if state == NOT_SEARCHED else "white",
            edgecolor=style.RULE,
            hatch="////" if state == NOT_SEARCHED else None,
            linewidth=0.6,
        )
    )
    present = [term for term in directions(review) if cell[term]]
    step, size = (0.3, 6.5) if len(present) < 4 else (0.94 / len(present), 5.0)
    for nth, term in enumerate(present):
        at = x + (nth - (len(present) - 1) / 2) * step - step / 6
        ax.plot([at], [y], **style.look(review, "directions", term).mark(size))
        ax.text(at + size / 95, y, str(cell[term]), va="center", fontsize=8 if size > 5 else 7)
    if state == CONTRADICTED:
        ax.add_patch(Rectangle((x - 0.47, y - 0.43), 0.94, 0.86, facecolor="none", edgecolor=style.INK, linewidth=1.6, zorder=4))
    elif state == OTHER_ROWS:
        ax.text(x, y, f"({cell['other']})", ha="center", va="center", fontsize=8, color=style.MUTED)
    elif state in EMPTY:
        ax.text(x, y, EMPTY[str(state)], ha="center", va="center", fontsize=8, color=style.MUTED)


def _legend(review: Review) -> list[Line2D | Patch]:
    def text(sign: str, label: str) -> Line2D:
        return Line2D([], [], linestyle="none", marker=f"${sign}$", color=style.MUTED, label=label, markersize=9)

    keys: list[Line2D | Patch] = [
        style.look(review, "directions", term).key(f"{review.label('directions', term)}, n statements") for term in directions(review)
    ]
    return [
        *keys,
        Patch(facecolor="none", edgecolor=style.INK, linewidth=1.6, label="Contradicted (benefit, and no difference or harm)"),
        text("(n)", "No finding, n other statements"),
        text("-", "Not reported, though in scope"),
        Patch(facecolor="#f1f1f1", edgecolor=style.RULE, hatch="////", label="Not searched: out of scope"),
        text("n/a", "Not applicable"),
    ]


def _alt(review: Review, data: pd.DataFrame) -> str:
    told = [
        f"{review.label('indications', cell['indication'])}, {review.label('routes', cell['route']).lower()}: "
        + ", ".join(f"{cell[term]} {review.label('directions', term).lower()}" for term in directions(review) if cell[term])
        for cell in data.to_dict("records")
        if cell["statements"]
    ]
    return f"Evidence map. {'; '.join(told) if told else 'No findings'}. All other cells are empty, by the kinds in the legend."
