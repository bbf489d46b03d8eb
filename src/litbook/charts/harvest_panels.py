"""How a harvest plot is drawn: names of the columns above, names of the groups beside, and a bar for each statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from litbook.charts import style
from litbook.charts.measure import LINE, height, widest, width, wrapped
from litbook.charts.sheet import POINTS, Block, Sheet
from litbook.charts.style import Size, plural
from litbook.review import Review

NAMES = 0.24  # most of the width that the names of the groups may take
TALL = 2.6  # ems: the highest bar
FOOT = 0.35  # ems: the bar of a statement that names no study, so that it can be seen
BELOW = 0.15  # ems between the bold line of a name and the rest
THREE = 3  # entries beside each other in the key of heights


class Grid(NamedTuple):
    """Columns of a matrix in points: the names of the groups, then each term with its left edge and width."""

    names: float
    cells: Mapping[str, tuple[float, float]]


def sign(size: Size) -> float:
    """Size of the sign on a bar."""
    return size.mark * 0.58


def pitch(size: Size) -> float:
    """From one bar to the next."""
    return size.mark * 0.9


def _slot(size: Size) -> float:
    """Room for the number at the left of a cell."""
    return width("000", size.text) + size.text * 0.2


def matrix(size: Size, review: Review, marks: pd.DataFrame, vocabulary: str, top_rank: int) -> list[Block]:
    """Head and rows of one matrix."""
    groups = list(marks.groupby(["interest", "source_type"], sort=False))
    most = {term: max((int((own["_term"] == term).sum()) for _, own in groups), default=0) for term in review.terms(vocabulary)}
    told = {key: _name(key, own) for key, own in groups}
    labels = {term: review.label(vocabulary, term) for term in most}
    at = _grid(size, labels, most, [part for parts in told.values() for part in parts])
    return [
        _head(size, review, vocabulary, labels, marks, at),
        *(_row(size, review, vocabulary, own, told[key], at, top_rank) for key, own in groups),
    ]


def _name(key: Any, own: pd.DataFrame) -> tuple[str, str, str]:
    """What stands beside a row: the interest, the type, and how many statements of how many sources."""
    counts = f"{plural(own['statement'].nunique(), 'statement')}, {plural(own['source'].nunique(), 'source')}"
    return str(key[0]) or "Not said", str(key[1]), counts


def _grid(size: Size, labels: Mapping[str, str], most: Mapping[str, int], names: Sequence[str]) -> Grid:
    """Each column as wide as its longest row of bars; where that is too much, the longest rows are broken into lines."""
    whole, between = size.width * POINTS - 2 * size.margin, size.text
    beside = min(widest(names, size.text, bold=True), whole * NAMES)
    room = whole - beside - between
    least = {term: widest(label.split(), size.text, bold=True) + size.mark * 1.6 + size.text for term, label in labels.items()}

    def wide(term: str, longest: int) -> float:
        return max(least[term], _slot(size) + min(most[term], longest) * pitch(size) + size.text)

    longest = next((n for n in range(max(most.values()), 0, -1) if sum(wide(term, n) for term in most) <= room), 1)
    spare = max(0.0, room - sum(wide(term, longest) for term in most)) / len(most)
    left, cells = size.margin + beside + between, {}
    for term in most:
        cells[term] = (left, wide(term, longest) + spare)
        left += cells[term][1]
    return Grid(beside, cells)


def _head(size: Size, review: Review, vocabulary: str, labels: Mapping[str, str], marks: pd.DataFrame, at: Grid) -> Block:
    lead = size.mark * 1.5
    lines = {
        term: wrapped(f"{label} ({int((marks['_term'] == term).sum())})", at.cells[term][1] - lead - size.text * 0.4, size.text, bold=True)
        for term, label in labels.items()
    }
    tall = height(max(map(len, lines.values())), size.text) + size.text * 0.5

    def draw(page: Sheet, top: float) -> None:
        ax = page.canvas(top, tall)
        for term, (left, _) in at.cells.items():
            ax.plot(
                [left + size.mark * 0.6],
                [size.text * LINE * 0.55],
                label=term,
                **style.look(review, vocabulary, term).mark(size.mark * 0.85),
            )
            page.text(left + lead, top, lines[term], at="top", fontweight="bold")

    return Block(tall, draw)


def _row(size: Size, review: Review, vocabulary: str, own: pd.DataFrame, name: tuple[str, str, str], at: Grid, top_rank: int) -> Block:
    first = wrapped(name[0], at.names, size.text, bold=True)
    second = [part for told in name[1:] for part in wrapped(told, at.names, size.text)]
    line = TALL * size.text + sign(size) * 1.5 + size.text * 0.3
    fits = {term: max(1, int((wide - _slot(size) - size.text * 0.4) // pitch(size))) for term, (_, wide) in at.cells.items()}
    counts = {term: int((own["_term"] == term).sum()) for term in at.cells}
    lines = max(-(-n // fits[term]) for term, n in counts.items())
    tall = max(line * max(lines, 1), height(len(first) + len(second), size.text) + size.text * BELOW) + size.pad

    def draw(page: Sheet, top: float) -> None:
        page.rule(size.margin, page.width - size.margin, top)
        page.text(size.margin, top + size.pad / 2, first, at="top", fontweight="bold")
        page.text(size.margin, top + size.pad / 2 + height(first, size.text) + size.text * BELOW, second, at="top")
        ax = page.canvas(top, tall)
        for term, (left, _) in at.cells.items():
            foot = size.pad / 2 + line
            n = counts[term]
            page.text(
                left + _slot(size) - size.text * 0.5,
                top + foot - size.text * 0.6,
                [str(n)],
                ha="right",
                color=style.INK if n else style.MUTED,
            )
            for nth, mark in enumerate(own[own["_term"] == term].to_dict("records")):
                x = left + _slot(size) + (nth % fits[term] + 0.5) * pitch(size)
                y = foot + (nth // fits[term]) * line
                _bar(ax, size, style.look(review, vocabulary, term), mark, x, y, top_rank)

    return Block(tall, draw)


def tall_of(size: Size, rank: object, top_rank: int) -> float:
    """Height of a bar in points; a mark without a rank is half as high as the highest."""
    if rank == "" or not top_rank:
        return TALL * size.text / 2
    return (FOOT + (TALL - FOOT) * int(str(rank)) / top_rank) * size.text


def _bar(ax: Axes, size: Size, look: style.Look, mark: Mapping[Any, Any], x: float, foot: float, top_rank: int) -> None:
    high, wide = tall_of(size, mark["rank"], top_rank), pitch(size) * 0.62
    face = "white" if mark["_hollow"] else look.colour
    bar = Rectangle((x - wide / 2, foot - high), wide, high, facecolor=face, edgecolor=look.edge, linewidth=0.8, clip_on=False)
    bar.set_gid(f"bar {mark['statement']} {mark['_term']}")
    ax.add_patch(bar)
    ax.plot([x], [foot - high - sign(size) * 0.75], label=mark["statement"], **look.mark(sign(size)))


def heights(size: Size, steps: Sequence[tuple[int, str]]) -> Block:
    """The key of the heights: a bar of each that occurs, with what it stands for."""
    top_rank = max(rank for rank, _ in steps)
    cell = (size.width * POINTS - 2 * size.margin) / min(THREE, len(steps))
    lead = pitch(size) + size.text * 0.5
    lines = [wrapped(words[:1].upper() + words[1:], cell - lead - size.text, size.text) for _, words in steps]
    bands = [range(first, min(first + THREE, len(steps))) for first in range(0, len(steps), THREE)]
    talls = [max(max(tall_of(size, steps[n][0], top_rank), height(lines[n], size.text)) for n in band) + size.text * 0.5 for band in bands]
    said = wrapped("Height of a finding: what the source names as its ground", cell * THREE, size.text, bold=True)
    above = size.gap * 0.8 + height(said, size.text) + size.text * 0.3

    def draw(page: Sheet, top: float) -> None:
        page.rule(size.margin, page.width - size.margin, top + size.gap * 0.3)
        page.text(size.margin, top + size.gap * 0.8, said, at="top", fontweight="bold")
        ax = page.canvas(top, above + sum(talls))
        foot = above
        for band, tall in zip(bands, talls, strict=True):
            foot += tall
            for place, n in enumerate(band):
                left, high = size.margin + place * cell, tall_of(size, steps[n][0], top_rank)
                ax.add_patch(
                    Rectangle((left, foot - high), pitch(size) * 0.62, high, facecolor=style.MUTED, edgecolor=style.MUTED, clip_on=False)
                )
                page.text(left + lead, top + foot, lines[n], at="bottom")

    return Block(above + sum(talls), draw)
