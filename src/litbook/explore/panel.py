"""The widgets, and when they draw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from litbook.errors import LitbookError
from litbook.explore import screen
from litbook.explore.row import Rows
from litbook.explore.views import ids, selected, views
from litbook.review import Review
from litbook.tables import checked_weight
from litbook.tables.common import word

MOMENT = 0.1  # seconds; whoever walks through a list wants what stands at its end
AS_LONG = {"description_width": "initial"}  # as its words


class Panel:
    """Widgets over a review; ``box`` is what to display.

    A change takes the old result from sight at once and asks for a new one. It is drawn when no further change came for a
    moment, from the settings as they are then. Changes that came while it was drawn are heard before it is put on the screen,
    and it is dropped if there were any. What is put there comes whole, in a single message, under the line that names its
    selection. So the last settings win, and no result stands under others than its own.

    JupyterLab hands changes to several threads of the kernel at once (subshells). All that follows from one happens on the loop
    that the panel was made under, one thing after the other: two threads would overtake each other, and matplotlib bears but one.
    """

    def __init__(self, review: Review):
        self.review = review
        self._views, self._rows = views(review), Rows(review)
        self._loop = _running_loop()
        self._due: asyncio.TimerHandle | None = None
        self.view = _choice("View", [(name, name) for name in self._views], "20em")
        self.indication = _choice("Indication", _tree(review, "indications", review.indications_with_rows()), "24em")
        self.route = _choice("Route", _tree(review, "routes", review.terms("routes")), "17em")
        self.source_type = _choice("Kind of source", _kinds(review), "20em")
        self.weight = widgets.FloatText(value=0, description="Weight, kg", style=AS_LONG, layout=widgets.Layout(width="11em"))
        self.state = widgets.Label()
        self.result = widgets.Output()
        self.row = widgets.Combobox(
            placeholder="id of a row",
            description="Way back of",
            ensure_option=False,
            continuous_update=False,
            style=AS_LONG,
            layout=widgets.Layout(width="20em"),
        )
        self.row.add_class("litbook-row")
        self.way = widgets.Output()
        for control in (self.view, self.indication, self.route, self.source_type, self.weight):
            control.observe(lambda _: self._soon(self._ask), "value")
        self.row.observe(lambda _: self._soon(self._open), "value")
        self.box = self._arranged()

    def draw(self) -> None:
        """Put what the settings select on the screen, now."""
        self._put(*self._drawn())

    def _drawn(self) -> tuple[tuple[screen.Output, ...], tuple[str, ...]]:
        """What the settings select, and the ids of the extracts in it; or the one line that says what is wrong."""
        view, weight = self.view.value, _whole(self.weight.value)
        try:
            checked_weight(self.review, weight)
            chosen = self.review.select(self.indication.value, self.route.value, self.source_type.value)
            things = self._views[view](chosen, weight)
            return (screen.line(selected(chosen, view, weight)), *screen.outputs(things)), ids(things, set(self._rows))
        except LitbookError as error:
            return (screen.line(str(error)),), ()
        except Exception as error:  # a timer's exception is seen by nobody, and the screen would wait for ever
            return (screen.line(f"{view}: {type(error).__name__}: {error}; please report this"),), ()

    def _put(self, outputs: tuple[screen.Output, ...], rows: tuple[str, ...]) -> None:
        self._due = None
        self.result.outputs = outputs
        self.row.options = rows
        self.state.value = ""
        self.result.layout.visibility = "visible"

    def _soon(self, act: Callable[[], None]) -> None:
        """Do this on the panel's loop, whichever thread asks; at once on that loop, or where the panel has none."""
        if self._loop and self._loop is not _running_loop():
            self._loop.call_soon_threadsafe(act)
        else:
            act()

    def _ask(self) -> None:
        # out of sight but not out of the page, which would jump
        self.result.layout.visibility = "hidden"
        self.state.value = "Drawing…"
        self._next(lambda: self._next(partial(self._put, *self._drawn())))

    def _next(self, act: Callable[[], None]) -> None:
        """Do this in a moment, after the messages that wait for the kernel, unless one of them asks for something else."""
        if self._due:
            self._due.cancel()
        if self._loop:
            self._due = self._loop.call_later(MOMENT, act)
        else:
            act()

    def _open(self) -> None:
        name = self.row.value.strip()
        try:
            self.way.outputs = (screen.page(self._rows.html(name), f"Way back of {name}"),) if name else ()
        except LitbookError as error:
            self.way.outputs = (screen.line(str(error)),)

    def _arranged(self) -> widgets.VBox:
        library = widgets.Output(outputs=screen.library(), layout=widgets.Layout(display="none"))
        controls = widgets.HBox(
            [self.view, self.indication, self.route, self.source_type, self.weight, self.state],
            layout=widgets.Layout(flex_flow="row wrap"),
        )
        box = widgets.VBox([library, controls, self.result, self.row, self.way])
        box.add_class("litbook-explore")
        return box


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _whole(weight: float) -> float:
    """A weight without needless decimals: 70, not 70.0."""
    return int(weight) if weight.is_integer() else weight


def _choice(description: str, options: list[tuple[str, str]], width: str) -> widgets.Dropdown:
    return widgets.Dropdown(options=options, description=description, style=AS_LONG, layout=widgets.Layout(width=width))


def _tree(review: Review, vocabulary: str, used: list[str]) -> list[tuple[str, str]]:
    """The terms of a vocabulary for a list, indented by how many stand above."""
    indent = {term: "\u2007" * 2 * review.depth(vocabulary, term) for term in used}
    return [("all", ""), *((indent[term] + review.label(vocabulary, term), term) for term in used)]


def _kinds(review: Review) -> list[tuple[str, str]]:
    """The kinds of the sources that were read."""
    kinds = dict.fromkeys(review.table("sources", ("id", "type"))["type"])
    return [("all", ""), *((word(review, "sources", "type", {"type": kind}), kind) for kind in kinds)]
