"""Rules on harms and on standing: frequencies, lists, settings and monitoring, regulation, what a page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litbook.disagreements.material import Material, Rows, Stand, groups, meetings, stands
from litbook.doses import Row

BULLET = range(3, 13)  # characters between two items of a list: a line's end, a bullet and blanks, but no empty line alone


def frequency(given: Material) -> Iterator[Stand]:
    """One adverse effect, or one and the group that it belongs to, with frequencies that oppose each other; and a frequency
    that opposes the one under which its own list stands."""
    rows = given.rows("adverse_effects")
    for one, other in meetings(groups(rows, "effect", "term", "frequency")):
        first, second = one[0], other[0]
        effect = given.narrower("effects", first["effect"], second["effect"])
        term = given.narrower("terms", first["term"], second["term"])
        if effect and term is not None and given.opposed("frequencies", first["frequency"], second["frequency"]):
            sides = [given.side("frequencies", rows[0]["frequency"], rows) for rows in (one, other)]
            yield from stands([effect], given.label("effects", effect), sides)
    for own in _lists(rows):
        for one, other in meetings(groups(own, "frequency")):
            if given.opposed("frequencies", one[0]["frequency"], other[0]["frequency"]):
                source = own[0]["source"]
                sides = [given.side("frequencies", rows[0]["frequency"], rows) for rows in (one, other)]
                yield from stands(["list", source], f"One list of {given.label('sources', source)}", sides)


def _lists(rows: Rows) -> Iterator[Rows]:
    """Rows whose spans stand in one list: each begins in what was read before it or a bullet behind that."""
    for own in groups(rows, "source").values():
        ordered = sorted(own, key=lambda row: (int(row["start"]), int(row["end"]), row["id"]))
        found, reach = [ordered[0]], int(ordered[0]["end"])
        for row in ordered[1:]:
            gap = int(row["start"]) - reach
            if gap >= 0 and gap not in BULLET:
                yield found
                found, reach = [], 0
            found.append(row)
            reach = max(reach, int(row["end"]))
        yield found


def list_difference(given: Material) -> Iterator[Stand]:
    """Contraindications, and long-term harms, that one source lists and another, which speaks of harms too, does not."""
    conditions, harms = given.rows("contraindications"), given.rows("adverse_effects")
    lasting = [row for row in harms if row["term"] == "long_term"]
    yield from _missing(given, "contraindications", "Contraindications", conditions, [*conditions, *harms], ("condition", "conditions"))
    yield from _missing(given, "long-term-harms", "Long-term harms", lasting, [*conditions, *harms], ("effect", "effects"))


def _missing(given: Material, key: str, topic: str, listed: Rows, speaking: Rows, about: tuple[str, str]) -> Iterator[Stand]:
    """The items of each source's list that are not on every other source's, and the sources that list nothing at all."""
    column, vocabulary = about
    own = groups(listed, "source")
    silent = [source for (source,) in groups(speaking, "source") if (source,) not in own]
    sources = sorted([*(source for (source,) in own), *silent], key=lambda source: given.rank_of_source(source))
    alone = {
        (source,): [
            row for row in rows
            if any(
                all(given.narrower(vocabulary, row[column], theirs[column]) is None for theirs in own.get((other,), ()))
                for other in sources if other != source
            )
        ]
        for (source,), rows in own.items()
    }  # fmt: skip
    if any(alone.values()):
        for rank, source in enumerate(sources):
            rows = alone.get((source,), [])
            items = ", ".join(sorted({given.label(vocabulary, row[column]).lower() + _reserved(row) for row in rows}))
            side = f"{given.label('sources', source)}: {items or ('nothing of its own' if (source,) in own else 'none named')}"
            yield from stands([key], topic, [(rank, side, rows)]) if rows else [Stand((key,), topic, rank, side, None)]


def _reserved(row: Row) -> str:
    return f" ({row['reservation']})" if row.get("reservation") else ""


def setting_and_monitoring(given: Material) -> Iterator[Stand]:
    """Treatment in a setting without supervision where monitoring is asked for; and sources that ask for different monitoring
    in one indication."""
    asked = given.rows("monitoring")
    tables = [table.name for table in given.package.of_kind("extract") if {"setting", "indication", "route"} <= {*table.columns}]
    free = [row for name in tables for row in given.rows(name) if given.told("settings", row["setting"], "supervised") == "false"]
    for ours in groups(free, "indication", "setting").values():
        for theirs in groups(asked, "indication").values():
            shared = given.narrower("indications", ours[0]["indication"], theirs[0]["indication"])
            if shared:
                place = ours[0]["setting"]
                sides = [given.side("settings", place, ours), (len(given.words["settings"]), "Monitoring asked for", theirs)]
                topic = f"{given.label('indications', shared)}: {given.label('settings', place).lower()}"
                yield from stands([shared, place], topic, sides)
    for one, other in meetings(groups(asked, "source", "indication")):
        first, second = one[0], other[0]
        shared = given.narrower("indications", first["indication"], second["indication"])
        items = [{row["item"].casefold() for row in rows} for rows in (one, other)]
        if shared and first["source"] != second["source"] and items[0] != items[1]:
            topic = f"{given.label('indications', shared)}: what is monitored"
            yield from stands([shared, "items"], topic, [_asking(given, rows) for rows in (one, other)])


def _asking(given: Material, rows: Rows) -> tuple[int, str, Rows]:
    source = rows[0]["source"]
    return given.rank_of_source(source), given.label("sources", source), rows


def regulatory_status(given: Material) -> Iterator[Stand]:
    """A statement that names a regulator where another calls the use off-label or investigational."""
    names = [given.label("bodies", term) for term in given.words.get("bodies", {}) if given.told("bodies", term, "regulator") == "true"]
    named = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names) or r"(?!)")
    said = [row for table in given.package.of_kind("extract") for row in given.rows(table.name) if named.search(row.get("claim", ""))]
    limited = [row for row in given.rows("limitations") if row["topic"] == "status"]
    for one in groups(said, "indication").values():
        for other in groups(limited, "indication").values():
            shared = given.narrower("indications", one[0].get("indication", ""), other[0]["indication"])
            if shared:
                sides = [(0, "Regulator named", one), (1, "Status of the use limited", other)]
                yield from stands([shared], given.label("indications", shared), sides)


def self_statement(given: Material) -> Iterator[Stand]:
    """Different statements of a page about itself on a matter on which there can be one answer."""
    own = [row for row in given.rows("provenance") if not row["work"] and given.told("provenance_items", row["item"], "single") == "true"]
    for (source, item), rows in groups(own, "source", "item").items():
        if len({row["value"].casefold() for row in rows}) > 1:
            topic = f"{given.label('sources', source)}: {given.label('provenance_items', item).lower()}"
            sides = [(place, row["value"], [row]) for place, row in enumerate(sorted(rows, key=lambda row: row["id"]))]
            yield from stands([source, item], topic, sides)
