"""A second count: what pages should say, worked out from the CSV files with csv, json and decimal alone.

Nothing here uses the engine, so that a mistake of the engine does not stand on both sides of the comparison.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sized
from decimal import Decimal
from functools import cached_property
from pathlib import Path

Row = dict[str, str]
HEAD, TAIL = ["id", "source", "start", "end", "quote_sha256"], ["statement", "citation", "inferred", "work", "status", "note"]


DOSE_COLUMNS = ("low", "high", "frequency_max", "period_max", "cap", "cap_frequency")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# What the title of a way back says a row is about, beside its indication.
ABOUT: dict[str, tuple[str, ...]] = {
    "doses": ("drug", "form", "route"),
    "findings": ("outcome",),
    "route_statements": ("aspect",),
    "adverse_effects": ("effect",),
    "contraindications": ("condition",),
    "monitoring": ("item",),
    "coadministration": ("drug",),
    "mechanisms": ("system",),
    "immune_effects": ("marker",),
    "alternatives": ("option",),
    "definitions": ("term",),
    "statistics": ("measure",),
    "provenance": ("item",),
}


def wrong_dose(cell: str, row: Row) -> bool:
    """Whether the numbers of a dose in words differ from those of the row, each once, or stand in the wrong order."""
    columns = [*DOSE_COLUMNS]
    columns += ["frequency"] if row["frequency"] != "1" else []  # "every week", not "1 time a week"
    columns += ["period"] if row["period_max"] or row["period"] != "1" else []
    said, held = NUMBER.findall(cell), [row[column] for column in columns if row[column]]
    turned = bool(row["low"] and row["high"] and Decimal(row["low"]) > Decimal(row["high"]))
    return sorted(said) != sorted(held) or turned or (bool(row["low"]) and said[0] != row["low"])


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Files:
    """The files of a review."""

    def __init__(self, folder: Path):
        self.folder = folder
        described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        self.described = {table["name"]: table for table in described}
        self.tables = {name: rows_of(folder / table["path"]) for name, table in self.described.items()}
        self.settings = tomllib.loads((folder / "review.toml").read_text(encoding="utf-8"))
        self.extract_tables = [name for name, table in self.described.items() if table["kind"] == "extract"]

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {row["id"]: {**row, "_table": name} for name in self.extract_tables for row in self.tables[name]}

    @cached_property
    def words(self) -> dict[str, dict[str, Row]]:
        """Vocabularies, sources and works by id."""
        kinds = {name for name, table in self.described.items() if table["kind"] == "vocabulary"} | {"sources", "works"}
        return {name: {row["id"]: row for row in self.tables[name]} for name in kinds}

    @cached_property
    def approved(self) -> set[str]:
        return {name for name, cells in self.lock.items() if cells[2] == "approved"}

    @cached_property
    def lock(self) -> dict[str, list[str]]:
        lines = (self.folder / "approvals.lock").read_text(encoding="utf-8").splitlines()
        return {cells[0]: cells for cells in (line.split("\t") for line in lines[1:])}

    def recorded(self, row: Row) -> str:
        """The status of a row with who recorded it, and when."""
        _, _, _, by, on = self.lock[row["id"]]
        return f"{self.label('statuses', row['status'])}; locked after {by}, {on}"

    @cached_property
    def checks(self) -> dict[str, list[Row]]:
        """The checks against the public record, by the extract or the work that they are about."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables.get("checks", []):
            for name in row["about"].split():
                found[name].append(row)
        return found

    @cached_property
    def doubts(self) -> dict[str, str]:
        """What puts a row in doubt, of the rows that the record does not bear out."""
        told = {name: [self.words["verdicts"][row["verdict"]]["doubt"] for row in rows] for name, rows in self.checks.items()}
        return {name: "; ".join(dict.fromkeys(filter(None, doubts))) for name, doubts in told.items() if any(doubts)}

    def record(self, name: str) -> str:
        """What a table says beside a row that was held against the record."""
        parts = []
        for row in self.checks.get(name, []):
            verdict = self.words["verdicts"][row["verdict"]]
            doubt = verdict["doubt"]
            said = f"† {doubt[0].upper()}{doubt[1:]}" if doubt else f"Public record: {verdict['label'].lower()}"
            parts.append(f"{said} ({row['id']}): {row['record']}")
        cited = [(row, self.words["verdicts"][row["verdict"]]["doubt"]) for row in self.checks.get(self.by_id[name].get("work", ""), [])]
        told = [f"“{row['claim']}”: {doubt} ({row['id']})" for row, doubt in cited if doubt]
        return "\n".join(parts + ([f"On what it cites: {'; '.join(told)}"] if told else []))

    def records(self, name: str) -> list[str]:
        """What the way back says of each check of a row or a work."""
        found = []
        for row in self.checks.get(name, []):
            verdict = self.words["verdicts"][row["verdict"]]["label"]
            parts = [f"“{row['claim']}”: {verdict} ({row['id']}): {row['record']}", row["reference"], row["note"]]
            parts.append(f"Looked at {row['on']}" + (f": {row['address']}" if row["address"] else ""))
            found.append(". ".join(part.rstrip(".") for part in parts if part) + ".")
        return found

    def behind(self, name: str) -> list[str]:
        """The extract itself, or those that cite a work."""
        return [name] if name in self.by_id else [row["id"] for row in self.by_id.values() if row.get("work") == name]

    def speaker(self, name: str) -> str:
        """Which source an extract is of; which cite a work, and which work that is."""
        told = ", ".join(dict.fromkeys(self.label("sources", self.by_id[one]["source"]) for one in self.behind(name)))
        return told if name in self.by_id else f"{told}, on {self.label('works', name)}"

    def on_work(self, work: str) -> list[str]:
        """What the way back says of each check of the work that a row cites."""
        return [self.in_short(row) for row in self.checks.get(work, [])]

    def in_short(self, check: Row) -> str:
        return f"“{check['claim']}”: {self.words['verdicts'][check['verdict']]['label']} ({check['id']}): {check['record']}."

    def on_statement(self, row: Row) -> list[str]:
        """What the way back says of each check that another extract of the row's statement did not stand."""
        failed: dict[str, str] = {}
        for other in self.by_id.values():
            if other["statement"] and other["statement"] == row["statement"]:
                for check in self.checks.get(other["id"], []):
                    if self.words["verdicts"][check["verdict"]]["doubt"] and row["id"] not in check["about"].split():
                        failed[check["id"]] = self.in_short(check)
        return list(failed.values())

    def label(self, vocabulary: str, term: str) -> str:
        return self.words[vocabulary][term]["label"] if term else ""

    def id_of(self, vocabulary: str, label: str) -> str:
        [found] = [row["id"] for row in self.tables[vocabulary] if row["label"] == label]
        return found

    def shown(self, table: str, column: str, row: Row) -> str:
        """A cell as a reader sees it: the label where the column takes the ids of a vocabulary."""
        keys = self.described[table]["schema"].get("foreignKeys", [])
        target = next((key["reference"]["resource"] for key in keys if key["fields"] == [column]), "")
        return self.label(target, row[column]) if target in self.words else row[column]

    def in_words(self, row: Row) -> str:
        """What a row says it holds beyond its span, with labels."""
        found = []
        for part in filter(None, row.get("inferred", "").split("; ")):
            stated, reason = part.rsplit(": ", 1)
            column, value = stated.split("=", 1)
            why = self.words["inference_reasons"][reason]["label"].lower()
            shown = self.shown(row["_table"], column, {column: value})
            found.append(f"{column.replace('_', ' ')}: {shown} (from the {why})")
        return "; ".join(found)

    def titled(self, row: Row, title: str, amounts: bool) -> bool:
        """Whether the title of a way back has the id, the kind, what the row is about and the claim; a dose its numbers too, where
        the page tells ``amounts``."""
        table, sign = row["_table"], " †" if self.doubts.get(row["id"]) else ""
        about = [self.shown(table, column, row) for column in (*ABOUT.get(table, ()), "indication") if row.get(column)]
        begin, end = f"{row['id']}: {table.replace('_', ' ')}", (f": {row['claim']}" if row.get("claim") else "") + sign
        if table != "doses" or not amounts:
            return title == begin + (f": {', '.join(about)}" if about else "") + end
        begin, end = f"{begin}: {about[0]}, ", f", {', '.join(about[1:])}{end}"
        dose = title.removeprefix(begin).removesuffix(end)
        if begin + dose + end != title:
            return False
        return not wrong_dose(dose, row) if row["unit"] else self.shown(table, "qualitative", row) in dose

    def below(self, indication: str) -> set[str]:
        found = {indication}
        while True:
            more = {row["id"] for row in self.tables["indications"] if {row["parent"], row["also_under"]} & found} - found
            if not more:
                return found
            found |= more

    def above(self, indication: str) -> set[str]:
        return {row["id"] for row in self.tables["indications"] if indication in self.below(row["id"])} - {indication}


