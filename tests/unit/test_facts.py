"""Facts in spans: what a row says must stand in its quote, to the digit, the operator and the unit."""

from __future__ import annotations

import pytest

from litbook import facts, rules
from litbook.facts import Phrases, plain_quote
from litbook.loading import facts_to_read, known_phrases, read
from litbook.review import Review
from tests.conftest import KETAMINE
from tests.unit.test_doses import BOLUS, EVERY, INFUSION, OPEN, ORAL, TIMELESS

FOUND = read(KETAMINE)
INVENTED = {  # quotes of our own, filled in from the row
    "infusion": (INFUSION, "give {low} to {high} mg/kg/hour by infusion"),
    "timeless": (TIMELESS, "{low}–{high} mg/kg as an infusion"),
    "bolus": (BOLUS, "a bolus of <{high} mg/kg"),
    "oral": (ORAL, "oral dosing: daily, two to three times, {low}-{high} mg/kg/dose, never above {cap} mg/dose three times"),
    "every": (EVERY, "{low}–{high} mg/kg every {period}–{period_max} weeks"),
    "open": (OPEN, "a TCA at ≥{low} mg/day"),
}


@pytest.fixture(scope="module")
def known() -> Phrases:
    return facts.phrases(FOUND.tables, rules.vocabularies(FOUND.package, FOUND.tables))


def unread(row: dict[str, str], quote: str, known: Phrases) -> set[str]:
    table = FOUND.package.tables["doses"]
    full = {**dict.fromkeys(table.columns, ""), **row}
    return {column for column, _ in facts._unread(table, full, plain_quote(quote), known, frozenset({"routes", "forms"}))}


@pytest.mark.parametrize("name", INVENTED)
def test_what_stands_in_the_quote_is_read(name: str, known: Phrases) -> None:
    row, quote = INVENTED[name]
    assert unread(dict(row), quote.format(**row), known) == set()


@pytest.mark.parametrize(
    ("name", "column", "value", "said"),
    [
        ("infusion", "high", "5", "high"),
        ("infusion", "unit", "mg/kg", "unit"),
        ("timeless", "unit", "mg/kg/h", "unit"),
        ("bolus", "high_op", "le", "high_op"),
        ("bolus", "form", "infusion", "form"),
        ("oral", "cap", "5", "cap"),
        ("oral", "cap_unit", "mg/kg", "cap_unit"),
        ("oral", "frequency_max", "4", "frequency_max"),
        ("oral", "route", "intravenous", "route"),
        ("every", "period_max", "3", "period_max"),
        ("open", "low_op", "gt", "low_op"),
        ("open", "unit", "mg", "unit"),
        ("oral", "route", "not_stated", "route"),
    ],
)
def test_what_does_not_is_said(name: str, column: str, value: str, said: str, known: Phrases) -> None:
    row, quote = INVENTED[name]
    extra = {"route": "oral"} if name == "oral" else {}
    assert said in unread({**row, **extra, column: value}, quote.format(**row), known)


def test_blanks_of_all_kinds_and_thousands_are_read(known: Phrases) -> None:
    assert plain_quote("1,000\u00a0mg and 2005,2008") == "1000 mg and 2005,2008"


def test_a_declared_value_must_be_the_rows(ketamine: Review) -> None:
    table = FOUND.package.tables["doses"]
    row = {**dict.fromkeys(table.columns, ""), "indication": "pain", "inferred": "indication=migraine: topic"}
    assert "declares indication='migraine', but the row has 'pain'" in str(facts._declared(table, row, 2, ())[1][0])
    assert facts._declared(table, {**row, "inferred": "nonsense"}, 2, ())[1]
    assert facts._declared(table, {**row, "inferred": "indication=pain: topic"}, 2, ()) == ({"indication": "pain"}, [])


def test_the_numbers_of_a_dose_can_not_be_declared_away(texts: dict[str, str], known: Phrases) -> None:
    rows = FOUND.tables["doses"]
    at = {name: place for place, name in enumerate(rows.table.columns)}
    cells = next(list(row) for row in rows.cells if row[0] == "oq-dose-04")
    quote = texts["oracle-qa"][int(cells[at["start"]]) : int(cells[at["end"]])]
    cells[at["high"]], cells[at["inferred"]] = "5", cells[at["inferred"]] + "; high=5: wording"
    changed = {**FOUND.tables, "doses": type(rows)(rows.table, (tuple(cells),), (2,))}
    found = facts.check_facts(FOUND.package, changed, {"oq-dose-04": quote}, known, facts_to_read(FOUND.settings))
    assert any("a dose can't be inferred" in str(problem) for problem in found)


def declared(cell: str) -> list[str]:
    """What is wrong with the declarations of a row of doses that is otherwise empty."""
    table = FOUND.package.tables["doses"]
    row = {**dict.fromkeys(table.columns, ""), "route": "oral", "inferred": cell}
    reasons = rules.vocabularies(FOUND.package, FOUND.tables)["inference_reasons"]
    return [str(problem) for problem in facts._declared(table, row, 2, reasons)[1]]


def test_a_declared_value_has_a_reason_of_the_vocabulary() -> None:
    assert declared("route=oral: heading") == []
    assert declared("route=oral: context (the sentence before)") == []
    assert "did you mean 'heading'?" in declared("route=oral: headin")[0]
    assert "declares route='topical'" in declared("route=topical: heading")[0]
    assert "column=value: reason" in declared("oral")[0]


def test_an_everyday_word_is_no_stance() -> None:
    words = rules.vocabularies(FOUND.package, FOUND.tables)
    assert facts.phrases(FOUND.tables, words).stands("stances", "for", "a treatment for pain")
    assert not known_phrases(FOUND).stands("stances", "for", "a treatment for pain")
