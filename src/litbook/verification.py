"""Verification against the texts: the file that was read, every span's hash, every number accounted for, every fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from litbook import anchors
from litbook.anchors import Location, Span
from litbook.datapackage import Package, Tables
from litbook.doses import Row
from litbook.errors import Problem


@dataclass(frozen=True)
class Verification:
    """What was verified against the texts: numbers of rows, the sources whose text is not at hand, and the quotes of
    the extracts that verified, by id."""

    verified: int
    unverified: int
    missing: tuple[str, ...]
    quotes: Mapping[str, str]


def verify(package: Package, tables: Tables, location: Location) -> tuple[list[Problem], Verification]:
    """Texts, spans and the account of numbers, as far as the texts are at hand."""
    texts, missing, problems = _texts(tables, location)
    quotes: dict[str, str] = {}
    spans: dict[str, list[Span]] = defaultdict(list)
    shifts: dict[str, list[int]] = defaultdict(list)
    verified = unverified = 0
    for table in package.of_kind("extract", "span", "second"):
        for line, row in tables[table.name].records():
            span = Span(int(row["start"]), int(row["end"]))
            text = texts.get(row["source"])
            if text is not None and anchors.sha256(span.of(text)) == row["quote_sha256"]:
                verified += 1
                if table.kind != "second":  # the account of numbers is the first extraction's
                    spans[row["source"]].append(span)
                    quotes[row["id"]] = span.of(text)
                continue
            unverified += 1
            if text is not None:
                problems.append(_moved(table.path, line, row, span, text, shifts[row["source"]]))
    for name, text in texts.items():
        problems += _account(name, text, spans[name])
    return problems, Verification(verified, unverified, tuple(missing), quotes)


def _texts(tables: Tables, location: Location) -> tuple[dict[str, str], list[str], list[Problem]]:
    """The texts at hand, the sources whose text is not, and what is wrong with either."""
    texts: dict[str, str] = {}
    missing: list[str] = []
    problems: list[Problem] = []
    for line, source in tables["sources"].records():
        path = location.find(source["file"])
        if path is not None:
            text, found = _text(path, line, source)
            problems += found
            if text is not None:
                texts[source["id"]] = text
            continue
        missing.append(source["id"])
        if location.demanded:
            found_nothing = f"{source['file']} is not in {' or '.join(map(str, location.folders))}"
            mend = "put it there, or leave --sources out to check without it"
            problems.append(Problem("sources.csv", line, "file", found_nothing, "the text at hand", mend))
    return texts, missing, problems


def _text(path: Path, line: int, source: Row) -> tuple[str | None, list[Problem]]:
    """A text, with a problem where it is not the one that was read. Its spans are looked up all the same: what moved
    can be found again."""
    try:
        text = anchors.read_text(path)
    except OSError as error:
        return None, [
            Problem(source["file"], None, "", f"can't be read: {error.strerror}", "the text that was read", "mend its permissions")
        ]
    except UnicodeDecodeError as error:
        return None, [Problem(source["file"], None, "", f"byte {error.start} is not UTF-8", "the text that was read", "fetch it again")]
    mend = "fetch the text that was read; or, where the page has changed, mend the spans below and then these two cells"
    for column, held in (("sha256", anchors.sha256(text)), ("chars", str(len(text)))):
        if source[column] != held:
            return text, [Problem("sources.csv", line, column, f"the text at hand has {held}", source[column], mend)]
    return text, []


def _places(text: str, span: Span, sha: str, shifts: list[int]) -> list[int]:
    """Where a quote of this length and hash stands. Quotes that moved mostly moved together: the shifts of others are tried
    first, and only if none fits is every place of the text hashed."""
    length = span.end - span.start
    for shift in shifts:
        at = span.start + shift
        if at >= 0 and anchors.sha256(text[at : at + length]) == sha:
            return [place.start for place in anchors.find_all(text, text[at : at + length])]
    found = [at for at in range(len(text) - length + 1) if anchors.sha256(text[at : at + length]) == sha]
    if len(found) == 1:
        shifts.append(found[0] - span.start)
    return found


def _moved(path: str, line: int, row: Row, span: Span, text: str, shifts: list[int]) -> Problem:
    """A span with another hash: found again elsewhere to the last character, or an error. Never a near match: a quote
    whose number or negation changed is another quote."""
    length = span.end - span.start
    places = _places(text, span, row["quote_sha256"], shifts)
    found = f"characters {span.start} to {span.end} of {row['source']} have another hash"
    if len(places) == 1:
        mend = f"the quote stands at {places[0]} to {places[0] + length}: put these offsets in if that is the place"
        return Problem(path, line, "start", f"{found}; the quote has moved", "offsets of the quote", mend)
    mend = f"it stands in {len(places)} places: choose with 'litbook find'" if places else "read the passage again: its words have changed"
    return Problem(path, line, "quote_sha256", found, "the hash of the quote", mend)


def _account(source: str, text: str, spans: Iterable[Span]) -> Iterator[Problem]:
    for number in anchors.uncovered_numbers(text, spans):
        place = f"at {number.start} in {source} (line {anchors.line_of(text, number)})"
        found = f"the number {number.of(text)!r} {place} lies in no span"
        mend = "extract it, or leave it out with a reason"
        yield Problem("left_out.csv", None, "", found, "every number in an extract or in left_out.csv", mend)
