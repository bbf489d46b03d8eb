"""Rules that no schema can state and that need no text: spans that can be, ids and order, terms, counts.

Each rule takes rows and yields problems; none of them raises and none of them changes a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from litbook.datapackage import Package, Rows, Tables
from litbook.dose_rules import check_doses, check_words
from litbook.doses import Row, Vocabularies
from litbook.errors import Problem, did_you_mean, some
from litbook.needs import NEEDED_TERMS


def whole(cell: str) -> bool:
    """Whether a cell is a whole number that the checks of the cells let pass."""
    return cell.isascii() and cell.isdigit() and len(cell) < 16


def check_rows(package: Package, tables: Tables) -> list[Problem]:
    """All rules that need no text."""
    problems: list[Problem] = []
    for table in package.of_kind("vocabulary"):
        problems += _hierarchy(tables[table.name])
    for table in package.of_kind("extract", "span", "second"):
        problems += _spans(tables[table.name], tables["sources"])
    problems += _ids(package, tables)
    problems += _terms(package, tables)
    problems += _order(package, tables)
    problems += _counted(package, tables)
    problems += _checked(package, tables)
    problems += _appraised(package, tables)
    words = vocabularies(package, tables)
    problems += check_words(tables, words)
    problems += _phrases(tables, words)
    problems += check_doses(tables, words)
    return problems


def _checked(package: Package, tables: Tables) -> Iterator[Problem]:
    """A claim that was checked is that of extracts or of a work that are there, and where readers differ it is said why."""
    extracts = {name for table in package.of_kind("extract") for name in tables[table.name].column("id")}
    known = extracts | set(tables["works"].column("id"))
    for line, row in tables["checks"].records() if "checks" in tables else ():
        for name in row["about"].split():
            if name not in known:
                mend = "name the extracts or the work" + did_you_mean(name, sorted(known))
                yield Problem("checks.csv", line, "about", repr(name), "ids of extracts, blanks between them, or the id of a work", mend)
        readings = {row["first_reader_verdict"], row["second_reader_verdict"]} - {""}
        if readings - {row["verdict"]} and not row["settled"]:
            found = f"the readers say {', '.join(sorted(readings))} and the verdict is {row['verdict']}"
            yield Problem("checks.csv", line, "settled", found, "a reason where they differ", "say why the verdict stands")


def _appraised(package: Package, tables: Tables) -> Iterator[Problem]:
    """What is appraised is a source or a work, once for each item, and rests on extracts that are there."""
    if "appraisals" not in tables:
        return
    extracts = {name for table in package.of_kind("extract") for name in tables[table.name].column("id")}
    known = {*tables["sources"].column("id"), *tables["works"].column("id")}
    seen: set[tuple[str, str]] = set()
    for line, row in tables["appraisals"].records():
        if row["about"] not in known:
            mend = "name the source or the work" + did_you_mean(row["about"], sorted(known))
            yield Problem("appraisals.csv", line, "about", repr(row["about"]), "an id of a source or of a work", mend)
        for name in row["basis"].split():
            if name not in extracts:
                mend = "name the extract" + did_you_mean(name, sorted(extracts))
                yield Problem("appraisals.csv", line, "basis", repr(name), "ids of extracts, blanks between them", mend)
        if (row["about"], row["item"]) in seen:
            found = f"{row['item']} of {row['about']} was judged above"
            yield Problem("appraisals.csv", line, "item", found, "one row for each item", "keep the one that holds")
        seen.add((row["about"], row["item"]))


PHRASE_KINDS = ("ranges", "numbers", "operators")


def _phrases(tables: Tables, words: Vocabularies) -> Iterator[Problem]:
    """Phrases are for terms that are there: one for a misspelt term would never be looked for."""
    for line, row in tables["aliases"].records() if "aliases" in tables else ():
        known = [*words, *(kind for kind in PHRASE_KINDS if kind not in words)]
        if row["vocabulary"] not in known:
            mend = "name one of these" + did_you_mean(row["vocabulary"], known)
            yield Problem("aliases.csv", line, "vocabulary", repr(row["vocabulary"]), some(known), mend)
        elif row["vocabulary"] in words and row["term"] not in words[row["vocabulary"]]:
            terms = list(words[row["vocabulary"]])
            yield Problem("aliases.csv", line, "term", f"{row['term']!r} is not in {row['vocabulary']}", some(terms),
                          "take one of these" + did_you_mean(row["term"], terms))  # fmt: skip


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
    chars = {row["id"]: int(row["chars"]) for _, row in sources.records() if whole(row["chars"])}
    for line, row in rows.records():
        if not (whole(row["start"]) and whole(row["end"]) and row["source"] in chars):
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
    """An id names one row of the whole review and begins with its source's prefix, and a statement's rows come from one source."""
    prefix = {row["id"]: row.get("prefix", "") for _, row in tables["sources"].records()}
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
            if not row["id"].startswith(prefix[row["source"]]):
                found = f"{row['id']!r} does not begin with the prefix of {row['source']}"
                yield Problem(table.path, line, "id", found, f"{prefix[row['source']]}-…", "check the source, then the id")
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


def place_of(row: Row, sources: Sequence[str]) -> tuple[int, list[tuple[int, str]]]:
    """Where a row stands in its file: by source, in the order of sources.csv, then by id, its numbers as numbers."""
    parts = re.split(r"(\d+)", row["id"])
    return sources.index(row["source"]), [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _order(package: Package, tables: Tables) -> Iterator[Problem]:
    """Rows stand in the one order: so a difference in git is a difference in the data, and swapped ids are seen."""
    sources = tables["sources"].column("id")
    for table in package.of_kind("extract", "span"):
        last = None
        for line, row in tables[table.name].records():
            place = place_of(row, sources)
            if last is not None and place < last:
                yield Problem(
                    table.path, line, "id", f"{row['id']} stands behind a later id", "rows by source and id", "put it in its place"
                )
            last = place


def _counted(package: Package, tables: Tables) -> Iterator[Problem]:
    """Each source has as many extracts as sources.csv says: a row that gets lost is missed."""
    found = Counter(name for table in package.of_kind("extract") for name in tables[table.name].column("source"))
    for line, row in tables["sources"].records():
        if row["extracts"] != str(found[row["id"]]):
            told = f"{found[row['id']]} extracts of {row['id']} are there"
            mend = "find the row that is missing or too much; if the change is meant, write the new number"
            yield Problem("sources.csv", line, "extracts", told, row["extracts"], mend)


def _terms(package: Package, tables: Tables) -> Iterator[Problem]:
    for name, needed in NEEDED_TERMS.items():
        if name in package.tables:
            missing = [term for term in needed if term not in tables[name].column("id")]
            for term in missing:
                yield Problem(package.tables[name].path, None, "", f"the term {term!r} is missing", ", ".join(needed),
                              "add it; its label is yours to choose")  # fmt: skip
