"""Hostile words in every text of a review: in HTML, notebook, PDF, workbook and CSV they stand as words, and nothing runs."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from pypdf import PdfReader

import litbook
from litbook.build.make import Options, build
from litbook.build.plan import plan
from litbook.errors import DataProblems, FailedReport
from tests.browser import checks
from tests.browser.checks import opened
from tests.browser.test_pages import acting
from tests.build.conftest import DOSES, Workshop
from tests.conftest import ROOT, TINY, change
from tests.payloads import MARKUP, SPREADSHEET
from tests.unit.test_exports import assert_nothing_runs, is_text, live, read_csv

# What a table of a review may not hold is refused before anything is built (tests/unit/test_textfiles.py, test_reading).
REFUSED = re.compile("^\\s|\\s$|[\x00-\x08\x0b-\x1f]|\r")
PAYLOADS = tuple(dict.fromkeys(text for text in (*MARKUP, *SPREADSHEET) if not REFUSED.search(text)))
# The check wants each number of an extract in its span: these have none, and set window.hit all the same.
WITHOUT_NUMBERS = tuple(text for text in (one.replace("hit=1", "hit=!top") for one in PAYLOADS) if not re.search(r"\d", text))
ADDRESS = "javascript:window.hit=1"
TITLE = "<img src=x onerror=window.hit=1>\"'><script>window.hit=1</script>"
KEPT = ("symbol", "colour", "absolute", "per_mass", "file", "level", "grade", "inferred", "override", "heading", "phrase", "vocabulary",
        "also_under", "url", "short", "panel")  # fmt: skip
WORDS = ("claim", "population", "comparator", "outcome", "duration_words", "citation", "note")  # of findings
ELEMENTS = {*re.findall(r"\w+", """html head meta title style body a header footer main nav section article details summary time h1 h2 h3
    p ul ol li dl dt dd div span small strong em i code table caption thead tbody tr th td figure img blockquote mark script br button label
    select option input output pre""")}  # fmt: skip
DRAWN = {"svg", "g", "defs", "style", "path", "use", "rect", "clipPath", "text", "tspan", "title", "desc", "metadata", "pattern",
         "RDF", "Work", "type", "date", "format", "creator", "Agent", "circle", "line", "polygon", "ellipse"}  # fmt: skip
REPORTS: list[dict[str, Any]] = [
    {"id": "evidence-map", "notebook": "02_evidence_map.ipynb"},
    {"id": "dose-ranges", "notebook": "03_dose_ranges.ipynb"},
    {"id": "brief", "notebook": "brief.ipynb", "each": "indication", "only": ["newly_planted"], "also": ["pdf", "docx"]},
    {"id": "plain", "notebook": "brief.ipynb", "each": "indication", "only": ["in_drought"], "also": ["pdf"]},
]


def test_there_are_payloads_enough() -> None:
    assert len(PAYLOADS) > 250 and TITLE not in PAYLOADS


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def hostile(folder: Path) -> None:
    """Make every text of a copied review hostile: quotes, headings, claims, notes, labels, titles, captions, addresses."""
    package = litbook.load(folder).package
    words, without = cycle(PAYLOADS), cycle(WITHOUT_NUMBERS)
    for table in package.tables.values():
        if table.name in ("aliases", "units"):  # must be those words and no others
            continue
        rows = rows_of(folder / table.path)
        for row in rows:
            for field in table.fields:
                if is_text(field) and field.name not in KEPT:
                    row[field.name] = next(without if table.kind == "extract" and field.name != "note" else words)
        if rows:
            write(folder / table.path, rows)
    _texts(folder)
    for row in rows_of(folder / "sources.csv"):
        change(folder / "sources.csv", row["id"], "url", ADDRESS)
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in described["resources"]:
        resource |= {"title": next(words), "description": next(words)}
        for one in resource["schema"]["fields"]:
            one["description"] = next(words)
            if one["name"] == "url":
                del one["constraints"]  # so that the address gets as far as the page
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "review.toml").write_text(_settings(), encoding="utf-8")


def _texts(folder: Path) -> None:
    """One more finding and section for each payload, quoted from the text of a source."""
    path = folder / "text" / "lindenhall.txt"
    text, order = path.read_bytes().decode("utf-8"), [row["id"] for row in rows_of(folder / "sources.csv")]
    findings, sections = (rows_of(folder / f"{name}.csv") for name in ("findings", "sections"))
    for place, payload in enumerate(PAYLOADS):
        start = len(text) + 1
        text = f"{text}\n{payload}\n"
        span = {"source": "lindenhall", "start": str(start), "end": str(start + len(payload))}
        span["quote_sha256"] = hashlib.sha256(payload.encode()).hexdigest()
        words = dict.fromkeys(WORDS, payload)
        findings.append(findings[0] | span | words | {"id": f"lh-find-{place + 100}", "statement": f"lh-st-hit-{place}"})
        sections.append(sections[0] | span | {"id": f"lh-sec-{place + 100}", "heading": payload})
    path.write_bytes(text.encode("utf-8"))
    for name, rows in (("findings", findings), ("sections", sections)):
        write(folder / f"{name}.csv", sorted(rows, key=lambda row: order.index(row["source"])))
    change(folder / "sources.csv", "lindenhall", "chars", str(len(text)))
    change(folder / "sources.csv", "lindenhall", "sha256", hashlib.sha256(text.encode("utf-8")).hexdigest())
    [own] = [row for row in rows_of(folder / "sources.csv") if row["id"] == "lindenhall"]
    change(folder / "sources.csv", "lindenhall", "extracts", str(int(own["extracts"]) + len(PAYLOADS)))


def _settings() -> str:
    told = {"title": TITLE, "question": PAYLOADS[1], "scope": PAYLOADS[2], "notebooks": "../../notebooks"}
    lines = ["[review]", *(f"{key} = {_toml(value)}" for key, value in told.items()), "as_of = 2025-06-01", f"limits = {_toml(PAYLOADS)}"]
    for place, report in enumerate(REPORTS):
        values = report | {"title": f"{TITLE} {PAYLOADS[place]}", "about": PAYLOADS[place + 40]}
        lines += ["[[reports]]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
        if report["id"] == "plain":
            lines.append('parameters = { audience = "plain" }')
    text = "\n".join(lines) + "\n"
    return "\n".join(line if len(line) < 4_000 else line.replace(", ", ",\n") for line in text.split("\n"))


def _toml(value: Any) -> str:
    """A string or list of strings as TOML: JSON's, with code points beyond the first plane as they are."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    data = Path(shutil.copytree(TINY, root / "data" / "tiny"))
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    hostile(data)
    build(litbook.load(data), root / "out", Options())
    return root / "out"


