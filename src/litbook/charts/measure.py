"""How much room a text takes, how it wraps into the room that there is, and whether a drawn figure has texts that meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

FAMILY = "DejaVu Sans"  # comes with matplotlib, so that a text has the same width everywhere
LINE = 1.2  # height of a line in ems
HINTED = 1.03  # glyphs that are fitted to pixels may come out wider than their outlines
EVEN = 0.01  # points by which a text may be wider than its room: sums of widths are not exact
TOUCH = 0.5  # pixels by which boxes may overlap without the letters in them meeting


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in points, in type of ``size`` points."""
    words = text.split(" ")
    return (sum(_ems(word, bold) for word in words) + (len(words) - 1) * _ems(" ", bold)) * size * HINTED


@lru_cache(maxsize=50_000)
def _ems(word: str, bold: bool) -> float:
    """How far a word takes the pen, in ems: outlines scale with the size, so each word is measured once."""
    face = FontProperties(family=FAMILY, size=1, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(word, face, ismath=False)[0])


def widest(texts: Sequence[str], size: float, bold: bool = False) -> float:
    """Width of the widest of several texts in points; 0 of none."""
    return max((width(text, size, bold) for text in texts), default=0.0)


def height(lines: Sequence[str] | int, size: float) -> float:
    """Height of lines of text in points."""
    return (lines if isinstance(lines, int) else len(lines)) * size * LINE


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines of at most ``room`` points: cut after a semicolon or a middle dot where that helps, else between
    words, and within a word that is too long.

    Nothing is left out: the lines joined hold every letter of the text. A no-break space holds its words together.
    """
    text = re.sub(r"[ \t\r\n]+", " ", text.strip(" \t\r\n"))
    words = _filled([piece for word in text.split(" ") for piece in _pieces(word, room, size, bold)], room, size, bold)
    parts = [line for part in re.split(r"(?<=;) |(?<= ·) ", text) for line in _in_one(part, room, size, bold)]
    kept = _filled(parts, room, size, bold)
    return kept if len(kept) <= len(words) else words


def _in_one(part: str, room: float, size: float, bold: bool) -> list[str]:
    whole = width(part, size, bold) <= room + EVEN
    return [part] if whole else [piece for word in part.split(" ") for piece in _pieces(word, room, size, bold)]


def _filled(pieces: Sequence[str], room: float, size: float, bold: bool) -> list[str]:
    lines = [""]
    for piece in pieces:
        longer = f"{lines[-1]} {piece}" if lines[-1] else piece
        if lines[-1] and width(longer, size, bold) > room + EVEN:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


def _pieces(word: str, room: float, size: float, bold: bool) -> Iterator[str]:
    while width(word, size, bold) > room + EVEN and len(word) > 1:
        fits = next((n for n in range(len(word) - 1, 1, -1) if width(word[:n], size, bold) <= room), 1)
        yield word[:fits]
        word = word[fits:]
    yield word


def collisions(figure: Figure) -> list[str]:
    """Texts of a figure that overlap each other or a mark, or that reach over its edge; empty where all can be read.

    Measured on the drawn figure, in pixels: titles, tick labels, legends and all other texts.
    """
    figure.draw_without_rendering()
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    boxes = [(text.get_text(), Text.get_window_extent(text, renderer)) for text in texts(figure)]
    edge = figure.bbox
    found = [
        f"cut at the edge: {name!r}"
        for name, box in boxes
        if min(box.x0 - edge.x0, box.y0 - edge.y0, edge.x1 - box.x1, edge.y1 - box.y1) < -TOUCH
    ]
    found += [f"overlap: {one!r} and {other!r}" for (one, box), (other, its) in combinations(boxes, 2) if _meet(box, its)]
    marks = [box for ax in figure.axes for line in ax.lines for box in _marks(line, renderer)]
    return found + [f"under a mark: {name!r}" for name, box in boxes if any(_meet(box, mark) for mark in marks)]


def texts(figure: Figure) -> list[Text]:
    """Every text of a figure that is drawn, tick labels within the limits of their axis included."""
    found = [text for text in figure.texts if isinstance(text, Text)]
    for legend in figure.legends:
        found += [*legend.get_texts(), legend.get_title()]
    for ax in figure.axes:
        found += _of_axes(ax)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def _of_axes(ax: Axes) -> Iterator[Text]:
    for child in ax.get_children():
        if isinstance(child, Text):
            yield child
        elif isinstance(child, Axis) and ax.axison:
            yield from _of_axis(child)
        elif isinstance(child, Axes) or child in ax.child_axes:
            yield from _of_axes(child)  # type: ignore[arg-type]
    legend = ax.get_legend()
    if legend:
        yield from [*legend.get_texts(), legend.get_title()]


def _of_axis(axis: Axis) -> Iterator[Text]:
    low, high = sorted(axis.get_view_interval())
    if axis.get_visible():
        yield axis.label
        yield axis.get_offset_text()
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def _marks(line: Line2D, renderer: RendererAgg) -> Iterator[Bbox]:
    if line.get_marker() in ("", " ", "None", None) or not line.get_visible():
        return
    half = line.get_markersize() / 72 * renderer.dpi / 2
    for x, y in line.get_transform().transform(line.get_xydata()):
        yield Bbox.from_extents(x - half, y - half, x + half, y + half)


def _meet(one: Bbox, other: Bbox) -> bool:
    across, down = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > TOUCH and down > TOUCH)
