"""The ledger of disagreements: all that was planted is found, no trap is real, and nothing depends on what should not matter."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litbook import tables
from litbook.datapackage import Rows
from litbook.disagreements import CLASSES, GONE, OPEN, REOPENED, RULES, Entry, Material, Proposal, check_ledger, ledger, proposals
from litbook.disagreements.amounts import ADJOINING, DISJOINT, UPPER, relation
from litbook.disagreements.ledger import NOT_CONTENT
from litbook.doses import Bounds, Row
from litbook.loading import material, read
from litbook.review import Review
from litbook.tables import public_record
from tests.conftest import KETAMINE, PLANTED, TINY, change

Copy = Callable[..., Path]
Key = dict[str, str]


@cache
def given_rows(folder: Path = PLANTED) -> Material:
    return material(read(folder))


def key() -> list[Key]:
    with (PLANTED / "key.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROPOSED = [row for row in key() if row["id"]]
LEFT_ALONE = [row for row in key() if not row["id"]]


def with_rows(base: Material, table: str, rows: Sequence[Row]) -> Material:
    """The material with other rows in one table."""
    form = base.package.tables[table]
    cells = tuple(tuple(row[column] for column in form.columns) for row in rows)
    return Material(base.package, {**base.tables, table: Rows(form, cells, tuple(range(2, len(cells) + 2)))}, base.words)


def with_cell(base: Material, row: str, column: str, value: str) -> Material:
    table, _ = base.extracts[row]
    return with_rows(base, table, [{**one, **({column: value} if one["id"] == row else {})} for one in base.rows(table)])


def by_id(base: Material) -> dict[str, Proposal]:
    return {one.id: one for one in proposals(base)}


def told(found: Mapping[str, Proposal]) -> dict[str, tuple[object, ...]]:
    """What a reader sees of each proposal; the order of its sides apart."""
    return {name: (one.members, frozenset(one.sides), one.scope, one.may_explain, one.digest) for name, one in found.items()}


# What was planted, and what was not


def test_all_that_was_planted_is_found_and_nothing_else() -> None:
    assert {name: " ".join(one.members) for name, one in by_id(given_rows()).items()} == {row["id"]: row["members"] for row in PROPOSED}
    assert all(by_id(given_rows())[row["id"]].kind == row["class"] for row in PROPOSED)


@pytest.mark.parametrize("trap", LEFT_ALONE, ids=lambda trap: f"{trap['class']}: {trap['members']}")
def test_a_trap_is_left_alone(trap: Key) -> None:
    one, other = trap["members"].split()
    assert {one, other} <= given_rows().extracts.keys()
    for proposal in proposals(given_rows()):
        if proposal.kind == trap["class"]:
            sides = [{one, other} & set(side.members) for side in proposal.sides]
            assert sum(map(bool, sides)) < 2, f"{proposal.id}: {trap['why']}"


def test_no_trap_is_real_and_all_that_was_planted_is() -> None:
    status = {entry.id: entry.status for entry in ledger(given_rows())}
    assert status == {row["id"]: "explained" if row["kind"] == "trap" else "real" for row in PROPOSED}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("dis-strength-droop-fern-council", "year"),
        ("dis-opposing-change-sap-sugar", "site"),
        ("dis-opposing-change-water-loss", "exposure"),
        ("dis-regulatory-status-root-droop", "indication"),
    ],
)
def test_a_trap_that_is_proposed_names_the_field_that_explains_it(name: str, column: str) -> None:
    assert column in by_id(given_rows())[name].may_explain


def test_every_rule_has_examples_of_both_kinds() -> None:
    assert {row["class"] for row in PROPOSED} == set(CLASSES)
    assert {row["class"] for row in LEFT_ALONE} | {"strength", "regulatory_status", "opposing_change"} == set(CLASSES)
    assert all(rule.find.__doc__ for rule in RULES)


# One changed cell that ends each of them, so that each rule looks at the field that it should

ENDS = [
    ("dis-opposing-stance-leaf-droop", {"gr-rec-01": ("indication", "mould"), "st-rec-01": ("stance", "conditional")}),
    ("dis-strength-mould-stall-source", {"st-rec-03": ("stance", "for")}),
    ("dis-strength-droop-fern-council", {"po-rec-03": ("body", "plant_office")}),
    ("dis-strength-droop-fern-council-2015-grade-and-words", {"po-rec-03": ("grade", "2")}),
    ("dis-place-in-therapy-leaf-droop-pumice-tea", {"gr-alt-01": ("option", "plain_water")}),
    ("dis-place-in-therapy-root-droop-pumice-tea", {"po-algo-01": ("statement", "")}),
    ("dis-place-in-therapy-leaf-droop-conditions", {"gr-sel-01": ("polarity", "for")}),
    ("dis-opposing-direction-leaf-droop-effect", {"po-find-01": ("direction", "mixed")}),
    ("dis-duration-leaf-droop-time-upright", {"gr-find-01": ("duration_unit", "wk"), "st-find-03": ("duration_low", "3")}),
    ("dis-dose-leaf-droop-pumice-tea-ml-dose-pour", {"st-dose-01": ("route", "spray")}),
    ("dis-dose-root-droop-pumice-tea-ml-dose-pour", {"po-dose-01": ("unit", "mL/d")}),
    ("dis-dose-without-protocol-root-droop", {"po-lim-01": ("topic", "size")}),
    ("dis-frequency-brown-tips", {"po-ae-01": ("term", "long_term")}),
    ("dis-frequency-list-grange", {"gr-ae-02": ("frequency", "some")}),
    ("dis-list-difference-contraindications", {"gr-contra-02": ("condition", "seedlings"), "po-contra-02": ("condition", "seedlings")}),
    ("dis-list-difference-long-term-harms", {"gr-ae-03": ("term", "short_term"), "po-ae-02": ("term", "short_term")}),
    ("dis-setting-and-monitoring-leaf-droop-empty-house", {"st-route-01": ("setting", "greenhouse")}),
    ("dis-regulatory-status-root-droop", {"st-def-01": ("claim", "Let onto the market")}),
    ("dis-mechanism-leaf-pores-drug", {"po-mech-01": ("action", "modulates")}),
    ("dis-opposing-change-leaf-green", {"po-imm-01": ("direction", "increase")}),
    ("dis-opposing-change-sap-sugar", {"gr-imm-04": ("marker", "leaf_green")}),
    ("dis-opposing-change-water-loss", {"gr-imm-02": ("direction", "decrease")}),
    ("dis-self-statement-pothos-review-status", {"po-prov-02": ("work", "fern-2001")}),
]


@pytest.mark.parametrize(("name", "cells"), ENDS, ids=[name for name, _ in ENDS])
def test_a_disagreement_ends_with_what_it_rests_on(name: str, cells: Mapping[str, tuple[str, str]]) -> None:
    changed = given_rows()
    for row, (column, value) in cells.items():
        changed = with_cell(changed, row, column, value)
    assert name in by_id(given_rows()) and name not in by_id(changed)
    [entry] = [entry for entry in ledger(changed) if entry.id == name]
    assert entry.status == GONE and entry.adjudication and entry.adjudication["reason"]  # what was decided is kept


def test_each_planted_one_has_a_cell_that_ends_it() -> None:
    assert {name for name, _ in ENDS} == {row["id"] for row in PROPOSED}


# What must not matter, and what must


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from([PLANTED, KETAMINE]))
def test_the_order_of_rows_does_not_matter(seed: int, folder: Path) -> None:
    base, shuffle = given_rows(folder), random.Random(seed)
    mixed = {}
    for name, rows in base.tables.items():
        kept = name in base.words or name == "disagreements"
        order = list(range(len(rows.cells)))
        if not kept:
            shuffle.shuffle(order)
        mixed[name] = Rows(rows.table, tuple(rows.cells[at] for at in order), rows.lines)
    assert told(by_id(Material(base.package, mixed, base.words))) == told(by_id(base))


def test_it_does_not_matter_who_says_which() -> None:
    """Every page in another's place: the same disagreements between and within them, but for names."""
    base = given_rows()
    turn = {"grange": "stall", "stall": "grange", "pothos": "pothos"}
    swapped = base
    for table in base.package.of_kind("extract"):
        swapped = with_rows(swapped, table.name, [{**row, "source": turn[row["source"]]} for row in swapped.rows(table.name)])
    before, after = by_id(base), by_id(swapped)
    renamed = {name.replace("stall", "*").replace("grange", "stall").replace("*", "grange"): one for name, one in before.items()}
    assert {name: (one.members, one.scope) for name, one in after.items()} == {
        name: (one.members, one.scope) for name, one in renamed.items()
    }


