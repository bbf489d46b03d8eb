"""The lists of a first page as HTML: each name leads to its rows, by the sources that say so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from html import escape
from typing import Any

from IPython.display import display

from litbook import tables
from litbook.briefs import around
from litbook.briefs.page import DISAGREE, Column, Entry, Page
from litbook.markup import unbroken
from litbook.tables.public_record import SIGN

SHORT = 400  # characters of a list up to which it is kept in one column
CROWDED = 3200  # characters of the lists from which on a first page is printed smaller
TAG = re.compile(r"<[^>]*>")
BROADER = "said-of-broader-indications"  # the id of the heading under which they stand


def lists(page: Page, *columns: Column, drawn: Collection[str] = ()) -> None:
    """Show columns of names side by side; each name leads to its rows, by the sources that say so. ``drawn`` are the tables that
    the first page shows in another way."""
    shown = [column for column in columns if column.entries or column.nothing]
    html = "".join(f"<div><h3>{escape(column.title)}</h3>{''.join(_blocks(page, column))}</div>" for column in shown)
    crowded = " crowded" if len(TAG.sub("", html)) > CROWDED else ""
    told = "; ".join(f"{column.title}: {len(column.entries)}" for column in shown)
    further = [_beside(page, shown, drawn), _beyond(page)]
    marked = SIGN in "".join([html, *further])
    away = any(SIGN in entry.what for column in shown for entry in column.entries)  # what is named elsewhere has no row here
    where = "the table, or the page on safety for what is named elsewhere" if away else "the table"
    sign = f"{SIGN} The public record does not bear this out, or shows otherwise: see {where}." if marked else ""
    legend = " ".join(filter(None, (_legend(page, shown), sign)))
    notes = "".join(f"<p class='note'>{note}</p>" for note in (legend, *further) if note)
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
