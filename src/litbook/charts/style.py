"""What the charts share: the chart as a value, its sizes, colours and symbols.

Colours are Okabe and Ito's, which people with any common colour blindness can tell apart (Okabe M, Ito K, Color
Universal Design, 2008); each has a symbol of its own beside it, and each bar a pattern, so that grey print loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from litbook.charts import files
from litbook.errors import UnknownTerm
from litbook.review import Review
from litbook.tables.common import lower as lower

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
EVEN = {"D": 0.8, "s": 0.88, "*": 1.3, "P": 1.05, "X": 1.05}  # so that signs look equally large
# Patterns of bars, in widths of the line.
PATTERNS: tuple[Any, ...] = ("-", (0, (4, 0.8)), (0, (1.2, 0.8)), (0, (4, 0.8, 1.2, 0.8)), (0, (7, 1)), (0, (4, 0.8, 1.2, 0.8, 1.2, 0.8)))
INK, MUTED, RULE, TINT = "#1a1a1a", "#5a5a5a", "#c8c8c8", "#f3f3f3"
LEAST_CONTRAST = 3.0  # of a mark against what it stands on (WCAG 2.2, 1.4.11)


@dataclass(frozen=True)
class Size:
    """A size of charts: width and least height in inches, the rest in points. ``text`` is the smallest type there is;
    where a least height leaves room to spare it grows."""

    name: str
    width: float
    least: float
    text: float
    panel: float
    title: float
    mark: float
    bar: float
    pad: float  # between rows
    gap: float  # between panels
    margin: float
    tick: float

    def enlarged(self, factor: float, more_pad: float = 0) -> Size:
        """The same width with all but title and margin larger, and with more space between rows."""
        parts = ("text", "panel", "mark", "bar", "pad", "gap", "tick")
        larger = {name: getattr(self, name) * factor for name in parts}
        return replace(self, **{**larger, "pad": larger["pad"] + more_pad})


SIZES = {
    size.name: size
    for size in (
        Size("report", 9, 0, text=8, panel=9.5, title=11.5, mark=7.5, bar=2.6, pad=7, gap=11, margin=6, tick=3),
        Size("slide", 13.33, 7.5, text=11, panel=12, title=18, mark=9.5, bar=3.6, pad=4, gap=9, margin=18, tick=3),
        Size("brief", 5.3, 0, text=7, panel=7.5, title=8.5, mark=5.5, bar=2, pad=2.5, gap=4, margin=2, tick=2),
    )
}


def sized(name: str) -> Size:
    """The size of this name. Raises UnknownTerm."""
    if name not in SIZES:
        raise UnknownTerm("size", name, list(SIZES))
    return SIZES[name]


@dataclass(frozen=True)
class Chart:
    """A drawn chart with what it shows: ``title`` is what is seen, ``data`` has one row for each mark, in words,
    ``notes`` say what is not shown.

    ``figure`` is None where there is nothing to draw; then ``alt`` says so in words.
    """

    title: str
    figure: Figure | None
    data: pd.DataFrame = field(repr=False)
    alt: str
    notes: tuple[str, ...] = ()

    def png(self, dpi: int = files.DPI) -> bytes:
        """The picture as PNG. Raises ValueError where nothing is drawn."""
        return files.png(self._drawn(), dpi)

    def svg(self) -> bytes:
        """The picture as SVG that needs no font and no file beside it. Raises ValueError where nothing is drawn."""
        return files.svg(self._drawn(), self.title, self.alt)

    def _drawn(self) -> Figure:
        if self.figure is None:
            raise ValueError(f"{self.title}: nothing is drawn")
        return self.figure


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _darker(colour: str, parts: int) -> str:
    red, green, blue = (part * (100 - parts) / 100 for part in to_rgb(colour))
    return to_hex((red, green, blue))


def strong(colour: str) -> str:
    """The colour, or the nearest darker shade of it that stands out from white and from the tint."""
    shades = (_darker(colour, parts) for parts in range(100))
    return next(shade for shade in shades if contrast(shade, TINT) >= LEAST_CONTRAST)


@dataclass(frozen=True)
class Look:
    """Sign, colour and pattern of a term. Edges and bars are of a shade that stands out from white."""

    marker: str
    colour: str
    filled: bool
    pattern: Any = "-"

    @property
    def edge(self) -> str:
        return strong(self.colour)

    def mark(self, size: float, hollow: bool | None = None) -> dict[str, Any]:
        """Arguments of ``Axes.plot`` for one mark; ``hollow`` overrules whether the sign is filled."""
        empty = not self.filled if hollow is None else hollow
        size *= EVEN.get(self.marker, 1)
        return {
            "linestyle": "none",
            "marker": self.marker,
            "color": self.edge,
            "markerfacecolor": "white" if empty else self.colour,
            "markeredgecolor": self.edge,
            "markersize": size,
            "markeredgewidth": size / (4.5 if empty else 8),
            "clip_on": False,
        }

    def bar(self, size: float) -> dict[str, Any]:
        """Arguments of ``Axes.plot`` for one bar."""
        return {"color": self.edge, "linewidth": size, "linestyle": self.pattern, "dash_capstyle": "butt", "solid_capstyle": "butt"}


def look(review: Review, vocabulary: str, term: str) -> Look:
    """The sign and colour that a vocabulary gives a term; by its place where the vocabulary gives none."""
    row = review.words[vocabulary][term]
    place = review.terms(vocabulary).index(term)
    sign = row.get("symbol") or list(SIGNS)[place * 2 % len(SIGNS)]
    colour = row.get("colour") or list(COLOURS)[place % len(COLOURS)]
    marker, filled = SIGNS[sign]
    return Look(marker, COLOURS[colour], filled, PATTERNS[place % len(PATTERNS)])


def nothing(title: str, reason: str, columns: Sequence[str]) -> Chart:
    """A chart of which nothing can be drawn, and why."""
    return Chart(title, None, pd.DataFrame(columns=list(columns)), reason)


def plural(n: int, word: str, many: str = "") -> str:
    """Number and noun, such as ``1 row`` or ``2 rows``; ``many`` where an s does not make the plural."""
    return f"{n} {word if n == 1 else many or f'{word}s'}"