@pytest.mark.parametrize("row", PROPOSED, ids=lambda row: row["id"])
def test_an_id_does_not_change_when_others_come_or_go(row: Key) -> None:
    """A disagreement is found by the same id where nothing is left but its members, what they share a statement with, and the
    pages that speak of harms."""
    base = given_rows()
    members = set(row["members"].split())
    statements = {base.extracts[name][1]["statement"] for name in members} - {""}
    whole = "adverse_effects" if row["class"] == "list_difference" else ""
    alone = base
    for table in base.package.of_kind("extract"):
        kept = [one for one in base.rows(table.name) if one["id"] in members or one["statement"] in statements or table.name == whole]
        alone = with_rows(alone, table.name, kept)
    assert by_id(alone)[row["id"]].members == tuple(sorted(members))


@pytest.mark.parametrize("row", PROPOSED, ids=lambda row: row["id"])
def another(base: Material, table: str, column: str, value: str) -> str:
    """Another value that a cell could have."""
    field = base.package.tables[table].field(column)
    if field.foreign:
        return next((row["id"] for row in base.rows(field.foreign) if row["id"] != value), value)
    return {"integer": "7", "number": "7", "year": "1999"}.get(field.type, "something else")


@pytest.mark.parametrize("row", PROPOSED, ids=lambda row: row["id"])
def test_whatever_changes_in_a_member_re_opens_the_adjudication(row: Key) -> None:
    base = given_rows()
    for name in row["members"].split():
        table, member = base.extracts[name]
        for column in member.keys() - {"id", "source", *NOT_CONTENT}:
            value = another(base, table, column, member[column])
            if value != member[column]:
                entries = {entry.id: entry for entry in ledger(with_cell(base, name, column, value))}
                assert entries[row["id"]].status in (REOPENED, GONE), (name, column)
                assert entries[row["id"]].adjudication


