"""Rules of doses: bounds that can be, units and times that fit each other, and amounts that are plausible."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from litbook import doses
from litbook.datapackage import Rows, Tables
from litbook.doses import NOT_STATED, Row, Vocabularies
from litbook.errors import Problem

Rest = tuple[str, str, str, str]


SYMBOLS = {"ge": ("≥", ">="), "gt": (">",), "le": ("≤", "<="), "lt": ("<",)}


def check_words(tables: Tables, words: Vocabularies) -> Iterator[Problem]:
    """Units and operators say what their ids say: a wrong label would be a wrong dose in every row."""
    known = {(row["vocabulary"], row["term"], row["phrase"]) for _, row in tables["aliases"].records()} if "aliases" in tables else set()
    for line, row in tables["operators"].records() if "operators" in tables else ():
        if row["id"] in SYMBOLS and row["symbol"] not in SYMBOLS[row["id"]]:
            found = f"{row['symbol']!r} for {row['id']}"
            yield Problem(tables["operators"].table.path, line, "symbol", found, " or ".join(SYMBOLS[row["id"]]), "write the usual sign")
    for line, row in tables["units"].records() if "units" in tables else ():
        for column, found, allowed in _unit_rules(row, words, known):
            yield Problem(tables["units"].table.path, line, column, found, allowed, "check it against the id, which is the unit in UCUM")


def _unit_rules(row: Row, words: Vocabularies, known: set[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Column, found, allowed."""
    amount, *per = row["id"].split("/")
    if row["label"] != row["id"] and ("units", row["id"], row["label"]) not in known and not row["id"].startswith("{"):
        yield "label", f"{row['label']!r} for {row['id']!r}", "the id, or a phrase that aliases.csv has for this unit"
    if (row["per_mass"] == "true") != ("kg" in per):
        yield "per_mass", f"{row['per_mass']!r} for {row['id']!r}", "true" if "kg" in per else "false"
    times = [part for part in per if part != "kg"]
    if times != ([row["time_base"]] if row["time_base"] else []):
        yield "time_base", f"{row['time_base']!r} for {row['id']!r}", repr(times[0] if times else "")
    without = "/".join([amount, *times])
    if row["per_mass"] == "true" and row["absolute"] != without:
        yield "absolute", f"{row['absolute']!r} for {row['id']!r}", without
    if row["absolute"] and row["absolute"] not in words["units"]:
        yield "absolute", f"{row['absolute']!r} is no unit of this review", "a unit of this vocabulary"


def check_doses(tables: Tables, words: Vocabularies) -> Iterator[Problem]:
    """All rules of doses, and those of bounds for every table that has them alone."""
    if "doses" in tables:
        for line, row in tables["doses"].records():
            yield from (Problem("doses.csv", line, *rest) for rest in dose_rules(row, words))
        if "limits" in tables:
            yield from _plausible(tables["doses"], tables["limits"])
    for name in ("doses", "statistics"):
        if name in tables:
            yield from _bounds(tables[name])


def _bounds(rows: Rows) -> Iterator[Problem]:
    """Operator and bound agree, and low is not above high."""
    for line, row in rows.records():
        for bound in ("low", "high"):
            if bool(row[bound]) != bool(row[f"{bound}_op"]):
                yield Problem(
                    rows.table.path,
                    line,
                    f"{bound}_op",
                    f"{bound} is {row[bound]!r} and its operator {row[f'{bound}_op']!r}",
                    "both or neither",
                    "fill in the one that is missing or empty the other",
                )
        sides = {"low_op": ("", "ge", "gt"), "high_op": ("", "le", "lt")}
        for column, allowed in sides.items():
            if row[column] not in allowed:
                yield Problem(rows.table.path, line, column, f"{row[column]!r}", " or ".join(allowed[1:]), "take the operator of this side")
        try:
            limits = doses.bounds(row)
        except ArithmeticError:
            continue  # not a number: said already
        if limits.low is not None and limits.high is not None and limits.low > limits.high:
            yield Problem(
                rows.table.path,
                line,
                "low",
                f"low {row['low']} is above high {row['high']}",
                "low <= high",
                "check both against the source",
            )


