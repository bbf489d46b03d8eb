"""The way back of one row: what it says, where it was read, how far it was checked, and the words themselves where they
are at hand. They go to the screen and nowhere else: the sources' words are other people's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from litbook import anchors, doses
from litbook.anchors import Span
from litbook.datapackage import SPAN_COLUMNS
from litbook.errors import UnknownTerm
from litbook.markup import heading
from litbook.review import Review
from litbook.tables import in_words, way_back
from litbook.tables.common import word
from litbook.tables.public_record import held, in_full, in_short, on_statement

_APART = (*SPAN_COLUMNS, "statement", "citation", "inferred", "work", "status", "note")


class Rows:
    """The rows of a review by id."""

    def __init__(self, review: Review):
        self.review = review
        self._back: dict[str, dict[str, Any]] = {row["id"]: row for row in way_back(review).to_dict("records")}
        self._unapproved = review.unapproved()
        self._held, self._beside = held(review), on_statement(review)

    def __contains__(self, row: str) -> bool:
        return row in self._back

    def __iter__(self) -> Iterator[str]:
        return iter(self._back)

    def html(self, name: str) -> str:
        """The way back of a row as HTML, every part escaped. Raises UnknownTerm for an id that is no extract's."""
        if name not in self._back:
            raise UnknownTerm(
                "row", name, list(self._back)[:5], "type the id of an extract, such as one of these, or click one in the table"
            )
        row = self._back[name]
        told = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in self._told(name, row) if text)
        title = self.review.package.tables[row["table"]].title
        return f"<h4>{escape(name)}: {escape(title)}</h4><dl class='way'>{told}</dl>{self._words(row)}"

    def _told(self, name: str, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        review = self.review
        source = review.table("sources").set_index("id").loc[row["source"]]
        yield from self._says(name, row["table"])
        yield "Source", source["label"] + (f", under “{row['heading']}”" if row["heading"] else "")
        yield "Address", source["url"]
        marker = f" (marker {row['citation']} in the source)" if row["citation"] else ""
        yield "Work relayed", f"{review.label_of('works', row['work']) or 'the source itself, or not said'}{marker}"
        yield "Span", f"characters {row['start']} to {row['end']} of {source['file']}"
        yield "SHA-256 of the span", row["quote_sha256"]
        yield "Status", "; ".join(self._status(name, row["status"]))
        yield "Not in the span", in_words(review, row["table"], row["inferred"])
        yield "Same statement as", ", ".join(self._siblings(name, row["statement"]))
        yield "Note", row["note"]
        for check in self._held.get(name, ()):
            yield "Public record", in_full(review, check)
        for check in self._beside.get(name, ()):
            yield "On the same statement", in_short(review, check)
        for check in self._held.get(row["work"], ()):
            yield "On the cited work", in_full(review, check)

    def _says(self, name: str, table: str) -> Iterator[tuple[str, str]]:
        """The cells of the row, in words."""
        frame = self.review.table(table)
        [row] = frame[frame["id"] == name].to_dict("records")
        if table == "doses":
            yield "As reported", doses.as_reported(row, self.review.words)
        for column in frame.columns:
            if column not in _APART:
                yield heading(column), word(self.review, table, column, row)

    def _status(self, name: str, status: str) -> Iterator[str]:
        """How far the row was checked, by which method and when, and whether that still holds."""
        yield self.review.label("statuses", status)
        if name in self.review.approvals:
            yield self.review.approvals[name]
        if name in self._unapproved:
            yield "nobody approved this row as it is now"

    def _siblings(self, name: str, statement: str) -> list[str]:
        return [other for other, row in self._back.items() if statement and row["statement"] == statement and other != name]

    def _words(self, row: Mapping[str, str]) -> str:
        """The quote between what stands before and after it, where the text is at hand and is the one that was read."""
        text = self.review.text(row["source"])
        if text is None:
            return (
                "<p class='note'>The text of this source is not at hand, or is not the one that was read: set "
                f"{anchors.ENVIRONMENT} to the folder that holds it. Whoever has it can look the characters up and compare the hash.</p>"
            )
        span = Span(int(row["start"]), int(row["end"]))
        before, after = anchors.neighbourhood(text, span)
        same = anchors.sha256(span.of(text)) == row["quote_sha256"]
        verdict = "The hash of these characters is that of the row." if same else "The hash of these characters is NOT that of the row."
        quote = f"{escape(before)}<mark>{escape(span.of(text))}</mark>{escape(after)}"
        return f"<blockquote>{quote}</blockquote><p class='note'>{verdict}</p>"