def test_places_and_status_of_a_row_re_open_nothing() -> None:
    base = given_rows()
    moved = with_cell(with_cell(base, "st-rec-01", "start", "0"), "po-mech-01", "status", "approved")
    assert [entry.status for entry in ledger(moved)] == [entry.status for entry in ledger(base)]


def test_a_member_that_comes_re_opens_too_and_the_reason_stays() -> None:
    base = given_rows()
    more = [*base.rows("mechanisms"), {**base.extracts["st-mech-01"][1], "id": "st-mech-02"}]
    [entry] = [entry for entry in ledger(with_rows(base, "mechanisms", more)) if entry.id == "dis-mechanism-leaf-pores-drug"]
    assert entry.status == REOPENED and entry.proposal and "st-mech-02" in entry.proposal.members
    assert entry.adjudication and entry.adjudication["reason"] == "Opens for one and closes for the other."


NUMBER = st.one_of(st.none(), st.integers(0, 4).map(Decimal))


@st.composite
def ranges(draw: st.DrawFn) -> Bounds:
    low, high = draw(NUMBER), draw(NUMBER)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    ops = draw(st.sampled_from(["ge", "gt"])), draw(st.sampled_from(["le", "lt"]))
    if low is not None and low == high:
        ops = ("ge", "le")
    return Bounds(low, ops[0] if low is not None else "", high, ops[1] if high is not None else "")


