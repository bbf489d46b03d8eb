"""Rules on amounts: doses that conflict, doses where a protocol is said to be lacking, durations that do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from litbook import doses
from litbook.disagreements.material import Material, Stand, groups, meetings, stands
from litbook.doses import Bounds, Row

DISJOINT, ADJOINING, UPPER = "disjoint", "adjoining, one end point shared", "overlapping, with different upper bounds"


def dose(given: Material) -> Iterator[Stand]:
    """Numeric doses of one drug in one dimension, whose indication, route and setting can be compared, and which have no amount
    in common, an end point alone, or different upper bounds."""
    numeric = groups((row for row in given.rows("doses") if row["unit"]), "drug", "unit", "basis", "form")
    for own in numeric.values():
        for one, other in meetings(groups(own, "indication", "route", "setting", "low", "low_op", "high", "high_op")):
            first, second = one[0], other[0]
            shared = given.narrower("indications", first["indication"], second["indication"])
            apart = None in (given.narrower("routes", first["route"], second["route"]),
                             given.narrower("settings", first["setting"], second["setting"]))  # fmt: skip
            how = relation(doses.bounds(first), doses.bounds(second))
            shape = doses.dimension(first)
            if shared and not apart and how and shape:
                topic = f"{given.label('indications', shared)}: {given.label('drugs', first['drug'])}, {shape.label(given.words)}"
                yield from stands([shared, first["drug"], *shape], topic, [_amounts(given, rows) for rows in (one, other)], how)


def _amounts(given: Material, rows: list[Row]) -> tuple[int, str, list[Row]]:
    limits = doses.bounds(rows[0])
    low = limits.low if limits.low is not None else Decimal(0)
    return int(low * 10**6), doses.amount(limits, rows[0]["unit"], given.words, as_printed=rows[0]), rows


def relation(one: Bounds, other: Bounds) -> str:
    """How two ranges conflict: DISJOINT, ADJOINING or UPPER; empty where they have amounts in common and the same upper bound."""
    low, high = sorted((one, other), key=lambda limits: (limits.low is not None, limits.low or 0, limits.low_op == "gt"))
    if low.high is not None and high.low is not None and low.high <= high.low:
        touching = low.high == high.low and low.high_op == "le" and high.low_op == "ge"
        point = Bounds(high.low, "ge", high.low, "le")
        if not touching:
            return DISJOINT
        if point not in (one, other):
            return ADJOINING
    return "" if (one.high, one.high_op) == (other.high, other.high_op) else UPPER


def dose_without_protocol(given: Material) -> Iterator[Stand]:
    """Numeric doses of what is reviewed, and courses with a number, where a protocol is said to be lacking."""
    numbers = [row for row in given.rows("doses") if row["unit"] and given.told("drugs", row["drug"], "reviewed") == "true"]
    numbers += [row for row in given.rows("courses") if row["sessions_low"] or row["sessions_high"]]
    lacking = [row for row in given.rows("limitations") if row["topic"] == "protocol"]
    for ours in groups(numbers, "indication", "route").values():
        for theirs in groups(lacking, "indication", "route").values():
            shared = given.narrower("indications", ours[0]["indication"], theirs[0]["indication"])
            if shared and given.narrower("routes", ours[0]["route"], theirs[0]["route"]) is not None:
                sides = [(0, "Doses or courses in numbers", ours), (1, "Protocol said to be lacking", theirs)]
                yield from stands([shared], given.label("indications", shared), sides)


def duration(given: Material) -> Iterator[Stand]:
    """Durations in numbers of the same outcome in one indication that have no time in common."""
    timed = [{**row, "outcome": row["outcome"].casefold()} for row in given.rows("findings") if row["duration_unit"]]
    for (outcome, _), own in groups(timed, "outcome", "direction").items():
        for one, other in meetings(groups(own, "indication", "route", "duration_low", "duration_high", "duration_unit")):
            shared = given.narrower("indications", one[0]["indication"], other[0]["indication"])
            route = given.narrower("routes", one[0]["route"], other[0]["route"])
            if shared and route is not None and relation(_hours(given, one[0]), _hours(given, other[0])) == DISJOINT:
                sides = [(int(_hours(given, rows[0]).low or 0), _span(given, rows[0]), rows) for rows in (one, other)]
                yield from stands([shared, outcome], f"{given.label('indications', shared)}: {outcome}", sides)


def _hours(given: Material, row: Row) -> Bounds:
    hours = Decimal(given.told("time_units", row["duration_unit"], "hours"))
    low, high = (Decimal(row[name]) * hours if row[name] else None for name in ("duration_low", "duration_high"))
    return Bounds(low, "ge" if low is not None else "", high, "le" if high is not None else "")


def _span(given: Material, row: Row) -> str:
    unit = given.label("time_units", row["duration_unit"])
    return f"{'–'.join(dict.fromkeys(filter(None, (row['duration_low'], row['duration_high']))))} {unit}s"
