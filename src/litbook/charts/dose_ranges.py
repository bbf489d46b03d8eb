"""Dose ranges: one panel for each drug and dimension, so that no two doses share an axis that do not share a unit,
a time base and a form."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from litbook import doses
from litbook.charts import sheet, style
from litbook.charts.dose_panels import columns, panel
from litbook.charts.sheet import Block, Key
from litbook.charts.style import Chart, Size, lower, plural
from litbook.review import Review
from litbook.tables.common import records
from litbook.tables.public_record import CITES, SIGN, beside, doubts
from litbook.tables.short import NO_EXPOSURE
from litbook.tables.summaries import checked_weight, who_and_where

COLUMNS = ("id", "drug", "panel", "unit", "label", "route", "low", "low_op", "high", "high_op", "cap", "as_reported", "source")
NOTED = "*"


def dose_ranges(review: Review, weight_kg: float = 0, size: str = "report") -> Chart:
    """The numeric doses of a review as bars from low to high.

    Open bounds are arrows, caps ticks, excluded bounds hollow symbols. The drug that stands first in the vocabulary
    is the one under review: its panels come first, those of any other drug below them, set off. With ``weight_kg``
    (kilograms) panels per kilogram carry a second axis of absolute doses, marked as computed. ``size`` is a key of
    ``style.SIZES``. Raises LitbookError for an impossible weight and UnknownTerm for an unknown size.
    """
    format_, weight = style.sized(size), checked_weight(review, weight_kg)
    rows = records(review, "doses")
    doubted, noted = doubts(review), _noted(review, rows)
    marks = pd.DataFrame([_mark(review, row, weight, row["id"] in noted, row["id"] in doubted) for row in rows if row["unit"]])
    in_words = len(rows) - len(marks)
    if marks.empty:
        return style.nothing("Doses: none in numbers", _why_nothing(review, in_words), COLUMNS)
    marks = marks.sort_values(["_drug", "panel", "_dimension", "low", "high", "id"], kind="stable", ignore_index=True)
    lead = review.label("drugs", review.terms("drugs")[0])
    title, keys = _title(marks, lead), _keys(review, marks)

    def build(size: Size) -> list[Block]:
        places, blocks = columns(size, marks), [sheet.heading(size, title)]
        for number, (_, own) in enumerate(marks.groupby(["_drug", "_dimension"], sort=False)):
            alike = marks[marks["unit"] == own["unit"].iloc[0]]  # one length is one amount, on whichever axis of the unit
            blocks += panel(size, review, own, alike, places, weight, lead if own["_drug"].iloc[0] else "", bool(number))
        return [*blocks, sheet.legend(size, keys)]

    figure, too_tall = sheet.stacked(format_, build)
    return Chart(
        title, figure, marks[list(COLUMNS)], _alt(marks), (*_notes(marks, lead, in_words, weight, short=size == "brief"), *too_tall)
    )


def _noted(review: Review, rows: list[dict[str, str]]) -> set[str]:
    """The rows of which the table says more: a note of their own, or one on what they cite."""
    told = beside(review)
    return {row["id"] for row in rows if row["note"] or CITES in told.get(row["id"], "")}


def _mark(review: Review, row: dict[str, str], weight: Decimal | None, noted: bool, doubted: bool) -> dict[str, object]:
    """One bar: its bounds as numbers, its cap on the axis of the panel where that can be said. What begins with an
    underscore is for drawing; the rest is in words."""
    signs = (NOTED if noted else "") + (SIGN if doubted else "")
    limits, shape = doses.bounds(row), doses.dimension(row)
    assert shape is not None  # only rows with a unit come here
    who = [review.label("indications", row["indication"]), lower(review.label("routes", row["route"])), who_and_where(review, row)]
    unit = review.words["units"][row["unit"]]
    absolute = review.label("units", unit["absolute"]) if unit["per_mass"] == "true" else ""
    return {
        "id": row["id"],
        "drug": review.label("drugs", row["drug"]),
        "panel": shape.label(review.words),
        "unit": unit["label"],
        "_absolute": absolute,
        "label": ", ".join(part for part in who if part),
        "route": review.label("routes", row["route"]),
        "low": float(limits.low) if limits.low is not None else float("nan"),
        "low_op": review.label("operators", limits.low_op) if limits.low is not None else "",
        "high": float(limits.high) if limits.high is not None else float("nan"),
        "high_op": review.label("operators", limits.high_op) if limits.high is not None else "",
        "cap": _cap(review, row, weight),
        "as_reported": doses.as_reported(row, review.words) + (f" {signs}" if signs else ""),
        "source": review.label_of("sources", row["source"]),
        "_drug": review.terms("drugs").index(row["drug"]),
        "_dimension": "\t".join(shape),
        "_route": row["route"],
        "_low_out": limits.low_op == "gt",
        "_high_out": limits.high_op == "lt",
        "_noted": noted,
        "_doubted": doubted,
    }


def _cap(review: Review, row: dict[str, str], weight: Decimal | None) -> float:
    """The cap in the unit of the axis; NaN where the source gives none or it can't be said without a weight."""
    if not row["cap"] or row["cap_basis"] != row["basis"]:
        return float("nan")
    if row["cap_unit"] == row["unit"]:
        return float(row["cap"])
    if weight and row["cap_unit"] == review.words["units"][row["unit"]]["absolute"]:
        return float(Decimal(row["cap"]) / weight)
    return float("nan")


