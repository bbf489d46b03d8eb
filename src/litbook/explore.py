"""Exploring by hand: widgets over the tables and charts of a review."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
from IPython.display import display

from litbook import charts, tables
from litbook.display import show, summary
from litbook.errors import LitbookError
from litbook.review import Review

VIEWS = ("dose ranges", "guideline stance", "evidence map", "safety", "sources")


def explore(review: Review) -> None:
    """Show widgets for indication, route, body weight (kilograms, 0 for none) and view, and what they select."""

    def options(vocabulary: str, used: list[str]) -> list[tuple[str, str]]:
        indent = {term: "\u2007" * 2 * review.depth(vocabulary, term) for term in used}
        return [("all", ""), *((indent[term] + review.label(vocabulary, term), term) for term in used)]

    controls: dict[str, Any] = {
        "view": widgets.Dropdown(options=VIEWS, description="View"),
        "indication": widgets.Dropdown(options=options("indications", review.indications_with_rows()), description="Indication"),
        "route": widgets.Dropdown(options=options("routes", review.terms("routes")), description="Route"),
        "weight_kg": widgets.BoundedFloatText(value=0, min=0, max=300, step=1, description="Weight, kg"),
    }

    def redraw(view: str, indication: str, route: str, weight_kg: float) -> None:
        try:
            _draw(review.select(indication, route), view, weight_kg)
        except LitbookError as error:
            display({"text/plain": str(error)}, raw=True)

    display(
        widgets.HBox(list(controls.values()), layout=widgets.Layout(flex_flow="row wrap")), widgets.interactive_output(redraw, controls)
    )


def _draw(chosen: Review, view: str, weight_kg: float) -> None:
    summary(chosen)
    if view == "dose ranges":
        show(charts.dose_ranges(chosen, weight_kg), tables.dose_ranges(chosen, weight_kg), caption="Doses")
    elif view == "guideline stance":
        show(charts.guideline_stance(chosen), tables.stance(chosen), caption="Recommendations")
    elif view == "evidence map":
        show(charts.evidence_map(chosen))
    elif view == "safety":
        show(tables.safety(chosen), caption="Safety")
    else:
        show(tables.sources(chosen), caption="Sources")
