"""The ledger: rules propose disagreements, a person adjudicates them, and a changed member re-opens its adjudication."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from litbook.datapackage import Rows
from litbook.disagreements import amounts, harms, views
from litbook.disagreements.material import Material, Stand
from litbook.doses import NOT_STATED, Row

TABLE = "disagreements"
OPEN, REAL, EXPLAINED, DISMISSED = "open", "real", "explained", "not_a_disagreement"
REOPENED, GONE = "re_opened", "no_longer_found"
DECIDED = (REAL, EXPLAINED, DISMISSED)
BETWEEN, WITHIN = "between sources", "within one source"
# Where sides differ in one of these throughout, it may explain the disagreement.
MAY_EXPLAIN = ("indication", "population", "route", "setting", "form", "drug", "year", "grade_system", "voice", "conditions", "design",
               "comparator", "outcome", "term", "exposure", "site", "persistence", "severity", "mitigation")  # fmt: skip
NOT_CONTENT = ("start", "end", "status")  # where a row stands in its text, and how far it was checked


class Rule(NamedTuple):
    """A class of disagreement, the function that looks for it, and what the pages do not agree on, in plain words."""

    name: str
    title: str
    find: Callable[[Material], Iterator[Stand]]
    about: str


RULES = (
    Rule("opposing_stance", "Opposing stance", views.opposing_stance, "whether to use it"),
    Rule("strength", "Strength of recommendation", views.strength, "how strongly it is advised"),
    Rule("place_in_therapy", "Place in therapy", views.place_in_therapy, "what must come first, or for whom it is"),
    Rule("opposing_direction", "Opposing direction of finding", views.opposing_direction, "whether it works"),
    Rule("duration", "Duration of effect", amounts.duration, "how long it works"),
    Rule("dose", "Disjoint or conflicting dose", amounts.dose, "how much to give"),
    Rule("dose_without_protocol", "Dose where a protocol is lacking", amounts.dose_without_protocol, "whether an amount is known"),
    Rule("frequency", "Frequency of an adverse effect", harms.frequency, "how often this happens"),
    Rule("list_difference", "On one list and not on another", harms.list_difference, "what is on the list"),
    Rule("setting_and_monitoring", "Setting and monitoring", harms.setting_and_monitoring, "where it may be given, and how it is watched"),
    Rule("regulatory_status", "Regulatory status", harms.regulatory_status, "whether it is approved"),
    Rule("mechanism", "Mechanism", views.mechanism, "how it works"),
    Rule("opposing_change", "Opposing change of a marker", views.opposing_change, "whether something in the body goes up or down"),
    Rule("self_statement", "Statement of a page about itself", harms.self_statement, "what the page says of itself"),
)
CLASSES: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


@dataclass(frozen=True)
class Side:
    """One side: its label, and the ids of the extracts that stand on it (none where a list is silent)."""

    label: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A disagreement that a rule found: ``kind`` is the rule's name, ``may_explain`` the columns in which its sides differ
    throughout, ``digest`` that of all its members say."""

    id: str
    kind: str
    topic: str
    scope: str
    sides: tuple[Side, ...]
    members: tuple[str, ...]
    how: str
    may_explain: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: a proposal (None where it is no longer found), its adjudication (None where there is none) and
    the status that follows from both."""

    id: str
    status: str
    proposal: Proposal | None
    adjudication: Row | None


def proposals(given: Material) -> list[Proposal]:
    """Every disagreement that the rules find, in the order of the rules and then by id. The order of rows does not matter."""
    found = []
    for rule in RULES:
        groups: dict[tuple[str, ...], set[str]] = defaultdict(set)
        held: dict[tuple[str, ...], list[Stand]] = defaultdict(list)
        for stand in rule.find(given):
            mark = json.dumps([stand.rank, stand.side, stand.row and stand.row["id"], stand.how])
            if mark not in groups[stand.key]:
                groups[stand.key].add(mark)
                held[stand.key].append(stand)
        found += sorted((_proposal(given, rule, key, own) for key, own in held.items()), key=lambda one: one.id)
    return found


def _proposal(given: Material, rule: Rule, key: tuple[str, ...], own: list[Stand]) -> Proposal:
    order = sorted({(stand.rank, stand.side) for stand in own})
    rows = [[stand.row for stand in own if (stand.rank, stand.side) == place and stand.row] for place in order]
    sides = tuple(Side(label, tuple(sorted({row["id"] for row in held}))) for (_, label), held in zip(order, rows, strict=True))
    members = tuple(sorted({name for side in sides for name in side.members}))
    sources = {row["source"] for held in rows for row in held}
    silent = any(not side.members for side in sides)  # a source whose list is silent is a source
    how = "; ".join(sorted({stand.how for stand in own} - {""}))
    return Proposal(
        id_of(rule.name, key), rule.name, own[0].topic, BETWEEN if len(sources) > 1 or silent else WITHIN, sides, members, how,
        _may_explain([held for held in rows if held]), digest(given, members),
    )  # fmt: skip


def id_of(kind: str, key: tuple[str, ...]) -> str:
    """The name of a disagreement: its class and its topic, so that it does not change when others come or go."""
    return "-".join(["dis", *(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in (kind, *key) if part)])


def _may_explain(sides: list[list[Row]]) -> tuple[str, ...]:
    found = []
    for column in MAY_EXPLAIN:
        values = [{"" if row.get(column, "") == NOT_STATED else row.get(column, "") for row in rows} for rows in sides]
        apart = all(one.isdisjoint(other) for place, one in enumerate(values) for other in values[place + 1 :])
        if len(sides) > 1 and apart:
            found.append(column)
    return tuple(found)


def digest(given: Material, members: tuple[str, ...]) -> str:
    """First sixteen hexadecimal digits of the SHA-256 of what the members say: all their cells but places and status."""
    content = []
    for name in members:
        table, row = given.extracts[name]
        content.append([table, {column: value for column, value in row.items() if column not in NOT_CONTENT}])
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()[:16]


def ledger(given: Material) -> list[Entry]:
    """Every proposal with its adjudication, then the adjudications whose disagreement is no longer found."""
    settled = {row["id"]: row for row in given.rows(TABLE)}
    found = proposals(given)
    entries = [Entry(one.id, _status(one, settled.get(one.id)), one, settled.get(one.id)) for one in found]
    known = {one.id for one in found}
    return entries + [Entry(name, GONE, None, row) for name, row in settled.items() if name not in known]


def _status(proposal: Proposal, row: Row | None) -> str:
    if row is None or row["status"] == OPEN:
        return OPEN
    same = row["members"].split() == [*proposal.members] and row["members_digest"] == proposal.digest
    return row["status"] if same else REOPENED


def sides_in_words(given: Material, proposal: Proposal, marked: Container[str] = (), sign: str = "") -> str:
    """What each side holds and where it was read, in the labels of the review; where a side is a source, what it claims. The
    ``sign`` stands after what rests on a row that is ``marked``."""

    def mark(rows: Iterable[Row]) -> str:
        return f" {sign}" if any(row["id"] in marked for row in rows) else ""

    told = []
    for side in proposal.sides:
        rows = [given.extracts[name][1] for name in side.members]
        by_source: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_source[given.label("sources", row["source"])].append(row)
        if side.label in by_source:
            told.append(f"{side.label}: {' / '.join(dict.fromkeys(row['claim'] + mark([row]) for row in rows))}")
        elif not rows or any(side.label.startswith(f"{source}:") for source in by_source):
            told.append(side.label + mark(rows))
        else:
            held = [
                f"{source}{mark(own)}{_on(given, proposal, own)}{_only(given, proposal, own)}{_relaying(given, own)}"
                for source, own in by_source.items()
            ]
            told.append(f"{side.label}{_ways(given, side) if proposal.kind == 'dose' else ''}: {_listed(held)}")
    return " | ".join(told) + (f" [{proposal.how}]" if proposal.how else "")


def _relaying(given: Material, rows: list[Row]) -> str:
    works = [given.label("works", row["work"]) for row in rows if row["work"]]
    return f" (relaying {_listed(works)})" if works else ""


def _on(given: Material, proposal: Proposal, rows: list[Row]) -> str:
    """What a source speaks of where that is not the topic: what is said of a whole is taken to be said of its parts."""
    named = [given.label("indications", row["indication"]) for row in rows if row.get("indication")]
    labels = dict.fromkeys(label.lower() for label in named)
    return f" on {' and '.join(labels)}" if {*labels} - {proposal.topic.partition(": ")[0].lower()} else ""


def _only(given: Material, proposal: Proposal, rows: list[Row]) -> str:
    """What a frequency of a harm is not said without: of which, if a harm is the topic and no list, in whom, and beside what."""
    told: dict[str, None] = {}
    on_a_harm = proposal.kind == "frequency" and proposal.topic in {row["label"] for row in given.words.get("effects", {}).values()}
    for row in (row for row in rows if row.get("effect")):
        effect = given.label("effects", row["effect"])
        if on_a_harm and effect != proposal.topic:
            told[f"of {effect[:1].lower()}{effect[1:]}"] = None
        relative = given.told("frequencies", row["frequency"], "relative") == "true"
        for lead, column in (
            ("", "reservation"),
            ("in ", "population"),
            ("", "exposure"),
            ("with " if relative else "lessened by ", "mitigation"),
        ):
            if row.get(column):
                told[lead + row[column].replace(": ", ", ")] = None
    return f" – {'; '.join(told)}" if told else ""


def _ways(given: Material, side: Side) -> str:
    """By which routes and where the doses of a side are given: an amount alone is no dose."""
    rows = [given.extracts[name][1] for name in side.members]
    ways = [
        given.label(name, row[column]) for name, column in (("routes", "route"), ("settings", "setting")) for row in rows if row[column]
    ]
    return f", {' and '.join(way.lower() for way in dict.fromkeys(ways))}"


def _listed(works: list[str]) -> str:
    return ", ".join(dict.fromkeys(works))


def for_adjudication(given: Material) -> Rows:
    """The rows of the ledger's file as they should be: what is there, with re-opened ones open again and their members as they
    are now (the reason stays, to be looked at again), and behind them what is new."""
    table = given.package.tables[TABLE]
    entries = {entry.id: entry for entry in ledger(given)}
    rows = []
    for row in given.rows(TABLE):
        proposal = entries[row["id"]].proposal
        again = proposal if entries[row["id"]].status in (OPEN, REOPENED) else None
        rows.append({**row, "explained_by": "", **_cells(again)} if again else row)
    held = {row["id"] for row in rows}
    rows += [{"id": entry.id, **_cells(entry.proposal)} for entry in entries.values() if entry.proposal and entry.id not in held]
    cells = tuple(tuple(row.get(column, "") for column in table.columns) for row in rows)
    return Rows(table, cells, tuple(range(2, len(cells) + 2)))


def _cells(proposal: Proposal) -> dict[str, str]:
    return {"class": proposal.kind, "topic": proposal.topic, "members": " ".join(proposal.members),
            "members_digest": proposal.digest, "status": OPEN}  # fmt: skip
