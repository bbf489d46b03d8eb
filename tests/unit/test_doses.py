"""Doses: their dimension, their words, and their product with a weight."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litbook import doses
from litbook.doses import Bounds, Row, Vocabularies
from litbook.review import Review

COLUMNS = """low low_op high high_op unit basis form cap cap_unit cap_basis cap_frequency frequency frequency_max period period_max
    period_unit duration qualitative"""
EMPTY = dict.fromkeys(COLUMNS.split(), "")


def dose(**cells: str) -> Row:
    return {**EMPTY, "form": "not_stated", **cells}


INFUSION = dose(low="0.05", low_op="ge", high="0.5", high_op="le", unit="mg/kg/h", basis="hour", form="infusion")
TIMELESS = dose(low="0.1", low_op="ge", high="0.5", high_op="le", unit="mg/kg", basis="not_stated", form="infusion")
BOLUS = dose(high="0.35", high_op="lt", unit="mg/kg", basis="dose", form="bolus")
ORAL = dose(
    low="0.2", low_op="ge", high="0.5", high_op="le", unit="mg/kg", basis="dose", form="oral_dose", cap="50", cap_unit="mg",
    cap_basis="dose", cap_frequency="3", frequency="2", frequency_max="3", period="1", period_unit="d",
)  # fmt: skip
EVERY = dose(low="0.2", low_op="ge", high="0.3", high_op="le", unit="mg/kg", basis="dose", frequency="1", period="1", period_max="2",
             period_unit="wk")  # fmt: skip
OPEN = dose(low="75", low_op="ge", unit="mg/d", basis="day")


@pytest.fixture
def words(ketamine: Review) -> Vocabularies:
    return ketamine.words


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (INFUSION, "0.05–0.5 mg/kg/h"),
        (TIMELESS, "0.1–0.5 mg/kg; time base not stated"),
        (BOLUS, "<0.35 mg/kg"),
        (ORAL, "0.2–0.5 mg/kg; 2–3 times a day; at most 50 mg per dose, 3 times a day"),
        (EVERY, "0.2–0.3 mg/kg; every 1–2 weeks"),
        (OPEN, "≥75 mg/day"),
        (dose(low="0.1", low_op="gt", high="0.5", high_op="lt", unit="mg/kg", basis="dose"), ">0.1 to <0.5 mg/kg"),
        (dose(low="5", low_op="ge", high="5", high_op="le", unit="mg", basis="dose"), "5 mg"),
        (dose(qualitative="subanaesthetic"), "subanaesthetic"),
    ],
)
def test_as_reported_says_what_the_source_says(row: Row, text: str, words: Vocabularies) -> None:
    assert doses.as_reported(row, words) == text


def test_digits_stay_as_printed(words: Vocabularies) -> None:
    assert doses.as_reported(dose(low="0.10", low_op="ge", high="0.50", high_op="le", unit="mg", basis="dose"), words) == "0.10–0.50 mg"


def test_an_infusion_without_time_has_a_dimension_of_its_own_and_is_no_rate(words: Vocabularies) -> None:
    timeless, rate, bolus = (doses.dimension(row) for row in (TIMELESS, INFUSION, BOLUS))
    assert timeless and rate and bolus
    assert len({timeless, rate, bolus}) == 3
    assert rate.is_rate(words)
    assert not timeless.is_rate(words)
    assert "time base not stated" in timeless.label(words)


def test_a_dose_in_words_has_no_dimension() -> None:
    assert doses.dimension(dose(qualitative="low")) is None


@pytest.mark.parametrize(
    ("row", "weight", "low", "high", "unit", "capped"),
    [
        (INFUSION, "70", "3.5", "35", "mg/h", False),
        (BOLUS, "70", None, "24.5", "mg", False),
        (ORAL, "70", "14", "35", "mg", False),
        (ORAL, "120", "24", "50", "mg", True),  # 60 mg would be above the source's cap
        (ORAL, "260", "50", "50", "mg", True),
    ],
)
def test_absolute_doses(row: Row, weight: str, low: str | None, high: str | None, unit: str, capped: bool, words: Vocabularies) -> None:
    result = doses.absolute(row, Decimal(weight), words)
    assert result is not None
    assert result.bounds.low == (Decimal(low) if low else None)
    assert result.bounds.high == (Decimal(high) if high else None)
    assert (result.unit, result.capped) == (unit, capped)


def test_a_dose_not_per_kilogram_has_no_product(words: Vocabularies) -> None:
    assert doses.absolute(OPEN, Decimal(70), words) is None


def test_a_cap_on_another_basis_is_not_applied(words: Vocabularies) -> None:
    daily = {**ORAL, "cap_basis": "day", "cap_unit": "mg/d"}
    result = doses.absolute(daily, Decimal(120), words)
    assert result is not None
    assert result.bounds.high == Decimal(60)


amounts = st.decimals(min_value="0.0001", max_value="10000", places=4)


@given(low=amounts, width=amounts, weight=st.decimals(min_value="0.5", max_value="300", places=1), cap=st.none() | amounts)
def test_scaling_keeps_order_and_never_passes_the_cap(low: Decimal, width: Decimal, weight: Decimal, cap: Decimal | None) -> None:
    scaled = Bounds(low, "ge", low + width, "lt").times(weight, cap)
    assert scaled.low is not None and scaled.high is not None
    assert scaled.low <= scaled.high
    if cap is None:
        assert (scaled.low, scaled.high) == (low * weight, (low + width) * weight)
    else:
        assert scaled.high == min((low + width) * weight, cap)
        assert scaled.high_op == ("le" if (low + width) * weight > cap else "lt")


@given(amounts)
def test_plain_keeps_the_value_and_has_no_exponent(value: Decimal) -> None:
    text = doses.plain(value)
    assert Decimal(text) == value
    assert "E" not in text
