"""Works, interest, age, certainty and reporting: counted both ways, never surer than the rows, every number led back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from litbook import charts, tables
from litbook.charts import SIZES, Chart, collisions
from litbook.charts.harvest_panels import tall_of
from litbook.errors import UnknownTerm
from litbook.review import Review
from litbook.tables import certainty, relayed
from tests.unit.crowded import crowded

MAKERS: list[Callable[[Review], pd.DataFrame]] = [
    tables.works_by_source, tables.overlap, tables.origins, tables.stance_by_interest, tables.direction_by_interest,
    tables.staleness, tables.source_dates, tables.summary_of_findings, tables.flow, lambda review: tables.reporting(review, "swim"),
    lambda review: charts.harvest(review).data, lambda review: charts.flow(review).data,
]  # fmt: skip
BOTH = pytest.mark.parametrize("which", ["ketamine", "tiny"])


@pytest.fixture
def review(which: str, request: pytest.FixtureRequest) -> Review:
    return request.getfixturevalue(which)  # type: ignore[no-any-return]


def altered(review: Review, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Review:
    frames = {**review._frames, table: change(review._frames[table].copy())}
    return dataclasses.replace(review, _frames=MappingProxyType(frames))


def bars_of(chart: Chart) -> list[Rectangle]:
    assert chart.figure is not None
    patches = [patch for ax in chart.figure.axes for patch in ax.patches]
    return [patch for patch in patches if isinstance(patch, Rectangle) and (patch.get_gid() or "").startswith("bar ")]


def without_column(review: Review, vocabulary: str, column: str) -> Review:
    rows = {term: {name: cell for name, cell in row.items() if name != column} for term, row in review.words[vocabulary].items()}
    return dataclasses.replace(review, words=MappingProxyType({**review.words, vocabulary: rows}))


@BOTH
def test_nothing_mutates_its_input_and_the_same_rows_give_the_same_table(review: Review) -> None:
    before = {name: frame.copy(deep=True) for name, frame in review._frames.items()}
    for make in MAKERS:
        pd.testing.assert_frame_equal(make(review), make(review))
    for name, frame in review._frames.items():
        pd.testing.assert_frame_equal(frame, before[name])


@BOTH
def test_a_review_that_lacks_a_table_is_told_of_all_the_same(review: Review) -> None:
    both = {"findings", "recommendations"}
    rest = set(review._frames) - {"sources", "works"} - both
    for gone in ({"findings"}, {"recommendations"}, rest, rest | both):
        less = review
        for name in gone:
            less = altered(less, name, lambda frame: frame.iloc[:0])
        for make in MAKERS:
            make(less)
        assert isinstance(tables.staleness_warnings(less), list)


@BOTH
def test_ids_behind_a_number_are_as_many_statements(review: Review) -> None:
    keys = {name: key or name for frame in review.extracts(("id", "statement")).values()
            for name, key in zip(frame["id"], frame["statement"], strict=True)}  # fmt: skip
    counting = [tables.works_by_source, tables.origins, tables.stance_by_interest, tables.direction_by_interest, tables.summary_of_findings]
    for make in counting:
        table = make(review)
        for column in (column.removesuffix("_rows") for column in table.columns if column.endswith("_rows")):
            for n, ids in zip(table[column], table[f"{column}_rows"], strict=True):
                if ids and column != "grades_of_bodies":
                    assert int(n) == len({keys[name] for name in ids.split()}), (make, column, ids)


def test_covered_area_by_hand() -> None:
    # 4 works in 3 sources: one in all three, one in two, two in one: N = 7, (7 - 4) / (12 - 4)
    assert relayed.covered_area(3, 4, 7) == Decimal("37.5")
    assert [relayed.covered_area(1, 4, 4), relayed.covered_area(0, 0, 0), relayed.covered_area(2, 0, 0)] == [None, None, None]
    assert relayed.covered_area(2, 5, 5) == 0 and relayed.covered_area(3, 5, 15) == 100
    words = {"0": "slight", "5": "slight", "5.1": "moderate", "10": "moderate", "15": "high", "15.1": "very high", "100": "very high"}
    assert {percent: relayed.band(Decimal(percent)) for percent in words} == words


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1))
def test_covered_area_lies_between_none_and_all(pairs: set[tuple[int, int]]) -> None:
    sources, works = ({pair[place] for pair in pairs} for place in (0, 1))
    percent = relayed.covered_area(len(sources), len(works), len(pairs))
    assert (percent is None) == (len(sources) == 1)
    if percent is not None:
        assert 0 <= percent <= 100
        assert (percent == 0) == (len(pairs) == len(works))


def test_a_work_that_two_sources_relay_is_one_work(tiny: Review) -> None:
    assert tables.overlap(tiny)["shared"].tolist() == [0, 0]

    def share(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame["id"] == "tp-rec-01", "work"] = "itc-2023"
        return frame

    shared = altered(tiny, "recommendations", share)
    found = tables.overlap(shared).set_index("of")
    both = found.loc["Lindenhall office and Twig & Pail"]
    # bag-trial, bag-survey, itc-2019, itc-2023 and sia-trials: 5 works, 6 inclusions in 2 sources
    assert (both["works"], both["inclusions"], both["corrected_covered_area"], both["overlap"]) == (5, 6, "20.0 %", "very high")
    row = tables.works_by_source(shared).set_index("work").loc["Invented Tree Council 2023"]
    assert row["relayed_by"] == 2 and row["Twig & Pail_rows"] == "tp-rec-01"


def test_overlap_of_one_source_alone_is_not_defined(tiny: Review) -> None:
    alone = tables.overlap(tiny.select("in_drought"))
    assert set(alone["corrected_covered_area"]) == {"not defined: one source alone"}
    assert set(tables.overlap(tiny.select("in_paving"))["corrected_covered_area"]) == {"not defined: no work"}


def test_rows_of_unknown_origin_are_counted_as_such(ketamine: Review) -> None:
    last = tables.works_by_source(ketamine).iloc[-1]
    everything = pd.concat(ketamine.extracts(("id", "work")).values())
    ids = {name for column in last.index if column.endswith("_rows") for name in last[column].split()}
    assert last["work"] == relayed.NO_WORK and ids == set(everything.loc[everything["work"] == "", "id"])


def test_editions_that_a_later_one_follows(ketamine: Review) -> None:
    table = tables.staleness(ketamine)
    told = {(row.body, row.dated): (row.age_in_years, row.followed_by) for row in table.itertuples() if row.group == "Dated"}
    assert told == {
        ("ESMO", "2005"): ("21", "ESMO 2008, ESMO 2018"),
        ("ESMO", "2008"): ("18", "ESMO 2018"),
        ("ESMO", "2018"): ("8", ""),
        ("NCCN", "2013"): ("13", "NCCN 2019"),
        ("NCCN", "2019"): ("7", ""),
    }
    assert list(dict.fromkeys(table["group"])) == ["Dated", "Undated", "Own advice of a page"]


def test_narrowing_makes_no_document_look_new(ketamine: Review) -> None:
    whole = tables.staleness(ketamine).set_index("id")["followed_by"]
    for indication in ketamine.indications_with_rows():
        for chosen in (ketamine.select(indication), ketamine.broader(indication)):
            own = tables.staleness(chosen).set_index("id")["followed_by"]
            assert list(own) == list(whole[own.index]), indication


def test_a_page_ages_on_its_day(tiny: Review) -> None:
    def on(day: str) -> str:
        dated = altered(tiny, "sources", lambda frame: frame.assign(updated=day))
        return str(tables.source_dates(dated)["age_in_years"].iloc[0])

    assert tiny.as_of == "2025-06-01"
    assert [on("2024-06-01"), on("2024-06-02"), on("2025-06-01"), on("2005-12-31"), on("")] == ["1", "0", "0", "19", ""]


def test_who_has_nothing_to_warn_of_is_not_warned(tiny: Review) -> None:
    fresh = altered(tiny, "sources", lambda frame: frame.assign(updated="2025-05-01", retrieved="2025-05-20", review_status="approved"))
    fresh = altered(fresh, "recommendations", lambda frame: frame.assign(year="2024", body="", work=""))
    assert tables.staleness_warnings(fresh) == []
    assert any("is 7 years old" in sentence for sentence in tables.staleness_warnings(
        altered(fresh, "recommendations", lambda frame: frame.assign(year="2018"))))  # fmt: skip


@BOTH
def test_no_grade_that_nobody_gave(review: Review) -> None:
    table = tables.summary_of_findings(review)
    assert table["certainty"].str.startswith("Not graded: ").all()
    printed = {cell for column in ("level", "grade") for cell in review.table("recommendations")[column] if cell}
    for row in table.to_dict("records"):
        assert bool(row["grades_of_bodies"]) == bool(row["grades_of_bodies_rows"])
        for part in filter(None, row["grades_of_bodies"].split("; ")):
            told, _, stance = part.split(": ")[1].partition(", for a recommendation read as ")
            assert {word.split()[1] for word in told.split(", ")} <= printed
            assert stance in {label.lower() for label in review.labels("stances", review.terms("stances"))}
    words = " ".join(table.astype(str).to_numpy().flat).lower()
    assert not any(f"{grade} certainty" in words or f"certainty: {grade}" in words for grade in ("high", "moderate", "low", "very low"))


def test_why_nothing_is_graded_follows_from_the_works(ketamine: Review) -> None:
    assert set(tables.summary_of_findings(ketamine)["certainty"]) == {certainty.NO_PRIMARY}

    def found(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame["id"] == "nccn-2019-rct", "identified"] = "identified"
        return frame

    named = tables.summary_of_findings(altered(ketamine, "works", found))
    changed = named[named["certainty"] == certainty.NO_ESTIMATE]
    assert ["oq-find-01" in ids.split() for ids in changed["statements_rows"]] == [True]
    unknown = tables.summary_of_findings(without_column(ketamine, "work_types", "primary"))
    assert set(unknown["certainty"]) == {certainty.KIND_UNKNOWN, certainty.NO_PRIMARY}


@BOTH
@pytest.mark.parametrize("size", SIZES)
def test_every_text_of_the_new_charts_can_be_read(review: Review, size: str) -> None:
    for draw in (charts.harvest, charts.flow):
        figure = draw(review, size).figure
        assert figure is not None and collisions(figure) == []


@pytest.mark.parametrize("size", SIZES)
def test_a_crowded_review_can_be_read_too(tiny: Review, size: str) -> None:
    def filled(frame: pd.DataFrame) -> pd.DataFrame:
        kinds = {name: [tiny.terms(vocabulary)[n % 3] for n in range(len(frame))] for name, vocabulary in
                 (("interest", "interests"), ("type", "source_types"))}  # fmt: skip
        return frame.assign(chars="1000", **kinds)

    full = altered(crowded(tiny, " (Ærø)"), "sources", filled)
    for draw in (charts.harvest, charts.flow):
        figure = draw(full, size).figure
        assert figure is not None and collisions(figure) == []


@BOTH
def test_one_bar_for_each_statement_and_column(review: Review) -> None:
    chart = charts.harvest(review)
    bars = bars_of(chart)
    assert len(bars) == len(chart.data) == len({patch.get_gid() for patch in bars})
    for table, kind in (("findings", "Findings, by direction"), ("recommendations", "Recommendations, by stance")):
        shown = [name for ids in chart.data.loc[chart.data["kind"] == kind, "rows"] for name in ids.split()]
        assert sorted(shown) == sorted(review.table(table)["id"])


def test_height_is_the_rank_of_the_design(ketamine: Review) -> None:
    chart = charts.harvest(ketamine)
    rank = {row["label"]: int(row["rank"]) for row in ketamine.words["designs"].values()}
    findings = chart.data[chart.data["kind"] == "Findings, by direction"]
    assert [rank[label] for label in findings["rests_on"]] == list(findings["rank"])
    heights = [tall_of(SIZES["report"], step, 5) for step in range(6)]
    assert heights == sorted(set(heights)) and heights[0] > 0
    drawn = [patch.get_height() for patch in bars_of(chart)]
    wanted = [heights[step] if step != "" else tall_of(SIZES["report"], "", 5) for step in chart.data["rank"]]
    assert sorted(drawn) == pytest.approx(sorted(wanted))


def test_designs_without_ranks_are_all_of_one_height_and_it_is_said(ketamine: Review) -> None:
    chart = charts.harvest(without_column(ketamine, "designs", "rank"))
    assert set(chart.data["rank"]) == {""}
    assert chart.notes[0].startswith("All marks are of one height")


def test_title_counts_benefit_within_each_interest(ketamine: Review) -> None:
    source = ketamine.table("sources").set_index("id")["interest"]
    findings = ketamine.table("findings")
    own = findings[findings["source"].map(source) == "sells_treatment"]
    keys = own["statement"].where(own["statement"] != "", own["id"])
    title = charts.harvest(ketamine).title
    assert f"sells the treatment {keys[own['direction'] == 'benefit'].nunique()} of {keys.nunique()};" in title


def test_the_flow_tells_of_a_search_that_was_made(ketamine: Review) -> None:
    def searched(frame: pd.DataFrame) -> pd.DataFrame:
        base = {"id": "search-base", "kind": "database", "name": "A database", "on": "", "strategy": "", "records": "120", "note": ""}
        return pd.concat([frame, pd.DataFrame([base])], ignore_index=True)

    numbers = tables.flow(altered(ketamine, "found_by", searched)).set_index("what")["n"]
    assert (numbers["databases searched"], numbers["records found in databases"]) == (1, 120)
    assert "sources that came in other ways" not in numbers  # which source came by which way is not known then
    assert tables.flow(ketamine).set_index("what")["n"]["databases searched"] == 0


def test_checklists_are_whole_and_honest(ketamine: Review) -> None:
    for guideline, items in (("prisma_scr", 22), ("swim", 9)):
        table = tables.reporting(ketamine, guideline)
        assert list(table["number"]) == list(range(1, items + 1))
        assert (table["what"] != "").all()
        assert (table.loc[table["answer"].isin(["Done", "Partly"]), "where"] != "").all()
    answers = tables.reporting(ketamine, "prisma_scr").set_index("number")["answer"]
    assert [answers[number] for number in (5, 8, 9)] == ["Not done"] * 3
    with pytest.raises(UnknownTerm):
        tables.reporting(ketamine, "consort")