class Count:
    """What a page about ``indication`` (empty: about everything) should say."""

    def __init__(self, files: Files, indication: str = ""):
        self.files, self.indication = files, indication
        self.terms = files.below(indication) if indication else {row["id"] for row in files.tables["indications"]} | {""}

    def of(self, table: str, terms: set[str] | None = None) -> list[Row]:
        """The rows of a table for ``terms``, else for the page's indication; a table without indications is whole."""
        rows = self.files.tables.get(table, [])
        narrowed = rows and "indication" in rows[0] and table != "scope"
        return [row for row in rows if row["indication"] in (self.terms if terms is None else terms)] if narrowed else rows

    @cached_property
    def extracts(self) -> list[Row]:
        """The rows that the page's selection is about: those of tables that have indications, where one is selected."""
        names = [
            name
            for name in self.files.extract_tables
            if not self.indication or (name != "scope" and self.files.tables[name] and "indication" in self.files.tables[name][0])
        ]
        return [row for name in names for row in self.of(name)]

    @cached_property
    def numeric(self) -> list[Row]:
        return [row for row in self.of("doses") if row["low"] or row["high"]]

    def sources(self) -> dict[str, tuple[str, ...]]:
        """Extracts, statements, works relayed, address and date, by label of the source."""
        found: dict[str, tuple[str, ...]] = {}
        for source in self.files.tables["sources"]:
            own = [row for row in self.extracts if row["source"] == source["id"]]
            numbers = (len(own), len(statements(own)), len({row["work"] for row in own} - {""}))
            found[source["label"]] = (*map(str, numbers), source["url"], source["updated"] or "not stated")
        return found

    def works(self) -> dict[str, tuple[str, ...]]:
        """Statements, DOI, note and sources that relay it, by label of the work."""
        own: dict[str, list[Row]] = defaultdict(list)
        for row in self.extracts:
            if row["work"]:
                own[row["work"]].append(row)
        found: dict[str, tuple[str, ...]] = {}
        for name, rows in own.items():
            work = self.files.words["works"][name]
            relayed = ", ".join(sorted({self.files.label("sources", row["source"]) for row in rows}))
            found[work["label"]] = (str(len(statements(rows))), work["doi"], work["note"], relayed)
        return found

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """Rows, statements, sources, works and rows by status, by title of the table; ``All`` is counted anew."""
        found: dict[str, tuple[str, ...]] = {}
        named = [(self.files.described[name]["title"], self.of(name)) for name in self.files.extract_tables]
        for title, rows in [*named, ("All", [row for _, own in named for row in own])]:
            status = Counter(row["status"] for row in rows)
            numbers = [len(rows), len(statements(rows)), len({row["source"] for row in rows}), len({row["work"] for row in rows} - {""})]
            found[title] = tuple(map(str, numbers + [status[row["id"]] for row in self.files.tables["statuses"]]))
        return found

    def evidence(self, indication: str, route: str) -> dict[str, str]:
        """The numbers of one cell of the evidence map, by column."""
        inside = [row for row in self.of("findings") if (row["indication"], row["route"]) == (indication, route)]
        beside = [
            row
            for name in self.files.extract_tables
            if name != "findings"
            for row in self.of(name)
            if "route" in row and indication and (row.get("indication"), row["route"]) == (indication, route)
        ]
        directions = [term["id"] for term in self.files.tables["directions"]]
        counts = {term: statements([row for row in inside if row["direction"] == term]) for term in directions}
        counts |= {"statements": statements(inside), "sources": {row["source"] for row in inside}, "other": statements(beside)}
        counts |= {"works": {row["work"] for row in inside} - {""}, "unattributed": statements([row for row in inside if not row["work"]])}
        return {name: str(len(found)) for name, found in counts.items()} | {
            "rows": " ".join(row["id"] for row in inside),
            "other_rows": " ".join(row["id"] for row in beside),
        }

    def unborne(self, indication: str, route: str) -> dict[str, int]:
        """How many statements of one cell the public record does not bear out, by direction."""
        inside = [row for row in self.of("findings") if (row["indication"], row["route"]) == (indication, route)]
        doubted = [row for row in inside if self.files.doubts.get(row["id"])]
        return {
            term["id"]: len(statements([row for row in doubted if row["direction"] == term["id"]]))
            for term in self.files.tables["directions"]
        }


