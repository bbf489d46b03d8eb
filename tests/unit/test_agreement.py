"""Agreement: coefficients of published examples, pairing, and adjudications that hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litbook import tables
from litbook.agreement import before_adjudication, check_adjudications, coefficients, differences, pairs
from litbook.datapackage import Rows
from litbook.loading import Read, read
from litbook.review import Review
from tests.conftest import KETAMINE


@pytest.fixture(scope="module")
def found() -> Read:
    return read(KETAMINE)


def table(both_yes: int, first_only: int, second_only: int, both_no: int) -> list[tuple[str, str]]:
    return [("y", "y")] * both_yes + [("y", "n")] * first_only + [("n", "y")] * second_only + [("n", "n")] * both_no


def test_kappa_and_ac1_by_hand() -> None:
    """20/5/10/15: raw 35/50; chance (25*30 + 25*20)/2500 = 0.5; kappa 0.4. AC1: share of yes 0.55, chance 2*0.55*0.45."""
    raw, kappa, ac1 = coefficients(table(20, 5, 10, 15))
    assert raw == pytest.approx(0.7)
    assert kappa == pytest.approx(0.4)
    assert ac1 == pytest.approx((0.7 - 0.495) / (1 - 0.495))


def test_ac1_stands_where_kappa_falls() -> None:
    """Gwet's paradox: nearly all in one category, kappa below zero, AC1 near the raw agreement."""
    raw, kappa, ac1 = coefficients(table(118, 5, 2, 0))
    assert raw == pytest.approx(118 / 125)
    assert kappa is not None and kappa < 0
    assert ac1 == pytest.approx(0.9408, abs=1e-4)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_coefficients_do_not_care_who_was_first_and_never_pass_one(values: list[tuple[str, str]]) -> None:
    one, other = coefficients(values), coefficients([(b, a) for a, b in values])
    assert one == pytest.approx(other)
    assert all(value is None or value <= 1 + 1e-12 for value in one)
    if one[0] == 1:
        assert all(value is None or value == pytest.approx(1) for value in one)


def test_every_row_is_paired_once_or_alone(found: Read) -> None:
    both = pairs(found.package, found.tables)
    for side in ("first", "second"):
        names = [(pair.table, getattr(pair, side)["id"]) for pair in both if getattr(pair, side)]
        assert len(names) == len(set(names))
    assert all(pair.first["source"] == pair.second["source"] for pair in both if pair.first and pair.second)


def test_the_shipped_differences_are_all_adjudicated_with_a_reason(found: Read) -> None:
    assert not list(check_adjudications(found.package, found.tables))
    rows = [row for _, row in found.tables["adjudications"].records()]
    assert len(rows) == 95
    assert all(len(row["reason"].split()) >= 4 for row in rows)
    open_ones = differences(found.package, before_adjudication(found.package, found.tables))
    assert len(open_ones) <= len(rows)


def test_a_value_that_was_decided_on_may_not_change(found: Read) -> None:
    rows = found.tables["findings"]
    at = rows.table.columns.index("design")
    cells = [list(row) for row in rows.cells]
    next(row for row in cells if row[0] == "av-find-01")[at] = "rct"
    changed = {**found.tables, "findings": Rows(rows.table, tuple(map(tuple, cells)), rows.lines)}
    said = [str(problem) for problem in check_adjudications(found.package, changed)]
    assert any("design of av-find-01 is 'rct'; allowed: 'narrative_review', as was decided" in line for line in said)


def test_what_both_extractors_had_wrong_is_mended_with_a_reason_and_counts_as_agreed(found: Read) -> None:
    rows = [row for _, row in found.tables["adjudications"].records() if row["first_value"] == row["second_value"] != ""]
    wanted = [(f"pc-mon-0{n}", "indication", "neither") for n in (1, 2)] + [(f"oq-ae-{n}", "frequency", "neither") for n in (10, 11, 12)]
    assert [(row["first"], row["field"], row["decision"]) for row in rows] == wanted
    before = before_adjudication(found.package, found.tables)
    assert not [one for one in differences(found.package, before) if (one.first, one.field) == ("pc-mon-01", "indication")]
    adjudications = found.tables["adjudications"]
    cells = [["av" if cell == "pain" and row[0] == "adj-091" else cell for cell in row] for row in adjudications.cells]
    changed = {**found.tables, "adjudications": Rows(adjudications.table, tuple(map(tuple, cells)), adjudications.lines)}
    assert any("indication of pc-mon-01 is 'pain'; allowed: 'av'" in str(one) for one in check_adjudications(found.package, changed))


def test_the_tables_show_numeric_doses_in_full_agreement(ketamine: Review) -> None:
    shown = tables.agreement(ketamine)
    doses = shown[(shown["table"] == "doses") & shown["field"].isin(["low", "high", "unit", "route", "cap"])]
    assert len(doses) == 5
    assert set(doses["raw"]) == {"1.00"}
    assert len(tables.adjudications(ketamine)) == 95


def test_a_review_without_a_second_extraction_has_no_figures(tiny: Review) -> None:
    assert tables.agreement(tiny).empty
    assert tables.adjudications(tiny).empty
