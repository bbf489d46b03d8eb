"""How notebooks show tables and charts: whole, escaped, with a caption and a digest, so that nbval sees every change.

pandas cuts long tables and long cells, and nbval does not look at pictures. So tables are written out in full, and
each chart is followed by the data that it plots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from litbook import reads, tables
from litbook.charts.style import Chart
from litbook.errors import UnknownTerm
from litbook.markup import rows_in_words, slim, table_html, unbroken
from litbook.needs import KINDS_OF_EXTRACT
from litbook.reads import frame_digest
from litbook.review import Review
from litbook.tables import selection_in_words

# JupyterLab sets tables flush right, which is for numbers; ours hold words.
IN_JUPYTER = (
    "<style>table.litbook th, table.litbook td { text-align: left !important; vertical-align: top; } "
    "table.litbook small { display: block; } .scroll { overflow-x: auto; }</style>"
)


def show(*things: pd.DataFrame | Chart, caption: str = "", beside: bool = False) -> None:
    """Show tables and charts in a notebook, in turn; ``caption`` is the tables', ``beside`` prints the notes of a chart at its side.

    A table is shown with every row and every character. A chart is shown as a picture with its alternative text,
    followed by its notes and the plotted data; where there is nothing to draw it says why, and an empty table behind
    it is left out. Ids of extracts become links to the way back of the report.
    """
    said_why = False
    for thing in things:
        if isinstance(thing, Chart):
            _show_chart(thing, beside)
            said_why = thing.figure is None
        elif len(thing) or not said_why:
            _show_table(thing, caption)


def summary(review: Review, short: bool = False) -> None:
    """Show which review this is, what was selected and what limits it has; ``short``: without the question."""
    settings = review.settings["review"]
    chosen = selection_in_words(review)
    rows = sum(map(len, review.selected(("id",)).values()))
    approved = rows - len(review.unapproved())
    selected = f"Selected: {chosen}" if chosen else "The whole review"
    told = f"{selected}: {rows} extract{'' if rows == 1 else 's'}, {approved} of them approved. Data as of {review.as_of}."
    told += " The page shows further ones, from beside the selection, and says so where it does." if short and chosen else ""
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in settings["limits"])
    scope = f"<p>{escape(settings['scope'])}</p>" if settings.get("scope") else ""
    question = "" if short else f"<p class='question'>{escape(settings['question'])}</p>"
    plain = f"{chosen or 'whole review'}: {rows} extracts, {approved} approved, as of {review.as_of}"
    dated = escape(told).replace(str(review.as_of), f"<time>{review.as_of}</time>")
    html = f"{IN_JUPYTER}<div class='summary'>{question}<p>{dated}</p>{scope}<ul class='limits'>{limits}</ul></div>"
    display({"text/plain": plain, "text/html": html}, raw=True)


def heading(title: str, level: int = 2) -> None:
    """Show a heading, of the second level or of another; it stands in the contents of the page."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    display({"text/plain": title, "text/html": f"<h{level} id='{name}'>{escape(title)}</h{level}>"}, raw=True)


def remarks(sentences: Sequence[str], beside: bool = False) -> None:
    """Show sentences as remarks in small type, ``beside`` the chart above on paper; nothing where there are none."""
    if sentences:
        display(_remarks(sentences, beside), raw=True)


def _remarks(sentences: Sequence[str], beside: bool = False) -> dict[str, str | bytes]:
    kind = "note beside" if beside else "note"
    html = "".join(f"<p class='{kind}'>{unbroken(sentence)}</p>" for sentence in sentences)
    return {"text/plain": "\n".join(sentences), "text/html": html}


def digest(frame: pd.DataFrame) -> str:
    """First twelve hexadecimal digits of the SHA-256 of a table's cells, in order."""
    return frame_digest(frame)[:12]


def _show_chart(chart: Chart, beside: bool) -> None:
    for data, metadata in bundles(chart, beside):
        display(data, metadata=metadata, raw=True)
    if chart.figure is not None and reads.watching():
        reads.keep_figure(chart.svg().decode("utf-8"), chart.data)


def bundles(chart: Chart, beside: bool = False) -> Iterator[tuple[dict[str, str | bytes], dict[str, Any]]]:
    """A chart as it is displayed: the picture with its alternative text, its notes and the plotted data, each by MIME type with
    its metadata; or why nothing is drawn."""
    if chart.figure is None:
        yield {"text/plain": chart.alt, "text/html": f"<p class='nothing'>{escape(chart.alt)}</p>"}, {}
        return
    yield {"image/png": chart.png(), "text/plain": chart.alt}, {"image/png": {"alt": chart.alt}}
    if chart.notes:
        yield _remarks(chart.notes, beside), {}
    body = table_html(chart.data, f"Plotted data: {chart.title}")
    folded = f"<details class='plotted'><summary>Plotted data ({rows_in_words(chart.data)})</summary>{body}</details>"
    yield {"text/plain": f"plotted data, {_size(chart.data)}", "text/html": folded}, {}


def _show_table(table: pd.DataFrame, caption: str) -> None:
    plain = f"{caption}: {_size(table)}" if caption else _size(table)
    html = (
        table_html(*slim(table, caption))
        if len(table)
        else f"<p class='nothing'>{escape(caption or 'Table')}: nothing is filed under this selection.</p>"
    )
    display({"text/plain": plain, "text/html": html}, raw=True)


def _size(table: pd.DataFrame) -> str:
    return f"{rows_in_words(table)}, {len(table.columns)} columns, digest {digest(table)}"


def show_safety(review: Review, where: str = "") -> None:
    """Show what is said of safety, each kind in a table of its own; ``where`` ends the captions."""
    told = [name for name in tables.SAFETY if review.has(name)]
    for name in told:
        _show_table(tables.safety(review, (name,)).drop(columns="kind"), f"{review.package.tables[name].title}{where}")
    if not told:
        kinds = tables.kinds_of_safety(review)
        _show_table(pd.DataFrame(), f"{kinds[:1].upper()}{kinds[1:]}{where}")


def show_listings(review: Review, *names: str, where: str = "") -> None:
    """Show each of the named tables of extracts that has rows in the selection, or say that none has; ``where`` stands after the
    titles."""
    for name in names:
        if name not in review.package.tables and name not in KINDS_OF_EXTRACT:
            raise UnknownTerm("table", name, sorted({*review.package.tables, *KINDS_OF_EXTRACT}))
    told = [name for name in names if review.has(name)]
    for name in told:
        table = review.package.tables[name]
        _show_table(
            tables.listing(review, name), f"{table.title}{where}: {table.description[:1].lower()}{table.description[1:].rstrip('.')}"
        )
    if not told:
        titles = ", ".join(review.package.tables[name].title.lower() for name in names if name in review.package.tables)
        _show_table(pd.DataFrame(), f"{titles.capitalize() or 'Extracts'}{where}")
