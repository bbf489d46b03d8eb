"""What changed between two states of a review, in the field's words: rows, values, stances and dose ranges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from litbook import disagreements, doses
from litbook.datapackage import SPAN_COLUMNS, Package, Tables
from litbook.descriptor import read_package
from litbook.doses import Bounds, Dimension, Row, Vocabularies
from litbook.errors import DataProblems
from litbook.reading import read_tables
from litbook.rules import vocabularies

ADDED, WITHDRAWN, CHANGED = "row added", "row withdrawn", "value changed"
STANCE, RANGE = "stance changed", "dose range changed"
OPENED, SETTLED, REOPENED = "disagreement opened", "disagreement settled", "disagreement re-opened"
KINDS = (STANCE, RANGE, OPENED, REOPENED, SETTLED, ADDED, WITHDRAWN, CHANGED)
OPEN_LOW, OPEN_HIGH = Decimal("-Infinity"), Decimal("Infinity")


@dataclass(frozen=True)
class State:
    """A review as it was at one time: its descriptor, tables and vocabularies."""

    package: Package
    tables: Tables
    words: Vocabularies

    def label(self, vocabulary: str, term: str) -> str:
        """The label of a term, or of a source or work; the id where there is none."""
        if vocabulary in self.words:
            return self.words[vocabulary].get(term, {}).get("label", term)
        rows = self.tables[vocabulary].records() if vocabulary in self.tables else ()
        return next((row.get("label", term) for _, row in rows if row["id"] == term), term)

    def shown(self, table: str, column: str, value: str) -> str:
        """A value as a reader sees it: the label where the column takes the ids of a vocabulary."""
        foreign = self.package.tables[table].field(column).foreign
        return self.label(foreign, value) if value else "nothing"


@dataclass(frozen=True)
class Change:
    """One change. ``about`` says in words what the row or the group is about; ``field`` is empty for a whole row."""

    kind: str
    table: str
    id: str
    field: str
    old: str
    new: str
    about: str

    def __str__(self) -> str:
        where = f"{self.table} {self.id}" if self.id else self.table
        what = f" {self.field}: {self.old} -> {self.new}" if self.field else ""
        return f"{self.kind}: {where}{what}{f' ({self.about})' if self.about else ''}"


def read_state(folder: Path) -> State:
    """Read a review as it is in ``folder``, without its rules: an old state need not fit the rules of today.

    Raises DataProblems for tables that can't be read.
    """
    package = read_package(folder)
    tables, problems = read_tables(folder, package)
    if problems:
        raise DataProblems(problems)
    return State(package, tables, vocabularies(package, tables))


def compare(old: State, new: State) -> list[Change]:
    """Every change from ``old`` to ``new``: stances and dose ranges first, then rows and values by table."""
    found = [*_stances(old, new), *_ranges(old, new), *_disagreements(old, new)]
    for name in dict.fromkeys([*old.package.tables, *new.package.tables]):
        found += _rows(name, old, new)
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def in_one_sentence(changes: Sequence[Change]) -> str:
    """How many changes of each kind, such as ``2 rows added, 1 value changed``."""
    counted = Counter(change.kind for change in changes)
    told = []
    for kind in KINDS:
        noun, _, verb = kind.rpartition(" ")
        if counted[kind]:
            told.append(f"{counted[kind]} {noun}{'' if counted[kind] == 1 else 's'} {verb}")
    return ", ".join(told) or "no change of the data"


def _rows(name: str, old: State, new: State) -> Iterator[Change]:
    before, after = _by_id(name, old), _by_id(name, new)
    for key in sorted(before.keys() | after.keys()):
        state = new if key in after else old
        row = after.get(key) or before[key]
        about = _about(state, name, row)
        if key not in before or key not in after:
            yield Change(ADDED if key in after else WITHDRAWN, name, key, "", "", "", about)
            continue
        for column in dict.fromkeys([*before[key], *after[key]]):
            was, now = before[key].get(column, ""), after[key].get(column, "")
            if was != now:
                then, now = _shown(old, name, column, was), _shown(new, name, column, now)
                yield Change(CHANGED, name, key, column, then, now, about)


def _shown(state: State, table: str, column: str, value: str) -> str:
    return state.shown(table, column, value) if column in state.package.tables[table] else value or "nothing"


def _by_id(name: str, state: State) -> dict[str, Row]:
    return {row["id"]: row for _, row in state.tables[name].records()} if name in state.tables else {}


def _about(state: State, table: str, row: Row) -> str:
    """What a row is about: its indication, route and source, as far as it has them."""
    if state.package.tables[table].kind not in ("extract", "second"):
        return row.get("label", "")
    columns = [column for column in ("indication", "route", "source") if row.get(column)]
    return ", ".join(state.shown(table, column, row[column]) for column in columns)


def _disagreements(old: State, new: State) -> Iterator[Change]:
    """Disagreements whose status is another one, where both states keep a ledger."""
    if disagreements.TABLE not in old.tables or disagreements.TABLE not in new.tables:
        return
    before, after = _ledger(old), _ledger(new)
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        then, status = was.status if was else "", now.status if now else disagreements.GONE
        if then != status:
            kind = {disagreements.OPEN: OPENED, disagreements.REOPENED: REOPENED}.get(status, SETTLED)
            told = [state.label("disagreement_statuses", term) or "nothing" for state, term in ((old, then), (new, status))]
            yield Change(kind, disagreements.TABLE, name, "status", told[0], told[1], _topic(now) or _topic(was))


def _ledger(state: State) -> dict[str, disagreements.Entry]:
    given = disagreements.Material(state.package, state.tables, state.words)
    return {entry.id: entry for entry in disagreements.ledger(given)}


def _topic(entry: disagreements.Entry | None) -> str:
    if entry is None:
        return ""
    return entry.proposal.topic if entry.proposal else entry.adjudication["topic"] if entry.adjudication else ""


def _stances(old: State, new: State) -> Iterator[Change]:
    """Stances by body, year, indication and source."""
    before, after = _stance_groups(old), _stance_groups(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, set()), after.get(key, set())
        if was != now:
            body, year, indication, source = key
            then, now_told = (", ".join(sorted(group)) or "nothing" for group in (was, now))
            yield Change(STANCE, "recommendations", "", " ".join(filter(None, (body, year))), then, now_told, f"{indication}, {source}")


def _stance_groups(state: State) -> dict[tuple[str, str, str, str], set[str]]:
    found: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for _, row in state.tables["recommendations"].records() if "recommendations" in state.tables else ():
        source = state.label("sources", row["source"])
        who = state.label("bodies", row["body"]) if row["body"] else state.label("voices", row["voice"])
        found[who, row["year"], state.label("indications", row["indication"]), source].add(state.label("stances", row["stance"]))
    return found


Group = tuple[str, str, str, Dimension]


def _ranges(old: State, new: State) -> Iterator[Change]:
    """The lowest and the highest dose of each drug, indication, route and dimension."""
    before, after = _extents(old), _extents(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was != now:
            drug, indication, route, dimension = key
            state = new if now else old
            about = ", ".join([state.label("indications", indication), state.label("routes", route), dimension.label(state.words)])
            what = f"{state.label('drugs', drug)} {_direction(was, now)}"
            yield Change(RANGE, "doses", "", what, _extent(old, was, dimension), _extent(new, now, dimension), about)


def _extents(state: State) -> dict[Group, Bounds]:
    groups: dict[Group, list[Bounds]] = defaultdict(list)
    for _, row in state.tables["doses"].records() if "doses" in state.tables else ():
        shape = doses.dimension(row)
        if shape is not None:
            groups[row["drug"], row["indication"], row["route"], shape].append(doses.bounds(row))
    return {key: _extent_of(own) for key, own in groups.items()}


def _extent_of(bounds: Sequence[Bounds]) -> Bounds:
    """From the lowest to the highest bound; an open bound is lower or higher than any."""
    low = min(bounds, key=lambda one: (OPEN_LOW if one.low is None else one.low, one.low_op == "gt"))
    high = max(bounds, key=lambda one: (OPEN_HIGH if one.high is None else one.high, one.high_op == "le"))
    return Bounds(low.low, low.low_op, high.high, high.high_op)


def _extent(state: State, bounds: Bounds | None, dimension: Dimension) -> str:
    return doses.amount(bounds, dimension.unit, state.words) if bounds else "nothing"


def _direction(was: Bounds | None, now: Bounds | None) -> str:
    if was is None or now is None:
        return "appeared" if was is None else "gone"
    both: Mapping[bool, Bounds] = {False: was, True: now}
    ends = {key: (OPEN_LOW if one.low is None else one.low, OPEN_HIGH if one.high is None else one.high) for key, one in both.items()}
    if ends[True][0] <= ends[False][0] and ends[True][1] >= ends[False][1]:
        return "widened"
    if ends[True][0] >= ends[False][0] and ends[True][1] <= ends[False][1]:
        return "narrowed"
    return "shifted"


def unimportant(change: Change) -> bool:
    """Whether a change is of places in a text alone: offsets and hashes, which say nothing of what the source says."""
    return change.field in SPAN_COLUMNS
