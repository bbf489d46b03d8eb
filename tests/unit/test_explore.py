"""Exploring: the last settings win, a result stands under its own, tables are whole and escaped, a row leads back."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import threading
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import pandas as pd
import pytest

import litbook
from litbook import anchors
from litbook.build.stored import refresh
from litbook.errors import UnknownTerm
from litbook.explore import panel as panels
from litbook.explore import screen
from litbook.explore.panel import MOMENT, Panel
from litbook.explore.row import Rows
from litbook.explore.views import Titled, views
from litbook.review import Review
from tests.conftest import ROOT, TINY
from tests.payloads import MARKUP


def words(panel: Panel) -> list[str]:
    """What is on the screen, in plain words."""
    return [output["data"]["text/plain"] for output in panel.result.outputs]


def kinds(panel: Panel) -> set[str]:
    return {kind for output in panel.result.outputs for kind in output["data"]}


@pytest.fixture
def panel(ketamine: Review) -> Panel:
    return Panel(ketamine)


# --- When it draws -------------------------------------------------------------------------------------------------------


def test_it_opens_with_the_whole_review(panel: Panel) -> None:
    assert panel.result.outputs == ()
    panel.draw()
    assert words(panel)[0].startswith("Dose ranges of the whole review. The selection holds 636 extracts in all tables, ")
    assert "image/png" in kinds(panel)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The indications that were drawn, in turn; drawing takes no time."""
    seen: list[str] = []

    def record(panel: Panel) -> tuple[Any, tuple[str, ...]]:
        seen.append(panel.indication.value)
        return (screen.line(panel.indication.value),), ()

    monkeypatch.setattr(panels.Panel, "_drawn", record)
    return seen


def test_the_last_of_many_quick_changes_is_drawn_and_no_other(ketamine: Review, drawn: list[str]) -> None:
    async def quickly() -> None:
        panel = Panel(ketamine)
        for term in ("migraine", "chronic_pain", "cancer_pain", "depression"):
            panel.indication.value = term
            await asyncio.sleep(0)  # the messages come one by one
        await until(lambda: words(panel) == ["depression"])

    asyncio.run(quickly())
    assert drawn == ["depression"]


def test_changes_on_several_threads_are_drawn_on_one_and_the_last_wins(ketamine: Review, drawn: list[str]) -> None:
    """JupyterLab hands the changes of widgets to subshells: threads of the kernel, each with a loop of its own."""
    threads = set()

    async def quickly() -> None:
        panel = Panel(ketamine)
        for widget, trait in ((panel.result, "outputs"), (panel.state, "value"), (panel.way, "outputs")):
            widget.observe(lambda _: threads.add(threading.current_thread()), trait)

        async def change(view: str, *terms: str) -> None:
            for term in terms:
                panel.view.value, panel.indication.value, panel.row.value = view, term, f"av-dose-0{len(term) % 3 + 1}"
                await asyncio.sleep(MOMENT * 0.7)

        others = [("Safety", "migraine", "chronic_pain"), ("Disagreements", "depression", "cancer_pain", "fibromyalgia")]
        await asyncio.gather(*(asyncio.to_thread(asyncio.run, change(*other)) for other in others), change("Sources", "migraine"))
        last = panel.indication.value
        await until(lambda: panel.state.value == "" and words(panel) == [last])

    asyncio.run(quickly())
    assert threads == {threading.main_thread()} and drawn


def test_what_was_drawn_while_a_setting_changed_is_dropped(ketamine: Review, drawn: list[str]) -> None:
    """The change waits until the kernel has drawn; then it is heard before the picture, which is never put up."""
    shown = []

    async def change_while_drawing() -> None:
        panel = Panel(ketamine)
        panel.result.observe(lambda change: shown.append([output["data"]["text/plain"] for output in change["new"]]), "outputs")
        panel.indication.value = "migraine"
        await until(lambda: drawn == ["migraine"])
        assert panel.result.layout.visibility == "hidden"
        panel.indication.value = "cancer_pain"
        await until(lambda: words(panel) == ["cancer_pain"])

    asyncio.run(change_while_drawing())
    assert drawn == ["migraine", "cancer_pain"] and shown == [["cancer_pain"]]


