"""Building: plan, execution, pages with their way back, and a bundle that is replaced whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

import litbook
from litbook.build.make import Options, build
from litbook.build.plan import plan
from litbook.build.render import Renderer
from litbook.errors import DataProblems
from litbook.review import Review
from tests.conftest import KETAMINE, ROOT, TINY, change

Copy = Callable[..., Path]


class Page(HTMLParser):
    """What a page refers to: anchors that it has, anchors that it links to, and anything that it would fetch."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if found.get("src") and not str(found["src"]).startswith("data:"):
            self.fetched.append(str(found["src"]))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports") / "tiny"
    build(litbook.load(TINY), out)
    return out


def test_the_plan_has_each_report_and_a_brief_for_each_indication_with_rows(ketamine: Review) -> None:
    reports = plan(ketamine)
    names = [report.id for report in reports]
    assert len(names) == len(set(names))
    assert [report.id for report in reports if not report.each] == [
        "sources",
        "evidence-map",
        "dose-ranges",
        "guideline-stance",
        "safety",
        "disagreements",
        "methods",
    ]
    briefs = {report.parameters["indication"] for report in reports if report.group == "Brief"}
    assert briefs == set(ketamine.indications_with_rows())
    assert {report.parameters["audience"] for report in reports if report.group not in ("", "Brief")} == {"clinician", "plain"}


def test_every_report_is_there_and_every_link_leads_somewhere(bundle: Path, tiny: Review) -> None:
    reports = plan(tiny)
    around = ["index.html", "changes.html", "manifest.json", "data", "figures", "tables"]
    assert sorted(path.name for path in bundle.iterdir()) == sorted(
        [*around, *(f"{report.id}.{kind}" for report in reports for kind in ("html", "ipynb"))]
    )
    for path in bundle.glob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        assert page.fetched == [] and page.tags.count("script") == 1 and "iframe" not in page.tags
        assert page.tags.count("h1") == 1
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids, (path.name, link)
            elif not link.startswith("https://"):
                assert (bundle / link).exists(), (path.name, link)


def test_the_way_back_leads_to_the_quoted_sentence(bundle: Path, tiny: Review) -> None:
    text = (bundle / "dose-ranges.html").read_text(encoding="utf-8")
    for row in tiny.table("doses").to_dict("records"):
        source = tiny.text(row["source"])
        assert source is not None
        quote = source[int(row["start"]) : int(row["end"])]
        article = re.search(rf'<article class="extract" id="{row["id"]}">(.*?)</article>', text, re.DOTALL)
        assert article is not None
        assert f"<mark>{quote}</mark>" in article[1]
        assert row["quote_sha256"] in article[1]


def test_no_topic_of_another_review_reaches_the_pages(bundle: Path) -> None:
    for path in bundle.glob("*.html"):
        text = re.sub(r"data:image/png;base64,[^'\"]+", "", path.read_text(encoding="utf-8")).lower()
        for word in ("ketamine", "opioid", "cancer", "migraine", "patient", "bolus"):
            assert word not in text, (path.name, word)


def test_without_the_text_a_page_says_that_quotes_are_missing(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LITBOOK_SOURCES", raising=False)  # it promises texts, and their want would be an error
    folder = copy(TINY)
    for path in (folder / "text").iterdir():
        path.unlink()
    settings = folder / "review.toml"
    kept = settings.read_text(encoding="utf-8").replace("../../../notebooks", str(ROOT / "notebooks"))
    settings.write_text(
        kept[: kept.index("[[reports]]")] + '[[reports]]\nid = "doses"\nnotebook = "03_dose_ranges.ipynb"\ntitle = "Doses"\n'
    )
    build(litbook.load(folder), tmp_path / "out", Options(jobs=1))
    text = (tmp_path / "out" / "doses.html").read_text(encoding="utf-8")
    assert "was not at hand when this page was made" in text
    assert "<blockquote>" not in text


def test_executed_notebooks_hold_no_times_and_no_paths(bundle: Path) -> None:
    for path in bundle.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert "papermill" not in notebook.metadata
        assert str(ROOT) not in path.read_text(encoding="utf-8")


def test_a_plan_that_can_not_be_followed_is_told_line_by_line(copy: Copy) -> None:
    folder = copy(TINY)
    settings = folder / "review.toml"
    text = settings.read_text(encoding="utf-8").replace("../../../notebooks", str(ROOT / "notebooks"))
    settings.write_text(text + '\n[[reports]]\nid = "brief"\nnotebook = "no.ipynb"\neach = "moon"\n', encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        plan(litbook.load(folder))
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("{ wieght_kg = 70 }", "03_dose_ranges.ipynb has no parameter 'wieght_kg'; allowed: review, indication, route, weight_kg; "),
        ("{ weight_kg = [70] }", "parameter weight_kg is [70]; allowed: text, a number, true or false"),
        ('"70"', "parameters is '70'; allowed: a table of names and values"),
    ],
)
def test_only_parameters_that_the_notebook_declares_may_be_set(parameters: str, said: str, copy: Copy) -> None:
    folder = copy(TINY)
    settings = folder / "review.toml"
    text = settings.read_text(encoding="utf-8").replace("../../../notebooks", str(ROOT / "notebooks"))
    entry = f'[[reports]]\nid = "doses"\nnotebook = "03_dose_ranges.ipynb"\ntitle = "Doses"\nparameters = {parameters}\n'
    settings.write_text(text[: text.index("[[reports]]")] + entry, encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        plan(litbook.load(folder))
    assert said in str(caught.value)


def test_the_index_is_a_draft_where_a_vocabulary_changed(copy: Copy) -> None:
    folder = copy(KETAMINE)
    change(folder / "vocabulary" / "routes.csv", "oral", "label", "By mouth")
    review = litbook.load(folder)
    page = Renderer(review, dict.fromkeys(review.table("sources")["id"])).index([], 1)
    assert "changed since they were approved: vocabulary/routes.csv" in page
