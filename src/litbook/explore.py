"""Exploring by hand: widgets over the tables and charts of a review."""

from __future__ import annotations

import ipywidgets as widgets
from IPython.display import display

from litbook import charts, tables
from litbook.display import show, summary
from litbook.errors import LitbookError
from litbook.review import Review
from litbook.tables import checked_weight

VIEWS = ("dose ranges", "guideline stance", "evidence map", "safety", "sources")


def explore(review: Review) -> None:
    """Show widgets for view, indication, route and body weight (kilograms, 0 for none), and on request what they select.

    A result is drawn when it is asked for and is taken away when a widget changes: what is on the screen is always of
    the selection that its first lines name. Drawing at each change can leave an older result under newer settings.
    """

    def options(vocabulary: str, used: list[str]) -> list[tuple[str, str]]:
        indent = {term: "\u2007" * 2 * review.depth(vocabulary, term) for term in used}
        return [("all", ""), *((indent[term] + review.label(vocabulary, term), term) for term in used)]

    view = widgets.Dropdown(options=VIEWS, description="View")
    indication = widgets.Dropdown(options=options("indications", review.indications_with_rows()), description="Indication")
    route = widgets.Dropdown(options=options("routes", review.terms("routes")), description="Route")
    weight = widgets.FloatText(value=0, description="Weight, kg")
    button = widgets.Button(description="Show", button_style="primary")
    output = widgets.Output()

    def redraw(_: object = None) -> None:
        with output:
            output.clear_output(wait=True)
            try:
                checked_weight(review, weight.value)
                _draw(review.select(indication.value, route.value), view.value, weight.value)
            except LitbookError as error:
                display({"text/plain": str(error)}, raw=True)

    def stale(_: object) -> None:
        with output:
            output.clear_output(wait=True)
            display({"text/plain": "The settings have changed: press Show."}, raw=True)

    controls = [view, indication, route, weight]
    for control in controls:
        control.observe(stale, "value")
    button.on_click(redraw)
    display(widgets.HBox([*controls, button], layout=widgets.Layout(flex_flow="row wrap")), output)
    redraw()


def _draw(chosen: Review, view: str, weight_kg: float) -> None:
    summary(chosen)
    if weight_kg:
        display({"text/plain": f"Body weight for computed doses: {weight_kg:g} kg"}, raw=True)
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