def dose_rules(row: Row, words: Vocabularies) -> Iterator[Rest]:
    """What must agree within one dose: column, found, allowed, how to mend it."""
    numeric = bool(row["low"] or row["high"])
    if not numeric and not row["qualitative"]:
        yield "qualitative", "neither number nor word", "low, high or qualitative", "fill in what the source says"
    for column in ("unit", "basis"):
        if numeric != bool(row[column]):
            yield (
                column,
                f"{row[column]!r} beside {'a number' if numeric else 'no number'}",
                "one for a numeric dose, none for a dose in words",
                "fill it in or empty it",
            )
    for unit, basis in (("unit", "basis"), ("cap_unit", "cap_basis")):
        if row[unit] in words["units"] and row[basis] in words["bases"]:
            yield from _time_base(row, unit, basis, words)
    yield from _cap(row, words)
    flow = words["forms"].get(row["form"], {}).get("flow", "")
    if row["basis"] == NOT_STATED and flow != "continuous":
        allowed = "a basis; not_stated only for a form whose flow is continuous"
        yield "basis", f"not_stated for form {row['form']!r}", allowed, "say what the dose is per"
    if bool(row["frequency"]) != bool(row["period"] and row["period_unit"]):
        yield (
            "frequency",
            f"{row['frequency']!r} with period {row['period']!r} {row['period_unit']!r}",
            "frequency, period and period_unit together",
            "fill in what is missing",
        )


def _cap(row: Row, words: Vocabularies) -> Iterator[Rest]:
    if row["cap_unit"] and row["unit"] in words["units"]:
        comparable = (row["unit"], words["units"][row["unit"]]["absolute"])
        if row["cap_unit"] not in comparable:
            allowed = " or ".join(filter(None, comparable))
            yield "cap_unit", f"{row['cap_unit']!r} can't be compared with {row['unit']!r}", allowed, "take both from the source"
    if bool(row["cap"]) != bool(row["cap_unit"]):
        yield "cap_unit", f"{row['cap_unit']!r} beside cap {row['cap']!r}", "both or neither", "fill it in or empty it"


def _plausible(rows: Rows, limits: Rows) -> Iterator[Problem]:
    """Each numeric dose lies within the limits of its drug, route and unit, or says why it does not."""
    ranges = [row for _, row in limits.records()]
    for line, row in rows.records():
        values = [Decimal(row[bound]) for bound in ("low", "high") if row[bound]]
        own = [one for one in ranges if one["drug"] == row["drug"] and one["unit"] == row["unit"] and one["route"] in ("", row["route"])]
        if values and not own:
            found = f"no limits for {row['drug']} in {row['unit']}"
            yield Problem(rows.table.path, line, "unit", found, "a unit with limits", "check the unit, or add limits with their reason")
        beyond = [
            one
            for one in own
            if min(values, default=Decimal(one["low"])) < Decimal(one["low"]) or max(values, default=Decimal(0)) > Decimal(one["high"])
        ]
        for one in beyond if not row["override"] else ():
            found = f"{row['low'] or '…'} to {row['high'] or '…'} {row['unit']} lies outside {one['low']} to {one['high']}"
            yield Problem(
                rows.table.path, line, "high", found, one["reason"], "check it in the source; if it is right, say why in override"
            )
        if row["override"] and not beyond:
            yield Problem(rows.table.path, line, "override", "an override without need", "empty", "empty it")


def _time_base(row: Row, unit: str, basis: str, words: Vocabularies) -> Iterator[Rest]:
    in_unit, in_basis = words["units"][row[unit]]["time_base"], words["bases"][row[basis]]["time_base"]
    if in_unit != in_basis:
        yield (
            basis,
            f"{row[basis]!r} with unit {row[unit]!r}",
            "a basis with the time base of the unit",
            "take the unit and the basis from the source together",
        )
    at_once = words["forms"].get(row["form"], {}).get("flow") == "single"
    if in_unit and at_once and unit == "unit":
        yield (
            unit,
            f"{row[unit]!r} for form {row['form']!r}, which is given at once",
            "a unit without a rate",
            "take the unit from the source",
        )
