"""A figure as a sheet that is filled from the top, in points: every block knows its height before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from litbook.charts import files
from litbook.charts.measure import LINE, height, width, wrapped
from litbook.charts.style import INK, MUTED, RULE, TINT, Look, Size

POINTS = 72  # to the inch
LARGER = (1.35, 1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1.0)  # type on a slide that has room to spare
MOST_PAD = 2.5  # ems more between rows, where there is still room
FIRST, MIDDLE, LAST = 0.9, 0.36, 0.3  # ems from top, middle and bottom of a line to its baseline


class Sheet:
    """A figure of a given height (points) with places counted from its top left corner."""

    def __init__(self, size: Size, tall: float):
        pixels = math.ceil(max(tall / POINTS, size.least) * files.DPI - 1e-6)
        self.size, self.width, self.height = size, size.width * POINTS, pixels / files.DPI * POINTS
        self.figure = Figure(figsize=(size.width, pixels / files.DPI), dpi=files.DPI, facecolor="white")

    def axes(self, left: float, top: float, wide: float, tall: float) -> Axes:
        """Axes whose y runs down in points. Places are rounded so that the same data give the same bytes."""
        box = (left / self.width, 1 - (top + tall) / self.height, wide / self.width, tall / self.height)
        ax = self.figure.add_axes(tuple(round(edge, 6) for edge in box))  # type: ignore[arg-type]
        ax.set_ylim(tall, 0)
        ax.yaxis.set_visible(False)
        ax.patch.set_visible(False)
        ax.set_axisbelow(True)
        return ax

    def canvas(self, top: float, tall: float) -> Axes:
        """Axes without axes, over the whole width: x and y in points."""
        ax = self.axes(0, top, self.width, tall)
        ax.set_xlim(0, self.width)
        ax.set_axis_off()
        return ax

    def text(self, x: float, y: float, lines: Sequence[str], at: str = "middle", **how: Any) -> None:
        """Lines of text at a place in points: ``y`` is their top, middle or bottom, or the foot of lines that run upwards.

        They are set on baselines, so that what stands beside each other is level, whatever letters it has.
        """
        size = how.setdefault("fontsize", self.size.text)
        more = (len(lines) - 1) * LINE * size
        last = {"top": FIRST * size + more, "middle": MIDDLE * size + more / 2, "bottom": -LAST * size, "foot": 0}[at]
        how = {"va": "baseline", "color": INK, "linespacing": LINE, **how}
        self.figure.text(x / self.width, 1 - (y + last) / self.height, "\n".join(lines), **how)

    def box(self, left: float, top: float, wide: float, tall: float, **how: Any) -> None:
        """A rectangle at a place in points, behind everything."""
        corner = (left / self.width, 1 - (top + tall) / self.height)
        self.figure.add_artist(
            Rectangle(corner, wide / self.width, tall / self.height, transform=self.figure.transFigure, zorder=-2, **how)
        )

    def rule(self, left: float, right: float, y: float) -> None:
        """A thin line across."""
        self.box(left, y - 0.3, right - left, 0.6, facecolor=RULE, edgecolor="none")


class Block(NamedTuple):
    """A part of a chart: its height in points, and what draws it below a given place."""

    tall: float
    draw: Callable[[Sheet, float], None]


class Key(NamedTuple):
    """An entry of a legend: words, and a sign before them: a term's look (with its ``bar``), a text, or how a rectangle
    is drawn."""

    words: str
    look: Look | None = None
    sign: str = ""
    patch: dict[str, Any] | None = None
    bar: bool = False


def stacked(size: Size, build: Callable[[Size], list[Block]], larger: Sequence[float] = LARGER) -> tuple[Figure, list[str]]:
    """The blocks that ``build`` makes of a size, one below the other, and a note where they need more than the height of
    a slide. Where a slide has room to spare the type grows, by one of ``larger``, and then the space between rows."""

    def needed(size: Size) -> float:
        return sum(block.tall for block in build(size)) + 2 * size.margin

    if size.least:
        room = size.least * POINTS
        size = next((grown for grown in map(size.enlarged, larger) if needed(grown) <= room), size)
        spare, rows = room - needed(size), needed(size.enlarged(1, 1)) - needed(size)
        size = size.enlarged(1, min(max(spare, 0) / max(rows, 1), size.text * MOST_PAD))
    blocks, top = build(size), size.margin
    with files.in_style():
        sheet = Sheet(size, needed(size))
        for block in blocks:
            block.draw(sheet, top)
            top += block.tall
        for ax in [ax for drawn in sheet.figure.axes for ax in (drawn, *drawn.child_axes)]:
            ax.xaxis.get_major_ticks()  # made now, in our style: matplotlib would make them when they are first drawn
    over = size.least and sheet.height > size.least * POINTS + 1
    needs = f"this takes {sheet.height / POINTS:.1f} inches of height, a slide has {size.least:g}"
    told = f"Too tall for one slide: in type that can be read {needs}."
    return sheet.figure, [told] if over else []


def heading(size: Size, title: str) -> Block:
    """The title, over the whole width."""
    lines = wrapped(title, size.width * POINTS - 2 * size.margin, size.title, bold=True)

    def draw(sheet: Sheet, top: float) -> None:
        sheet.text(size.margin, top, lines, at="top", fontsize=size.title, fontweight="bold")

    return Block(height(lines, size.title) + size.gap * 0.7, draw)


def subheading(size: Size, title: str, tinted: bool = False) -> Block:
    """The title of a panel."""
    lines = wrapped(title, size.width * POINTS - 2 * size.margin, size.panel, bold=True)
    tall = height(lines, size.panel) + size.pad * 0.3

    def draw(sheet: Sheet, top: float) -> None:
        if tinted:
            above = size.gap * 0.35
            sheet.box(0, top - above, sheet.width, tall + above, facecolor=TINT, edgecolor="none")
        sheet.text(size.margin, top, lines, at="top", fontsize=size.panel, fontweight="bold")

    return Block(tall, draw)


def space(tall: float) -> Block:
    """Nothing, so high."""
    return Block(tall, lambda sheet, top: None)


def legend(size: Size, keys: Sequence[Key]) -> Block:
    """The keys in lines, each with its sign before it, wrapped as a text is."""
    room, box, line = size.width * POINTS - 2 * size.margin, size.text * 2, size.text * 1.4 + size.pad * 0.3
    placed, x, y = [], 0.0, 0.0
    for key in keys:
        lead = width(key.sign, size.text) + size.text * 0.8 if key.sign else box * (1.6 if key.bar else 1)
        lines = wrapped(key.words, room - lead, size.text)
        wide = lead + max(width(words, size.text) for words in lines)
        if x and x + wide > room:
            x, y = 0.0, y + line
        placed.append((key, lines, x, y, lead))
        x += wide + size.text * 1.4
        y += height(len(lines) - 1, size.text)
    tall = y + line

    def draw(sheet: Sheet, top: float) -> None:
        ax = sheet.canvas(top, tall + size.gap * 0.8)
        for key, lines, left, down, lead in placed:
            at, middle = size.margin + left, size.gap * 0.8 + down + size.text * LINE / 2
            _sign(sheet, ax, key, at, top + middle, middle)
            sheet.text(at + lead, top + middle + height(len(lines) - 1, size.text) / 2, lines)

    return Block(tall + size.gap * 0.8, draw)


def _sign(sheet: Sheet, ax: Axes, key: Key, x: float, from_top: float, y: float) -> None:
    size = sheet.size
    if key.look:
        if key.bar:
            ax.plot([x, x + size.text * 2.6], [y, y], label="key", **key.look.bar(size.bar))
        ax.plot([x + size.text * (1.3 if key.bar else 0.8)], [y], label="key", **key.look.mark(size.mark * 0.85))
    elif key.patch is not None:
        ax.add_patch(Rectangle((x, y - size.text * 0.42), size.text * 1.5, size.text * 0.84, **key.patch))
    else:
        sheet.text(x + size.text * 0.2, from_top, [key.sign], color=MUTED)