def _title(marks: pd.DataFrame, lead: str) -> str:
    """How many doses are drawn, of which drug, and on how many axes that have nothing in common."""
    own, others = marks[marks["_drug"] == 0], marks[marks["_drug"] != 0]
    dimensions = own["_dimension"].nunique()
    told = f"{plural(len(own), 'numeric row')} of {lower(lead)}" if len(own) else f"no numeric row of {lower(lead)}"
    told += f" in {dimensions} dimensions that must not be compared" if dimensions > 1 else ""
    counts = others["drug"].value_counts(sort=False)
    if len(counts) > 2:
        told += f"; {len(others)} of {len(counts)} other drugs"
    else:
        told += "".join(f"; {n} of {lower(drug)}" for drug, n in counts.items())
    return f"Doses: {told}"


def _look(review: Review, route: str) -> style.Look:
    """The look of a route, filled: hollow is a bound that is excluded."""
    return replace(style.look(review, "routes", route), filled=True)


def _keys(review: Review, marks: pd.DataFrame) -> list[Key]:
    used = set(marks["_route"])
    keys = [Key(review.label("routes", term), _look(review, term), bar=True) for term in review.terms("routes") if term in used]
    if marks[["_low_out", "_high_out"]].any(axis=None):
        keys.append(Key("Hollow: bound excluded", style.Look("o", style.MUTED, filled=False)))
    if marks[["low", "high"]].isna().any(axis=None):
        keys.append(Key("Arrow: bound left open", style.Look(">", style.MUTED, filled=True)))
    if marks["cap"].notna().any():
        keys.append(Key("Tick: the source's cap", style.Look("|", style.INK, filled=False)))
    if marks["_noted"].any():
        keys.append(Key("Has a note: see the table", sign=NOTED))
    if marks["_doubted"].any():
        keys.append(Key("Not borne out by the public record", sign=SIGN))
    return keys


def _alt(marks: pd.DataFrame) -> str:
    parts = [
        f"{own['drug'].iloc[0]}, {own['panel'].iloc[0]}: "
        + "; ".join(f"{row.as_reported} ({row.label}, {row.source})" for row in own.itertuples())
        for _, own in marks.groupby(["_drug", "_dimension"], sort=False)
    ]
    return "Dose ranges. " + ". ".join(parts) + "."


def _why_nothing(review: Review, in_words: int) -> str:
    exposed = {row.get("exposure", doses.NOT_STATED) for row in records(review, "immune_effects")} - {doses.NOT_STATED, NO_EXPOSURE}
    more = " Where an effect on the immune system is tied to an exposure, that stands beside the effect." if exposed else ""
    if in_words:
        told = plural(in_words, "dose or exposure", "doses or exposures")
        return f"No numeric dose: what is filed here gives {told} in words only, so there is no range to draw.{more}"
    return f"No dose is filed under this selection, neither as a number nor in words.{more}"


def _notes(marks: pd.DataFrame, lead: str, in_words: int, weight: Decimal | None, short: bool) -> list[str]:
    """What the picture does not say; ``short``: without what its legend says too."""
    notes = ["Bars run from the lowest to the highest dose that a source gives; they are not pooled and not averaged."]
    if not short and (marks[["_low_out", "_high_out"]].any(axis=None) or marks[["low", "high"]].isna().any(axis=None)):
        notes.append("A hollow symbol is a bound that the source excludes, an arrow a bound that it leaves open.")
    if not short and marks["cap"].notna().any():
        notes.append("A black tick is the source's cap.")
    if not short and marks["_doubted"].any():
        told = f"{int(marks['_doubted'].sum())} of {plural(len(marks), 'dose')}"
        notes.append(f"{SIGN} Not borne out by the public record: {told}; what it shows stands beside the dose in the table.")
    if not short and marks["_noted"].any():
        notes.append("* The row has a note: see the table.")
    if marks["_drug"].any():
        notes.append(f"What is set off in grey is no dose of {lower(lead)}, but of another drug.")
    if in_words:
        notes.append(f"Not drawn: {plural(in_words, 'dose or exposure', 'doses or exposures')} that the sources give in words.")
    timeless = int(marks["_dimension"].str.split("\t").str[1].eq(doses.NOT_STATED).sum())
    if timeless:
        notes.append(
            f"{plural(timeless, 'continuous dose')} without a time base {'have' if timeless > 1 else 'has'} a panel "
            "apart: no rate can be read from the source."
        )
    if weight and (marks["_absolute"] != "").any():
        notes.append(f"The upper axes are computed for {weight:g} kg; no source prints them.")
    return notes
