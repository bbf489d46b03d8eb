"""How a result gets onto the screen: as outputs of a notebook, which a widget takes all at once.

Tables are itables' (DataTables from files of the package, nothing from the net): they sort, filter and search. Cells are
escaped; no row is left out, however large the table is.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from itables import options, to_html_datatable
from itables.javascript import generate_init_offline_itables_html

from litbook.charts.style import Chart
from litbook.display import IN_JUPYTER, bundles
from litbook.explore.views import Shown, Titled
from litbook.markup import BEHIND, heading, plain, rows_in_words, slim

Output = dict[str, Any]
PAGES: Sequence[int | str | Mapping[str, Any]] = (25, 100, {"label": "all", "value": -1})
# Long text wraps; a column is never so narrow that it breaks words, and the table scrolls instead.
STYLE = """<style>
.litbook-explore .dt-layout-full { overflow-x: auto; }
.litbook-explore table.dataTable td, .litbook-explore table.dataTable th {
  text-align: left !important; vertical-align: top; white-space: normal; overflow-wrap: break-word; }
.litbook-explore table.dataTable td { max-width: 26em; }
.litbook-explore table.dataTable td.long { min-width: 15em; }
.litbook-explore table.dataTable th div.dt-column-header { white-space: nowrap; min-width: max-content; gap: .4em; }
.litbook-explore table.dataTable td.id { white-space: nowrap; cursor: pointer; text-decoration: underline; }
.litbook-explore p.note { margin: .2em 0; }
.litbook-explore caption { text-align: left; font-weight: bold; padding: .4em 0; }
.litbook-explore dl.way { display: grid; grid-template-columns: fit-content(11em) 1fr; gap: .2em 1em; max-width: 60em; }
.litbook-explore dl.way dt { font-weight: bold; float: none; width: auto; }
.litbook-explore dl.way dd { margin: 0; width: auto; overflow-wrap: anywhere; }
.litbook-explore blockquote { max-width: 60em; }
</style>"""
# The table's colours follow JupyterLab's theme, and a click on an id asks for its way back.
SCRIPT = """<script type="module">
if (!window.litbookExplores) {
  window.litbookExplores = true;
  const colours = () => document.documentElement.classList.toggle('dark', document.body.dataset.jpThemeLight === 'false');
  new MutationObserver(colours).observe(document.body, {attributes: true, attributeFilter: ['data-jp-theme-light']});
  colours();
  document.addEventListener('click', (event) => {
    const cell = event.target.closest?.('.litbook-explore table.dataTable td.id');
    const box = cell?.closest('.litbook-explore').querySelector('.litbook-row input');
    if (!box) return;
    box.value = cell.textContent.trim();
    box.dispatchEvent(new Event('change', {bubbles: true}));
    box.scrollIntoView({block: 'center'});
  });
}
</script>"""


def library() -> tuple[Output, ...]:
    """What the tables need on the page, once: styles and DataTables, from the files of the package."""
    return (page(IN_JUPYTER + STYLE), page(generate_init_offline_itables_html(options.dt_bundle)), page(SCRIPT))


def outputs(things: Iterable[Shown]) -> tuple[Output, ...]:
    """Charts and tables as outputs of a notebook."""
    return tuple(output for thing in things for output in (_chart(thing) if isinstance(thing, Chart) else [_table(thing)]))


def page(html: str, words: str = "") -> Output:
    """HTML that was made here, its cells escaped; ``words`` is what is shown without HTML."""
    return _output({"text/html": html, "text/plain": words})


def line(words: str) -> Output:
    """One line of plain text."""
    return page(f"<p class='note'>{escape(words)}</p>", words)


def _chart(chart: Chart) -> list[Output]:
    return [_output(data, metadata) for data, metadata in bundles(chart)]


def _output(data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> Output:
    written = {kind: b64encode(one).decode("ascii") if isinstance(one, bytes) else one for kind, one in data.items()}
    return {"output_type": "display_data", "data": written, "metadata": dict(metadata or {})}


def _table(table: Titled) -> Output:
    if table.frame.empty:
        return line(f"{table.title}: nothing is filed under this selection.")
    frame, caption = slim(table.frame, table.title)
    frame = frame[[column for column in frame.columns if not str(column).endswith(BEHIND)]]
    long = [place for place, column in enumerate(frame.columns) if frame[column].map(plain).str.len().max() > 60]
    identifier = [place for place, column in enumerate(frame.columns) if column == "id"]
    html = to_html_datatable(
        _cells(frame),
        caption=f"{escape(caption)} ({rows_in_words(frame)})",
        connected=False,
        allow_html=False,
        maxBytes=0,  # itables would leave out rows of a large table
        maxColumns=0,
        showIndex=False,
        classes="display compact",
        style="table-layout:auto;width:100%;caption-side:top",
        pageLength=25,
        lengthMenu=PAGES,
        columnControl=["order", ["search", "searchList"]],
        ordering={"indicators": False},
        columnDefs=[{"targets": long, "className": "long"}, {"targets": identifier, "className": "id"}],
        display_logo_when_loading=False,
    )
    return page(html, f"{caption}: {rows_in_words(frame)}")


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells as text in one line each, with headings for reading; counts stay numbers, so that they sort as such."""
    named = {
        heading(str(column)): frame[column]
        if pd.api.types.is_integer_dtype(frame[column])
        else [" ".join(plain(cell).split()) for cell in frame[column]]
        for column in frame.columns
    }
    return pd.DataFrame(named)
