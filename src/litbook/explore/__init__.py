"""Exploring by hand: widgets over the tables and charts of a review, and the way back of each row.

``panel`` holds the widgets and when they draw, ``views`` what can be looked at, ``screen`` how it gets onto the screen, and
``row`` the way back of one row. Nothing of this stands in a stored notebook.
"""

from __future__ import annotations

from IPython.display import display

from litbook.explore.panel import Panel
from litbook.review import Review

__all__ = ["explore"]


def explore(review: Review) -> None:
    """Show widgets for view, indication, route, kind of source and body weight (kilograms, 0 for none), what they select, and
    the way back of any row. What is on the screen follows each change."""
    panel = Panel(review)
    display(panel.box)  # before anything is drawn: a notebook keeps what a widget looked like when it was displayed
    panel.draw()
