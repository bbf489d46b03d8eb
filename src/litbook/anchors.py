"""Spans: the tie between a row and the characters of its source.

A span is ``start, end`` into the text decoded as UTF-8 without newline translation (RFC 5147, ``char=start,end``),
with the SHA-256 of its UTF-8 bytes. Who holds the text can check every row; who does not holds no one's sentences.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from litbook.textfiles import read_regular

ENVIRONMENT = "LITBOOK_SOURCES"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Span:
    """Characters ``start`` to ``end`` (one past the last) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Location:
    """Where to look for the texts: the folders in turn. ``demanded`` says that somebody asked for them, so that
    a text that is not there is a problem and not just a gap."""

    folders: tuple[Path, ...]
    demanded: bool

    def find(self, file: str) -> Path | None:
        return next((folder / file for folder in self.folders if (folder / file).is_file()), None)


def text_location(review_folder: Path, sources: str | Path | None = None) -> Location:
    """The folder given, else the one that LITBOOK_SOURCES names, then ``text/`` inside the review."""
    given = sources or os.environ.get(ENVIRONMENT)
    folders = ([Path(given)] if given else []) + [review_folder / "text"]
    return Location(tuple(folders), bool(given))


def read_text(path: Path) -> str:
    """The text as offsets count it: no newline translation. Raises UnicodeDecodeError."""
    return read_regular(path).decode("utf-8")


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def find_all(text: str, quote: str) -> list[Span]:
    """Every place where ``quote`` stands, overlapping ones included."""
    places, at = [], text.find(quote) if quote else -1
    while at >= 0:
        places.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    return places


def numbers(text: str) -> Iterator[Span]:
    """Every number that is written in digits; ``0.05`` and ``1,000`` are one number each."""
    return (Span(match.start(), match.end()) for match in NUMBER.finditer(text))


def uncovered_numbers(text: str, spans: Iterable[Span]) -> list[Span]:
    """The numbers of ``text`` that lie in none of ``spans``."""
    ordered = sorted(spans, key=lambda span: span.start)
    return [number for number in numbers(text) if not any(span.covers(number) for span in ordered)]


def neighbourhood(text: str, span: Span, most: int = 160) -> tuple[str, str]:
    """What stands before and after a span, back to the sentence's ends and at most ``most`` characters each."""
    before, after = text[max(0, span.start - most) : span.start], text[span.end : span.end + most]
    ends = list(SENTENCE_END.finditer(before))
    if ends:
        before = before[ends[-1].end() :]
    stop = SENTENCE_END.search(after)
    if stop:
        after = after[: stop.start()]
    return before, after


def line_of(text: str, span: Span) -> int:
    """Line of the text on which the span begins, from 1."""
    return text.count("\n", 0, span.start) + 1
