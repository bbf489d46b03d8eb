"""A. Data mutation: what slips through when one cell or one row of the shipped review is wrong.

Every mutant is judged by the rules of ``litbook check`` applied to what it touches; a sample is judged a second time by
the whole check on a copy on disk, and the two verdicts must agree.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from litbook import agreement, anchors, approval, facts, rules, verification
from litbook.anchors import Span
from litbook.authoring import as_csv
from litbook.cells import check_cells, check_references
from litbook.datapackage import Package, Rows, Tables
from litbook.dose_rules import check_doses
from litbook.loading import Read, check, facts_to_read, known_phrases, read
from litbook.textfiles import write_all
from tests.conftest import KETAMINE

ENUMERATED = {"units": "unit", "routes": "route", "stances": "stance", "indications": "indication", "bodies": "body"}
OTHER = "other term"  # of any other vocabulary: three for each cell
GRADES = {"level": ("I", "II", "III", "IV", "V"), "grade": ("A", "B", "C", "D", "E")}


@dataclass(frozen=True)
class Mutant:
    """One wrong value: ``column`` is empty for a fault of a whole row. ``rows`` are the table's rows with the fault."""

    operator: str
    table: str
    row: str
    column: str
    old: str
    new: str
    place: int

    def __str__(self) -> str:
        return f"{self.operator}: {self.table} {self.row} {self.column} {self.old!r} -> {self.new!r}"


@dataclass(frozen=True)
class Base:
    """The shipped review as it was read, with its quotes."""

    found: Read
    sources: Path

    @cached_property
    def texts(self) -> dict[str, str]:
        rows = [row for _, row in self.found.tables["sources"].records()]
        return {row["id"]: anchors.read_text(self.sources / row["file"]) for row in rows}

    @cached_property
    def known(self) -> facts.Phrases:
        return known_phrases(self.found)

    @cached_property
    def words(self) -> dict[str, dict[str, dict[str, str]]]:
        return rules.vocabularies(self.found.package, self.found.tables)  # type: ignore[return-value]

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(rows.column("id")) for name, rows in self.found.tables.items()}

    @cached_property
    def spans(self) -> dict[str, list[tuple[str, Span]]]:
        found: dict[str, list[tuple[str, Span]]] = {}
        for table in self.found.package.of_kind("extract", "span"):
            for _, row in self.found.tables[table.name].records():
                found.setdefault(row["source"], []).append((row["id"], Span(int(row["start"]), int(row["end"]))))
        return found


def numeric(value: str) -> dict[str, str]:
    """The wrong forms of a number, by operator."""
    number = Decimal(value)
    step = Decimal(1).scaleb(number.as_tuple().exponent)  # type: ignore[arg-type]
    forms = {"x10": number * 10, "/10": number / 10, "x1000": number * 1000, "/1000": number / 1000, "x2": number * 2,
             "digit+1": number + step, "digit-1": number - step, "zero": Decimal(0)}  # fmt: skip
    found = {name: f"{form.normalize():f}" for name, form in forms.items()}
    return {name: form for name, form in {**found, "blank": "", "comma": value.replace(".", ",") if "." in value else value + ",0"}.items()
            if form != value}  # fmt: skip


def mutants(base: Base) -> Iterator[Mutant]:
    """Every mutant of every extract."""
    package = base.found.package
    for table in package.of_kind("extract"):
        rows = [row for _, row in base.found.tables[table.name].records()]
        for place, row in enumerate(rows):
            for field in table.fields:
                value = row[field.name]
                if not value:
                    continue
                if field.type in ("number", "integer", "year"):
                    for operator, new in numeric(value).items():
                        yield Mutant(operator, table.name, row["id"], field.name, value, new, place)
                elif field.foreign in ENUMERATED:
                    for other in base.ids[field.foreign] - {value}:
                        yield Mutant(f"other {ENUMERATED[field.foreign]}", table.name, row["id"], field.name, value, other, place)
                elif field.foreign in base.words and field.foreign != "statuses":
                    others = sorted(base.ids[field.foreign] - {value})
                    for other in random.Random(row["id"] + field.name).sample(others, min(3, len(others))):
                        yield Mutant(OTHER, table.name, row["id"], field.name, value, other, place)
                elif field.name in GRADES:
                    for other in GRADES[field.name]:
                        if other != value:
                            yield Mutant("other grade", table.name, row["id"], field.name, value, other, place)
            yield Mutant("row dropped", table.name, row["id"], "", "", "", place)
            yield Mutant("row duplicated", table.name, row["id"], "", "", "", place)
            if place + 1 < len(rows):
                yield Mutant("id swapped", table.name, row["id"], "", row["id"], rows[place + 1]["id"], place)
            for by in (-1, 1):
                yield Mutant("span moved", table.name, row["id"], "", row["start"], str(int(row["start"]) + by), place)


