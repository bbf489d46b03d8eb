"""Ticks of an axis: round numbers, as many as have room for their labels. All arithmetic is decimal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

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
            ticks = [step * n for n in range(first, math.floor(Decimal(str(high)) / step) + 1)]
            if len(ticks) <= MOST and _fit(ticks, place, size, room):
                return ticks
    return []


def log(low: float, high: float, place: Position, size: float, room: float) -> list[Decimal]:
    """Round numbers from ``low`` to ``high`` for an axis on a log scale, at best 1, 2 and 5 of each power of ten."""
    for parts, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3), ((1,), 6)):
        ticks = [tick for tick in _powers(low, high, parts, every) if low <= tick <= high]
        if _fit(ticks, place, size, room):
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


def _fit(ticks: Sequence[Decimal], place: Position, size: float, room: float) -> bool:
    """Whether the labels keep clear of each other and, but for a little, of the ends of the axis."""
    halves = [width(label, size) / 2 for label in labels(ticks)]
    places = [place(float(tick)) for tick in ticks]
    ends = [(at - half, at + half) for at, half in zip(places, halves, strict=True)]
    apart = all(left[1] + size * 0.6 <= right[0] for left, right in zip(ends, ends[1:], strict=False))
    return apart and (not ends or ends[-1][1] <= room + size * 0.7)
