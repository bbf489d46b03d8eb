"""Ticks of an axis: round numbers, as many as have room for their labels. All arithmetic is decimal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from litbook.charts.measure import width
from litbook.doses import plain

MOST = 8  # ticks, where there is room for more
Position = Callable[[float], float]


def linear(low: float, high: float, place: Position, size: float, room: float, whole: bool = False) -> list[Decimal]:
    """Round numbers from ``low`` to ``high`` at equal distances. ``place`` gives the place of a number on the axis in
    points, ``room`` the length of the axis; ``whole`` allows whole numbers only."""
    power = math.floor(math.log10((high - low) / MOST)) if high > low else 0
    for exponent in range(max(power, 0) if whole else power, power + 4):
        for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)):
            step = factor * Decimal(10) ** exponent
            if whole and step % 1:
                continue
            first = math.ceil(Decimal(str(low)) / step)
            if (high - low) / float(step) > MOST:
                continue
            ticks = _inside([step * n for n in range(first, math.floor(Decimal(str(high)) / step) + 1)], place, size, room)
            if _apart(ticks, place, size):
                return ticks
    return []


def log(low: float, high: float, place: Position, size: float, room: float) -> list[Decimal]:
    """Round numbers from ``low`` to ``high`` for an axis on a log scale, at best 1, 2 and 5 of each power of ten."""
    for parts, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3), ((1,), 6)):
        ticks = _inside([tick for tick in _powers(low, high, parts, every) if low <= tick <= high], place, size, room)
        if _apart(ticks, place, size):
            return ticks
    return []


def between(low: float, high: float) -> list[float]:
    """The places of the small ticks of a log axis, 1 to 9 of each power of ten."""
    return [float(tick) for tick in _powers(low, high, tuple(range(1, 10)), 1) if low <= tick <= high]


def labels(ticks: Sequence[Decimal]) -> list[str]:
    """What is written at the ticks, without exponents."""
    return [plain(tick) for tick in ticks]


def _powers(low: float, high: float, parts: Sequence[int], every: int) -> Iterator[Decimal]:
    for exponent in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        if exponent % every == 0:
            yield from (part * Decimal(10) ** exponent for part in parts)


def _ends(ticks: Sequence[Decimal], place: Position, size: float) -> list[tuple[float, float]]:
    """Where the label of each tick begins and ends, in points."""
    halves = [width(label, size) / 2 for label in labels(ticks)]
    return [(place(float(tick)) - half, place(float(tick)) + half) for tick, half in zip(ticks, halves, strict=True)]


def _inside(ticks: Sequence[Decimal], place: Position, size: float, room: float) -> list[Decimal]:
    """Without ticks whose labels would reach far beyond the end of the axis, where other texts stand."""
    return [tick for tick, (_, end) in zip(ticks, _ends(ticks, place, size), strict=True) if end <= room + size * 0.7]


def _apart(ticks: Sequence[Decimal], place: Position, size: float) -> bool:
    ends = _ends(ticks, place, size)
    return all(left[1] + size * 0.6 <= right[0] for left, right in pairwise(ends))
