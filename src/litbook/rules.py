"""Rules that no schema can state and that need no text: spans that can be, doses that can be true.

Each rule takes rows and yields problems; none of them raises and none of them changes a row.
"""

from __future__ import annotations

from collections.abc import Iterator

from litbook import doses
from litbook.datapackage import Package, Rows, Tables
from litbook.doses import NOT_STATED, Row, Vocabularies
from litbook.errors import Problem
from litbook.needs import NEEDED_TERMS


def check_rows(package: Package, tables: Tables) -> list[Problem]:
    """All rules that need no text."""
    problems: list[Problem] = []
    for table in package.of_kind("vocabulary"):
        problems += _hierarchy(tables[table.name])
    for table in package.of_kind("extract", "span"):
        problems += _spans(tables[table.name], tables["sources"])
    problems += _ids(package, tables)
    problems += _terms(package, tables)
    if "doses" in tables:
        words = vocabularies(package, tables)
        for line, row in tables["doses"].records():
            problems += (Problem("doses.csv", line, *rest) for rest in dose_rules(row, words))
    for name in ("doses", "statistics"):
        if name in tables:
            problems += _bounds(tables[name])
    return problems


def vocabularies(package: Package, tables: Tables) -> Vocabularies:
    """Every vocabulary as id -> row."""
    return {table.name: {row["id"]: row for _, row in tables[table.name].records()} for table in package.of_kind("vocabulary")}


def _hierarchy(rows: Rows) -> Iterator[Problem]:
    """Terms have no term above them that is also below them."""
    links = [column for column in ("parent", "also_under") if column in rows.table]
    above = {row["id"]: {row[column] for column in links if row[column]} for _, row in rows.records()}
    for line, row in rows.records() if links else ():
        seen, reach = set(), set(above[row["id"]])
        while reach:
            seen |= reach
            reach = {up for term in reach for up in above.get(term, ())} - seen
        if row["id"] in seen:
            yield Problem(
                rows.table.path,
                line,
                links[0],
                f"{row['id']!r} is above itself",
                "a tree",
                "give one of the terms on the circle another parent",
            )


def _spans(rows: Rows, sources: Rows) -> Iterator[Problem]:
    chars = {row["id"]: int(row["chars"]) for _, row in sources.records() if row["chars"].isdigit()}
    for line, row in rows.records():
        if not (row["start"].isdigit() and row["end"].isdigit() and row["source"] in chars):
            continue  # said already by the checks of the cells
        start, end, length = int(row["start"]), int(row["end"]), chars[row["source"]]
        if not start < end <= length:
            yield Problem(
                rows.table.path,
                line,
                "end",
                f"span {start} to {end}",
                f"start < end <= {length}, the length of {row['source']}",
                "look the quote up again with 'litbook find'",
            )


def _ids(package: Package, tables: Tables) -> Iterator[Problem]:
    """An id names one row of the whole review, and a statement's rows come from one source."""
    seen: dict[str, str] = {}
    origin: dict[str, str] = {}
    for table in package.of_kind("extract", "span"):
        for line, row in tables[table.name].records():
            place = f"{table.path}:{line}"
            if row["id"] in seen:
                yield Problem(
                    table.path,
                    line,
                    "id",
                    f"{row['id']!r} stands also in {seen[row['id']]}",
                    "an id of its own for each row",
                    "number one of the two anew",
                )
            seen.setdefault(row["id"], place)
            statement = row.get("statement", "")
            if statement and origin.setdefault(statement, row["source"]) != row["source"]:
                yield Problem(
                    table.path,
                    line,
                    "statement",
                    f"{statement!r} is shared by rows of two sources",
                    "rows that one statement was split into",
                    "name another statement",
                )


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


def _terms(package: Package, tables: Tables) -> Iterator[Problem]:
    for name, needed in NEEDED_TERMS.items():
        if name in package.tables:
            missing = [term for term in needed if term not in tables[name].column("id")]
            for term in missing:
                yield Problem(package.tables[name].path, None, "", f"the term {term!r} is missing", ", ".join(needed),
                              "add it; its label is yours to choose")  # fmt: skip


Rest = tuple[str, str, str, str]


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
    if bool(row["cap"]) != bool(row["cap_unit"]):
        yield "cap_unit", f"{row['cap_unit']!r} beside cap {row['cap']!r}", "both or neither", "fill it in or empty it"
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