PAGES = ("index", "changes", "evidence-map", "dose-ranges", "brief-newly-planted", "plain-in-drought")


def judged(soup: BeautifulSoup, links: str = r"#[\w,-]+|[a-z0-9-]+\.(html|pdf|docx)|(tables|figures)/[a-z.]*") -> Iterator[str]:
    """Elements, attributes and addresses that no page of ours has."""
    for one in soup.find_all(True):
        if one.name not in ELEMENTS:
            yield f"element {one.name}"
        for name, value in one.attrs.items():
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "srcset",
                "action",
                "formaction",
                "xlink:href",
                "background",
                "autofocus",
            ):
                yield f"{one.name} {name}={value}"
            if name == "href" and not re.fullmatch(links, str(value)):
                yield f"address {value}"
            if name == "src" and not str(value).startswith("data:image/png;base64,"):
                yield f"source {value}"


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_holds_words_alone(bundle: Path, name: str) -> None:
    text = (bundle / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert [*judged(soup)] == []
    assert len(soup.find_all("script")) == 1
    _, running = (style.get_text() for style in soup.find_all("style"))
    title = r'"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*"'  # above each sheet; no character of it is left that CSS could read
    assert re.fullmatch(rf'@page \{{ @top-left \{{ content: {title}; font: 7pt "DejaVu Sans", sans-serif; \}} \}}', running)
    assert letters(TITLE) in letters(soup.get_text())


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without policy"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_in_a_hostile_page(browser: Browser, bundle: Path, tmp_path: Path, name: str, policy: bool) -> None:
    path = bundle / f"{name}.html"
    if not policy:
        text, removed = re.subn(r"<meta[^>]*Content-Security-Policy[^>]*>", "", path.read_text(encoding="utf-8"))
        assert removed == 1
        path = tmp_path / path.name
        path.write_text(text, encoding="utf-8")
    with opened(browser, path) as seen:
        page = seen.page
        checks.unfold(page)
        for link in page.locator("table a[href^='#']:visible").all()[:3]:
            link.hover()
            page.wait_for_timeout(220)
            page.keyboard.press("Escape")
        for button in page.locator("thead button:visible").all()[:10]:
            button.click()
        for choice in page.locator(".tools select:visible").all()[:6]:
            choice.select_option(index=1)
            choice.select_option(index=0)
        for _ in range(40):
            page.keyboard.press("Tab")
        held = letters(page.evaluate("document.body.textContent"))
        drawn = page.evaluate("[...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]")
        acts = page.evaluate(
            "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()).filter((one) => /^on/i.test(one))"
        )
        addresses = page.evaluate("[...document.querySelectorAll('a')].map((one) => one.protocol)")
        assert seen.all() == []
    assert {*drawn} <= ELEMENTS and acts == []
    assert {*addresses} <= {"file:"}  # the only addresses of this review are no addresses
    if name == "brief-newly-planted":
        assert [payload for payload in PAYLOADS if letters(payload) not in held] == []


def test_a_dangerous_address_is_no_link_and_a_good_one_is(bundle: Path) -> None:
    soup = BeautifulSoup((bundle / "brief-newly-planted.html").read_text(encoding="utf-8"), "html.parser")
    sources = [term.find_next_sibling("dd") for term in soup.select("article.extract dt") if term.get_text() == "Source"]
    assert len(sources) > len(PAYLOADS) and not [one for one in sources if one is not None and one.find("a")]


def outputs(bundle: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(bundle.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                yield path.name, output.get("data", {})


def test_nothing_runs_in_a_hostile_notebook(browser: Browser, bundle: Path, tmp_path: Path) -> None:
    kinds = {kind for _, data in outputs(bundle) for kind in data}
    assert kinds <= {"text/plain", "text/html", "image/png"}
    pieces = ["".join(data["text/html"]) for _, data in outputs(bundle) if "text/html" in data]
    assert [told for piece in pieces for told in judged(BeautifulSoup(piece, "html.parser"))] == []
    path = tmp_path / "outputs.html"
    path.write_text("<!DOCTYPE html><meta charset='utf-8'>" + "\n".join(pieces), encoding="utf-8")
    with opened(browser, path) as seen:
        checks.unfold(seen.page)
        held = letters(seen.page.evaluate("document.body.textContent"))
        assert seen.all() == []
    assert [payload for payload in PAYLOADS if letters(payload) not in held] == []


@pytest.mark.parametrize("name", ["brief-newly-planted", "plain-in-drought"])
def test_a_hostile_pdf_does_nothing(bundle: Path, name: str) -> None:
    reader = PdfReader(bundle / f"{name}.pdf")
    assert acting(reader) == []
    assert letters(TITLE) in letters("".join(page.extract_text() for page in reader.pages))


def test_hostile_files_beside_the_pages(bundle: Path) -> None:
    assert_nothing_runs((bundle / "tables" / "tiny.xlsx").read_bytes())
    tables = sorted(bundle.rglob("*.csv"))
    tables = [path for path in tables if "data" not in path.relative_to(bundle).parts]  # the review's own, as they are
    assert len(tables) > 20
    assert [(path.name, cell) for path in tables for row in read_csv(path.read_bytes()) for cell in row if live(cell)] == []
    figures = sorted((bundle / "figures").glob("*.svg"))
    assert figures
    for path in figures:
        elements = list(ElementTree.fromstring(path.read_text(encoding="utf-8")).iter())
        assert {one.tag.rpartition("}")[2] for one in elements} <= DRAWN
        assert [name for one in elements for name in one.attrib if name.startswith("on")] == []
        assert [value for one in elements for name, value in one.attrib.items() if name.endswith("href") and value[:1] != "#"] == []


@pytest.mark.parametrize("payload", MARKUP[::6])
def test_no_payload_names_a_file_or_a_parameter(tmp_path: Path, payload: str) -> None:
    """Ids and names of files have a form of their own, and papermill runs the names of parameters as code."""
    workshop = Workshop(tmp_path)
    workshop.report("doses", DOSES)
    settings = workshop.data / "review.toml"
    good = settings.read_text(encoding="utf-8")
    for wrong in (good.replace('id = "doses"', f"id = {_toml(payload)}"), good + f"parameters = {{ {_toml(payload)} = 1 }}\n"):
        settings.write_text(wrong, encoding="utf-8")
        with pytest.raises(DataProblems):
            plan(litbook.load(workshop.data))
    settings.write_text(good, encoding="utf-8")
    change(workshop.data / "sources.csv", "lindenhall", "file", payload.strip() or "x x")
    with pytest.raises(DataProblems):
        litbook.load(workshop.data)


def test_a_hostile_parameter_stops_its_report_in_one_line(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    workshop.report("doses", DOSES)
    workshop.settings(f"parameters = {{ indication = {_toml(TITLE)} }}\n")
    with pytest.raises(FailedReport) as told:
        workshop.build()
    assert "report doses" in str(told.value) and "indication" in str(told.value)
    assert not workshop.out.exists()
