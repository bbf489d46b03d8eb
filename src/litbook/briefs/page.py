"""The lists of a brief's first page: names with the rows behind them, cut to what fits, and never cut in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from IPython.display import display

from litbook import tables
from litbook.review import Review

MOST = 12  # names of one kind on the first page; of safety, none is left out
FIRST = 3  # rows behind one name that are led to from there


@dataclass(frozen=True)
class Entry:
    """A name in a list with the ids of its rows; ``how`` is the word for how often or how firmly."""

    kind: str
    how: str
    what: str
    rows: str
    only: str = ""


@dataclass(frozen=True)
class Column:
    """One of the columns at the foot of the first page."""

    title: str
    entries: tuple[Entry, ...]
    nothing: str
    more: str  # where all of them stand
    most: int | None = MOST


@dataclass(frozen=True)
class Page:
    """What a brief is made of: the selected review, the whole one, and what is said of broader indications."""

    book: Review
    weight_kg: float = 0

    @cached_property
    def above(self) -> Review:
        """What is said of broader indications."""
        return self.book.whole.broader(self.book.selection.indication)

    def safety(self) -> Column:
        """What is named of safety, and contraindications that the review holds elsewhere: a clinician must not miss them."""
        own = _entries(tables.safety_in_short(self.book))
        here = {name for entry in own for name in entry.rows.split()}
        every = _entries(tables.safety_in_short(self.book.whole, ("contraindications",)))
        elsewhere = [replace(entry, kind=f"{entry.kind}, named elsewhere") for entry in every if not here & {*entry.rows.split()}]
        if not own:
            elsewhere.insert(0, Entry("Here", "", "Nothing on safety is filed under this indication itself", ""))
        return Column("Safety", (*own, *elsewhere), "", "Every statement on safety", most=None)

    def selection(self) -> Column:
        """Who it is said to be for."""
        entries = _entries(tables.selection_in_short(self.book))
        return Column("Who it is said to be for", entries, "No page says for whom.", "Who it may be for, and what else there is")

    def disagreements(self) -> Column:
        """The disagreements that nothing explains, by class."""
        found = tables.standing(self.book)
        entries = tuple(Entry(row["class"], "", row["topic"], row["members"]) for row in found.to_dict("records"))
        settled = len(tables.ledger(self.book)) - len(found)
        nothing = f"The rules found none that stands{f'; {settled} found and explained' if settled else ''}."
        return Column("Where the sources disagree", entries, nothing, "Every disagreement")

    def sources(self) -> Column:
        """The sources of the selection, with type and interest."""
        told = tables.sources(self.book).to_dict("records")
        entries = tuple(Entry("Source", "", _told(row), "") for row in told if row["extracts"])
        return Column("Sources, and their interest", entries, "No page.", "Sources, and their interest")


def lists(page: Page, *columns: Column) -> None:
    """Show columns of names side by side; each name leads to its rows."""
    html = "".join(f"<div><h3>{escape(column.title)}</h3>{''.join(_blocks(column))}</div>" for column in columns)
    told = "; ".join(f"{column.title}: {len(column.entries)}" for column in columns)
    display({"text/plain": told, "text/html": f"<div class='in-columns'>{html}</div>{_beyond(page)}"}, raw=True)


def _beyond(page: Page) -> str:
    """How much is said of broader indications: a page with little on it must not look like all that there is."""
    counts = {name: len(frame) for name, frame in page.above.selected(("id",)).items() if len(frame)}
    titles = {name: page.book.package.tables[name].title.lower() for name in counts}
    if not counts or not page.book.selection.indication:
        return ""
    told = ", ".join(f"{titles[name]} {n}" for name, n in counts.items())
    return (
        f"<p class='note'>Filed under broader indications, and not counted above: {escape(told)}. Whether it holds here, no page says; "
        "see the pages of those indications.</p>"
    )


def _told(row: dict[str, Any]) -> str:
    n = row["extracts"]
    return f"{row['source']}: {row['type'].lower()}; {row['interest'].lower()}; {n} extract{'' if n == 1 else 's'}"


def _entries(table: object) -> tuple[Entry, ...]:
    records = table.to_dict("records")  # type: ignore[attr-defined]
    return tuple(Entry(row["kind"], row["how"], row["what"], row["rows"], row["only"]) for row in records)


def _blocks(column: Column) -> Iterator[str]:
    if not column.entries:
        yield f"<p>{escape(column.nothing)}</p>"
    kinds = list(dict.fromkeys(entry.kind for entry in column.entries))
    for kind in kinds:
        own = [entry for entry in column.entries if entry.kind == kind]
        shown = own[: column.most]
        ways = list(dict.fromkeys(entry.how for entry in shown))
        told = [_way(how, [entry for entry in shown if entry.how == how]) for how in ways]
        left = f" <em>And {len(own) - len(shown)} more: see “{escape(column.more)}”.</em>" if len(own) > len(shown) else ""
        yield f"<p><strong>{escape(kind)}.</strong> {' '.join(told)}{left}</p>"


def _way(how: str, entries: list[Entry]) -> str:
    names = "; ".join(named(entry.what, entry.rows) + (f" ({escape(entry.only)})" if entry.only else "") for entry in entries)
    return f"<i>{escape(how)}:</i> {names}." if how else f"{names}."


def named(what: str, rows: str) -> str:
    """A name that leads to its row, and to the next ones by a number; the tables of the brief have all of them."""
    first, *others = rows.split() or [""]
    if not first:
        return escape(what)
    more = "".join(f"<a class='next' href='#{escape(name, quote=True)}'>[{place}]</a>" for place, name in enumerate(others[: FIRST - 1], 2))
    return f"<a href='#{escape(first, quote=True)}'>{escape(what)}</a>{more}"
