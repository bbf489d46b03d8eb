"""The lists of a brief's first page: names with who says so, and nothing left out in silence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from litbook import tables
from litbook.briefs import around
from litbook.briefs.sides import in_short
from litbook.markup import unbroken
from litbook.review import Review
from litbook.tables.common import all_extracts
from litbook.tables.public_record import SIGN

HARMS = ("adverse_effects", "contraindications")
HARM = tables.SAFETY["adverse_effects"][0]
DISAGREE = "Where the sources disagree"
SHORT = 400  # characters of a list up to which it is kept in one column
CROWDED = 3200  # characters of the lists from which on a first page is printed smaller
TAG = re.compile(r"<[^>]*>")
BROADER = "said-of-broader-indications"  # the id of the heading under which they stand


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
        nothing = () if own else (Entry("Here", "", "Nothing on safety is filed under this indication itself", ""),)
        harms = around.harms_elsewhere(self.book) if not any(entry.kind.startswith(HARM) for entry in (*own, *above)) else ""
        away = (Entry(f"{HARM}s", "", f"None is named here. Named elsewhere in the review: {harms}", ""),) if harms else ()
        return Column("Safety", (*own, *nothing, *above, *away, *elsewhere), "")

    def _above(self, own: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Of what is named of safety for broader indications: harms that are not named here too, and each kind that is not."""
        kinds, names = {entry.kind for entry in own}, {(entry.kind, entry.how, entry.what) for entry in own}
        harms = {tables.SAFETY[name][0] for name in HARMS}
        found = _entries(tables.safety_in_short(self.above, everywhere=True))
        return tuple(
            _apart(entry, "further for broader indications" if entry.kind in kinds else "for broader indications")
            for entry in found
            if (entry.kind, entry.how, entry.what) not in names and (entry.kind in harms or entry.kind not in kinds)
        )

    @cached_property
    def selection(self) -> Column:
        """Who it is said to be for."""
        return Column("Who it is said to be for", _entries(tables.selection_in_short(self.book)), "No page says for whom.")

    @cached_property
    def immune(self) -> Column:
        """What is said of immune markers."""
        return Column("Effects on the immune system", _entries(tables.immune_in_short(self.book)), "No page says anything of them.")

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The disagreements that nothing explains, with those on what the page lists from elsewhere."""
        own, every = tables.standing(self.book), tables.standing(self.book.whole)
        listed = {name for entry in self.safety.entries for name in entry.rows.split()}
        more = every[[bool(listed & {*members.split()}) for members in every["members"]]]
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
        entries = tuple(
            Entry(row["class"], "", row["topic"], row["members"], in_short(row["summary"], names, len(ordered))) for row in ordered
        )
        settled = len(tables.ledger(self.book)) - len(tables.standing(self.book))
        more = f"Found and explained, or none after all: {settled}; see “Every disagreement”." if settled else ""
        return Column(DISAGREE, entries, "Rules that compare the rows found none that stands.", more)


def _apart(entry: Entry, why: str) -> Entry:
    """An entry from beside the selection, under a kind of its own that names its indication."""
    return replace(entry, kind=f"{entry.kind}, {why} ({entry.where})", where="")


def lists(page: Page, *columns: Column, drawn: Collection[str] = ()) -> None:
    """Show columns of names side by side; each name leads to its rows, by the sources that say so. ``drawn`` are the tables that
    the first page shows in another way."""
    shown = [column for column in columns if column.entries or column.nothing]
    html = "".join(f"<div><h3>{escape(column.title)}</h3>{''.join(_blocks(page, column))}</div>" for column in shown)
    crowded = " crowded" if len(TAG.sub("", html)) > CROWDED else ""
    told = "; ".join(f"{column.title}: {len(column.entries)}" for column in shown)
    beyond = _beyond(page)
    sign = f"{SIGN} The public record does not bear this out, or shows otherwise: see the table." if SIGN in html + beyond else ""
    legend = " ".join(filter(None, (_legend(page, shown), sign)))
    notes = "".join(f"<p class='note'>{note}</p>" for note in (legend, _beside(page, shown, drawn), beyond) if note)
    display({"text/plain": told, "text/html": f"<div class='in-columns{crowded}'>{html}</div>{notes}"}, raw=True)


def _legend(page: Page, columns: Sequence[Column]) -> str:
    """Who speaks, and with what interest: the sources of the selection and those that the lists name, with their short names."""
    rows = {name for column in columns for entry in column.entries for name in entry.rows.split()}
    used = {page.book.label_of("sources", page.sources_of[name]) for name in rows}
    tags = {page.book.label_of("sources", source): tag for source, tag in page.tags.items()}
    counted = {row["source"]: row["extracts"] for row in tables.sources(page.book).to_dict("records")}
    told = [
        f"<strong>{escape(tags[row['source']])}</strong> {escape(_told(row, counted[row['source']]))}"
        for row in tables.sources(page.book.whole).to_dict("records")
        if row["source"] in used or counted[row["source"]]
    ]
    return f"Sources, and their interest: {'; '.join(told)}." if told else ""


def _beside(page: Page, columns: Sequence[Column], drawn: Collection[str]) -> str:
    """What is filed under the indication and stands further down alone."""
    named = [column for column in columns if column.title != DISAGREE]  # there a row is a member and not told
    listed = {name for column in named for entry in column.entries for name in entry.rows.split()}
    first = {name for name, frame in page.book.selected(("id",)).items() if set(frame["id"]) <= listed}
    return escape(around.counted("Filed here too, and shown further down alone", page.book, {*first, *drawn}))


def _beyond(page: Page) -> str:
    """How much is said of broader indications: a page with little on it must not look like all that there is."""
    if not page.book.selection.indication:
        return ""
    told = around.beyond(page.above)
    where = f"<a href='#{BROADER}'>as said of broader indications</a>"
    return f"{escape(told)} Whether it holds here, no page says; it stands {where}." if told else ""


def _told(row: dict[str, Any], n: int) -> str:
    filed = f", {n} extract{'' if n == 1 else 's'} filed here" if n else ""
    return f"{row['source']} ({row['type'].lower()}; interest: {row['interest'].lower()}{filed})"


def _entries(table: object) -> tuple[Entry, ...]:
    records = table.to_dict("records")  # type: ignore[attr-defined]
    return tuple(Entry(row["kind"], row["how"], row["what"], row["rows"], row["only"], row["where"], row["doubt"]) for row in records)


def _blocks(page: Page, column: Column) -> Iterator[str]:
    if not column.entries:
        yield f"<p>{escape(column.nothing)}</p>"
    for kind in dict.fromkeys(entry.kind for entry in column.entries):
        own = [entry for entry in column.entries if entry.kind == kind]
        ways = list(dict.fromkeys(entry.how for entry in own))
        told = [_way(page, how, [entry for entry in own if entry.how == how]) for how in ways]
        text = f"<strong>{escape(kind)}.</strong> {' '.join(told)}"
        whole = " class='whole'" if len(TAG.sub("", text)) < SHORT else ""
        yield f"<p{whole}>{text}</p>"
    if column.more:
        yield f"<p>{escape(column.more)}</p>"


def _way(page: Page, how: str, entries: list[Entry]) -> str:
    names = "; ".join(named(page, entry) for entry in entries)
    return f"<i>{escape(how)}:</i> {names}." if how else f"{names}."


def named(page: Page, entry: Entry) -> str:
    """A name that leads to its first row, what it is not said without, and the short names of the sources that say so, each
    leading to its first row there."""
    rows = entry.rows.split()
    told = "; ".join(filter(None, (entry.where if entry.where.lower() != entry.what.lower() else "", entry.only)))
    only = (f" ({unbroken(told)})" if told else "") + (f" {SIGN}" if entry.doubt else "")
    if not rows:
        return unbroken(entry.what) + only
    firsts: dict[str, str] = {}
    for name in rows:
        firsts.setdefault(page.tags[page.sources_of[name]], name)
    by = "".join(f" <a class='by' href='#{escape(name, quote=True)}'>{escape(tag)}</a>" for tag, name in firsts.items())
    return f"<a href='#{escape(rows[0], quote=True)}'>{unbroken(entry.what)}</a>{only}{by}"
