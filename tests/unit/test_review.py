"""Loading and selecting: frozen, along the hierarchy, with every refusal naming what is allowed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

import litbook
from litbook.errors import DataProblems, UnknownTerm
from litbook.loading import check
from litbook.places import find_review
from litbook.review import Review
from tests.conftest import KETAMINE, ROOT, TINY, change

Copy = Callable[..., Path]


def test_selection_follows_the_hierarchy(ketamine: Review) -> None:
    chosen = ketamine.select(indication="cancer_pain")
    assert set(chosen.table("recommendations")["indication"]) >= {"cancer_pain", "cancer_neuropathic_pain"}
    assert "migraine" not in set(chosen.table("findings")["indication"])


def test_a_term_with_two_parents_is_under_both(ketamine: Review) -> None:
    for above in ("cancer_pain", "neuropathic_pain"):
        assert "cancer_neuropathic_pain" in ketamine.narrower("indications", above)


def test_route_and_indication_are_selected_together(ketamine: Review) -> None:
    chosen = ketamine.select("cancer_pain", "subcutaneous").table("doses")
    assert list(chosen["id"]) == ["oq-dose-05"]


def test_nothing_selected_is_everything(ketamine: Review) -> None:
    assert ketamine.select()._frames is ketamine._frames


def test_selection_and_what_is_broader_share_no_row(ketamine: Review) -> None:
    inside, above = ketamine.select("fibromyalgia"), ketamine.broader("fibromyalgia")
    assert set(above.table("adverse_effects")["indication"]) <= {"pain", "chronic_pain", "chronic_noncancer_pain"}
    assert len(above.table("adverse_effects")) > 0
    for name in inside.selected():
        assert not set(inside.table(name)["id"]) & set(above.table(name)["id"])


@pytest.mark.parametrize(("words", "said"), [({"indication": "canser_pain"}, "'cancer_pain'"), ({"route": "iv"}, "intravenous")])
def test_an_unknown_word_is_refused_with_the_allowed_ones(ketamine: Review, words: dict[str, str], said: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        ketamine.select(**words)
    assert said in str(caught.value)
    assert "allowed: " in str(caught.value)
    assert "Traceback" not in "".join(caught.value._render_traceback_())


def test_a_review_is_frozen(ketamine: Review) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ketamine.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        ketamine._frames["doses"] = None  # type: ignore[index]
    frame = ketamine.table("doses")
    frame.loc[0, "high"] = "999"
    assert ketamine.table("doses").loc[0, "high"] != "999"


def test_an_unknown_review_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(UnknownTerm, match="ketamine"):
        find_review("ketamin")


def test_a_review_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_review("ketamine") == KETAMINE
    assert litbook.load("ketamine").name == "ketamine"


DAMAGE: list[tuple[str, str, str, str]] = [
    ("doses", "low", "5O", "is not a decimal number"),
    ("doses", "route", "by_ear", "is not in routes"),
    ("doses", "source", "", "is empty"),
    ("doses", "quote_sha256", "0" * 64, "have another hash"),
    ("doses", "end", "999999", "start < end"),
    ("findings", "direction", "good", "is not in directions"),
    ("recommendations", "year", "19", "is not a year"),
]


@pytest.mark.parametrize(("table", "column", "value", "said"), DAMAGE)
def test_damage_is_found_and_located(table: str, column: str, value: str, said: str, copy: Copy) -> None:
    folder = copy(TINY)
    lines = (folder / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    row = lines[1].split(",")[0]
    change(folder / f"{table}.csv", row, column, value)
    problems, _ = check(folder)
    assert any(said in str(problem) and str(problem).startswith(f"{table}.csv:2:{column}:") for problem in problems), list(
        map(str, problems)
    )


def test_load_raises_all_problems_at_once(copy: Copy) -> None:
    folder = copy(TINY)
    for table in ("doses", "findings"):
        row = (folder / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
        change(folder / f"{table}.csv", row, "indication", "nowhere")
    with pytest.raises(DataProblems) as caught:
        litbook.load(folder)
    assert len(caught.value.problems) == 2


def test_a_descriptor_that_is_not_json_is_located(copy: Copy) -> None:
    folder = copy(TINY)
    path = folder / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"name"', "name", 1), encoding="utf-8")
    with pytest.raises(DataProblems, match=r"datapackage\.json:\d+:\d+: not JSON"):
        litbook.load(folder)


def test_the_same_key_twice_in_a_descriptor_is_refused(copy: Copy) -> None:
    folder = copy(TINY)
    path = folder / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace("{", '{"name": "x",', 1), encoding="utf-8")
    with pytest.raises(DataProblems, match="stands twice"):
        litbook.load(folder)


def test_a_text_that_is_not_the_one_read_is_refused(copy: Copy) -> None:
    folder = copy(TINY)
    text = next((folder / "text").iterdir())
    text.write_text(text.read_text(encoding="utf-8") + "One more line.\n", encoding="utf-8")
    problems, _ = check(folder)
    assert any("sources.csv" in str(problem) and "sha256" in str(problem) for problem in problems)


def test_a_number_in_no_span_is_a_problem(copy: Copy) -> None:
    folder = copy(TINY)
    lines = (folder / "left_out.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "left_out.csv").write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")
    problems, _ = check(folder)
    assert any("lies in no span" in str(problem) for problem in problems)


def test_the_shipped_data_are_where_the_readme_says() -> None:
    assert (ROOT / "data" / "ketamine" / "datapackage.json").is_file()


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "said"),
    [
        ("units", "mg/kg", "label", "g/kg", "'g/kg' for 'mg/kg'; allowed: the id, or a phrase that aliases.csv has for this unit"),
        ("units", "mg/kg", "per_mass", "false", "'false' for 'mg/kg'; allowed: true"),
        ("units", "mg/kg/h", "time_base", "d", "'d' for 'mg/kg/h'; allowed: 'h'"),
        ("units", "mg/kg/h", "absolute", "mg/d", "'mg/d' for 'mg/kg/h'; allowed: mg/h"),
        ("operators", "lt", "symbol", ">", "'>' for lt; allowed: <"),
    ],
)
def test_a_unit_or_sign_that_says_other_than_its_id_is_refused(file: str, row: str, column: str, value: str, said: str, copy: Copy) -> None:
    folder = copy(KETAMINE)
    change(folder / "vocabulary" / f"{file}.csv", row, column, value)
    assert any(said in str(problem) for problem in check(folder)[0])


@pytest.mark.parametrize(("column", "value"), [("vocabulary", "unitz"), ("term", "mg/kh")])
def test_a_phrase_for_what_is_not_there_is_refused(column: str, value: str, copy: Copy) -> None:
    folder = copy(KETAMINE)
    change(folder / "aliases.csv", "units-mg-kg-1", column, value)
    assert any(f":{column}: " in str(problem) and "did you mean" in str(problem) for problem in check(folder)[0])


def test_a_narrowed_review_is_not_narrowed_again(ketamine: Review) -> None:
    with pytest.raises(UnknownTerm, match="narrowed already: select from the whole review"):
        ketamine.select("cancer_pain").select("migraine")
    assert ketamine.select("cancer_pain").select(route="oral").selection.route == "oral"


def test_a_table_that_nobody_knows_is_no_empty_table(ketamine: Review, tiny: Review) -> None:
    with pytest.raises(UnknownTerm, match="did you mean 'doses'"):
        litbook.show_listings(ketamine, "dosis")
    litbook.show_listings(tiny, "mechanisms")


def test_what_moved_in_a_text_is_found_again_and_proposed_with_both_offsets(copy: Copy) -> None:
    folder = copy(TINY)
    source = litbook.load(folder).table("sources").iloc[0]
    text = folder / "text" / source["file"]
    text.write_bytes(b"Two words. " + text.read_bytes())
    said = [str(problem) for problem in check(folder)[0]]
    row = litbook.load(folder).table("doses").iloc[0]
    start, end = int(row["start"]), int(row["end"])
    assert any(
        f"characters {start} to {end} of {source['id']}" in line and f"stands at {start + 11} to {end + 11}" in line for line in said
    )
    text.write_bytes(text.read_bytes().replace(b"40", b"90"))
    assert any("its words have changed" in str(problem) for problem in check(folder)[0])
