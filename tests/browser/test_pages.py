"""The pages of a bundle in a browser: they ask for nothing, lead back, sort and filter, and can be read by everybody."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from litbook.build import paper
from litbook.markup import table_html
from tests.browser import checks
from tests.browser.checks import opened
from tests.browser.conftest import LONGEST, NAMES
from tests.build.conftest import DOSES, Workshop

BRIEFS = ("brief-cancer-pain", "brief-migraine", "brief-fibromyalgia")
SMALL = ("index", "changes", "dose-ranges", "brief-fibromyalgia", "plain-immune-effects")


def page_of(bundle: Path, name: str) -> Path:
    return bundle / f"{name}.html"


def test_every_page_of_the_bundle_is_looked_at(bundle: Path) -> None:
    assert {path.stem for path in bundle.glob("*.html")} == {*NAMES, *LONGEST}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_and_says_what_it_holds(browser: Browser, bundle: Path, name: str) -> None:
    with opened(browser, page_of(bundle, name)) as seen:
        page = seen.page
        assert checks.headings(page) + checks.semantics(page) + checks.ways(page) == []
        assert [told for width in checks.WIDTHS for told in checks.sideways(page, width)] == []
        assert checks.cut(page) == []
        assert checks.links(page) == []
        assert seen.all() == []


@pytest.mark.parametrize("name", (*NAMES, *LONGEST))
def test_a_page_is_one_file_below_a_megabyte(bundle: Path, name: str) -> None:
    content = page_of(bundle, name).read_bytes()
    assert len(content) < 1_000_000
    assert re.findall(rb"<(?:link|iframe|object|embed|form|base|audio|video)\b", content) == []
    assert content.count(b"<script") == 1 == content.count(b"Content-Security-Policy")


def test_the_policy_keeps_other_scripts_from_running(browser: Browser, bundle: Path, tmp_path: Path) -> None:
    hostile = "<script>window.hit=1</script><img src=x onerror='window.hit=1'><a id='go' href='javascript:window.hit=1'>go</a>"
    hostile += "<img src='https://hit.invalid/x.png'><style>body{display:none}</style><p style='position:fixed'>x</p>"
    text = page_of(bundle, "brief-fibromyalgia").read_text(encoding="utf-8")
    path = tmp_path / "hostile.html"
    path.write_text(text.replace("</main>", hostile + "</main>"), encoding="utf-8")
    with opened(browser, path) as seen:
        seen.page.evaluate("document.getElementById('go').click()")
        told = seen.page.evaluate("window.__told")
        assert "hit" not in told
        assert {*told} >= {
            f"blocked {kind}" for kind in ("script-src-elem", "script-src-attr", "img-src", "style-src-elem", "style-src-attr")
        }
        assert seen.page.locator("thead button").count()  # our own script runs
    without = tmp_path / "without.html"
    without.write_text(re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    with opened(browser, without) as seen:  # the trap sees what the policy keeps away
        seen.page.wait_for_function("window.__told.length > 1")
        assert "hit" in seen.all()


# --- The way back --------------------------------------------------------------------------------------------------------


def first_link(page: Page) -> str:
    return str(page.evaluate("[...document.querySelectorAll(\"table a[href^='#']\")].find((one) => one.checkVisibility()).hash.slice(1)"))


def test_a_link_leads_to_its_extract_without_script(browser: Browser, bundle: Path) -> None:
    for name in ("dose-ranges", "brief-fibromyalgia"):
        with opened(browser, page_of(bundle, name)) as seen:
            ids = seen.page.evaluate("[...document.querySelectorAll('article.extract')].map((one) => one.id)")
        for wanted in {ids[0], ids[len(ids) // 2], ids[-1]}:
            with opened(browser, page_of(bundle, name), java_script_enabled=False) as seen:
                assert not seen.page.locator(f"article#{wanted}").is_visible()
                link = seen.page.locator(f"main a[href='#{wanted}']:visible")
                if link.count():
                    link.first.click()
                else:
                    seen.page.goto(f"{page_of(bundle, name).as_uri()}#{wanted}")
                assert seen.page.locator(f"article#{wanted}").is_visible()
                assert seen.told == []


def test_a_link_into_a_page_unfolds_its_extract(browser: Browser, bundle: Path) -> None:
    with opened(browser, page_of(bundle, "dose-ranges"), fragment="oq-dose-06") as seen:
        seen.page.locator("article#oq-dose-06").wait_for(state="visible")


def test_pointing_at_a_link_shows_its_extract(browser: Browser, bundle: Path) -> None:
    with opened(browser, page_of(bundle, "dose-ranges")) as seen:
        page = seen.page
        card = page.locator(".card")
        page.locator(f"table a[href='#{first_link(page)}']:visible").first.hover()
        card.wait_for(state="visible")
        told = card.inner_text()
        assert re.search(r"characters \d+ to \d+ of \S+; SHA-256 [0-9a-f]{64}", told)
        assert all(term in told for term in ("Source", "Work", "Extracted", "Status"))
        card.hover()  # it stays while the pointer is on it
        page.wait_for_timeout(400)
        assert card.is_visible()
        page.keyboard.press("Escape")
        assert card.is_hidden()


def test_tab_shows_the_extract_and_escape_closes_it(browser: Browser, bundle: Path) -> None:
    with opened(browser, page_of(bundle, "dose-ranges")) as seen:
        page = seen.page
        wanted = first_link(page)
        page.evaluate("(id) => document.querySelector(`table:not(.plotted *) a[href='#${id}']`).closest('.scroll').focus()", wanted)
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.hash") == f"#{wanted}":
                break
        card = page.locator(".card")
        assert card.is_visible()
        assert wanted in card.inner_text()
        page.keyboard.press("Escape")
        assert card.is_hidden()
        page.keyboard.press("Enter")
        page.locator(f"article#{wanted}").wait_for(state="visible")


# --- Tables --------------------------------------------------------------------------------------------------------------


def column(page: Page, table: str, head: str) -> list[str]:
    return list(
        page.evaluate(
            """([table, head]) => {
              const one = [...document.querySelectorAll("table")].find((found) => found.caption.textContent.startsWith(table));
              const at = [...one.tHead.rows[0].cells].findIndex((cell) => cell.textContent === head);
              const words = (part) => part.nodeName === "SMALL" ? "" : part.textContent;
              const main = (cell) => [...cell.childNodes].map(words).join("");
              return [...one.tBodies[0].rows].filter((row) => !row.hidden).map((row) => main(row.cells[at]));
            }""",
            [table, head],
        )
    )


def sort(page: Page, table: str, head: str) -> None:
    page.locator("table", has=page.locator("caption", has_text=re.compile(f"^{re.escape(table)}"))).get_by_role(
        "button", name=head, exact=True
    ).click()


def test_tables_sort_both_ways_and_numbers_by_their_value(browser: Browser, bundle: Path, tmp_path: Path) -> None:
    values = ["0.2 mg/kg", "10 mg", "0.05–0.5 mg/kg", "", "9 mg", "<0.35 mg/kg", "1,000 mg", "≥75 mg", "0.05–0.35 mg/kg", "high"]
    rising = ["0.05–0.35 mg/kg", "0.05–0.5 mg/kg", "0.2 mg/kg", "<0.35 mg/kg", "9 mg", "10 mg", "≥75 mg", "1,000 mg", "high"]
    text = page_of(bundle, "changes").read_text(encoding="utf-8")
    path = tmp_path / "changes.html"
    path.write_text(
        text.replace("</main>", table_html(pd.DataFrame({"what": values, "n": range(10)}), "Values") + "</main>"), encoding="utf-8"
    )
    with opened(browser, path) as seen:
        sort(seen.page, "Values", "What")
        assert column(seen.page, "Values", "What") == [*rising, ""]
        sort(seen.page, "Values", "What")
        assert column(seen.page, "Values", "What") == [*reversed(rising), ""]
        sort(seen.page, "Values", "N")
        assert column(seen.page, "Values", "N") == [str(n) for n in range(10)]
        assert column(seen.page, "Values", "What") == values  # rows stay whole
        heads = seen.page.evaluate("[...document.querySelectorAll('th[aria-sort]')].map((one) => [one.textContent, one.ariaSort])")
        assert heads == [["N", "ascending"]]


@pytest.mark.parametrize("head", ["Indication", "Route", "Source", "Extract checked"])
def test_tables_filter(browser: Browser, bundle: Path, head: str) -> None:
    with opened(browser, page_of(bundle, "dose-ranges")) as seen:
        page = seen.page
        tools = page.get_by_role("group", name="Filters: Doses")
        choice, before = tools.get_by_label(head), column(page, "Doses", head)
        for value in sorted({*before}):
            choice.select_option(value)
            left = column(page, "Doses", head)
            assert left == [one for one in before if one == value]
            assert tools.locator("output").inner_text() == f"Filtered: {len(left)} of {len(before)} rows are shown."
        choice.select_option(index=0)
        assert column(page, "Doses", head) == before
        assert tools.locator("output").inner_text() == ""


def test_filters_hold_together_with_words(browser: Browser, bundle: Path) -> None:
    with opened(browser, page_of(bundle, "dose-ranges")) as seen:
        page = seen.page
        tools = page.get_by_role("group", name="Filters: Doses")
        rows = list(zip(column(page, "Doses", "Route"), column(page, "Doses", "As reported"), strict=True))
        tools.get_by_label("Route").select_option("Intravenous")
        tools.get_by_label("Find").fill(" MG/KG ")
        assert column(page, "Doses", "As reported") == [dose for route, dose in rows if route == "Intravenous" and "mg/kg" in dose]
        sort(page, "Doses", "As reported")
        assert {*column(page, "Doses", "Route")} == {"Intravenous"}


# --- For everybody -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_axe_finds_nothing_serious(browser: Browser, bundle: Path, name: str) -> None:
    found = []  # make proof looks at both schemes and widths, folded and not, on every page
    for scheme, width, folded in (("light", 1280, True), ("dark", 400, False)):
        with opened(browser, page_of(bundle, name), color_scheme=scheme, viewport={"width": width, "height": 900}) as seen:
            if not folded:
                checks.unfold(seen.page)
            found += [f"{scheme}: {one}" for one in checks.axe(seen.page)]
    assert found == []


@pytest.mark.parametrize("name", SMALL)
def test_the_keyboard_alone_reaches_everything(browser: Browser, bundle: Path, name: str) -> None:
    for width in (1280, 400):
        with opened(browser, page_of(bundle, name), viewport={"width": width, "height": 900}) as seen:
            assert checks.keyboard(seen.page) == []
            assert seen.all() == []


def test_on_a_phone_a_row_is_read_from_top_to_bottom(browser: Browser, bundle: Path) -> None:
    """No dose, and no cell at all, stands beside the screen; each is named, and still is the cell of a table."""
    with opened(browser, page_of(bundle, "dose-ranges"), viewport={"width": 400, "height": 900}) as seen:
        told = seen.page.evaluate(
            """() => {
              const cells = [...document.querySelectorAll("table.litbook :is(td, tbody th)")].filter((one) => one.checkVisibility());
              const heads = (cell) => [...cell.closest("table").tHead.rows[0].cells];
              return {
                n: cells.length,
                beside: cells.filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.textContent),
                unnamed: cells.filter((one) => one.dataset.label !== heads(one)[one.cellIndex].textContent).map((one) => one.textContent),
                roles: [...new Set(cells.map((one) => one.getAttribute("role")))].sort(),
                tables: [...new Set([...document.querySelectorAll("table.litbook")].map((one) => one.getAttribute("role")))],
                empty: cells.filter((one) => !one.textContent.trim()).length,
              };
            }"""
        )
        assert told["n"] > 50
        assert told == {**told, "beside": [], "unnamed": [], "roles": ["cell", "rowheader"], "tables": ["table"], "empty": 0}
        assert seen.all() == []


# --- On paper ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_print_cuts_no_table(browser: Browser, bundle: Path, name: str) -> None:
    with opened(browser, page_of(bundle, name)) as seen:
        pdf = seen.page.pdf(prefer_css_page_size=True)
        assert checks.printed(seen.page, pdf) == []


def test_the_head_of_a_table_stands_on_each_of_its_pages(browser: Browser, bundle: Path) -> None:
    with opened(browser, page_of(bundle, "disagreements")) as seen:
        pages = PdfReader(io.BytesIO(seen.page.pdf(prefer_css_page_size=True))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 3
    assert sum("Opposing" in text or "Strength of recommendation" in text for text in texts) > 1
    assert [at for at, text in enumerate(texts[1:4], 2) if "Topic" not in text] == []


@pytest.mark.parametrize("name", BRIEFS)
def test_a_brief_begins_with_one_sheet(browser: Browser, bundle: Path, name: str) -> None:
    with opened(browser, page_of(bundle, name)) as seen:
        pages = PdfReader(io.BytesIO(seen.page.pdf(prefer_css_page_size=True))).pages
    full = [at for at, page in enumerate(pages) if re.search(r"^In full", page.extract_text(), re.MULTILINE)]
    assert full == [1]
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages[:2]]
    assert sizes == [(595, 842), (842, 595)]
    assert len(PdfReader(bundle / f"{name}.pdf").pages) == 1
    title = f"Brief: {name.removeprefix('brief-').replace('-', ' ').capitalize()}"
    for at, page in enumerate(pages[1:], 2):  # a sheet that is found alone says what it is part of
        text = page.extract_text()
        assert f"DRAFT – {title} – " in text and re.search(rf"{at} / {len(pages)}", text)


def walked(value: Any) -> list[DictionaryObject]:
    """Every dictionary of a PDF's structure below this one."""
    value = value.get_object() if isinstance(value, IndirectObject) else value
    found, below = [], []
    if isinstance(value, DictionaryObject):
        found, below = [value], value.get("/K", [])
    kids = below if isinstance(below, list) else [below]
    return found + [
        one
        for kid in (value if isinstance(value, list) else kids)
        for one in walked(kid)
        if isinstance(kid, list | IndirectObject | DictionaryObject)
    ]


