"""Appraisals and twice-read checks: what the tables show, and each slip refused where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import litbook
from litbook import tables
from litbook.loading import check
from litbook.review import Review
from tests.conftest import KETAMINE, change

Copy = Callable[[Path], Path]


def test_every_appraisal_is_shown_once_with_its_words(ketamine: Review) -> None:
    shown, given = tables.appraisals(ketamine), ketamine.table("appraisals")
    assert len(shown) == len(given)
    labels = Counter(ketamine.label("judgements", name) for name in given["judgement"])
    assert Counter(shown["judgement"]) == labels
    assert Counter(shown["reason"]) == Counter(given["reason"])
    assert sorted(" ".join(shown["rows"]).split()) == sorted(" ".join(given["basis"]).split())


def test_sources_stand_before_works_and_items_in_their_order(ketamine: Review) -> None:
    shown = tables.appraisals(ketamine)
    known = [*ketamine.table("sources")["label"], *ketamine.table("works")["label"]]
    places = [known.index(label) for label in shown["about"]]
    assert places == sorted(places)
    terms = [row["label"] for row in ketamine.words["appraisal_items"].values()]
    for _, own in shown.groupby("about"):
        order = [terms.index(item) for item in own["item"]]
        assert order == sorted(order)


def test_a_selection_shows_only_rows_that_it_leaves(ketamine: Review) -> None:
    selected = ketamine.select(indication="migraine")
    shown = " ".join(tables.appraisals(selected)["rows"]).split()
    left = {name for frame in selected.selected(("id",)).values() for name in frame["id"]}
    assert shown and set(shown) <= left
    assert len(tables.appraisals(selected)) == len(tables.appraisals(ketamine))


def test_the_matrix_says_what_the_rows_say(ketamine: Review) -> None:
    matrix = tables.appraisal_matrix(ketamine).set_index("item").T
    words = {name: row["label"] for name, row in ketamine.words["appraisal_items"].items()}
    assert list(matrix.index) == list(ketamine.table("sources")["label"])
    for row in ketamine.table("appraisals").to_dict("records"):
        label = ketamine.label_of("sources", row["about"]) if row["about"] in ketamine.records["sources"] else ""
        if label and words[row["item"]] in matrix:
            assert matrix.loc[label, words[row["item"]]] == ketamine.label("judgements", row["judgement"])
    assert matrix.loc["Propel clinic", "Search described (SANRA 3)"] == "Does not apply"  # judged as a whole
    assert "SANRA as a whole" not in matrix and "AGREE II as a whole" in matrix


def test_an_item_that_nobody_judged_is_told(copy: Copy) -> None:
    folder = copy(KETAMINE)
    path = folder / "appraisals.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines(True) if ",propel-clinic,page_date," not in line]
    path.write_text("".join(kept), encoding="utf-8")
    matrix = tables.appraisal_matrix(litbook.load(folder)).set_index("item").T
    assert matrix.loc["Propel clinic", "Date stated"] == tables.NOT_APPRAISED


def test_a_review_without_appraisals_has_none(tiny: Review) -> None:
    assert tables.appraisals(tiny).empty and tables.appraisal_matrix(tiny).empty


def test_readings_of_a_check_are_told_apart(ketamine: Review) -> None:
    readings = dict(zip(ketamine.table("checks")["id"], tables.checks(ketamine)["readings"], strict=True))
    assert readings["check-01"] == "Two readers, agreed"
    assert readings["check-59"] == "One reader"
    assert readings["check-04"].startswith("Two readers (Says otherwise; Does not bear it out): ")


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "found"),
    [
        ("appraisals.csv", "appraisal-01", "about", "avyia", "an id of a source or of a work"),
        ("appraisals.csv", "appraisal-01", "about", "av-prov-01", "an id of a source or of a work"),
        ("appraisals.csv", "appraisal-01", "basis", "av-prov-02 av-prov-99", "ids of extracts"),
        ("appraisals.csv", "appraisal-01", "basis", "culp-2021", "ids of extracts"),
        ("appraisals.csv", "appraisal-01", "item", "page_author", "one row for each item"),
        ("appraisals.csv", "appraisal-01", "item", "page_colour", "page_author"),
        ("appraisals.csv", "appraisal-01", "judgement", "good", "met"),
        ("checks.csv", "check-01", "second_reader_verdict", "confirmed", "a reason where they differ"),
        ("checks.csv", "check-01", "verdict", "confirmed", "a reason where they differ"),
        ("checks.csv", "check-04", "settled", "", "a reason where they differ"),
        ("checks.csv", "check-04", "first_reader_verdict", "maybe", "confirmed"),
    ],
)
def test_a_slip_is_refused_at_its_place(file: str, row: str, column: str, value: str, found: str, copy: Copy) -> None:
    folder = copy(KETAMINE)
    (folder / "approvals.lock").unlink()
    assert not check(folder)[0]
    change(folder / file, row, column, value)
    problems = [str(problem) for problem in check(folder)[0]]
    place = "item" if value == "page_author" else column if column != "second_reader_verdict" and column != "verdict" else "settled"
    assert [said for said in problems if said.startswith(f"{file}:") and f":{place}: " in said and found in said], problems
