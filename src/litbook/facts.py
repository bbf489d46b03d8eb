"""Facts in their spans: what a row says must stand in the words that it points at.

A hash shows that a quote is the one that was read, not that the row says what the quote says. So each number, bound,
unit and named term of a row is looked up in the quote itself, through the phrases of ``aliases.csv``. What can't be
read there is declared in the row (``inferred``, as ``column=value: where it was read``); numbers and units of a dose
can't be declared away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from litbook.datapackage import SPAN_COLUMNS, Package, Table, Tables
from litbook.doses import NOT_STATED, Vocabularies
from litbook.errors import Problem, did_you_mean, some

Record = Mapping[str, str]
TOKEN = re.compile(r"\d+(?:\.\d+)?")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
ENTRY = re.compile(r"(?P<column>\w+)=(?P<value>[^:;]*): (?P<reason>[^;]+)")
RANGES, NUMBERS, OPERATORS, REASONS = "ranges", "numbers", "operators", "inference_reasons"
VERBATIM = ("level", "grade")
NOT_READ = (*SPAN_COLUMNS, "statement", "citation", "inferred", "override", "note")  # not the words of the source
NEVER_INFERRED = {"doses": ("low", "low_op", "high", "high_op", "unit", "cap", "cap_unit")}


@dataclass(frozen=True)
class Phrases:
    """The phrases in which the sources put terms, operators, ranges and numbers."""

    aliases: tuple[tuple[str, str, str], ...]  # vocabulary, term, phrase
    words: Vocabularies
    phrases_only: frozenset[str] = frozenset()  # vocabularies whose labels are everyday words, such as "for"

    @cached_property
    def by_term(self) -> dict[tuple[str, str], tuple[re.Pattern[str], ...]]:
        found: dict[tuple[str, str], list[str]] = {}
        for vocabulary, terms in self.words.items():
            for term, row in terms.items():
                found[vocabulary, term] = [] if vocabulary in self.phrases_only else [row["label"], term.replace("_", " ")]
        for vocabulary, term, phrase in self.aliases:
            found.setdefault((vocabulary, term), []).append(phrase)
        return {key: tuple(_phrase(text) for text in dict.fromkeys(texts)) for key, texts in found.items()}

    def stands(self, vocabulary: str, term: str, quote: str) -> bool:
        return any(pattern.search(quote) for pattern in self.by_term.get((vocabulary, term), ()))

    def others(self, vocabulary: str, term: str, quote: str) -> list[str]:
        """Terms of the vocabulary other than ``term`` that stand in the quote."""
        return [other for other in self.words[vocabulary] if other != term and self.stands(vocabulary, other, quote)]

    def one_of(self, kind: str, term: str) -> str:
        """A regular expression for any phrase of a term, the longest first."""
        phrases = sorted({phrase for vocabulary, name, phrase in self.aliases if (vocabulary, name) == (kind, term)}, key=len, reverse=True)
        return "|".join(map(re.escape, phrases)) or r"(?!)"

    def numbers(self, quote: str) -> set[str]:
        """The numbers of a quote, in digits and in the words that ``aliases.csv`` knows."""
        return set(TOKEN.findall(quote)) | {
            value for kind, value, phrase in self.aliases if kind == NUMBERS and _phrase(phrase).search(quote)
        }


def _phrase(text: str) -> re.Pattern[str]:
    """A phrase as a whole word; capitals count where it is all capitals (IV is a route, iv a numeral)."""
    flags = re.NOFLAG if text.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", flags)


def plain_quote(quote: str) -> str:
    """A quote with ordinary blanks, and without commas between thousands."""
    return THOUSANDS.sub("", re.sub(r"[\u00a0\u2007\u2009\u202f]", " ", quote))


def phrases(tables: Tables, words: Vocabularies, phrases_only: Iterable[str] = ()) -> Phrases:
    """The phrases of a review: its ``aliases.csv``, and the labels of its terms but for the vocabularies ``phrases_only``."""
    rows = [row for _, row in tables["aliases"].records()] if "aliases" in tables else []
    return Phrases(tuple((row["vocabulary"], row["term"], row["phrase"]) for row in rows), words, frozenset(phrases_only))


def check_facts(package: Package, tables: Tables, quotes: Mapping[str, str], known: Phrases, checked: frozenset[str]) -> Iterator[Problem]:
    """Every extract whose quote is at hand. ``quotes`` by id; ``checked`` are the vocabularies whose terms must be read."""
    for table in package.of_kind("extract"):
        for line, row in tables[table.name].records():
            if row["id"] not in quotes:
                continue
            quote = plain_quote(quotes[row["id"]])
            declared, problems = _declared(table, row, line, known.words.get(REASONS, {}))
            yield from problems
            for column, said in _unread(table, row, quote, known, checked):
                if column in NEVER_INFERRED.get(table.name, ()):
                    mend = "take the value, or a span that holds it, from the source; a dose can't be inferred"
                elif declared.get(column) == row[column]:
                    continue
                else:
                    mend = f"check it in the source, then mend it or add '{column}={row[column]}: reason' to inferred"
                yield Problem(table.path, line, column, said, "what the words of the span say", mend)


def _declared(table: Table, row: Record, line: int, reasons: Collection[str]) -> tuple[dict[str, str], list[Problem]]:
    """The values that a row declares, and what is wrong with how. A reason is a term of ``inference_reasons`` where the review
    has that vocabulary; more may stand behind it in brackets."""
    found: dict[str, str] = {}
    problems = []
    for part in filter(None, row.get("inferred", "").split("; ")):
        entry = ENTRY.fullmatch(part)
        if entry is None or entry["column"] not in table.columns:
            problems.append(Problem(table.path, line, "inferred", repr(part), "column=value: reason, several apart by '; '", "write it so"))
        elif row[entry["column"]] != entry["value"]:
            said = f"declares {entry['column']}={entry['value']!r}, but the row has {row[entry['column']]!r}"
            problems.append(Problem(table.path, line, "inferred", said, "the value of the row", "check both against the source"))
        elif reasons and entry["reason"].split(" (")[0] not in reasons:
            said = f"{entry['reason']!r} is not a reason for {entry['column']}"
            mend = "say where the value was read" + did_you_mean(entry["reason"], sorted(reasons))
            problems.append(Problem(table.path, line, "inferred", said, some(sorted(reasons)), mend))
        else:
            found[entry["column"]] = entry["value"]
    return found, problems


Finding = tuple[str, str]


def _unread(table: Table, row: Record, quote: str, known: Phrases, checked: frozenset[str]) -> Iterator[Finding]:
    """Columns whose value does not stand in the quote, each with what is wrong."""
    numbers = known.numbers(quote)
    for field in table.fields:
        value = row[field.name]
        if not value or field.name in SPAN_COLUMNS:
            continue
        if field.type in ("number", "integer", "year") and value not in numbers:
            yield field.name, f"{value} is not among the numbers of the span ({', '.join(sorted(numbers)) or 'none'})"
        elif field.name in VERBATIM and not re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", quote):
            yield field.name, f"{value!r} does not stand in the span"
        elif field.type == "string" and not field.foreign and field.name not in NOT_READ:
            unread = [number for number in TOKEN.findall(plain_quote(value)) if number not in numbers]
            if unread:
                yield field.name, f"{', '.join(unread)} is not among the numbers of the span ({', '.join(sorted(numbers)) or 'none'})"
        elif field.foreign in checked and field.foreign not in (OPERATORS, "units"):
            yield from _term(field.name, field.foreign, value, quote, known)
    yield from _bounds(table, row, quote, known)


def _term(column: str, vocabulary: str, value: str, quote: str, known: Phrases) -> Iterator[Finding]:
    others = known.others(vocabulary, value, quote)
    if value == NOT_STATED:
        if others:
            yield column, f"not_stated, but the span speaks of {', '.join(others)}"
    elif not known.stands(vocabulary, value, quote):
        yield column, f"{value!r} can't be read in the span" + (f", which speaks of {', '.join(others)}" if others else "")


def _bounds(table: Table, row: Record, quote: str, known: Phrases) -> Iterator[Finding]:
    """Ranges as one phrase, operators at their number, and units right behind it."""
    for name in table.columns:
        if name == "low" or name.endswith("_low"):
            stem = name.removesuffix("low")
            low, high = row[name], row.get(f"{stem}high", "")
            excluded = {row.get(f"{stem}low_op"), row.get(f"{stem}high_op")} & {"gt", "lt"}
            if low and high and low != high and not excluded and not _ranged(low, high, quote, known):
                yield name, f"{low} to {high} does not stand in the span as one range"
            last = high or low
            unit = row.get(f"{stem}unit", "")
            if last and unit and not _unit(last, unit, quote, known):
                yield f"{stem}unit", f"{unit!r} does not stand behind {last} in the span"
            if f"{stem}low_op" in row and (excluded or not (low and high)):
                for bound in filter(lambda side: row[f"{stem}{side}"], ("low", "high")):
                    if not _operator(row[f"{stem}{bound}"], row[f"{stem}{bound}_op"], quote, known):
                        yield f"{stem}{bound}_op", f"{row[f'{stem}{bound}_op']!r} can't be read at {row[f'{stem}{bound}']} in the span"
    if row.get("cap") and not _unit(row["cap"], row["cap_unit"], quote, known):
        yield "cap_unit", f"{row['cap_unit']!r} does not stand behind {row['cap']} in the span"


def _number(value: str) -> str:
    return rf"(?<![\d.]){re.escape(value)}(?!\d|\.\d)"


def _ranged(low: str, high: str, quote: str, known: Phrases) -> bool:
    between = known.one_of(RANGES, "range")
    return re.search(rf"{_number(low)}\s*(?:{between})\s*{_number(high)}", quote) is not None


def _unit(value: str, unit: str, quote: str, known: Phrases) -> bool:
    return (
        re.search(rf"{_number(value)}[\s-]*(?:{known.one_of('units', unit)}|{known.one_of('time_units', unit)})(?![\w/])", quote)
        is not None
    )


def _operator(value: str, operator: str, quote: str, known: Phrases) -> bool:
    sign = known.one_of(OPERATORS, operator)
    return re.search(rf"(?:{sign})\s*{_number(value)}|{_number(value)}\s*(?:{sign})", quote) is not None