def titles(count: Count) -> dict[str, str]:
    """What the titles of the three charts should say, by their first word or two."""
    return {"Doses": _dose_title(count), "Recommendations": _stance_title(count), "Evidence map": _map_title(count)}


def _dose_title(count: Count) -> str:
    lead, *others = count.files.tables["drugs"]
    own = [row for row in count.numeric if row["drug"] == lead["id"]]
    axes = {(row["unit"], row["basis"], row["form"]) for row in own}
    title = f"Doses: {_n(own, 'numeric row')}" if own else "Doses: no numeric row"
    title += f" of {_small(lead['label'])}" + (f" in {len(axes)} dimensions that must not be compared" if len(axes) > 1 else "")
    named = [(drug, [row for row in count.numeric if row["drug"] == drug["id"]]) for drug in others]
    assert sum(bool(rows) for _, rows in named) < 3  # the shipped review has doses of one other drug
    return title + "".join(f"; {len(rows)} of {_small(drug['label'])}" for drug, rows in named if rows)


def _stance_title(count: Count) -> str:
    scale = count.files.tables["stances"]

    def told(rows: list[Row]) -> str:
        numbers = [(term, len(statements([row for row in rows if row["stance"] == term["id"]]))) for term in scale]
        return ", ".join(f"{n} {_small(term['label'])}" for term, n in numbers if n)

    advice = count.of("recommendations")
    # a body's row is a mark of its own, whatever statement it shares
    relayed = [{**row, "statement": ""} for row in advice if row["voice"] != "source"]
    own = [row for row in advice if row["voice"] == "source"]
    years = sorted(row["year"] for row in relayed if row["year"])
    when = " and ".join((["–".join(sorted({years[0], years[-1]}))] if years else []) + ["undated"] * (len(years) < len(relayed)))
    bare = sum(row.get("results_only") == "yes" for row in relayed)
    alone = f"; results alone: {bare}" if bare else ""
    parts = [f"{len(relayed)} relayed, {when} (read as {told(relayed)}{alone})"] if relayed else ["none relayed of a body"]
    if own:
        bare = len(statements([row for row in own if row.get("results_only") == "yes"]))
        inside = "; ".join(([] if relayed else [f"read as {told(own)}"]) + ([f"results alone: {bare}"] if bare else []))
        parts.append(f"{_n(statements(own), 'statement')} of the sources' own advice" + (f" ({inside})" if inside else ""))
    return f"Recommendations: {'; '.join(parts)}"