def holds(limits: Bounds, amount: Decimal) -> bool:
    above = limits.low is None or amount > limits.low or (amount == limits.low and limits.low_op == "ge")
    return above and (limits.high is None or amount < limits.high or (amount == limits.high and limits.high_op == "le"))


@settings(max_examples=500)
@given(ranges(), ranges())
def test_ranges_relate_as_their_amounts_do(one: Bounds, other: Bounds) -> None:
    """Against a second way: quarters from -1 to 6, one by one."""
    amounts = [Decimal(n) / 4 for n in range(-4, 25)]
    shared = [amount for amount in amounts if holds(one, amount) and holds(other, amount)]
    found = relation(one, other)
    assert found == relation(other, one)
    assert (found == DISJOINT) == (not shared)
    whole = [[amount for amount in amounts if holds(limits, amount)] for limits in (one, other)]
    if found == ADJOINING:
        assert len(shared) == 1 and all(len(own) > 1 for own in whole)
    if found == UPPER:
        assert (one.high, one.high_op) != (other.high, other.high_op)
    if found == "":
        assert (one.high, one.high_op) == (other.high, other.high_op) and shared


@pytest.mark.parametrize("vocabulary", ["stances", "directions", "frequencies", "lines", "actions", "changes"])
@pytest.mark.parametrize("folder", [KETAMINE, PLANTED], ids=lambda folder: folder.name)
def test_opposites_oppose_each_other_and_nothing_itself(folder: Path, vocabulary: str) -> None:
    base = given_rows(folder)
    terms = list(base.words[vocabulary])
    assert any(base.opposed(vocabulary, one, other) for one in terms for other in terms)
    for one in terms:
        assert not base.opposed(vocabulary, one, one)
        assert all(base.opposed(vocabulary, one, other) == base.opposed(vocabulary, other, one) for other in terms)


def test_the_narrower_of_two_terms() -> None:
    base = given_rows()
    assert base.narrower("indications", "droop", "leaf_droop") == base.narrower("indications", "leaf_droop", "droop") == "leaf_droop"
    assert base.narrower("indications", "leaf_droop", "root_droop") is None
    assert base.narrower("routes", "not_stated", "spray") == "spray"


# Tables, selection, check and command


def test_the_table_has_what_was_asked_for_and_honours_the_selection(planted: Review) -> None:
    whole = tables.disagreements(planted)
    assert list(whole.columns)[:8] == ["id", "topic", "class", "scope", "members", "summary", "status", "reason"]
    assert sorted(whole["id"]) == sorted(row["id"] for row in PROPOSED)
    for indication in planted.terms("indications"):
        chosen = planted.select(indication=indication)
        inside = {name for frame in chosen.selected(("id",)).values() for name in frame["id"]}
        shown = tables.disagreements(chosen)
        assert set(shown["id"]) == {row["id"] for row in whole.to_dict("records") if inside & set(row["members"].split())}
        kept = whole[whole["id"].isin(shown["id"])].reset_index(drop=True)
        assert kept.to_dict("records") == shown.to_dict("records")  # narrowing hides lines and changes none
    assert "dis-mechanism-leaf-pores-drug" not in set(tables.disagreements(planted.select(indication="mould"))["id"])


def test_sources_and_works_are_counted_apart(planted: Review) -> None:
    row = tables.disagreements(planted).set_index("id").loc["dis-opposing-direction-leaf-droop-effect"]
    assert (row["sources"], row["works"], row["unattributed"]) == (3, 1, 3)
    assert row["summary"] == "Benefit: Grange leaflet, Tea stall | No difference: Pothos club (relaying Trial that was never held)"


def test_what_was_looked_for_counts_every_class(planted: Review) -> None:
    table = tables.searches(planted)
    assert list(table["class"]) == [rule.title for rule in RULES] and all(table["looks_for"])
    assert table["found"].sum() == len(PROPOSED) == table[["real", "explained"]].to_numpy().sum()


def test_a_review_without_a_ledger_has_open_proposals_alone(tiny: Review) -> None:
    assert set(tables.disagreements(tiny)["status"]) <= {"open"}
    assert len(tables.ledger(tiny, "open")) == len(tables.disagreements(tiny)) > 0


