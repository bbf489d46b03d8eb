"""Two extractions of the same sources, made without sight of each other: how far they agree, and where they do not.

Rows are paired within a source and a table by the overlap of their spans, the closest first and each row once. For
every typed field of the paired rows: raw agreement, Cohen's kappa (Cohen J, Educ Psychol Meas 1960;20:37) and Gwet's
AC1 (Gwet KL, Br J Math Stat Psychol 2008;61:29), all before adjudication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from litbook.datapackage import SPAN_COLUMNS, Package, Rows, Table, Tables
from litbook.errors import Problem

SECOND = "second_"
VERBATIM = ("level", "grade")  # text, but as printed, so that two extractors must have the same
ROW = "row"  # the field of a difference that is a whole row, seen by one extractor only
Record = dict[str, str]


@dataclass(frozen=True)
class Pair:
    """A row of the first extraction and the row of the second that was read from the same words; None: there is none."""

    table: str
    first: Record | None
    second: Record | None


@dataclass(frozen=True)
class Difference:
    """One field in which a pair differs, or a row that only one extractor saw."""

    table: str
    first: str
    second: str
    field: str
    first_value: str
    second_value: str


@dataclass(frozen=True)
class Agreement:
    """How far two extractors agree on one field: ``n`` pairs, raw agreement, kappa and AC1 (None where undefined)."""

    table: str
    field: str
    n: int
    raw: float
    kappa: float | None
    ac1: float | None


def pairs(package: Package, tables: Tables) -> list[Pair]:
    """Every row of the tables that were extracted twice, paired or alone, in the order of the first extraction."""
    found: list[Pair] = []
    for table in package.of_kind("second"):
        name = table.name.removeprefix(SECOND)
        found += _pairs(name, tables[name], tables[table.name])
    return found


def _pairs(name: str, first: Rows, second: Rows) -> Iterator[Pair]:
    ours = [row for _, row in first.records()]
    theirs = [row for _, row in second.records()]
    fields = compared(first.table, second.table)
    ranked = sorted(
        (
            (-_closeness(one, other, fields), i, j)
            for i, one in enumerate(ours)
            for j, other in enumerate(theirs)
            if one["source"] == other["source"] and _overlap(one, other) > 0
        )
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in ranked:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    for i, one in enumerate(ours):
        yield Pair(name, one, theirs[partner[i]] if i in partner else None)
    for j, other in enumerate(theirs):
        if j not in taken:
            yield Pair(name, None, other)


def _overlap(one: Record, other: Record) -> float:
    """Shared characters over all characters of two spans: 1 for the same span, 0 for spans apart."""
    begin, end = max(int(one["start"]), int(other["start"])), min(int(one["end"]), int(other["end"]))
    whole = max(int(one["end"]), int(other["end"])) - min(int(one["start"]), int(other["start"]))
    return max(0, end - begin) / whole


def _closeness(one: Record, other: Record, fields: Sequence[str]) -> float:
    """Overlap of the spans, and share of equal fields: a list has several rows in one span, one for each item."""
    return _overlap(one, other) + sum(one[field] == other[field] for field in fields) / len(fields)


def compared(table: Table, second: Table) -> list[str]:
    """The typed fields that a table and that of the second extractor both have: numbers, and ids of a vocabulary. Free text and
    what ties the row to its source is not compared, nor what was added after the second extraction."""
    left_out = {*SPAN_COLUMNS, "statement", "citation", "inferred", "work", "status", "note"}
    return [
        field.name
        for field in table.fields
        if field.name in second and (field.name in VERBATIM or (field.name not in left_out and (field.foreign or field.type != "string")))
    ]


def differences(package: Package, tables: Tables) -> list[Difference]:
    """Every difference between the two extractions, field by field."""
    found = []
    for pair in pairs(package, tables):
        if pair.first is None or pair.second is None:
            one, other = pair.first or {"id": ""}, pair.second or {"id": ""}
            found.append(Difference(pair.table, one["id"], other["id"], ROW, one["id"] and "seen", other["id"] and "seen"))
            continue
        for field in compared(package.tables[pair.table], package.tables[SECOND + pair.table]):
            values = pair.first[field], pair.second[field]
            if values[0] != values[1]:
                found.append(Difference(pair.table, pair.first["id"], pair.second["id"], field, *values))
    return found


def agreements(package: Package, tables: Tables) -> list[Agreement]:
    """Agreement on each field of each table, and on whether there is a row at all (field ``row``, raw only)."""
    found = []
    both = pairs(package, tables)
    for name in dict.fromkeys(pair.table for pair in both):
        own = [pair for pair in both if pair.table == name]
        matched = [(pair.first, pair.second) for pair in own if pair.first and pair.second]
        seen = len(own) + len(_withdrawn(package, tables, name))
        found.append(Agreement(name, ROW, seen, len(matched) / seen, None, None))
        for field in compared(package.tables[name], package.tables[SECOND + name]):
            values = [(one[field], other[field]) for one, other in matched if one[field] or other[field]]
            if values:
                found.append(Agreement(name, field, len(values), *coefficients(values)))
    return found


def coefficients(values: Sequence[tuple[str, str]]) -> tuple[float, float | None, float | None]:
    """Raw agreement, kappa and AC1 of pairs of categories. A coefficient whose chance agreement is 1 is undefined."""
    n = len(values)
    raw = sum(one == other for one, other in values) / n
    first, second = Counter(one for one, _ in values), Counter(other for _, other in values)
    categories = sorted(first.keys() | second.keys())
    by_chance = sum(first[term] * second[term] for term in categories) / n**2
    kappa = (raw - by_chance) / (1 - by_chance) if by_chance < 1 else None
    if len(categories) < 2:
        return raw, kappa, None
    share = {term: (first[term] + second[term]) / (2 * n) for term in categories}
    chance = sum(part * (1 - part) for part in share.values()) / (len(categories) - 1)
    return raw, kappa, (raw - chance) / (1 - chance) if chance < 1 else None


def before_adjudication(package: Package, tables: Tables) -> Tables:
    """The tables as the first extractor left them: what adjudication changed is put back, what it added is taken out."""
    changed: dict[tuple[str, str], dict[str, str]] = {}
    added: set[tuple[str, str]] = set()
    for _, row in tables["adjudications"].records() if "adjudications" in package.tables else ():
        if row["field"] == ROW and not row["first"] and row["decision"] == "second":
            added.add((row["table"], row["value"]))
        elif row["field"] != ROW:
            changed.setdefault((row["table"], row["first"]), {})[row["field"]] = row["first_value"]
    return {
        name: _rows_with(
            rows, {key[1]: cells for key, cells in changed.items() if key[0] == name}, {key[1] for key in added if key[0] == name}
        )
        for name, rows in tables.items()
    }


def _rows_with(rows: Rows, changed: dict[str, dict[str, str]], without: set[str]) -> Rows:
    if not changed and not without:
        return rows
    kept = [(line, {**row, **changed.get(row["id"], {})}) for line, row in rows.records() if row["id"] not in without]
    return Rows(rows.table, tuple(tuple(row.values()) for _, row in kept), tuple(line for line, _ in kept))


def check_adjudications(package: Package, tables: Tables) -> Iterator[Problem]:
    """Every difference is adjudicated, every adjudication speaks of a difference that is there, and the first
    extraction holds what was decided."""
    if "adjudications" not in package.tables:
        return
    path = package.tables["adjudications"].path
    cells = {(name, row["id"]): row for name in package.tables for _, row in tables[name].records() if SECOND + name in package.tables}
    before = before_adjudication(package, tables)
    unsettled = {_key(difference): difference for difference in differences(package, before)}
    paired = {(pair.table, pair.first["id"], pair.second["id"]): pair for pair in pairs(package, before) if pair.first and pair.second}
    for line, row in tables["adjudications"].records():
        key = (row["table"], row["first"], row["second"], row["field"], row["first_value"], row["second_value"])
        if row["first"] in _withdrawn(package, tables, row["table"]):
            if (row["table"], row["first"]) in cells:
                yield Problem(path, line, "first", f"{row['first']} is still there", "its withdrawal, as was decided",
                              "delete the row, or adjudicate anew with a reason")  # fmt: skip
        elif unsettled.pop(key, None) is None and not _both_mended(row, paired):
            yield Problem(path, line, "field", f"{row['field']} of {row['first'] or row['second']} does not differ like this",
                          "adjudications of differences that are there", "adjudicate it anew")  # fmt: skip
        elif row["field"] != ROW:
            decided = {"first": row["first_value"], "second": row["second_value"], "neither": row["value"]}[row["decision"]]
            held = cells[row["table"], row["first"]][row["field"]]
            if held != decided:
                yield Problem(path, line, "decision", f"{row['field']} of {row['first']} is {held!r}", f"{decided!r}, as was decided",
                              "put the decided value back, or adjudicate anew with a reason")  # fmt: skip
    for difference in sorted(unsettled.values(), key=_key):
        where = difference.first or difference.second
        found = f"{where}: {difference.field} is {difference.first_value!r}, and {difference.second_value!r} in the second extraction"
        yield Problem(path, None, "", found, "agreement, or an adjudication with its reason",
                      "look it up in the source, then mend the row or add an adjudication")  # fmt: skip


def _both_mended(row: Record, paired: Mapping[tuple[str, str, str], Pair]) -> bool:
    """Whether a row of the adjudications corrects what both extractors had: agreement does not make a value right."""
    pair = paired.get((row["table"], row["first"], row["second"]))
    if pair is None or pair.first is None or pair.second is None or row["field"] not in pair.second or row["decision"] != "neither":
        return False
    return row["first_value"] == row["second_value"] == pair.first[row["field"]] == pair.second[row["field"]] != row["value"]


def _withdrawn(package: Package, tables: Tables, name: str) -> set[str]:
    """Rows of the first extraction that were withdrawn because the second extractor, rightly, did not see them."""
    if "adjudications" not in package.tables:
        return set()
    rows = [row for _, row in tables["adjudications"].records() if row["table"] == name and row["field"] == ROW]
    return {row["first"] for row in rows if row["first"] and row["decision"] == "second"}


def _key(difference: Difference) -> tuple[str, str, str, str, str, str]:
    return (difference.table, difference.first, difference.second, difference.field, difference.first_value, difference.second_value)
