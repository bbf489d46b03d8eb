"""What the charts share: the chart as a value, colours and symbols, and how a figure becomes bytes.

Colours are Okabe and Ito's, which people with any common colour blindness can tell apart (Okabe M, Ito K, Color
Universal Design, 2008); each has a symbol of its own beside it, so that grey print loses nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from litbook.review import Review

COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "grey": "#6a6a6a",
    "black": "#1a1a1a",
}
# The signs that a vocabulary may give a term: matplotlib's marker, and whether it is filled.
SIGNS = {
    "●": ("o", True),
    "○": ("o", False),
    "■": ("s", True),
    "□": ("s", False),
    "▲": ("^", True),
    "△": ("^", False),
    "▼": ("v", True),
    "▽": ("v", False),
    "◆": ("D", True),
    "◇": ("D", False),
    "✕": ("X", True),
    "✚": ("P", True),
    "★": ("*", True),
}
INK, MUTED, RULE = "#1a1a1a", "#5a5a5a", "#c8c8c8"
WIDTH = 9.0
CLIP_PATH = re.compile(r'\s*<clipPath id="(\w+)">(.*?)</clipPath>', re.DOTALL)
DPI = 110
_SETTINGS: Any = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "litbook",
    "svg.fonttype": "none",
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart with what it shows: ``data`` has one row for each mark, ``notes`` say what is not shown.

    ``figure`` is None where there is nothing to draw; then ``alt`` says so in words.
    """

    title: str
    figure: Figure | None
    data: pd.DataFrame = field(repr=False)
    alt: str
    notes: tuple[str, ...] = ()

    def png(self, dpi: int = DPI) -> bytes:
        return self._saved("png", dpi)

    def svg(self) -> bytes:
        return _named_by_content(self._saved("svg", DPI).decode("utf-8")).encode("utf-8")

    def _saved(self, kind: str, dpi: int) -> bytes:
        if self.figure is None:
            raise ValueError(f"{self.title}: nothing is drawn")
        stream = io.BytesIO()
        # Neither date nor version may enter the file: the same data give the same bytes.
        metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
        with matplotlib.rc_context(_SETTINGS):
            self.figure.savefig(stream, format=kind, dpi=dpi, metadata=metadata)
        return stream.getvalue()


def _named_by_content(drawn: str) -> str:
    """An SVG whose clip paths are named by what they hold: matplotlib names some after addresses in memory."""
    names = {name: f"clip-{hashlib.sha256(path.encode()).hexdigest()[:10]}" for name, path in CLIP_PATH.findall(drawn)}
    paths = sorted({f'<clipPath id="{names[name]}">{path}</clipPath>' for name, path in CLIP_PATH.findall(drawn)})
    body = CLIP_PATH.sub("", drawn)
    for name, new in names.items():
        body = body.replace(f"url(#{name})", f"url(#{new})")
    return body.replace("</svg>", f"<defs>{''.join(paths)}</defs>\n</svg>")


def new_figure(height: float, ratios: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """A figure of the common width with one panel above the other, their heights in proportion to ``ratios``."""
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor="white")
        axes = figure.subplots(len(ratios), 1, squeeze=False, height_ratios=ratios)[:, 0]
    return figure, list(axes)


def settle(figure: Figure) -> None:
    """Lay the figure out once and for all. The solver of the layout leaves the last digits to chance; rounding takes
    them away, so that the same data give the same bytes."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = (round(float(edge), 4) for edge in ax.get_position().bounds)
        ax.set_position((left, bottom, width, height))


def in_style() -> AbstractContextManager[None]:
    """matplotlib's settings for all charts, within a ``with``."""
    return matplotlib.rc_context(_SETTINGS)


@dataclass(frozen=True)
class Look:
    """Sign and colour of a term."""

    marker: str
    colour: str
    filled: bool

    def mark(self, size: float, hollow: bool = False) -> dict[str, Any]:
        """Arguments of ``Axes.plot`` for one mark; ``hollow`` empties a sign that would be filled."""
        face = self.colour if self.filled and not hollow else "white"
        return {
            "linestyle": "none",
            "marker": self.marker,
            "color": self.colour,
            "markerfacecolor": face,
            "markersize": size,
            "markeredgewidth": 1.6 if face == "white" else 1.0,
        }

    def key(self, label: str) -> Line2D:
        """An entry of a legend."""
        return Line2D([], [], label=label, **self.mark(7))


def look(review: Review, vocabulary: str, term: str) -> Look:
    """The sign and colour that a vocabulary gives a term; by its place where the vocabulary gives none."""
    row = review.words[vocabulary][term]
    place = review.terms(vocabulary).index(term)
    sign = row.get("symbol") or list(SIGNS)[place * 2 % len(SIGNS)]
    colour = row.get("colour") or list(COLOURS)[place % len(COLOURS)]
    marker, filled = SIGNS[sign]
    return Look(marker, COLOURS[colour], filled)


def nothing(title: str, reason: str, columns: Sequence[str]) -> Chart:
    """A chart of which nothing can be drawn, and why."""
    return Chart(title, None, pd.DataFrame(columns=list(columns)), reason)