def problems_of(folder: Path, row: str, column: str, value: str) -> list[str]:
    change(folder / "disagreements.csv", row, column, value)
    return [str(problem) for problem in read(folder).problems]


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        ("dis-frequency-brown-tips", "class", "frequencies", ":class: 'frequencies'; allowed: opposing_stance"),
        ("dis-frequency-brown-tips", "class", "dose", ":id: 'dis-frequency-brown-tips'; allowed: dis-dose-…"),
        ("dis-frequency-brown-tips", "members", "st-ae-01 po-ae-01", ":members: not each once and in order; allowed: po-ae-01 st-ae-01"),
        ("dis-frequency-brown-tips", "status", "re_opened", ":status: 're_opened'; allowed: open, real, explained, not_a_disagreement"),
        ("dis-frequency-brown-tips", "status", "explained", ":explained_by: '' for status 'explained'"),
        ("dis-frequency-brown-tips", "explained_by", "date", ":explained_by: 'date' for status 'real'"),
        ("dis-frequency-brown-tips", "reason", "", ":reason: empty for status 'real'"),
        ("dis-frequency-brown-tips", "by", "", ":by: empty for status 'real'"),
    ],
)
def test_an_adjudication_that_cannot_be_one_is_refused(row: str, column: str, value: str, said: str, copy: Copy) -> None:
    assert any(said in problem for problem in problems_of(copy(PLANTED), row, column, value))


@pytest.mark.parametrize(
    ("term", "value", "said"),
    [
        ("for", "against", "not_routine opposes for, and for does not oppose not_routine"),
        ("for", "against not_routine insufficient often", "'often'; allowed: against"),
        ("for", "against not_routine insufficient for", "'for'; allowed: against"),
    ],
)
def test_opposites_must_be_told_at_both(term: str, value: str, said: str, copy: Copy) -> None:
    folder = copy(PLANTED)
    change(folder / "vocabulary" / "stances.csv", term, "opposes", value)
    assert any(said in str(problem) for problem in read(folder).problems)


def test_a_grade_fits_stances_that_are_there(copy: Copy) -> None:
    folder = copy(PLANTED)
    change(folder / "vocabulary" / "grades.csv", "fern_2", "stances", "unsure")
    assert any("grades.csv:3:stances: 'unsure'" in str(problem) for problem in read(folder).problems)


def test_nothing_open_is_a_problem_of_the_data(copy: Copy) -> None:
    folder = copy(PLANTED)
    (folder / "disagreements.csv").write_text((PLANTED / "disagreements.csv").read_text(encoding="utf-8").split("\n")[0] + "\n")
    found = read(folder)
    assert not found.problems and not list(check_ledger(found.tables, material(found).words))
    assert {entry.status for entry in ledger(material(found))} == {OPEN}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "litbook", "disagreements", *words], capture_output=True, text=True, check=False)


def test_the_command_prints_the_ledger_and_adds_what_is_open(copy: Copy) -> None:
    folder = copy(PLANTED)
    printed = run(str(folder)).stdout
    assert all(row["id"] in printed for row in PROPOSED) and "Statement of a page about itself: 1 real" in printed
    path = folder / "disagreements.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "brown-tips" not in line), encoding="utf-8")
    change(folder / "mechanisms.csv", "po-mech-01", "hedge", "possible")
    assert run(str(folder), "--write").stdout.splitlines()[-1] == f"1 added to {path}"
    entries = {entry.id: entry for entry in ledger(material(read(folder)))}
    assert [entry.id for entry in entries.values() if entry.status == OPEN] == ["dis-frequency-brown-tips", "dis-mechanism-leaf-pores-drug"]
    again: Entry = entries["dis-mechanism-leaf-pores-drug"]
    assert again.adjudication and again.adjudication["reason"].startswith("Opens for one")
    before = path.read_bytes()
    assert run(str(folder), "--write").stdout.splitlines()[-1] == f"0 added to {path}" and path.read_bytes() == before


