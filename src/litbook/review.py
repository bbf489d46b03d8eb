"""A review: its tables as pandas frames of strings, frozen, and what can be selected from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from litbook import anchors, reads
from litbook.datapackage import Package
from litbook.doses import Vocabularies
from litbook.errors import UnknownTerm

EVERYTHING = ""
SCOPE = "scope"  # what a source sets out to cover does not depend on what is asked of it, but on which sources are asked


@dataclass(frozen=True)
class Selection:
    """What a review was narrowed to; an empty string is everything."""

    indication: str = EVERYTHING
    route: str = EVERYTHING
    above: bool = False  # only what is said of indications above the one named
    source_type: str = EVERYTHING

    def question(self, table: str, columns: Sequence[str] = ()) -> reads.Read:
        """What is noted of a table that was asked for. Never narrower than what is shown, and here wider: the kind of source is
        left out, because ``select`` notes the kinds of all sources themselves; so a report that shows one kind is run again when a
        row of another changes, and none is missed."""
        return reads.Read(table, tuple(columns), self.indication, self.route, self.above)


@dataclass(frozen=True)
class Review:
    """A loaded review. Nothing in it changes: frames are handed out as copies and a selection is a new Review."""

    name: str
    folder: Path
    package: Package
    settings: Mapping[str, Any]
    words: Vocabularies
    _frames: Mapping[str, pd.DataFrame] = field(repr=False)
    _unapproved: frozenset[str] = field(default=frozenset(), repr=False)
    selection: Selection = Selection()
    approvals: Mapping[str, str] = field(default_factory=dict, repr=False)  # by id: who or what recorded it, and when
    _all: Mapping[str, pd.DataFrame] | None = field(default=None, repr=False)

    @cached_property
    def records(self) -> Mapping[str, Mapping[str, str]]:
        """Labels of the sources and of the works by id."""
        found = {}
        for name in ("sources", "works"):
            frame = self.table(name, ("id", "label"))
            found[name] = dict(zip(frame["id"], frame["label"], strict=True))
        return found

    @property
    def title(self) -> str:
        return str(self.settings["review"]["title"])

    @property
    def as_of(self) -> str:
        """The date to which the review speaks; never the clock's."""
        return str(self.settings["review"]["as_of"])

    def table(self, name: str, columns: Sequence[str] = ()) -> pd.DataFrame:
        """A table as a frame of strings (shape: rows x columns of the descriptor, or those that were asked for). A table
        that the review does not have is empty. Raises UnknownTerm for a name that no review of this schema knows."""
        if name not in self._frames:
            raise UnknownTerm("table", name, sorted(self._frames))
        reads.note(self.selection.question(name, columns))
        frame = self._frames[name]
        return frame[list(columns)].copy() if columns else frame.copy()

    def has(self, name: str) -> bool:
        return name in self._frames and len(self.table(name, ("id",))) > 0

    def extracts(self, columns: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
        """Every table of extracts by name, with the columns that were asked for or all."""
        return {table.name: self.table(table.name, columns) for table in self.package.of_kind("extract")}

    def selected(self, columns: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
        """The tables of extracts that the selection narrows: all of them where nothing is selected."""
        narrowed = [column for column, term in (("indication", self.selection.indication), ("route", self.selection.route)) if term]
        return {
            table.name: self.table(table.name, columns)
            for table in self.package.of_kind("extract")
            if all(column in table and table.name != SCOPE for column in narrowed)
        }

    def unapproved(self) -> set[str]:
        """Ids of the selected extracts that nobody approved as they are now."""
        reads.note(self.selection.question(""))
        return {name for frame in self.selected(("id",)).values() for name in frame["id"]} & self._unapproved

    def changed_files(self) -> list[str]:
        """Vocabularies and other files that changed since they were approved: every row is read with them."""
        return sorted(name for name in self._unapproved if name.endswith((".csv", ".toml")))

    def label(self, vocabulary: str, term: str, column: str = "label") -> str:
        """The label of a term; the empty term has none."""
        return self.words[vocabulary][term][column] if term else ""

    def labels(self, vocabulary: str, terms: Iterable[str]) -> list[str]:
        return [self.label(vocabulary, term) for term in terms]

    def label_of(self, table: str, row: str) -> str:
        """The label of a source or a work; the empty id has none."""
        return self.records[table][row] if row else ""

    def terms(self, vocabulary: str) -> list[str]:
        """Ids of a vocabulary in the order of its file."""
        return list(self.words[vocabulary])

    def narrower(self, vocabulary: str, term: str) -> set[str]:
        """The term and all terms below it. Raises UnknownTerm."""
        if term not in self.words[vocabulary]:
            raise UnknownTerm(vocabulary.removesuffix("s"), term, self.terms(vocabulary))
        found, reach = {term}, {term}
        while reach:
            reach = {
                name
                for name, row in self.words[vocabulary].items()
                if name not in found and {row.get("parent"), row.get("also_under")} & reach
            }
            found |= reach
        return found

    def depth(self, vocabulary: str, term: str) -> int:
        """How many terms stand above, along ``parent``."""
        above = self.words[vocabulary][term].get("parent", "")
        return 1 + self.depth(vocabulary, above) if above else 0

    def select(self, indication: str = EVERYTHING, route: str = EVERYTHING, source_type: str = EVERYTHING) -> Review:
        """The review with only the extracts for an indication (and all below it), for a route and from sources of a kind.

        Tables without the column stay whole. Raises UnknownTerm with the allowed values.
        """
        narrowed = self.selection
        for column, term, before in (
            ("indication", indication, narrowed.indication),
            ("route", route, narrowed.route),
            ("source type", source_type, narrowed.source_type),
        ):
            if term and before:
                raise UnknownTerm(column, term, [before], "this review was narrowed already: select from the whole review")
        chosen = self
        if indication:
            wanted = self.narrower("indications", indication)
            chosen = chosen._where("indication", wanted, replace(chosen.selection, indication=indication))
        if route:
            chosen = chosen._where("route", self.narrower("routes", route), replace(chosen.selection, route=route))
        if source_type:
            wanted = self._sources_of(source_type)
            chosen = chosen._where("source", wanted, replace(chosen.selection, source_type=source_type))
        return chosen

    def _sources_of(self, source_type: str) -> set[str]:
        """Ids of the sources of a kind. Raises UnknownTerm."""
        sources = self.table("sources", ("id", "type"))
        if source_type not in set(sources["type"]):
            raise UnknownTerm("source type", source_type, list(dict.fromkeys(sources["type"])))
        return set(sources.loc[sources["type"] == source_type, "id"])

    def broader(self, indication: str) -> Review:
        """The review with only what is said of the indications above one: all of the heading, say, for a disease under it.

        Raises UnknownTerm. For the empty indication nothing is above, and nothing is left.
        """
        above = {
            term
            for term in self.terms("indications")
            if indication and term != indication and indication in self.narrower("indications", term)
        }
        if indication and indication not in self.words["indications"]:
            raise UnknownTerm("indication", indication, self.terms("indications"))
        return self._where("indication", above, replace(self.selection, indication=indication, above=True))

    @property
    def whole(self) -> Review:
        """The review before anything was selected from it."""
        return self if self._all is None else replace(self, _frames=self._all, selection=Selection(), _all=None)

    def _where(self, column: str, wanted: set[str], selection: Selection) -> Review:
        frames = dict(self._frames)
        for table in self.package.of_kind("extract"):
            if column in table and (table.name != SCOPE or column == "source"):
                frame = frames[table.name]
                frames[table.name] = frame[frame[column].isin(wanted)].reset_index(drop=True)
        return replace(self, _frames=MappingProxyType(frames), selection=selection, _all=self.whole._frames)

    def indications_with_rows(self) -> list[str]:
        """Indications that have extracts of their own or below them, in the order of the vocabulary."""
        tables = [table.name for table in self.package.of_kind("extract") if "indication" in table]
        used = {term for name in tables for term in self.table(name, ("indication",))["indication"]}
        return [term for term in self.terms("indications") if self.narrower("indications", term) & used]

    def text(self, source: str, sources: str | Path | None = None) -> str | None:
        """The text of a source, or None where it is not at hand (or is not the one that was read)."""
        row = self.table("sources").set_index("id").loc[source]
        path = anchors.text_location(self.folder, sources).find(row["file"])
        text = anchors.read_text(path) if path else None
        return text if text is not None and anchors.sha256(text) == row["sha256"] else None