def test_what_is_drawn_on_another_thread_never_replaces_what_was_asked_for_later(ketamine: Review, drawn: list[str]) -> None:
    """A picture begun before the last change is not put up after it, whichever thread the changes came on."""
    shown = []

    async def change_while_drawing() -> None:
        panel = Panel(ketamine)
        panel.result.observe(lambda change: shown.append([output["data"]["text/plain"] for output in change["new"]]), "outputs")
        await asyncio.to_thread(asyncio.run, changed(panel, "migraine"))
        await until(lambda: drawn == ["migraine"])
        panel.indication.value = "cancer_pain"
        await until(lambda: words(panel) == ["cancer_pain"])
        await asyncio.sleep(3 * MOMENT)

    async def changed(panel: Panel, term: str) -> None:
        panel.indication.value = term

    asyncio.run(change_while_drawing())
    assert drawn == ["migraine", "cancer_pain"] and shown == [["cancer_pain"]]


def test_a_change_takes_the_old_result_from_sight_at_once(ketamine: Review) -> None:
    async def change() -> Panel:
        panel = Panel(ketamine)
        panel.draw()
        panel.weight.value = 70
        assert panel.result.layout.visibility == "hidden" and panel.state.value == "Drawing…"
        await until(lambda: panel.result.layout.visibility == "visible")
        return panel

    panel = asyncio.run(change())
    assert words(panel)[0].endswith("For 70 kg of body weight: what stands under Computed was computed by litbook.")
    assert panel.state.value == ""


async def until(done: Callable[[], bool]) -> None:
    """Wait for a condition; a minute is more than any loaded machine needs."""
    async with asyncio.timeout(60):
        while not done():
            await asyncio.sleep(MOMENT / 10)


def test_each_setting_narrows_what_is_shown(panel: Panel) -> None:
    panel.view.value = "Safety"
    panel.indication.value, panel.route.value, panel.source_type.value = "migraine", "intravenous", "clinic_page"
    assert words(panel)[0].startswith("Safety of Migraine, Intravenous, sources of the kind Clinic's page. ")
    panel.indication.value = panel.route.value = ""
    shown = set(panel.row.options)
    assert shown and all(name.startswith("pc-") for name in shown)


def test_indications_are_indented_by_what_stands_above(panel: Panel) -> None:
    depth = {term: len(label) - len(label.lstrip("\u2007")) for label, term in panel.indication.options}
    assert depth["pain"] < depth["cancer_pain"] < depth["cancer_neuropathic_pain"]


@pytest.mark.parametrize("weight", [-5, 1e9, float("nan"), float("inf")])
def test_an_impossible_weight_is_one_line(panel: Panel, weight: float) -> None:
    panel.weight.value = weight
    [said] = words(panel)
    assert "allowed: 2 to 300 kilograms" in said and "\n" not in said
    assert panel.result.layout.visibility == "visible"