def _map_title(count: Count) -> str:
    findings, extracts = count.of("findings"), [row for name in count.files.extract_tables for row in count.of(name)]
    shown = {row["indication"] for row in extracts if {"indication", "route"} <= row.keys() and row["indication"]}
    told = {row["indication"] for row in findings}
    if not told:
        return f"Evidence map: no finding, only other statements, for {_n(shown, 'indication')}"
    of = _n(shown, "indication") if told == shown else f"{len(told)} of {_n(shown, 'indication')}"
    title = f"Evidence map: {_n(statements(findings), 'statement')} with findings for {of}"
    bare = statements(findings) - statements([row for row in findings if row["route"] != "not_stated"])
    if bare:
        told_route = statements(findings) - bare
        title += f"; {len(bare)} of {len(statements(findings))} name no route" if told_route else "; none names a route"
    directions = defaultdict(set)
    for row in findings:
        directions[row["indication"], row["route"], row["outcome_domain"]].add(row["direction"])
    against = {key[:2] for key, ways in directions.items() if "benefit" in ways and ways & {"no_difference", "harm"}}
    return title + (f"; contradicted in {_n(against, 'cell')}" if against else "")


def _n(things: Sized, word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _small(label: str) -> str:
    return label[0].lower() + label[1:] if label[1].islower() else label


def statements(rows: list[Row]) -> set[str]:
    return {row["statement"] or row["id"] for row in rows}


def agreement(files: Files) -> dict[tuple[str, str], tuple[str, ...]]:
    """n, raw agreement, kappa and AC1 by table and field, from the two extractions before adjudication."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in files.extract_tables:
        if f"second_{name}" not in files.tables:
            continue
        decisions = [row for row in files.tables["adjudications"] if row["table"] == name]
        added = {row["value"] for row in decisions if row["field"] == "row" and not row["first"] and row["decision"] == "second"}
        gone = {row["first"] for row in decisions if row["field"] == "row" and row["first"] and row["decision"] == "second"}
        before = {(row["first"], row["field"]): row["first_value"] for row in decisions if row["field"] != "row"}
        first = [
            {column: before.get((row["id"], column), value) for column, value in row.items()}
            for row in files.tables[name]
            if row["id"] not in added
        ]
        fields = _compared(files, name)
        matched, rows = _matched(first, files.tables[f"second_{name}"], fields)
        title = name.replace("_", " ")
        found[title, "row"] = (str(rows + len(gone)), _two(Decimal(len(matched)) / (rows + len(gone))), "", "")
        for field in fields:
            values = [(one[field], other[field]) for one, other in matched if one[field] or other[field]]
            if values:
                found[title, field.replace("_", " ")] = (str(len(values)), *_coefficients(values))
    return found


def _compared(files: Files, name: str) -> list[str]:
    schema = files.described[name]["schema"]
    foreign = {key["fields"][0] for key in schema.get("foreignKeys", [])}
    typed = {field["name"] for field in schema["fields"] if field.get("type", "string") != "string"}
    both = {field["name"] for field in files.described[f"second_{name}"]["schema"]["fields"]}
    return [
        field["name"]
        for field in schema["fields"]
        if field["name"] in both
        and (field["name"] in ("level", "grade") or (field["name"] in foreign | typed and field["name"] not in HEAD + TAIL))
    ]


def _matched(first: list[Row], second: list[Row], fields: list[str]) -> tuple[list[tuple[Row, Row]], int]:
    """Rows paired by overlap of their spans and share of equal fields, the closest first; and how many rows either saw."""
    ranked = []
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            begin, end = max(int(one["start"]), int(other["start"])), min(int(one["end"]), int(other["end"]))
            if one["source"] == other["source"] and begin < end:
                whole = max(int(one["end"]), int(other["end"])) - min(int(one["start"]), int(other["start"]))
                ranked.append((-((end - begin) / whole + sum(one[f] == other[f] for f in fields) / len(fields)), i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(ranked):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(first[i], second[j]) for i, j in sorted(pairs.items())], len(first) + len(second) - len(pairs)


def _coefficients(values: list[tuple[str, str]]) -> tuple[str, str, str]:
    n = Decimal(len(values))
    raw = sum(one == other for one, other in values) / n
    ours, theirs = Counter(one for one, _ in values), Counter(other for _, other in values)
    terms = ours.keys() | theirs.keys()
    by_chance = sum((Decimal(ours[term] * theirs[term]) for term in terms), Decimal(0)) / n / n
    kappa = _two((raw - by_chance) / (1 - by_chance)) if by_chance < 1 else ""
    if len(terms) == 1:
        return _two(raw), kappa, ""
    shares = [Decimal(ours[term] + theirs[term]) / (2 * n) for term in terms]
    chance = sum((share * (1 - share) for share in shares), Decimal(0)) / (len(terms) - 1)
    return _two(raw), kappa, _two((raw - chance) / (1 - chance))


def _two(value: Decimal) -> str:
    return f"{value:.2f}"
