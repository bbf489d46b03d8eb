"""Verification against the texts: the file that was read, every span's hash, and every number accounted for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from litbook import anchors
from litbook.anchors import Location, Span
from litbook.datapackage import Package, Tables
from litbook.doses import Row
from litbook.errors import Problem


@dataclass(frozen=True)
class Verification:
    """What was verified against the texts: numbers of rows, and the sources whose text is not at hand."""

    verified: int
    unverified: int
    missing: tuple[str, ...]


def verify(package: Package, tables: Tables, location: Location) -> tuple[list[Problem], Verification]:
    """All rules that need the texts: file hashes, spans and the account of numbers."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    missing: list[str] = []
    for line, source in tables["sources"].records():
        path = location.find(source["file"])
        if path is None:
            missing.append(source["id"])
            if location.demanded:
                folders = " or ".join(map(str, location.folders))
                problems.append(
                    Problem(
                        "sources.csv",
                        line,
                        "file",
                        f"{source['file']} is not in {folders}",
                        "the text at hand",
                        "put it there, or leave --sources out to check without it",
                    )
                )
            continue
        text, found = _text(path, line, source)
        problems += found
        if text is not None:
            texts[source["id"]] = text
    spans: dict[str, list[Span]] = defaultdict(list)
    verified = unverified = 0
    for table in package.of_kind("extract", "span"):
        for line, row in tables[table.name].records():
            if row["source"] not in texts:
                unverified += 1
                continue
            span = Span(int(row["start"]), int(row["end"]))
            if anchors.sha256(span.of(texts[row["source"]])) == row["quote_sha256"]:
                verified += 1
                spans[row["source"]].append(span)
            else:
                unverified += 1
                problems.append(
                    Problem(
                        table.path,
                        line,
                        "quote_sha256",
                        f"characters {span.start} to {span.end} of {row['source']} have another hash",
                        "the hash of the quote",
                        "look the quote up again with 'litbook find'",
                    )
                )
    for name, text in texts.items():
        problems += _account(name, text, spans[name])
    return problems, Verification(verified, unverified, tuple(missing))


def _text(path: Path, line: int, source: Row) -> tuple[str | None, list[Problem]]:
    try:
        text = anchors.read_text(path)
    except UnicodeDecodeError as error:
        return None, [Problem(source["file"], None, "", f"byte {error.start} is not UTF-8", "the text that was read", "fetch it again")]
    if str(len(text)) != source["chars"] and anchors.sha256(text) == source["sha256"]:
        return text, [Problem("sources.csv", line, "chars", source["chars"], f"{len(text)}, the length of the text", "write this number")]
    found = anchors.sha256(text)
    if found != source["sha256"]:
        return None, [
            Problem(
                "sources.csv",
                line,
                "sha256",
                f"the text at hand has {found[:12]}… and {len(text)} characters",
                f"{source['sha256'][:12]}… and {source['chars']}",
                "fetch the text that was read, or read the new one as a source of its own",
            )
        ]
    return text, []


def _account(source: str, text: str, spans: Iterable[Span]) -> Iterator[Problem]:
    for number in anchors.uncovered_numbers(text, spans):
        yield Problem(
            "left_out.csv",
            None,
            "",
            f"the number {number.of(text)!r} at {number.start} in {source} (line {anchors.line_of(text, number)}) lies in no span",
            "every number in an extract or in left_out.csv",
            "extract it, or leave it out with a reason",
        )
