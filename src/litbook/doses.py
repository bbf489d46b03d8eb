"""Doses as typed quantities: bounds with their operators, a unit, and what the dose is per.

Two doses share an axis only if they share a dimension: the same unit, the same time base and the same form. What
flows for a time that the source does not give is not a rate and never becomes one. All arithmetic is decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

NOT_STATED = "not_stated"
Row = Mapping[str, str]
Vocabularies = Mapping[str, Mapping[str, Row]]


class Dimension(NamedTuple):
    """What must be equal for two doses to be drawn on one axis."""

    unit: str
    basis: str
    form: str

    def is_rate(self, words: Vocabularies) -> bool:
        return bool(words["units"][self.unit]["time_base"])

    def label(self, words: Vocabularies) -> str:
        """Axis label, such as ``mg/kg per bolus`` or ``mg/kg/h``."""
        unit = words["units"][self.unit]["label"]
        form = words["forms"][self.form]["panel"]
        if self.is_rate(words):
            return unit if self.form == NOT_STATED else f"{unit}, {form}"
        if self.basis == NOT_STATED:
            return f"{unit}, {form}; time base not stated"
        return f"{unit} per {form}" if self.form != NOT_STATED else f"{unit} per dose, {form}"


@dataclass(frozen=True)
class Bounds:
    """Lower and upper bound; None is open. Operators are ids of the vocabulary ``operators`` (ge, gt, le, lt)."""

    low: Decimal | None
    low_op: str
    high: Decimal | None
    high_op: str

    @property
    def empty(self) -> bool:
        return self.low is None and self.high is None

    def times(self, factor: Decimal, cap: Decimal | None = None) -> Bounds:
        """Both bounds times ``factor``, and neither above ``cap``."""

        def scaled(bound: Decimal | None) -> Decimal | None:
            value = None if bound is None else bound * factor
            return cap if cap is not None and value is not None and value > cap else value

        high = None if self.high is None else self.high * factor
        if cap is not None and (high is None or high > cap):
            return Bounds(scaled(self.low), self.low_op, cap, "le")
        return Bounds(scaled(self.low), self.low_op, high, self.high_op)


def bounds(row: Row) -> Bounds:
    """The bounds of a row of the doses (or of the statistics)."""
    low, high = row["low"], row["high"]
    return Bounds(Decimal(low) if low else None, row["low_op"], Decimal(high) if high else None, row["high_op"])


def dimension(row: Row) -> Dimension | None:
    """The dimension of a numeric dose; None for a dose in words."""
    return Dimension(row["unit"], row["basis"], row["form"]) if row["unit"] else None


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros that a product brought in."""
    text = f"{value.normalize():f}"
    return text if text != "-0" else "0"


def amount(limits: Bounds, unit: str, words: Vocabularies, as_printed: Row | None = None) -> str:
    """The amount in words, such as ``0.05–0.5 mg/kg/h`` or ``<0.35 mg/kg``. ``as_printed`` keeps the digits of the row."""
    low = as_printed["low"] if as_printed else plain(limits.low) if limits.low is not None else ""
    high = as_printed["high"] if as_printed else plain(limits.high) if limits.high is not None else ""
    sign = {name: row["symbol"] for name, row in words["operators"].items()}
    if low and high:
        closed = limits.low_op == "ge" and limits.high_op == "le"
        text = (low if low == high else f"{low}–{high}") if closed else f"{sign[limits.low_op]}{low} to {sign[limits.high_op]}{high}"
    else:
        text = f"{sign[limits.low_op]}{low}" if low else f"{sign[limits.high_op]}{high}"
    return f"{text} {words['units'][unit]['label']}"


def schedule(row: Row, words: Vocabularies) -> str:
    """How often and up to what: ``2–3 times a day``, ``every 1–2 weeks``; empty where the source says nothing."""
    if not row["frequency"]:
        return ""
    times = row["frequency"] + (f"–{row['frequency_max']}" if row["frequency_max"] else "")
    unit = words["time_units"][row["period_unit"]]["label"]
    period = row["period"] + (f"–{row['period_max']}" if row["period_max"] else "")
    if times == "1":
        return f"every {unit}" if period == "1" else f"every {period} {unit}s"
    return f"{times} times a {unit}" if period == "1" else f"{times} times in {period} {unit}s"


def cap_phrase(row: Row, words: Vocabularies) -> str:
    """The ceiling in words, such as ``at most 50 mg per dose, 3 times a day``."""
    if not row["cap"]:
        return ""
    unit = words["units"][row["cap_unit"]]
    base = words["bases"][row["cap_basis"]]["label"] if row["cap_basis"] and not unit["time_base"] else ""
    phrase = f"at most {row['cap']} {unit['label']} {base}".rstrip()
    return phrase + (f", {row['cap_frequency']} times a day" if row["cap_frequency"] else "")


def as_reported(row: Row, words: Vocabularies) -> str:
    """The whole dose in words, as the source gives it: amount or word, schedule, cap."""
    parts = []
    if row["unit"]:
        parts.append(amount(bounds(row), row["unit"], words, as_printed=row))
        if row["basis"] == NOT_STATED:
            parts.append("time base not stated")
    if row["qualitative"]:
        parts.append(words["dose_descriptors"][row["qualitative"]]["label"])
    parts += [schedule(row, words), cap_phrase(row, words), row["duration"]]
    return "; ".join(part for part in parts if part)


class Absolute(NamedTuple):
    """A dose multiplied by a body weight. ``capped`` says that the source's ceiling cut it."""

    bounds: Bounds
    unit: str
    capped: bool


def absolute(row: Row, weight_kg: Decimal, words: Vocabularies) -> Absolute | None:
    """The dose for a person of ``weight_kg`` kilograms, or None where it is not per kilogram.

    A cap in the resulting unit and on the same basis is applied: the product never exceeds what the source allows.
    """
    if not row["unit"] or words["units"][row["unit"]]["per_mass"] != "true":
        return None
    unit = words["units"][row["unit"]]["absolute"]
    same = row["cap_unit"] == unit and row["cap_basis"] == row["basis"]
    cap = Decimal(row["cap"]) if row["cap"] and same else None
    free, cut = bounds(row).times(weight_kg), bounds(row).times(weight_kg, cap)
    return Absolute(cut, unit, cut != free)
