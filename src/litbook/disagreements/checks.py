"""What must hold of the ledger's file and of the vocabularies that its rules go by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from litbook.datapackage import Tables
from litbook.disagreements.ledger import CLASSES, DECIDED, EXPLAINED, OPEN, TABLE, id_of
from litbook.doses import Row, Vocabularies
from litbook.errors import Problem, did_you_mean, some


def check_ledger(tables: Tables, words: Vocabularies) -> Iterator[Problem]:
    """Adjudications that can be read as such, and opposites that are told at both terms.

    That a disagreement is open, or no longer found, is no problem of the data: the ledger says so.
    """
    for line, row in tables[TABLE].records() if TABLE in tables else ():
        for column, found, allowed, mend in _adjudication(row):
            yield Problem(tables[TABLE].table.path, line, column, found, allowed, mend)
    for vocabulary, terms in words.items():
        for line, row in tables[vocabulary].records():
            for column, found, allowed, mend in [*_opposites(row, terms), *_stances(vocabulary, row, words)]:
                yield Problem(tables[vocabulary].table.path, line, column, found, allowed, mend)


Finding = tuple[str, str, str, str]  # column, found, allowed, how to mend it


def _opposites(row: Row, terms: Mapping[str, Row]) -> Iterator[Finding]:
    others = [term for term in terms if term != row["id"]]
    for other in row.get("opposes", "").split():
        if other not in others:
            yield "opposes", repr(other), some(others), "name another term of this vocabulary" + did_you_mean(other, others)
        elif row["id"] not in terms[other].get("opposes", "").split():
            said = f"{row['id']} opposes {other}, and {other} does not oppose {row['id']}"
            yield "opposes", said, "opposites told at both", "add it there or delete it here"


def _stances(vocabulary: str, row: Row, words: Vocabularies) -> Iterator[Finding]:
    known = list(words.get("stances", ()))
    for stance in row["stances"].split() if vocabulary == "grades" else ():
        if stance not in known:
            yield "stances", repr(stance), some(known), "take one of these" + did_you_mean(stance, known)


def _adjudication(row: Row) -> Iterator[Finding]:
    if row["class"] not in CLASSES:
        yield "class", repr(row["class"]), ", ".join(CLASSES), "take one of these" + did_you_mean(row["class"], list(CLASSES))
    elif not row["id"].startswith(f"{id_of(row['class'], ())}-"):
        yield "id", repr(row["id"]), f"{id_of(row['class'], ())}-…, as the rule names it", "see 'litbook disagreements' for the id"
    members = row["members"].split()
    if members != sorted(set(members)):
        yield "members", "not each once and in order", " ".join(sorted(set(members))), "write them so"
    if row["status"] not in (OPEN, *DECIDED):
        yield "status", repr(row["status"]), ", ".join((OPEN, *DECIDED)), "what is decided; the others follow from the rows"
    if (row["status"] == EXPLAINED) != bool(row["explained_by"]):
        found = f"{row['explained_by']!r} for status {row['status']!r}"
        yield "explained_by", found, "what explains it, for status explained alone", "fill it in or empty it"
    for column in ("reason", "on", "by") if row["status"] in DECIDED else ():
        if not row[column]:
            yield column, f"empty for status {row['status']!r}", "a reason, a date and a role for what is decided", "fill it in"