@pytest.mark.parametrize("name", BRIEFS)
def test_a_pdf_is_tagged_and_holds_nothing_that_acts(bundle: Path, name: str) -> None:
    reader = PdfReader(bundle / f"{name}.pdf")
    root = reader.root_object
    assert root["/MarkInfo"].get_object().get("/Marked")  # type: ignore[union-attr]
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata is not None and str(reader.metadata.title).startswith("Brief: ")
    figures = [one for one in walked(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    drawn = (bundle / f"{name}.html").read_text(encoding="utf-8").split('id="in-full"')[0].count("<img ")
    assert len(figures) == drawn and all(len(str(one["/Alt"])) > 20 for one in figures)
    assert acting(reader) == []


ACTS = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/OpenAction",
    "/AA",
    "/EmbeddedFiles",
    "/AF",
    "/URI",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/GoToR",
}


def acting(reader: PdfReader) -> list[str]:
    """Whatever of a PDF acts, or leads or reaches out of it."""
    objects = [reader.get_object(number) for number in range(1, int(str(reader.trailer["/Size"])))]
    return [f"{key} {held}" for one in objects for key, held in _entries(one) if key in ACTS or held in ACTS]


def _entries(value: object) -> Iterator[tuple[str, str]]:
    """The names and values within one object of a PDF, without those that it refers to."""
    if isinstance(value, DictionaryObject):
        for key, held in value.items():
            yield str(key), str(held)
            yield from _entries(held)
    elif isinstance(value, list):
        for held in value:
            yield from _entries(held)


def test_a_pdf_with_an_address_would_be_seen() -> None:
    assert acting(PdfReader(io.BytesIO(paper.pdf("<html lang=en><title>x</title><a href='https://hit.invalid/'>x</a></html>"))))


def test_a_pdf_has_the_same_bytes_again(bundle: Path) -> None:
    page = paper.on_paper(page_of(bundle, "brief-fibromyalgia").read_text(encoding="utf-8"))
    assert dict(paper.pdfs({"one": page}, 1))["one"] == (bundle / "brief-fibromyalgia.pdf").read_bytes()


def test_without_pango_all_but_the_pdf_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop(tmp_path)
    workshop.report("doses", DOSES)
    workshop.settings('also = ["pdf"]\n')
    told: list[tuple[str, dict[str, Any]]] = []
    tell: Callable[[str, dict[str, Any]], None] = lambda event, details: told.append((event, details))  # noqa: E731
    monkeypatch.setattr("litbook.build.beside.pango", lambda: "")
    workshop.build(tell=tell)
    assert [details["text"] for event, details in told if event == "note"] == [paper.ADVICE]
    assert "\n" not in paper.ADVICE
    assert {path.name for path in workshop.out.iterdir()} >= {"index.html", "doses.html", "doses.ipynb", "tables"}
    assert not list(workshop.out.glob("*.pdf"))
    assert ".pdf" not in (workshop.out / "index.html").read_text(encoding="utf-8")
