"""Briefs: the order for each audience, nothing left out in silence, no dose in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import takewhile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import litbook
from litbook import display as display_module
from litbook import tables
from litbook.briefs import AUDIENCES, around, brief, wording
from litbook.briefs import lists as lists_module
from litbook.briefs.lists import lists
from litbook.briefs.page import HERE, Entry, Page
from litbook.briefs.plain import _sides
from litbook.errors import LitbookError, UnknownTerm
from litbook.review import Review
from litbook.tables import public_record
from litbook.tables.common import lower
from tests.conftest import PLANTED, change

Output = dict[str, object]
Shown = Callable[..., list[Output]]


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[Output]:
    """What is displayed, in its order."""
    found: list[Output] = []
    for module in (display_module, lists_module, wording):
        monkeypatch.setattr(module, "display", lambda data, **_: found.append(data))
    return found


@pytest.fixture
def shown(outputs: list[Output]) -> Shown:
    def show(review: Review, audience: str, **more: float) -> list[Output]:
        outputs.clear()
        brief(review, audience=audience, **more)
        return list(outputs)

    return show


def html(outputs: list[Output]) -> str:
    return "".join(str(output.get("text/html", "")) for output in outputs)


def headings(outputs: list[Output]) -> list[str]:
    return [unescape(title) for title in re.findall(r"<h[23] id='[^']+'>(.*?)</h[23]>", html(outputs))]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_sections_come_in_the_order_of_the_audience(shown: Shown, tiny: Review, audience: str) -> None:
    first, more = AUDIENCES[audience]
    wanted = [title for title, _ in first] + (["In full"] if more else []) + [title for title, _ in more]
    assert headings(shown(tiny.select(indication=tiny.indications_with_rows()[0]), audience)) == wanted


def test_a_clinician_reads_what_practice_asks_for_first(shown: Shown, tiny: Review) -> None:
    told = headings(shown(tiny, "clinician"))
    assert told[:3] == ["Stance", "Doses", "Safety, monitoring, selection, disagreements"]


def test_every_audience_reads_the_limits_and_how_many_rows_are_not_approved(shown: Shown, ketamine: Review) -> None:
    book = ketamine.select(indication="cancer_pain")
    rows = sum(map(len, book.selected().values()))
    for audience in AUDIENCES:
        page = BeautifulSoup(html(shown(book, audience)), "html.parser").get_text(" ")
        assert all(limit in page for limit in book.settings["review"]["limits"])
        assert str(rows) in page and str(rows - len(book.unapproved())) in page
        assert "not advice" in page


@pytest.mark.parametrize("term", ["cancer_pain", "migraine", "fibromyalgia", "pain"])
def test_plain_words_hold_no_dose_and_short_sentences(shown: Shown, ketamine: Review, term: str) -> None:
    found = shown(ketamine.select(indication=term), "plain", weight_kg=70)
    soup = BeautifulSoup(html(found), "html.parser")
    for ids in soup.select("details"):
        ids.decompose()
    text = soup.get_text(" ")
    assert not re.search(r"\d\s*(mg|mcg|g|µg|ml|mL)\b", text)
    assert soup.find("table") is None and not any("image/png" in output for output in found)
    own = [
        item.get_text(" ").strip() for item in soup.select("li") if item.get_text(" ").strip() not in ketamine.settings["review"]["limits"]
    ]
    sentences = [part for item in own for part in re.split(r"(?<=[.!?])\s", item) if part]
    counted = sorted(len(sentence.split()) for sentence in sentences)
    assert counted[len(counted) // 2] <= 10 and counted[int(len(counted) * 0.9)] <= 20


def test_plain_words_say_every_disagreement_that_stands(shown: Shown, ketamine: Review) -> None:
    book = ketamine.select(indication="cancer_pain")
    text = unescape(html(shown(book, "plain")))
    found = tables.standing(book).to_dict("records")
    assert found
    for row in found:
        who = "one page does not agree with itself" if row["scope"] == "within one source" else "the pages do not agree"
        assert f"{row['topic']}: {who}." in text


def test_plain_words_name_every_page_that_they_cite(shown: Shown, ketamine: Review) -> None:
    """A frequency of a clinic that sells the treatment must not stand without its interest."""
    soup = BeautifulSoup(html(shown(ketamine.select(indication="migraine"), "plain")), "html.parser")
    text = soup.get_text(" ")
    wrote = text[text.index("Interest: ") :]
    cited = [label for label in ketamine.records["sources"].values() if label in text]
    assert len(cited) > 1 and all(f"{label}: " in text and label in wrote + text for label in cited)
    assert all(re.search(rf"{re.escape(label)}: [^.]*\. Interest: ", text) for label in cited)


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("For: A (relaying B (2018)) | Against: C, D (relaying E)", ["“For”: A.", "“Against”: C, D."]),
        (
            "Rare: A † – in adults, frail (over 65) (relaying B), C – in adults, frail",
            ["“Rare”: A (not borne out by the public record) – in adults, frail (over 65), C – in adults, frail."],
        ),
        ("In words: weak: A", ["“In words: weak”: A."]),
    ],
)
def test_sides_are_told_without_works(summary: str, said: list[str]) -> None:
    assert _sides(summary) == said


def test_lists_name_who_says_so_and_lead_to_each(outputs: list[Output], ketamine: Review) -> None:
    page = Page(ketamine.select(indication="cancer_pain"))
    columns = (page.safety, page.selection, page.disagreements)
    lists(page, *columns)
    soup = BeautifulSoup(html(outputs), "html.parser")
    prefixes = dict(ketamine.table("sources")[["id", "prefix"]].itertuples(index=False, name=None))
    names = soup.select(".in-columns a:not(.by)")
    entries = [entry for column in columns for entry in column.entries if entry.rows]
    assert [link.get_text() for link in names] == [entry.what for entry in entries]
    for link, entry in zip(names, entries, strict=True):
        by = takewhile(lambda one: one.get("class") == ["by"], link.find_next_siblings("a"))
        tags = [(other.get_text(), str(other["href"])[1:]) for other in by]
        said = {prefixes[page.sources_of[name]] for name in entry.rows.split()}
        assert {tag for tag, _ in tags} == said and len(tags) == len(said)
        assert all(name in entry.rows.split() and prefixes[page.sources_of[name]] == tag for tag, name in tags)
    legend = soup.select_one("p.note").get_text()  # type: ignore[union-attr]
    assert all(f"{tag} {label} (" in legend for tag, label in zip(prefixes.values(), ketamine.records["sources"].values(), strict=True))


def test_a_first_page_marks_what_the_record_does_not_bear_out(outputs: list[Output], ketamine: Review) -> None:
    page = Page(ketamine.select(indication="cancer_pain"))
    doubted = public_record.doubts(ketamine)
    entries = [entry for entry in page.safety.entries if doubted.keys() & {*entry.rows.split()}]
    assert entries and all(entry.doubt for entry in entries)
    lists(page, page.safety)
    text = BeautifulSoup(html(outputs), "html.parser").get_text()
    assert text.count(f" {public_record.SIGN} ") >= len(entries)
    assert f"{public_record.SIGN} The public record does not bear this out" in text


def test_each_sign_on_a_first_page_is_explained_there(outputs: list[Output], ketamine: Review) -> None:
    """A sign may come with a side of a disagreement or with advice for broader indications alone."""
    legend, alone = f"{public_record.SIGN} The public record does not bear this out", 0
    for term in ketamine.indications_with_rows():
        page = Page(ketamine.select(indication=term))
        outputs.clear()
        lists(page, page.safety, page.disagreements)
        text = BeautifulSoup(html(outputs), "html.parser").get_text()
        assert (legend in text) == (public_record.SIGN in text.replace(legend, "")), term
        alone += legend in text and not any(entry.doubt for entry in (*page.safety.entries, *page.disagreements.entries))
    assert alone


def test_disagreements_show_their_sides(outputs: list[Output], ketamine: Review) -> None:
    page = Page(ketamine.select(indication="cancer_pain"))
    lists(page, page.disagreements)
    text = BeautifulSoup(html(outputs), "html.parser").get_text()
    assert "0.05–0.5 mg/kg/h, intravenous and subcutaneous: oq | 0.5–1 mg/kg/h, route not stated: oq †" in text
    assert all(entry.only for entry in page.disagreements.entries)


def test_no_harm_is_left_out_and_contraindications_stand_on_every_first_page(outputs: list[Output], ketamine: Review) -> None:
    every = set(ketamine.table("contraindications")["id"])
    for indication in ("", "cancer_pain", "fibromyalgia", "migraine"):
        book = ketamine.select(indication=indication)
        page = Page(book)
        outputs.clear()
        lists(page, page.safety)
        entries = page.safety.entries
        assert {name for entry in entries for name in entry.rows.split()} >= every | set(tables.safety(book)["id"])
        told = BeautifulSoup(html(outputs), "html.parser").get_text()
        assert all(entry.what in told for entry in entries)
        assert (" is filed under this indication itself" in told) == tables.safety(book).empty


def test_harms_of_a_broader_indication_stand_on_a_page_with_few(ketamine: Review) -> None:
    page = Page(ketamine.select(indication="acute_migraine"))
    own = {entry.what for entry in _of(page, "Adverse effect")}
    above = {entry.what for entry in _of(page, "Adverse effect, further for broader indications (migraine)")}
    every = tables.safety(ketamine.select(indication="migraine"), ("adverse_effects",))
    direct = every[every["indication"] == "Migraine"]["what"]
    assert set(direct) <= own | above and above


def test_harms_and_monitoring_that_stand_elsewhere_are_named_where_none_is_told(ketamine: Review) -> None:
    """A page on which no adverse effect stands must not look as if there were none, nor as if nothing were to be watched."""
    reported = ketamine.table("adverse_effects").query("frequency != 'none_reported'")
    harms = {lower(ketamine.label("effects", effect)) for effect in reported["effect"]}
    watched = {lower(item) for item in ketamine.table("monitoring")["item"]}
    found = set()
    for term in ketamine.indications_with_rows():
        entries = Page(ketamine.select(indication=term)).safety.entries
        for kind, every in (("Adverse effect", harms), ("Monitoring", watched)):
            own = [entry for entry in entries if entry.kind.startswith(kind)]
            told = [entry.what for entry in own if not entry.rows]
            assert len(told) == (not any(entry.rows for entry in own)), (term, kind)
            assert all(name in told[0] for name in every) if told else True
            found |= {kind} if told else set()
    assert found == {"Adverse effect", "Monitoring"}


def test_a_name_of_which_no_row_is_borne_out_has_a_sign_where_it_is_named_elsewhere(ketamine: Review) -> None:
    doubted, effects = public_record.doubts(ketamine), ketamine.table("adverse_effects").query("frequency != 'none_reported'")
    told = around.named_elsewhere(ketamine.select("anxiety"), "adverse_effects", ("none_reported",)).split("; ")
    for effect, rows in effects.groupby("effect")["id"]:
        sign = f" {public_record.SIGN}" if doubted.keys() >= {*rows} else ""
        assert lower(ketamine.label("effects", str(effect))) + sign in told
    assert any(name.endswith(public_record.SIGN) for name in told)


def test_criteria_of_broader_indications_come_with_few_of_its_own(ketamine: Review) -> None:
    """A laxer criterion must not stand alone where the broader indication has conditions."""
    entries = Page(ketamine.select(indication="cancer_neuropathic_pain")).selection.entries
    above = ketamine.select(indication="cancer_pain").table("selection").query("indication == 'cancer_pain'")
    firm = set(above[above["polarity"].isin(["required", "against"])]["id"])
    assert firm and firm <= {
        name for entry in entries if entry.kind.endswith("for broader indications (cancer pain)") for name in entry.rows.split()
    }


def test_a_page_with_a_part_of_an_algorithm_says_where_the_rest_stands(ketamine: Review) -> None:
    steps = ketamine.table("algorithm_steps")
    for term in ketamine.indications_with_rows():
        book = ketamine.select(indication=term)
        told = " ".join(around.other_steps(book))
        shown = set(book.table("algorithm_steps")["id"])
        for row in steps.to_dict("records"):
            part = shown & set(steps[steps["algorithm"] == row["algorithm"]]["id"])
            where = lower(ketamine.label("indications", row["indication"]))
            assert bool(part and row["id"] not in shown) == bool(
                re.search(rf"“{re.escape(row['algorithm'])}”[^.]*\b{row['step']}\b[^.;]* under {where}", told)
            )
    assert "2 under cancer neuropathic pain" in " ".join(around.other_steps(Page(ketamine.select("cancer_breakthrough_pain")).above))


def test_few_limits_are_told_beside_the_counts(ketamine: Review) -> None:
    for term in ketamine.indications_with_rows():
        book = ketamine.select(indication=term)
        claims = book.table("limitations")["claim"].tolist() if book.has("limitations") else []
        told = " ".join(around.few_limits(book))
        assert all(claim in told for claim in claims) if len(claims) <= around.FEW else not told


def test_disagreements_on_what_is_listed_from_elsewhere_come_with_it(ketamine: Review) -> None:
    page = Page(ketamine.select(indication="acute_migraine"))
    listed = {name for entry in page.safety.entries for name in entry.rows.split()}
    wanted = {row["topic"] for row in tables.standing(ketamine).to_dict("records") if listed & {*row["members"].split()}}
    assert wanted <= {entry.what for entry in page.disagreements.entries}
    assert "Misuse or dependency" in wanted  # of migraine, not of its attacks
    shown, more = set(page.ledger["rows"]), set(page.ledger_above["rows"])
    assert set(tables.ledger(page.above)["rows"]) <= shown | more and not shown & more


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_review_in_which_no_disagreement_stands_has_briefs(shown: Shown, copy: Callable[[Path], Path], audience: str) -> None:
    folder = copy(PLANTED)
    for row in tables.disagreements(litbook.load(folder)).to_dict("records"):
        change(folder / "disagreements.csv", row["id"], "status", "not_a_disagreement")
        change(folder / "disagreements.csv", row["id"], "explained_by", "")
    book = litbook.load(folder)
    assert tables.standing(book).empty and not tables.ledger(book).empty
    for term in ("", *book.indications_with_rows()):
        told = html(shown(book.select(indication=term), audience))
        assert ("No contradiction was found here" if audience == "plain" else "Rules that compare the rows found none") in told


def test_plain_words_say_where_no_harm_is_filed_and_name_those_of_elsewhere(shown: Shown, ketamine: Review) -> None:
    """What is filed and what is not must not be told in one breath."""
    for term in ketamine.indications_with_rows():
        book = ketamine.select(indication=term)
        text = BeautifulSoup(html(shown(book, "plain")), "html.parser").get_text(" ")
        assert ("The pages say nothing of harm under this heading" in text) == tables.safety(book).empty, term
        unfiled = [entry for entry in Page(book).safety.entries if not entry.rows and entry.kind != HERE]
        assert [f"{entry.kind}: n{entry.what[1:]}" in text for entry in unfiled] == [True] * len(unfiled)


def test_plain_words_spell_the_sign_out(shown: Shown, ketamine: Review) -> None:
    page = Page(ketamine.select(indication="cancer_pain"))
    assert any(public_record.SIGN in summary for summary in page.standing["summary"])
    soup = BeautifulSoup(html(shown(page.book, "plain")), "html.parser")
    told = [line.get_text() for line in soup.select("ul.plain li")]
    assert any("(not borne out by the public record)" in line for line in told)
    assert not any(public_record.SIGN in line for line in told if "this is said beside it" not in line)


def test_what_a_page_tells_as_results_alone_is_no_advice_in_short_either(shown: Shown, ketamine: Review) -> None:
    [row] = tables.stance(ketamine).query("id == 'av-rec-01'").to_dict("records")
    assert row["relays"] and not row["body"]
    assert f"{row['source']} itself (results alone)" in around.advised(ketamine.select("crps"))
    text = BeautifulSoup(html(shown(ketamine.select("chronic_pain"), "plain")), "html.parser").get_text(" ")
    assert f"The page “{row['source']}” itself, of which results alone are told and no advice, on complex regional pain syndrome" in text


def test_what_is_said_of_broader_indications_is_told_in_short(ketamine: Review) -> None:
    page = Page(ketamine.select(indication="chronic_migraine"))
    told = around.advised(page.above)
    assert "not routinely: " in told and "AHS †" in told and "EHF" in told, "what societies hold must not be a number alone"
    above = tables.evidence_by_route(page.above).iloc[-1]
    counts = {word: int(n) for word, n in re.findall(r"([a-z][a-z ]*) (\d+)", around.reported(page.above).partition(": ")[2])}
    assert counts == {ketamine.label("directions", term).lower(): above[term] for term in ketamine.terms("directions") if above[term]}
    assert around.beyond(ketamine.select(indication="pain").whole.broader("pain")) == ""


def test_a_selection_says_what_it_pools(shown: Shown, ketamine: Review) -> None:
    book = ketamine.select(indication="chronic_pain")
    told = around.pooled(book)
    counts = dict(re.findall(r"([a-z][a-z -]*) (\d+)[,.]", told.partition("narrower ones: ")[2]))
    assert counts["complex regional pain syndrome"] == "5" and "chronic pain" not in counts
    whole, own = map(int, re.findall(r"^Of the (\d+) extracts (\d+)", told)[0])
    assert whole == sum(map(len, book.selected(("id",)).values())) == own + sum(map(int, counts.values()))
    assert told in unescape(html(shown(book, "researcher"))) and told in unescape(html(shown(book, "plain")))
    assert around.pooled(ketamine.select(indication="crps")) == "" and around.pooled(ketamine) == ""


def test_little_advice_of_the_pages_is_told_with_its_condition(shown: Shown, ketamine: Review) -> None:
    text = html(shown(ketamine.select(indication="postoperative_pain"), "clinician"))
    assert "(read as against): Not to be continued after an operation. Listed among the pitfalls of a page on cancer pain" in text
    [told] = around.own_advice(ketamine.select(indication="crps"))
    assert (
        "(read as conditional or for; results alone, no advice)" in told and "† The public record does not bear this out (check-06)" in told
    )
    assert around.own_advice(ketamine.select(indication="cancer_pain")) == [], "much advice is for the table"


def _of(page: Page, kind: str) -> list[Entry]:
    return [entry for entry in page.safety.entries if entry.kind == kind]


def test_a_frequency_says_in_whom_and_beside_what(ketamine: Review) -> None:
    found = tables.safety_in_short(ketamine.select(indication="cancer_pain"), ("adverse_effects",))
    relative = found[found["how"].isin(["Fewer", "None reported"])]
    assert len(relative) and (relative["only"] != "").all()
    rows = ketamine.table("adverse_effects").set_index("id")
    for row in found[found["only"] != ""].to_dict("records"):
        for name in row["rows"].split():
            told = [text for text in rows.loc[name, ["population", "mitigation", "exposure"]] if text]
            assert all(text in row["only"] for text in told)
    [serious] = tables.safety_in_short(ketamine).query("what == 'Serious adverse events'").to_dict("records")
    assert (serious["how"], serious["only"]) == ("None reported", "“in most clinical studies reviewed”"), "of most studies is not of all"


def test_what_is_short_leaves_no_row_out(ketamine: Review) -> None:
    for book in (ketamine, ketamine.select(indication="migraine")):
        ids = " ".join(tables.safety_in_short(book)["rows"]).split()
        assert sorted(ids) == sorted(tables.safety(book)["id"])
        found = tables.evidence_by_route(book)
        ids = " ".join(found["statements_rows"][: len(found) - (len(found) > 1)]).split()
        assert sorted(ids) == sorted(book.table("findings")["id"])
        by_direction = found.iloc[-1][book.terms("directions")]
        assert by_direction.sum() >= found.iloc[-1]["statements"]


def test_a_page_with_little_says_what_is_filed_above_it(shown: Shown, ketamine: Review) -> None:
    text = html(shown(ketamine.select(indication="fibromyalgia"), "researcher"))
    assert "Filed under broader indications, and not counted above" in text
    assert "No dose is filed under this selection" in text


def test_another_audience_and_an_impossible_weight_are_refused(tiny: Review) -> None:
    with pytest.raises(UnknownTerm, match="clinician"):
        brief(tiny, audience="clinican")
    with pytest.raises(LitbookError, match="weight_kg"):
        litbook.brief(tiny, audience="plain", weight_kg=-1)
