"""Tables: rows conserved, statements counted once, kinds of empty cell told apart, nothing mutated."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import litbook
from litbook import charts, tables
from litbook.display import digest
from litbook.errors import LitbookError
from litbook.markup import table_html
from litbook.review import Review
from litbook.tables import public_record
from litbook.tables.evidence import CONTRADICTED, NOT_APPLICABLE, NOT_REPORTED, NOT_SEARCHED, OTHER_ROWS, doubted_in
from tests.conftest import PLANTED

MAKERS = [
    tables.evidence, tables.evidence_matrix, tables.dose_ranges, tables.stance, tables.safety, tables.sources, tables.works, tables.counts,
    tables.way_back, tables.checks, tables.appraisals, tables.appraisal_matrix,
    charts.dose_ranges, charts.guideline_stance, charts.evidence_map,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("which", ["ketamine", "tiny"])
def test_nothing_mutates_its_input(make: object, which: str, request: pytest.FixtureRequest) -> None:
    review: Review = request.getfixturevalue(which)
    before = {name: frame.copy(deep=True) for name, frame in review._frames.items()}
    make(review)  # type: ignore[operator]
    for name, frame in review._frames.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize("which", ["ketamine", "tiny"])
def test_the_evidence_table_holds_every_finding_once(which: str, request: pytest.FixtureRequest) -> None:
    review: Review = request.getfixturevalue(which)
    table = tables.evidence(review)
    shown = [name for ids in table["rows"] for name in ids.split()]
    assert sorted(shown) == sorted(review.table("findings")["id"])
    assert len(table) == table["indication"].nunique() * len(review.terms("routes"))


def test_counts_count_statements(ketamine: Review) -> None:
    findings = ketamine.table("findings")
    for cell in tables.evidence(ketamine).to_dict("records"):
        own = findings[findings["id"].isin(cell["rows"].split())]
        for direction in ketamine.terms("directions"):
            rows = own[own["direction"] == direction]
            assert cell[direction] == len({row.statement or row.id for row in rows.itertuples()})


def test_kinds_of_cell_in_ketamine(ketamine: Review) -> None:
    state = tables.evidence(ketamine).set_index(["indication", "route"])["state"]
    assert state["cancer_pain", "not_stated"] == CONTRADICTED
    assert state["cancer_pain", "subcutaneous"] == OTHER_ROWS
    assert state["fibromyalgia", "oral"] == NOT_REPORTED
    assert state["anaesthesia", "oral"] == NOT_SEARCHED
    assert state["anaesthesia", "topical"] == NOT_APPLICABLE


def test_the_tiny_review_has_every_kind_of_cell_that_it_plants(tiny: Review) -> None:
    states = set(tables.evidence(tiny)["state"])
    assert {CONTRADICTED, NOT_REPORTED, NOT_APPLICABLE, NOT_SEARCHED} <= states


def test_computed_doses_are_a_column_of_their_own(ketamine: Review) -> None:
    assert "computed" not in tables.dose_ranges(ketamine)
    table = tables.dose_ranges(ketamine, 70).set_index("id")
    assert table.loc["oq-dose-04", "computed"] == "3.5–35 mg/h"
    assert table.loc["oq-dose-06", "computed"] == "14–35 mg"
    assert table.loc["av-dose-02", "computed"] == "7–35 mg; time base not stated"
    assert table.loc["oq-dose-09", "computed"] == ""
    assert tables.dose_ranges(ketamine, 130).set_index("id").loc["oq-dose-06", "computed"] == "26–50 mg (cut at the source's cap)"


@pytest.mark.parametrize("weight", [-1, 0.001, 1000, float("nan"), float("inf"), "70", True])
def test_an_impossible_weight_is_refused(ketamine: Review, weight: float) -> None:
    with pytest.raises(LitbookError, match="kilograms"):
        tables.dose_ranges(ketamine, weight)


def test_every_extract_has_its_way_back(ketamine: Review) -> None:
    back = tables.way_back(ketamine)
    assert sorted(back["id"]) == sorted(name for frame in ketamine.extracts().values() for name in frame["id"])
    assert back["id"].is_unique
    heading = back.set_index("id")["heading"]
    assert heading["oq-dose-06"] == "Dosing When Used"


def test_a_way_back_says_what_its_row_is_about(ketamine: Review) -> None:
    """ "Most reviewed studies reported none" alone does not say of what, and "doses" no dose."""
    about, undosed = tables.subjects(ketamine), tables.subjects(ketamine, doses_too=False)
    assert set(about) == set(tables.way_back(ketamine)["id"]) and all(about[name] for name in about if "-rec-" not in name)
    assert about["av-ae-09"] == "Serious adverse events, Pain"
    for row in tables.dose_ranges(ketamine).to_dict("records"):
        assert row["as_reported"] in about[row["id"]] and row["drug"] in about[row["id"]] and row["route"] in about[row["id"]]
        assert not any(char.isdigit() for char in undosed[row["id"]])


def test_what_a_span_does_not_hold_is_told_in_words(ketamine: Review, tiny: Review) -> None:
    told = tables.in_words(ketamine, "findings", "indication=crps: heading; direction=benefit: wording")
    assert told == ("indication: Complex regional pain syndrome (from the heading); direction: Benefit (from the wording)")
    assert tables.in_words(ketamine, "findings", "nonsense; indication=no_such: heading") == "nonsense; indication=no_such: heading"
    assert tables.in_words(tiny, "findings", "") == ""


def test_counts_say_what_the_record_does_not_bear_out(ketamine: Review) -> None:
    doubted, findings = doubted_in(ketamine), ketamine.table("findings")
    unsure = findings[findings["id"].isin(public_record.doubts(ketamine))]
    assert sum(doubted.values()) >= unsure["statement"].where(unsure["statement"] != "", unsure["id"]).nunique() > 0
    matrix = tables.evidence_matrix(ketamine).set_index("indication")
    for (indication, route, direction), n in doubted.items():
        cell = matrix.loc[ketamine.label("indications", indication), ketamine.label("routes", route)]
        assert f"{ketamine.label('directions', direction).lower()} ({n} †)" in cell
    assert matrix.drop(columns=[column for column in matrix if column.endswith("_rows")]).to_string().count("†") == len(doubted)


def test_results_of_a_document_are_no_advice(ketamine: Review) -> None:
    bare = set(ketamine.table("recommendations").query("results_only == 'yes'")["id"])
    told = tables.stance(ketamine).set_index("id")["relays"]
    assert {name for name, words in told.items() if words} == bare == {"av-rec-01", "oq-rec-03", "oq-rec-04"}
    [newest] = [line for line in tables.staleness_warnings(ketamine.select("cancer_pain")) if line.startswith("The newest")]
    assert "ESMO 2018" in newest, "NCCN 2019 is relayed for its results alone"


def test_a_reference_that_does_not_bear_its_rows_out_is_told_beside_them(ketamine: Review) -> None:
    beside = public_record.beside(ketamine)
    cited = ketamine.table("works")["id"]
    for check in ketamine.table("checks").to_dict("records"):
        for work in {*check["about"].split()} & {*cited}:
            rows = [row["id"] for frame in ketamine.extracts().values() for row in frame.to_dict("records") if row["work"] == work]
            assert rows and all(
                (f"On what it cites: “{check['claim']}”" in beside.get(name, "")) == (check["verdict"] == "unsupported") for name in rows
            )


def test_what_a_selection_by_route_shows_has_its_doubts_too(ketamine: Review) -> None:
    """Tables that know no route are shown whole under any."""
    whole = tables.safety(ketamine.select("cancer_pain")).set_index("id")["public_record"]
    cited = {name for name, told in whole.items() if public_record.CITES in told}
    assert cited
    for route in ketamine.terms("routes"):
        told = tables.safety(ketamine.select("cancer_pain", route=route)).set_index("id")["public_record"]
        assert cited & {*told.index} and all(told[name] == whole[name] for name in told.index)


def test_effects_on_markers_need_no_hedge_and_no_exposure(copy: Callable[[Path], Path]) -> None:
    folder = copy(PLANTED)
    with (folder / "immune_effects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    [table] = [one for one in described["resources"] if one["name"] == "immune_effects"]
    for column in ("hedge", "exposure"):
        table["schema"]["fields"] = [field for field in table["schema"]["fields"] if field["name"] != column]
        table["schema"]["foreignKeys"] = [key for key in table["schema"]["foreignKeys"] if key["fields"] != [column]]
        rows = [{name: value for name, value in row.items() if name != column} for row in rows]
        (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
        with (folder / "immune_effects.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        book = litbook.load(folder)
        assert len(tables.immune_in_short(book))
        assert charts.dose_ranges(book.select("mould")).alt


def test_a_quote_that_shows_a_doubted_dose_has_the_check_beside_it(ketamine: Review) -> None:
    """An extract shares its sentence with others: who reads the quote reads their doses too."""
    found = {name: [check["id"] for check in checks] for name, checks in public_record.on_statement(ketamine).items() if checks}
    assert found["oq-alt-05"] == found["oq-alt-08"] == ["check-14"], "their quote names a dose of a tricyclic"
    assert "oq-dose-09" not in found, "its own check stands beside it already"
    doubted, back = public_record.doubts(ketamine), tables.way_back(ketamine).set_index("id")["statement"]
    for name, checks in found.items():
        siblings = {*back[back == back[name]].index} - {name}
        about = [{*row["about"].split()} for row in ketamine.table("checks").to_dict("records") if row["id"] in checks]
        assert all(named & siblings & doubted.keys() and name not in named for named in about)


def test_sources_and_counts_add_up(ketamine: Review) -> None:
    total = sum(len(frame) for frame in ketamine.extracts().values())
    counted = tables.counts(ketamine)
    assert tables.sources(ketamine)["extracts"].sum() == total
    assert counted.iloc[-1]["rows"] == counted.iloc[:-1]["rows"].sum() == total


def test_safety_joins_its_tables_without_losing_a_row(ketamine: Review) -> None:
    names = ("adverse_effects", "contraindications", "monitoring", "coadministration")
    assert sorted(tables.safety(ketamine)["id"]) == sorted(name for table in names for name in ketamine.table(table)["id"])


def test_a_listing_shows_labels_and_no_hashes(ketamine: Review) -> None:
    table = tables.listing(ketamine, "findings")
    assert "quote_sha256" not in table
    assert set(table["direction"]) <= set(ketamine.labels("directions", ketamine.terms("directions")))


def test_a_changed_cell_changes_the_digest(ketamine: Review) -> None:
    table = tables.dose_ranges(ketamine)
    other = table.copy(deep=True)
    other.loc[0, "as_reported"] = table.loc[0, "as_reported"].replace("0.5", "5")
    assert other.loc[0, "as_reported"] != table.loc[0, "as_reported"]
    assert digest(table) != digest(other)


def test_cells_are_escaped() -> None:
    page = table_html(pd.DataFrame({"id": ["<script>1</script>"], "claim": ["<img src=x onerror=y>"]}), "<b>caption</b>")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
