"""Rules of doses: each wrong combination is refused at its column, each right one passes."""

from __future__ import annotations

import pytest

from litbook.dose_rules import dose_rules
from litbook.review import Review
from tests.unit.test_doses import BOLUS, EVERY, INFUSION, OPEN, ORAL, TIMELESS, dose

RIGHT = [INFUSION, TIMELESS, BOLUS, ORAL, EVERY, OPEN, dose(qualitative="low")]
WRONG = [
    ({**INFUSION, "basis": "not_stated"}, "basis"),  # a rate says its time
    ({**INFUSION, "basis": "dose"}, "basis"),
    ({**INFUSION, "unit": "mg/kg"}, "basis"),
    ({**INFUSION, "form": "bolus"}, "unit"),  # a bolus has no rate
    ({**BOLUS, "basis": "not_stated"}, "basis"),  # only what flows may lack its time
    ({**BOLUS, "unit": ""}, "unit"),
    ({**BOLUS, "basis": ""}, "basis"),
    ({**ORAL, "cap_unit": ""}, "cap_unit"),
    ({**ORAL, "cap": ""}, "cap_unit"),
    ({**ORAL, "cap_unit": "mg/d"}, "cap_basis"),
    ({**ORAL, "period_unit": ""}, "frequency"),
    ({**EVERY, "frequency": ""}, "frequency"),
    (dose(), "qualitative"),
    (dose(qualitative="low", unit="mg"), "unit"),
]


@pytest.mark.parametrize("row", RIGHT)
def test_doses_that_can_be(row: dict[str, str], ketamine: Review) -> None:
    assert list(dose_rules(row, ketamine.words)) == []


@pytest.mark.parametrize(("row", "column"), WRONG)
def test_doses_that_can_not_be(row: dict[str, str], column: str, ketamine: Review) -> None:
    assert column in [found[0] for found in dose_rules(row, ketamine.words)]
