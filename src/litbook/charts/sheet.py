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
from litbook.charts.style import INK, MUTED, RULE, Look, Size

POINTS = 72  # to the inch
MOST_PAD = 3  # times the usual space between rows, where a slide has room to spare


class Sheet:
    """A figure of a given height (points) with places counted from its top left corner."""

    def __init__(self, size: Size, tall: float):
        pixels = math.ceil(max(tall / POINTS, size.least) * files.DPI)
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

    def text(self, x: float, y: float, lines: str | Sequence[str], **how: Any) -> None:
        """Text at a place in points; as small as the size allows and centred on ``y`` unless told otherwise."""
        told = lines if isinstance(lines, str) else "\n".join(lines)
        how = {"fontsize": self.size.text, "va": "center", "color": INK, "linespacing": LINE, **how}
        self.figure.text(x / self.width, 1 - y / self.height, told, **how)

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
    """An entry of a legend: words, and a sign before them: a term's look, a text, or how a rectangle is drawn."""

    words: str
    look: Look | None = None
    sign: str = ""
    patch: dict[str, Any] | None = None
    mark: dict[str, Any] | None = None


def stacked(size: Size, build: Callable[[float], list[Block]]) -> tuple[Figure, list[str]]:
    """The blocks that ``build`` makes with a space between rows, one below the other, and a note where they need more
    than the height of a slide. Where a slide has room to spare the rows share it."""

    def needed(pad: float) -> float:
        return sum(block.tall for block in build(pad)) + 2 * size.margin

    pad, spare = size.pad, size.least * POINTS - needed(size.pad)
    if spare > 0:
        pad += min(spare / max(needed(size.pad + 1) - needed(size.pad), 1), size.pad * (MOST_PAD - 1))
    blocks, top = build(pad), size.margin
    with files.in_style():
        sheet = Sheet(size, needed(pad))
        for block in blocks:
            block.draw(sheet, top)
            top += block.tall
    over = size.least and sheet.height > size.least * POINTS + 1
    told = f"Too tall for one slide: in type that can be read this takes {sheet.height / POINTS:.1f} inches of height, a slide has {size.least:g}."
    return sheet.figure, [told] if over else []


def heading(size: Size, title: str) -> Block:
    """The title, over the whole width."""
    lines = wrapped(title, size.width * POINTS - 2 * size.margin, size.title, bold=True)

    def draw(sheet: Sheet, top: float) -> None:
        sheet.text(size.margin, top, lines, va="top", fontsize=size.title, fontweight="bold")

    return Block(height(lines, size.title) + size.gap * 0.7, draw)


def subheading(size: Size, title: str, apart: bool = False) -> Block:
    """The title of a panel; ``apart`` sets it off from what stands above by a thick line."""
    lines = wrapped(title, size.width * POINTS - 2 * size.margin, size.panel, bold=True)
    lead = size.gap * 0.5 if apart else 0

    def draw(sheet: Sheet, top: float) -> None:
        if apart:
            sheet.box(size.margin, top, sheet.width - 2 * size.margin, 1.2, facecolor=INK, edgecolor="none")
        sheet.text(size.margin, top + lead, lines, va="top", fontsize=size.panel, fontweight="bold")

    return Block(lead + height(lines, size.panel) + size.pad * 0.3, draw)


def space(tall: float) -> Block:
    """Nothing, so high."""
    return Block(tall, lambda sheet, top: None)


def legend(size: Size, keys: Sequence[Key]) -> Block:
    """The keys in lines, each with its sign before it, wrapped as a text is."""
    room, box, line = size.width * POINTS - 2 * size.margin, size.text * 2, size.text * LINE + size.pad * 0.35
    placed, x, y = [], 0.0, 0.0
    for key in keys:
        lead = box if key.sign == "" else max(box, width(key.sign, size.text) + size.text * 0.6)
        lines = wrapped(key.words, room - lead, size.text)
        wide = lead + max(width(words, size.text) for words in lines)
        if x and x + wide > room:
            x, y = 0.0, y + line
        placed.append((key, lines, x, y, lead))
        x += wide + size.text * 1.6
        y += height(len(lines) - 1, size.text)
    tall = y + line

    def draw(sheet: Sheet, top: float) -> None:
        ax = sheet.canvas(top, tall + size.gap * 0.5)
        for key, lines, left, down, lead in placed:
            at, middle = size.margin + left, size.gap * 0.5 + down + size.text * LINE / 2
            _sign(sheet, ax, key, at, top + middle, middle)
            sheet.text(at + lead, top + middle + height(len(lines) - 1, size.text) / 2, lines)

    return Block(tall + size.gap * 0.5, draw)


def _sign(sheet: Sheet, ax: Axes, key: Key, x: float, from_top: float, y: float) -> None:
    size = sheet.size
    if key.look or key.mark:
        how = key.mark if key.mark else key.look.mark(size.mark * 0.85) if key.look else {}
        ax.plot([x + size.text * 0.8], [y], **how)
    elif key.patch is not None:
        ax.add_patch(Rectangle((x, y - size.text * 0.42), size.text * 1.5, size.text * 0.84, **key.patch))
    else:
        sheet.text(x + size.text * 0.2, from_top, key.sign, color=MUTED)
