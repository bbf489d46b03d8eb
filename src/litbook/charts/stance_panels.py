"""How the two panels of the stance chart are drawn: what bodies say, by year, and what the sources advise themselves."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator

from litbook.charts import scales, sheet, style
from litbook.charts.measure import LINE, height, widest, width, wrapped
from litbook.charts.sheet import POINTS, Block, Sheet
from litbook.charts.style import Size, lower, plural
from litbook.review import Review
from litbook.tables.common import statements
from litbook.tables.public_record import SIGN

BODIES, WORDS, SOURCES = 0.2, 0.52, 0.2  # most of the width that the columns may take
ASIDE = "undated"


class Years(NamedTuple):
    """The axis of the years, with a lane beside it for what has none; all but ``wide`` in years."""

    wide: float
    left: float
    right: float
    border: float | None
    aside: float
    ticks: list[float]
    labels: list[str]


def relayed(size: Size, review: Review, bodies: pd.DataFrame) -> list[Block]:
    """One row for each recommendation: the body, its place in time, and what it says."""
    whole, between = size.width * POINTS - 2 * size.margin, size.text * 1.2
    rows = bodies.to_dict("records")
    names = min(widest(list(bodies["body"]), size.text), whole * BODIES)
    told = [_told(row) for row in rows]
    words = min(widest(told, size.text), whole * WORDS)
    dated = [int(year) for year in bodies["year"] if year]
    years = _years(size, dated, len(dated) < len(rows), whole - names - words - 2 * between)
    firsts = [nth == 0 or rows[nth - 1]["body"] != row["body"] for nth, row in enumerate(rows)]
    named = [wrapped(row["body"], names, size.text) if first else [] for row, first in zip(rows, firsts, strict=True)]
    said = [wrapped(text, words, size.text) for text in told]
    talls = [height(max(len(name), len(text)), size.text) + size.pad for name, text in zip(named, said, strict=True)]
    left = size.margin + names + between
    right = left + years.wide + between

    def draw(page: Sheet, top: float) -> None:
        ax = page.axes(left, top, years.wide, sum(talls))
        _axis(ax, years, size)
        y = 0.0
        for row, first, name, text, tall in zip(rows, firsts, named, said, talls, strict=True):
            middle = y + tall / 2
            if first and y:
                page.rule(size.margin, page.width - size.margin, top + y)
            ax.plot([years.left, years.right], [middle, middle], color=style.RULE, linewidth=0.5, linestyle=":", zorder=1, label="leader")
            x = float(row["year"]) if row["year"] else years.aside
            ax.plot([x], [middle], zorder=3, label=row["id"], **style.look(review, "stances", row["_stance"]).mark(size.mark))
            if name:
                page.text(size.margin, top + middle, name)
            page.text(right, top + middle, text)
            y += tall

    when = ", by year of the document" if dated else ""
    graded = "; level of evidence and grade as printed" if any(row["level"] or row["grade"] for row in rows) else ""
    title = f"Relayed by the sources{when}{graded} (n = {plural(len(rows), 'row')})"
    return [sheet.subheading(size, title), Block(sum(talls) + size.tick + 2 + size.text * LINE, draw)]


def _told(row: dict[Any, Any]) -> str:
    printed = ", ".join(f"{word} {row[word]}" for word in ("level", "grade") if row[word])
    other = f" or {lower(row['or_read_as'])}" if row["or_read_as"] else ""
    first = f"Results alone, read as {lower(row['stance'])}" if row["relays"] else row["stance"]
    stance = first + (f" ({printed})" if printed else "") + other + (SIGN if SIGN in row["_signs"] else "")
    return " · ".join(part for part in (row["year"], stance, row["indication"]) if part)


def _years(size: Size, years: list[int], undated: bool, room: float) -> Years:
    """Years to scale, as wide as there is room; marks keep clear of the ends."""
    clear = max(size.mark, width("0000", size.text) / 2)
    lane = width(ASIDE, size.text) + size.text * 1.5 if undated else 0.0
    if not years:
        return Years(lane, -1.0, 1.0, None, 0.0, [0.0], [ASIDE])
    first, last = min(years), max(years)
    each = max(last - first, 1) / (room - lane - 2 * clear)  # years to the point
    left = first - clear * each
    ticks = scales.linear(first, last, lambda year: (year - left) / each, size.text, room - lane, whole=True)
    border, aside = left + (room - lane) * each, left + (room - lane / 2) * each
    lanes = [aside] if undated else []
    return Years(
        room,
        left,
        left + room * each,
        border if undated else None,
        aside,
        [*map(float, ticks), *lanes],
        [*scales.labels(ticks), *([ASIDE] if undated else [])],
    )


def _axis(ax: Axes, years: Years, size: Size) -> None:
    ax.set_xlim(years.left, years.right)
    ax.xaxis.set_major_locator(FixedLocator(years.ticks))
    ax.xaxis.set_major_formatter(FixedFormatter(years.labels))
    ax.tick_params(axis="x", labelsize=size.text, length=size.tick, pad=2, labelcolor=style.INK)
    if years.border is not None:
        ax.axvline(years.border, color=style.INK, linewidth=0.8, linestyle=":")


def own_advice(size: Size, review: Review, own: pd.DataFrame) -> list[Block]:
    """A table of sources by stance: how many statements, and on what."""
    whole, between = size.width * POINTS - 2 * size.margin, size.text
    sources, labels = (
        list(dict.fromkeys(own["source"])),
        dict(zip(review.terms("stances"), review.labels("stances", review.terms("stances")), strict=True)),
    )
    names = min(widest(sources, size.text), whole * SOURCES)
    told = {name: _by_stance(rows) for name, rows in own.groupby("source", sort=False)}
    lead = size.mark * 1.9
    cells = _cells(size, labels, list(told.values()), lead, size.margin + names + between, whole - names - between)
    title = f"The sources' own advice: a page's view, not a guideline (n = {plural(_n(own), 'statement')})"
    heads = {term: wrapped(label, cells[term].wide - size.text * 0.6, size.text, bold=True) for term, label in labels.items()}
    head = height(max(map(len, heads.values())), size.text) + size.pad * 0.5 + 2

    def draw_head(page: Sheet, top: float) -> None:
        for term, lines in heads.items():
            page.text(cells[term].left + size.text * 0.2, top + head - 2 - size.pad * 0.25, lines, at="bottom", fontweight="bold")

    return [
        sheet.subheading(size, title),
        Block(head, draw_head),
        *(_adviser(size, review, name, told[name], names, cells, lead) for name in sources),
    ]


class Cell(NamedTuple):
    """The column of a stance, in points."""

    left: float
    wide: float


def _by_stance(rows: pd.DataFrame) -> dict[str, str]:
    """What one source advises, by stance: the number of statements, their signs, and on what."""
    told = {}
    for term, group in rows.groupby("_stance", sort=False):
        about = ", ".join(lower(label) for label in sorted(set(group["indication"])))
        told[str(term)] = f"n\u00a0=\u00a0{_n(group)}{_signed(group)}: {about}"
    return told


def _cells(size: Size, labels: dict[str, str], told: list[dict[str, str]], lead: float, left: float, room: float) -> dict[str, Cell]:
    """A column for each stance: no word is parted, and what is left of the room goes to the columns that say something."""
    gap = size.text * 0.7
    least = {}
    for term, label in labels.items():
        words = [word for one in told if term in one for word in one[term].split()]
        least[term] = max(widest(label.split(), size.text, bold=True), lead + widest(words, size.text) if words else 0) + gap
    spare = room - sum(least.values())
    used = [term for term in labels if any(term in one for one in told)]
    cells = {}
    for term in labels:
        wide = least[term] + (max(spare, 0) / len(used) if term in used else 0)
        wide *= min(1, room / sum(least.values()))
        cells[term] = Cell(left, wide)
        left += wide
    return cells


def _adviser(size: Size, review: Review, source: str, told: dict[str, str], names: float, cells: dict[str, Cell], lead: float) -> Block:
    """The row of one source."""
    name = wrapped(source, names, size.text)
    lines = {term: wrapped(text, cells[term].wide - lead - size.text * 0.7, size.text) for term, text in told.items()}
    tall = height(max(len(name), *map(len, lines.values())), size.text) + size.pad

    def draw(page: Sheet, top: float) -> None:
        page.rule(size.margin, page.width - size.margin, top)
        page.text(size.margin, top + tall / 2, name)
        ax = page.canvas(top, tall)
        for term, text in lines.items():
            x = cells[term].left
            how = style.look(review, "stances", term).mark(size.mark)
            ax.plot([x + size.text * 0.2 + size.mark / 2], [tall / 2], label=f"{source}: {term}", **how)
            page.text(x + lead, top + tall / 2, text)

    return Block(tall, draw)


def _signed(group: pd.DataFrame) -> str:
    """How many of a group carry each sign, such as `` (2*)``; the sign alone where all do."""
    counts = {sign: _n(group[group["_signs"].str.contains(sign, regex=False)]) for sign in sorted(set("".join(group["_signs"])))}
    told = [sign if n == _n(group) else f"{n}{sign}" for sign, n in counts.items()]
    return f"\u00a0({', '.join(told)})" if told else ""


def _n(rows: pd.DataFrame) -> int:
    return int(statements(rows).nunique())
