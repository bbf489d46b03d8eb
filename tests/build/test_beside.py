"""What a bundle holds beside its pages: made anew where what it is made from changed, taken over where not, the same bytes either way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import pytest

import litbook
from litbook.briefs.audiences import FULL
from litbook.briefs.lists import BROADER
from litbook.build import beside, paper
from litbook.build.make import Options, build
from tests.build.conftest import Workshop, content
from tests.conftest import change

CHARTED = ["book = litbook.load(review).select(indication=indication)", "litbook.show(charts.dose_ranges(book))"]


@pytest.fixture
def made(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Workshop, list[str]]]:
    """A workshop with charts, PDFs and text documents, and the names of the PDFs that are really made."""
    workshop.report("amounts", CHARTED, each=True)
    workshop.settings('also = ["pdf", "docx"]\n')
    workshop.report("notes", ["litbook.show_listings(litbook.load(review), 'limitations', 'statistics')"])
    workshop.settings('also = ["pdf"]\n')
    drawn: list[str] = []

    def pdfs(pages: Mapping[str, str], jobs: int) -> Iterator[tuple[str, bytes]]:
        drawn.extend(pages)
        return iter([(name, page.encode()) for name, page in pages.items()])  # the page that would be printed stands for its PDF

    monkeypatch.setattr(paper, "pdfs", pdfs)
    monkeypatch.setattr(beside, "pango", lambda: "libpango")
    workshop.build()
    yield workshop, drawn


def _beside(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: one for name, one in files.items() if name.startswith(("figures/", "tables/")) or name.endswith((".pdf", ".docx"))}


def test_each_figure_is_there_as_svg_and_png_with_its_data(made: tuple[Workshop, list[str]]) -> None:
    out = made[0].out
    pages = sorted(path.stem for path in out.glob("amounts-*.html"))
    drawn = [name for name in pages if "<figure" in (out / f"{name}.html").read_text(encoding="utf-8")]
    assert drawn
    assert sorted({path.stem for path in (out / "figures").iterdir()}) == sorted(f"{name}-1" for name in drawn)
    book = litbook.load(made[0].data)
    for name in drawn:
        assert (out / "figures" / f"{name}-1.svg").read_bytes().lstrip().startswith(b"<?xml")
        assert (out / "figures" / f"{name}-1.png").read_bytes().startswith(b"\x89PNG")
        text = (out / "figures" / f"{name}-1.csv").read_text(encoding="utf-8-sig")
        ids = [row["id"] for row in csv.DictReader(io.StringIO(text))]
        term = name.removeprefix("amounts-").replace("-", "_")
        doses = book.select(indication=term).table("doses")
        assert sorted(ids) == sorted(doses.loc[doses["unit"] != "", "id"])


def test_of_a_change_only_the_pages_that_differ_are_printed_again(made: tuple[Workshop, list[str]]) -> None:
    workshop, drawn = made
    before, first = content(workshop.out), list(drawn)
    assert sorted(first) == sorted(path.stem for path in workshop.out.glob("*.pdf"))
    drawn.clear()
    row = litbook.load(workshop.data).table("doses")["id"][0]
    change(workshop.data / "doses.csv", row, "note", "Another note")
    workshop.build()
    after = content(workshop.out)
    pages = {name.removesuffix(".html") for name in after if name.endswith(".html") and after[name] != before.get(name)}
    assert sorted(drawn) == sorted(pages & set(first)) != sorted(first)
    full = workshop.root / "full"
    build(litbook.load(workshop.data), full, Options())
    mine, theirs = _beside(after), _beside(content(full))
    assert mine == theirs and any(name.endswith(".docx") for name in mine)


def test_a_change_of_the_plan_alone_keeps_figures_and_prints_nothing(made: tuple[Workshop, list[str]]) -> None:
    workshop, drawn = made
    figures = {name: one for name, one in content(workshop.out).items() if name.startswith("figures/")}
    drawn.clear()
    workshop.settings("\n[build]\nkeep = 1\n")
    built = workshop.build()
    assert built.run == () and drawn == []
    assert {name: one for name, one in content(workshop.out).items() if name.startswith("figures/")} == figures


def test_without_pango_one_line_says_so_and_all_the_rest_is_made(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.report("notes", ["litbook.show_listings(litbook.load(review), 'limitations')"])
    workshop.settings('also = ["pdf"]\n')
    monkeypatch.setattr(beside, "pango", lambda: "")
    told: list[str] = []
    workshop.build(tell=lambda event, details: told.append(details["text"]) if event == "note" else None)
    assert told == [paper.ADVICE]
    assert not list(workshop.out.glob("*.pdf")) and (workshop.out / "notes.html").is_file()


def test_what_is_printed_leaves_out_the_way_back_the_script_and_what_is_folded() -> None:
    page = (
        '<nav aria-label="Contents" class="contents"><ol></ol></nav><main><h2 id="doses">Doses</h2>'
        '<details class="plotted"><summary>x</summary>plotted</details><p>kept</p>'
        '<h2 id="in-full">In full</h2><p>rows</p><section aria-labelledby="w" class="ways"><p>way</p></section></main>'
        "<script>run()</script>"
    )
    printed = paper.on_paper(page)
    assert "kept" in printed and printed.endswith("</main>")
    assert not any(word in printed for word in ("plotted", ">rows", ">way", "run()", "<nav"))
    assert paper.FIRST_PART.format("") in printed, "a sheet says where the rest stands"
    leads = page.replace("<p>kept</p>", '<p>kept <a href="#said-of-broader-indications">there</a></p>')
    assert paper.FIRST_PART.format("what is said of broader indications, ") in paper.on_paper(leads)
    whole = page.replace('id="in-full"', 'id="other"')
    assert "the first part alone" not in paper.on_paper(whole)


def test_the_heading_that_ends_the_first_page_is_the_one_that_briefs_show() -> None:
    assert FULL.lower().replace(" ", "-") == paper.FULL
    assert f'href="#{BROADER}"' == paper.BROADER
