"""What can be looked at: each view is a name and what it shows of a selection, charts first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from litbook import charts, tables
from litbook.charts.style import Chart
from litbook.markup import BEHIND, ID_COLUMNS
from litbook.needs import KINDS_OF_EXTRACT
from litbook.review import Review
from litbook.tables import SAFETY, selection_in_words


class Titled(NamedTuple):
    """A table with what stands above it."""

    title: str
    frame: pd.DataFrame


Shown = Chart | Titled
View = Callable[[Review, float], list[Shown]]

_VIEWS: Mapping[str, View] = {
    "Dose ranges": lambda book, weight: [
        charts.dose_ranges(book, weight),
        Titled("Doses", tables.dose_ranges(book, weight)),
    ],
    "Guideline stance": lambda book, _: [charts.guideline_stance(book), Titled("Recommendations", tables.stance(book))],
    "Evidence map": lambda book, _: [charts.evidence_map(book), *_listing(book, "findings")],
    "Safety": lambda book, _: [Titled("Safety", tables.safety(book))],
    "Disagreements": lambda book, _: [Titled("Disagreements", tables.disagreements(book))],
    "Sources": lambda book, _: [Titled("Sources", tables.sources(book))],
    "Works relayed": lambda book, _: [Titled("Works", tables.works(book))],
}
_SHOWN_ABOVE = {"doses", "recommendations", "findings", *SAFETY}


def views(review: Review) -> dict[str, View]:
    """The views of a review by name; each table of extracts that has none of its own is one under its title."""
    others = [name for name in KINDS_OF_EXTRACT if name not in _SHOWN_ABOVE and review.has(name)]
    return {**_VIEWS, **{review.package.tables[name].title: _listed(name) for name in others}}


def selected(review: Review, view: str, weight_kg: float) -> str:
    """What is shown, of which selection, how much of it is approved, and as of when: the line above each result."""
    rows = sum(map(len, review.selected(("id",)).values()))
    approved = rows - len(review.unapproved())
    what = selection_in_words(review) or "the whole review"
    weight = f" For {weight_kg:g} kg of body weight: what stands under Computed was computed by litbook." if weight_kg else ""
    count = f"{rows} extract{'' if rows == 1 else 's'} in all tables, {approved} of them approved"
    return f"{view} of {what}. The selection holds {count}. Data as of {review.as_of}.{weight}"


def ids(things: list[Shown], known: set[str]) -> tuple[str, ...]:
    """Ids of the extracts that tables show or count, in their order."""
    cells = (cell for thing in things if isinstance(thing, Titled) for cell in _id_cells(thing.frame))
    return tuple(dict.fromkeys(name for cell in cells for name in cell.split() if name in known))


def _id_cells(frame: pd.DataFrame) -> Iterator[str]:
    for column in frame.columns:
        if column in ID_COLUMNS or str(column).endswith(BEHIND):
            yield from frame[column]


def _listed(name: str) -> View:
    return lambda book, _: list(_listing(book, name))


def _listing(review: Review, name: str) -> list[Titled]:
    title = review.package.tables[name].title if name in review.package.tables else name.capitalize()
    whole = review.has(name) and name not in review.selected(("id",))
    told = " (of the whole review: this table does not know all that was selected)" if whole else ""
    return [Titled(f"{title}{told}", tables.listing(review, name) if review.has(name) else pd.DataFrame())]