def mutated(base: Base, mutant: Mutant) -> Rows:
    """The mutant's table with its fault."""
    rows = base.found.tables[mutant.table]
    cells = [list(row) for row in rows.cells]
    at = {name: place for place, name in enumerate(rows.table.columns)}
    row = cells[mutant.place]
    if mutant.operator == "row dropped":
        del cells[mutant.place]
    elif mutant.operator == "row duplicated":
        cells.insert(mutant.place, list(row))
    elif mutant.operator == "id swapped":
        other = cells[mutant.place + 1]
        row[at["id"]], other[at["id"]] = other[at["id"]], row[at["id"]]
    elif mutant.operator == "span moved":
        by = int(mutant.new) - int(mutant.old)
        for column in ("start", "end"):
            row[at[column]] = str(int(row[at[column]]) + by)
    else:
        row[at[mutant.column]] = mutant.new
    return Rows(rows.table, tuple(map(tuple, cells)), tuple(range(2, len(cells) + 2)))


def caught(base: Base, mutant: Mutant, lock: bool = False) -> bool:
    """Whether any rule refuses the mutant; with ``lock`` also the approvals."""
    package, tables, changed = base.found.package, dict(base.found.tables), mutated(base, mutant)
    tables[mutant.table] = changed
    if lock and any(approval.check_lock(_only(package, mutant.table), tables, _lock_of(base, mutant.table), {})):
        return True
    touched = changed.cells[mutant.place : mutant.place + (2 if mutant.operator in ("id swapped", "row duplicated") else 1)]
    few = Rows(changed.table, touched, tuple(range(2, len(touched) + 2)))
    if mutant.operator == "row dropped":
        return any(rules._counted(package, tables)) or _number_lost(base, mutant)
    if any(check_cells(few)) or any(check_references(few, base.ids)):
        return True
    own = _only(package, mutant.table)
    if any(rules._ids(own, tables)):
        return True
    if any(rules._spans(few, tables["sources"])) or any(rules._order(own, tables)):
        return True
    if mutant.column == "source" and any(rules._counted(package, tables)):
        return True
    if mutant.table in ("doses", "statistics") and any(check_doses({**tables, mutant.table: few}, base.words)):
        return True
    if agreement.SECOND + mutant.table in package.tables and any(_agreement(base, mutant.table, changed)):
        return True
    return _span_or_fact(base, few)


def _lock_of(base: Base, table: str) -> dict[str, approval.Approval]:
    assert base.found.lock is not None
    own = frozenset(base.found.tables[table].column("id"))
    return {name: one for name, one in base.found.lock.items() if name in own}


def _only(package: Package, table: str) -> Package:
    return dataclasses.replace(package, tables={table: package.tables[table]})


def _agreement(base: Base, table: str, changed: Rows) -> Iterator[object]:
    second = agreement.SECOND + table
    names = (table, second, "adjudications")
    package = dataclasses.replace(base.found.package, tables={name: base.found.package.tables[name] for name in names})
    every = base.found.tables["adjudications"]
    mine = [row for row in every.cells if row[every.table.columns.index("table")] == table]
    adjudicated = Rows(every.table, tuple(mine), tuple(range(2, len(mine) + 2)))
    tables: Tables = {table: changed, second: base.found.tables[second], "adjudications": adjudicated}
    return agreement.check_adjudications(package, tables)


def _number_lost(base: Base, mutant: Mutant) -> bool:
    source = next(row["source"] for _, row in base.found.tables[mutant.table].records() if row["id"] == mutant.row)
    spans = [span for name, span in base.spans[source] if name != mutant.row]
    return bool(anchors.uncovered_numbers(base.texts[source], spans))


def _span_or_fact(base: Base, few: Rows) -> bool:
    quotes = {}
    for _, row in few.records():
        quote = Span(int(row["start"]), int(row["end"])).of(base.texts[row["source"]])
        if anchors.sha256(quote) != row["quote_sha256"]:
            return True
        quotes[row["id"]] = quote
    package = _only(base.found.package, few.table.name)
    return any(facts.check_facts(package, {few.table.name: few}, quotes, base.known, facts_to_read(base.found.settings)))


def caught_on_disk(base: Base, mutant: Mutant, folder: Path) -> bool:
    """The verdict of the whole check on a copy of the review in ``folder``, without its lock."""
    table = base.found.package.tables[mutant.table]
    changed = mutated(base, mutant)
    write_all({folder / table.path: as_csv(changed)})
    (folder / approval.FILE).unlink(missing_ok=True)
    problems, _ = check(folder, base.sources)
    write_all({folder / table.path: as_csv(base.found.tables[mutant.table])})
    return bool(problems)


def load_base(sources: Path) -> Base:
    """The shipped review, which must be without fault before it is given one."""
    found = read(KETAMINE)
    assert not found.problems
    assert not verification.verify(found.package, found.tables, anchors.text_location(KETAMINE, sources))[0]
    return Base(found, sources)


def sample(base: Base, n: int, seed: int) -> list[Mutant]:
    """``n`` mutants, at least one of each operator."""
    every = list(mutants(base))
    chance = random.Random(seed)
    chosen = chance.sample(every, min(n, len(every)))
    seen = {mutant.operator for mutant in chosen}
    return chosen + [next(one for one in every if one.operator == name) for name in sorted({one.operator for one in every} - seen)]