def test_a_failure_is_said_and_not_waited_for(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(panel._views, "Safety", lambda *_: 1 / 0)
    panel.view.value = "Safety"
    [said] = words(panel)
    assert said == "Safety: ZeroDivisionError: division by zero; please report this"


# --- What it shows -------------------------------------------------------------------------------------------------------


def test_every_extract_is_in_some_view(ketamine: Review) -> None:
    panel, found = Panel(ketamine), set()
    for view in views(ketamine):
        if view not in ("Sources", "Works relayed", "Disagreements"):  # these show rows of all tables by count
            panel.view.value = view
            panel.draw()
            found |= set(panel.row.options)
    assert found == set(Rows(ketamine))


def test_a_table_that_the_selection_does_not_narrow_says_so(panel: Panel) -> None:
    panel.view.value, panel.indication.value = "Scope", "cancer_pain"
    assert "of the whole review" in words(panel)[1]
    panel.indication.value = ""
    assert "of the whole review" not in words(panel)[1]


def test_a_large_table_is_whole() -> None:
    frame = pd.DataFrame({"id": [f"row-{place}" for place in range(3000)], "claim": "x" * 200, "statements": range(3000)})
    [table] = screen.outputs([Titled("Many", frame)])
    rows = data(table["data"]["text/html"])
    assert len(rows) == 3000 and rows[2999] == ["row-2999", "x" * 200, 2999]
    assert table["data"]["text/plain"] == "Many: 3000 rows"


class Parts(HTMLParser):
    """The tags of a page, without those of a script."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name.startswith("on") for name, _ in attrs), attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def data(page: str) -> list[list[Any]]:
    """The cells that a table hands to DataTables."""
    [found] = re.findall(r'"data_json": (".*"),$', page, re.MULTILINE)
    rows: list[list[Any]] = json.loads(json.loads(found))
    return rows


def test_no_cell_becomes_markup() -> None:
    frame = pd.DataFrame({"id": list(MARKUP), "claim": list(MARKUP)})
    clean, hostile = (screen.outputs([Titled("Hostile", one)])[0]["data"]["text/html"] for one in (frame.map(lambda _: "words"), frame))
    assert Parts(hostile).tags == Parts(clean).tags
    assert not any("<" in cell or ">" in cell for row in data(hostile) for cell in row)
    assert len(data(hostile)) == len(MARKUP)
    titled = screen.outputs([Titled("</script><img src=x onerror=window.hit=1>", frame.map(lambda _: "words"))])[0]["data"]["text/html"]
    assert Parts(titled).tags == Parts(clean).tags


def test_a_line_and_a_row_are_escaped(tiny: Review) -> None:
    said = screen.line("<img src=x onerror=window.hit=1>")["data"]["text/html"]
    assert Parts(said).tags == ["p"]
    frame = tiny.table("doses")
    for column in ("note", "citation", "inferred"):
        frame[column] = "<img src=x onerror=window.hit=1>"
    hostile = dataclasses.replace(tiny, _frames=MappingProxyType({**tiny._frames, "doses": frame}))
    assert "img" not in Parts(Rows(hostile).html(frame["id"].iloc[0])).tags


def test_tables_need_nothing_from_the_net() -> None:
    pages = [output["data"]["text/html"] for output in screen.library()]
    pages += [output["data"]["text/html"] for output in screen.outputs([Titled("One", pd.DataFrame({"id": ["a"]}))])]
    for page in pages:
        assert not re.search(r"""(src=|import\s|from\s|url\(|@import)\s*['"]?(https?:)?//""", page)


# --- The way back --------------------------------------------------------------------------------------------------------


def test_a_row_leads_back_to_its_words(tiny: Review) -> None:
    row = tiny.table("doses").iloc[0]
    page = Rows(tiny).html(row["id"])
    text = tiny.text(row["source"])
    assert text is not None
    quote = text[int(row["start"]) : int(row["end"])]
    told = "".join(Parts(page).text)
    for part in (row["id"], row["start"], row["end"], row["quote_sha256"], row["note"], quote):
        assert part in told
    assert tiny.label_of("sources", row["source"]) in told and tiny.label("statuses", row["status"]) in told
    assert f"<mark>{quote}</mark>" in page
    assert anchors.sha256(quote) == row["quote_sha256"] and "is that of the row" in told


def test_a_row_says_who_recorded_it_and_what_is_not_approved(ketamine: Review) -> None:
    rows, unapproved = Rows(ketamine), ketamine.unapproved()
    for name in (next(name for name in rows if name not in unapproved), next(name for name in rows if name in unapproved)):
        told = "".join(Parts(rows.html(name)).text)
        assert ("nobody approved this row as it is now" in told) == (name in unapproved)
        assert ketamine.approvals.get(name, "") in told


def test_a_hash_that_does_not_fit_is_said(tiny: Review) -> None:
    frame = tiny.table("doses")
    frame["end"] = [str(int(end) - 1) for end in frame["end"]]
    moved = dataclasses.replace(tiny, _frames=MappingProxyType({**tiny._frames, "doses": frame}))
    assert "is NOT that of the row" in Rows(moved).html(frame["id"].iloc[0])


def test_without_the_text_the_way_back_says_what_is_missing(tiny: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LITBOOK_SOURCES", raising=False)
    page = Rows(dataclasses.replace(tiny, folder=tmp_path)).html(tiny.table("doses")["id"].iloc[0])
    assert "set LITBOOK_SOURCES" in page and "blockquote" not in page


def test_a_typed_id_opens_its_row_and_a_wrong_one_is_one_line(panel: Panel) -> None:
    panel.row.value = " oq-dose-04 "
    assert "oq-dose-04: Doses" in panel.way.outputs[0]["data"]["text/html"]
    panel.row.value = "oq-dose-99"
    [said] = [output["data"]["text/plain"] for output in panel.way.outputs]
    assert said.startswith("row 'oq-dose-99' is not known; allowed: ") and "\n" not in said
    panel.row.value = ""
    assert panel.way.outputs == ()


def test_the_words_of_a_source_are_in_no_stored_notebook(tiny: Review, tmp_path: Path) -> None:
    """A row is opened while the notebook runs, and ``litbook notebooks`` keeps nothing of it."""
    row = tiny.table("doses").iloc[0]
    text = tiny.text(row["source"])
    assert text is not None
    notebook = nbformat.read(ROOT / "notebooks" / "explore.ipynb", as_version=4)
    widgets = next(cell for cell in notebook.cells if "explore(book)" in cell.source)
    widgets.source = (
        "from litbook.explore.panel import Panel\nfrom IPython.display import display\npanel = Panel(book)\n"
        f"panel.row.value = {row['id']!r}\ndisplay(panel.box)\npanel.draw()\nassert '<mark>' in panel.way.outputs[0]['data']['text/html']"
    )
    notebook.cells = notebook.cells[: notebook.cells.index(widgets) + 1]
    notebook.cells[1].source = f"review: str = {str(TINY)!r}  # invented"
    nbformat.write(notebook, tmp_path / "explore.ipynb")
    assert refresh(tmp_path, TINY.parent)
    stored = (tmp_path / "explore.ipynb").read_text(encoding="utf-8")
    assert f"{sum(map(len, tiny.selected().values()))} extracts" in stored  # it ran
    assert text[int(row["start"]) : int(row["end"])] not in stored
    assert set(nbformat.reads(stored, as_version=4).metadata) == {"kernelspec", "language_info"}


# --- Kinds of sources ----------------------------------------------------------------------------------------------------


def test_a_kind_of_source_selects_its_sources(ketamine: Review) -> None:
    chosen = ketamine.select("pain", source_type="clinic_page")
    for name, frame in chosen.selected().items():
        assert set(frame["source"]) <= {"propel-clinic"}, name
    assert set(chosen.table("scope")["source"]) == {"propel-clinic"}
    assert litbook.tables.selection_in_words(chosen) == "Pain, sources of the kind Clinic's page"
    with pytest.raises(UnknownTerm, match="source type 'clinic' is not known; allowed: review_summary, qa_page"):
        ketamine.select(source_type="clinic")
    with pytest.raises(UnknownTerm, match="narrowed already"):
        chosen.select(source_type="qa_page")


def test_what_is_noted_of_a_kind_of_source_is_wider_and_names_the_kinds(ketamine: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr("litbook.reads.note", noted.append)
    ketamine.select("pain", source_type="clinic_page").table("doses")
    assert [tuple(read) for read in noted] == [
        ("sources", ("id", "type"), "", "", False),
        ("doses", (), "pain", "", False),
    ]
