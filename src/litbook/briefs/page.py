"""What a brief is made of: the lists of its first page, with who says so, and nothing left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from litbook import tables
from litbook.briefs import around
from litbook.briefs.sides import in_short
from litbook.review import Review
from litbook.tables.common import all_extracts

# What a page without any tells from elsewhere, without what is filed there as not seen.
ELSEWHERE = {"adverse_effects": (around.NONE_REPORTED,), "monitoring": ()}
HERE = "Here"  # the kind of the entry that says that nothing on safety is filed
DISAGREE = "Where the sources disagree"


@dataclass(frozen=True)
class Entry:
    """A name in a list with the ids of its rows; ``how`` is the word for how often or how firmly, ``only`` what it is not said
    without, ``where`` the indication if it is not the page's, ``doubt`` what the public record does to it."""

    kind: str
    how: str
    what: str
    rows: str
    only: str = ""
    where: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Column:
    """One of the columns at the foot of the first page."""

    title: str
    entries: tuple[Entry, ...]
    nothing: str
    more: str = ""


@dataclass(frozen=True)
class Page:
    """What a brief is made of: the selected review, the whole one, and what is said of broader indications."""

    book: Review
    weight_kg: float = 0

    @cached_property
    def above(self) -> Review:
        """What is said of broader indications."""
        return self.book.whole.broader(self.book.selection.indication)

    @cached_property
    def sources_of(self) -> dict[str, str]:
        """The source of each extract of the whole review."""
        every = all_extracts(self.book.whole)
        return dict(zip(every["id"], every["source"], strict=True))

    @cached_property
    def tags(self) -> dict[str, str]:
        """The short name of each source: its prefix, where the review has one, else its id."""
        frame = self.book.whole.table("sources")
        return dict(zip(frame["id"], frame["prefix"] if "prefix" in frame else frame["id"], strict=True))

    @cached_property
    def safety(self) -> Column:
        """What is named of safety; what more is named of it for broader indications; and contraindications that the review holds
        elsewhere. Whoever acts on the page must not miss them."""
        own = _entries(tables.safety_in_short(self.book))
        above = self._above(own) if self.book.selection.indication else ()
        here = {name for entry in (*own, *above) for name in entry.rows.split()}
        every = _entries(tables.safety_in_short(self.book.whole, ("contraindications",), everywhere=True))
        elsewhere = [_apart(entry, "named elsewhere") for entry in every if not here & {*entry.rows.split()}]
        none = f"Nothing on {tables.kinds_of_safety(self.book)} is filed under this indication itself"
        nothing = () if own else (Entry(HERE, "", none, ""),)
        return Column("Safety", (*own, *nothing, *above, *self._away((*own, *above)), *elsewhere), "")

    def _away(self, told: tuple[Entry, ...]) -> Iterator[Entry]:
        """Harms and what is to be watched, by name, where the page would have none: the review names some elsewhere."""
        for name, without in ELSEWHERE.items():
            kind = tables.SAFETY[name][0]
            names = "" if any(entry.kind.startswith(kind) for entry in told) else around.named_elsewhere(self.book, name, without)
            if names:
                yield Entry(kind, "", f"None is named here. Named elsewhere, see the page on safety for who says so: {names}", "")

    def _above(self, own: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """What is named of safety for broader indications and not here too."""
        kinds, names = {entry.kind for entry in own}, {(entry.kind, entry.how, entry.what) for entry in own}
        found = _entries(tables.safety_in_short(self.above, everywhere=True))
        return tuple(
            _apart(entry, "further for broader indications" if entry.kind in kinds else "for broader indications")
            for entry in found
            if (entry.kind, entry.how, entry.what) not in names
        )

    @cached_property
    def selection(self) -> Column:
        """Who it is said to be for, and what more is required, or named as not fitting, for broader indications."""
        own = _entries(tables.selection_in_short(self.book))
        names = {entry.what for entry in own}
        firm = self.book.labels("polarities", ("required", "against")) if "polarities" in self.book.words else []
        found = _entries(tables.selection_in_short(self.above, everywhere=True)) if self.book.selection.indication else ()
        above = (_apart(entry, "for broader indications") for entry in found if entry.how in firm and entry.what not in names)
        return Column("Who it is, and is not, said to be for", (*own, *above), "No page says for whom.")

    @cached_property
    def immune(self) -> Column:
        """What is said of immune markers."""
        return Column("Effects on the immune system", _entries(tables.immune_in_short(self.book)), "No page says anything of them.")

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The disagreements that nothing explains, with those on what the page lists from elsewhere."""
        own, every = tables.standing(self.book), tables.standing(self.book.whole)
        listed = {name for entry in self.safety.entries for name in entry.rows.split()}
        more = every[every["members"].map(lambda members: bool(listed & {*members.split()})).astype(bool)]
        return pd.concat([own, more[~more["id"].isin(own["id"])]], ignore_index=True)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The ledger of the selection, with the disagreements on what the page lists from elsewhere."""
        own, every, more = tables.ledger(self.book), tables.ledger(self.book.whole), self.standing
        return pd.concat([own, every[every["rows"].isin(set(more["members"]) - set(own["rows"]))]], ignore_index=True)

    @cached_property
    def ledger_above(self) -> pd.DataFrame:
        """The ledger of what is said of broader indications, without the disagreements that the page has already."""
        more = tables.ledger(self.above)
        return more[~more["rows"].isin(self.ledger["rows"])]

    @cached_property
    def disagreements(self) -> Column:
        """The disagreements that nothing explains, by class, with what each side holds."""
        found = self.standing
        classes = list(dict.fromkeys(found["class"]))
        ordered = sorted(found.to_dict("records"), key=lambda row: classes.index(row["class"]))
        names = {self.book.label_of("sources", source): tag for source, tag in self.tags.items()}
        own = set(tables.standing(self.book)["id"])
        entries = tuple(
            Entry(
                row["class"] + ("" if row["id"] in own else ", on what is listed from elsewhere"),
                "", row["topic"], row["members"], in_short(row["summary"], names, len(ordered)),
            )
            for row in ordered
        )  # fmt: skip
        settled = len(tables.ledger(self.book)) - len(tables.standing(self.book))
        more = f"Found and explained, or none after all: {settled}; see “Every disagreement”." if settled else ""
        return Column(DISAGREE, entries, "Rules that compare the rows found none that stands.", more)


def _apart(entry: Entry, why: str) -> Entry:
    """An entry from beside the selection, under a kind of its own that names its indication."""
    return replace(entry, kind=f"{entry.kind}, {why} ({entry.where})", where="")


def _entries(table: object) -> tuple[Entry, ...]:
    records = table.to_dict("records")  # type: ignore[attr-defined]
    return tuple(Entry(row["kind"], row["how"], row["what"], row["rows"], row["only"], row["where"], row["doubt"]) for row in records)