def test_the_command_says_where_there_is_no_ledger(copy: Copy) -> None:
    done = run(str(copy(TINY)), "--write")
    assert done.returncode == 1 and "tiny has no table disagreements; allowed: one, as in data/README.md" in done.stderr


# The shipped ledger


def test_the_shipped_ledger_is_adjudicated_with_reasons() -> None:
    entries = ledger(given_rows(KETAMINE))
    assert {entry.status for entry in entries} == {"real", "explained", "not_a_disagreement"}
    for entry in entries:
        assert entry.adjudication and len(entry.adjudication["reason"].split()) >= 15, entry.id
        assert entry.adjudication["by"] == "adjudicator"
    reasons = [entry.adjudication["reason"] for entry in entries if entry.adjudication]
    assert len(set(reasons)) == len(reasons)


def test_a_side_says_where_the_record_does_not_bear_it_out(ketamine: Review) -> None:
    """A dose that the record contradicts stands marked in the sides as it does in the tables."""
    told = tables.disagreements(ketamine).set_index("id")["summary"]
    assert "0.1–0.5 mg/kg, intravenous and inpatient: Avyia summary †" in told["dis-dose-acute-pain-ketamine-mg-kg-dose-bolus"]
    assert "Dr.Oracle Q&A (relaying" in told["dis-dose-acute-pain-ketamine-mg-kg-dose-bolus"]
    doubted = public_record.doubts(ketamine)
    for row in tables.disagreements(ketamine).to_dict("records"):
        assert ("†" in row["summary"]) == any(name in doubted for name in row["members"].split()), row["id"]


def test_a_side_says_what_a_frequency_is_not_said_without(ketamine: Review) -> None:
    told = tables.disagreements(ketamine).set_index("id")["summary"]
    assert "None reported: Dr.Oracle Q&A on cancer pain – with benzodiazepine alongside" in told["dis-frequency-hallucinations"]
    assert "Benefit: The Mighty article on migraine" in told["dis-opposing-direction-acute-migraine-treatment-effect"]


GOLDEN = {
    "dis-opposing-stance-cancer-pain": ("real", "oq-rec-01 oq-rec-03 oq-rec-04 oq-rec-07 oq-rec-09 pc-rec-01"),
    "dis-strength-cancer-neuropathic-pain-esmo-2018-grade-and-words": ("real", "oq-rec-02"),
    "dis-strength-cancer-neuropathic-pain-esmo": ("explained", "oq-rec-02 oq-rec-05 oq-rec-06"),
    "dis-dose-cancer-pain-ketamine-mg-kg-h-hour-infusion": ("real", "oq-dose-04 oq-dose-05 oq-dose-08"),
    "dis-dose-acute-pain-ketamine-mg-kg-dose-bolus": ("real", "av-dose-01 oq-dose-07"),
    "dis-frequency-nausea": ("real", "av-ae-03 mm-ae-07 pc-ae-06"),
    "dis-frequency-list-propel-clinic": ("real", "pc-ae-02 pc-ae-03 pc-ae-04 pc-ae-05 pc-ae-06"),
    "dis-opposing-change-il-6": ("explained", "bi-imm-09 bi-imm-28"),
    "dis-self-statement-oracle-qa-review-status": ("real", "oq-prov-02 oq-prov-04 oq-prov-05 oq-prov-07"),
}


def test_what_the_literature_is_known_to_contradict_itself_on() -> None:
    """Typed in from the texts. An infusion without time base, relief in different diseases and mild against refractory
    migraine are in none."""
    entries = {entry.id: entry for entry in ledger(given_rows(KETAMINE))}
    for name, (status, members) in GOLDEN.items():
        proposal = entries[name].proposal
        assert proposal and (entries[name].status, " ".join(proposal.members)) == (status, members)
    doses = {name for entry in entries.values() if entry.proposal and entry.proposal.kind == "dose" for name in entry.proposal.members}
    assert not {"av-dose-02", "av-dose-03", "oq-dose-06", "oq-dose-09"} & doses
    assert not any(entry.proposal and entry.proposal.kind == "duration" for entry in entries.values())
