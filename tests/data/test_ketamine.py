"""The shipped review: its schema, its spans, its numbers, and no sentence of a source in the repository."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path

import pytest
from frictionless import Package, system

from litbook import anchors, tables
from litbook.dictionary import data_dictionary
from litbook.loading import check
from litbook.review import Review
from tests.conftest import KETAMINE, ROOT, TINY

RUN = 8  # so many words of a source in a row are a copy of it


@pytest.mark.parametrize("folder", [KETAMINE, TINY], ids=lambda folder: folder.name)
def test_frictionless_finds_the_package_valid(folder: Path) -> None:
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])


def test_every_span_and_every_number_verifies(texts: dict[str, str]) -> None:
    problems, summary = check(KETAMINE)
    assert not problems, list(map(str, problems))
    assert summary["unverified"] == 0
    assert len(texts) == summary["sources"] == 5


def test_every_number_of_the_texts_lies_in_a_span(texts: dict[str, str], ketamine: Review) -> None:
    """The same again, by a way of its own: character by character, from the CSVs alone."""
    covered = {name: [False] * len(text) for name, text in texts.items()}
    for path in KETAMINE.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "quote_sha256" in row:
                    start, end = int(row["start"]), int(row["end"])
                    covered[row["source"]][start:end] = [True] * (end - start)
    bare = [(name, at) for name, text in texts.items() for at, char in enumerate(text) if char.isdigit() and not covered[name][at]]
    assert bare == []
    assert sum(len(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in texts.values()) == 118


def test_no_tracked_file_holds_a_run_of_a_sources_words(texts: dict[str, str]) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9]+", text.lower())

    grams = {tuple(run[i : i + RUN]) for text in texts.values() for run in [words(text)] for i in range(len(run) - RUN + 1)}
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".png", ".svg") or not path.is_file():
            continue
        run = words(path.read_text(encoding="utf-8"))
        copied = [" ".join(run[i : i + RUN]) for i in range(len(run) - RUN + 1) if tuple(run[i : i + RUN]) in grams]
        assert not copied, f"{name}: {copied[0]}"


def test_golden_doses(ketamine: Review) -> None:
    """The numeric doses, typed in by hand from the texts a second time. Change a line only with the text in front of you."""
    frame = ketamine.table("doses").query("unit != ''").set_index("id")
    columns = ["drug", "route", "form", "low", "low_op", "high", "high_op", "unit", "basis"]
    assert {name: " ".join(row[column] or "-" for column in columns) for name, row in frame.iterrows()} == {
        "av-dose-01": "ketamine intravenous bolus 0.1 ge 0.5 le mg/kg dose",
        "av-dose-02": "ketamine intravenous infusion 0.1 ge 0.5 le mg/kg not_stated",
        "av-dose-03": "ketamine intravenous not_stated 0.2 ge 0.3 le mg/kg dose",
        "oq-dose-04": "ketamine intravenous infusion 0.05 ge 0.5 le mg/kg/h hour",
        "oq-dose-05": "ketamine subcutaneous infusion 0.05 ge 0.5 le mg/kg/h hour",
        "oq-dose-06": "ketamine oral oral_dose 0.2 ge 0.5 le mg/kg dose",
        "oq-dose-07": "ketamine not_stated bolus - - 0.35 lt mg/kg dose",
        "oq-dose-08": "ketamine not_stated infusion 0.5 ge 1 le mg/kg/h hour",
        "oq-dose-09": "tricyclic_antidepressants not_stated not_stated 75 ge - - mg/d day",
    }
    cap = frame.loc["oq-dose-06", ["cap", "cap_unit", "cap_basis", "cap_frequency", "frequency", "frequency_max", "period", "period_unit"]]
    assert list(cap) == ["50", "mg", "dose", "3", "2", "3", "1", "d"]
    every = frame.loc["av-dose-03", ["frequency", "frequency_max", "period", "period_max", "period_unit"]]
    assert list(every) == ["1", "", "1", "2", "wk"]


def test_golden_guidelines(ketamine: Review) -> None:
    frame = ketamine.table("recommendations").query("body != ''")
    assert sorted(" ".join((row.body, row.year or "undated", row.level or "-", row.grade or "-")) for row in frame.itertuples()) == [
        "ahs undated - -", "ehf undated - -", "esmo 2005 - -", "esmo 2008 - -", "esmo 2018 II D", "nccn 2013 - -", "nccn 2019 - -",
    ]  # fmt: skip


def test_numbers_of_a_dose_stand_in_its_span(texts: dict[str, str], ketamine: Review) -> None:
    for row in ketamine.table("doses").to_dict("records"):
        quote = texts[row["source"]][int(row["start"]) : int(row["end"])]
        for column in ("low", "high", "cap"):
            if row[column]:
                assert re.search(rf"(?<![\d.]){re.escape(row[column])}(?![\d]|\.\d)", quote), (row["id"], column, quote)


def test_every_row_was_checked_a_second_time(ketamine: Review) -> None:
    assert {status for frame in ketamine.extracts().values() for status in frame["status"]} == {"under_review", "approved"}


def test_ids_tell_source_and_kind(ketamine: Review) -> None:
    prefix = dict(zip(ketamine.table("sources")["id"], ketamine.table("sources")["prefix"], strict=True))
    for frame in ketamine.extracts().values():
        for row in frame.to_dict("records"):
            assert re.fullmatch(rf"{prefix[row['source']]}-[a-z]+-\d\d+", row["id"])


def test_terms_are_defined_once_and_in_words(ketamine: Review) -> None:
    for vocabulary, terms in ketamine.words.items():
        labels = [row["label"] for row in terms.values()]
        assert len(labels) == len(set(labels)), vocabulary
        assert all(len(row["definition"]) > 3 for row in terms.values()), vocabulary


def test_files_are_in_the_one_form() -> None:
    for path in [*KETAMINE.rglob("*.csv"), *TINY.rglob("*.csv")]:
        raw = path.read_bytes()
        assert raw.endswith(b"\n") and b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf"), path


def test_the_dictionary_has_not_drifted() -> None:
    assert (ROOT / "data" / "README.md").read_text(encoding="utf-8") == data_dictionary(KETAMINE), "run: make dictionary"


def test_the_dictionary_names_every_table_and_column() -> None:
    text = data_dictionary(KETAMINE)
    for resource in json.loads((KETAMINE / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        assert f"`ketamine/{resource['path']}`" in text
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` |" in text


def test_the_tiny_review_verifies_on_a_bare_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(anchors.ENVIRONMENT, raising=False)
    problems, summary = check(TINY)
    assert not problems, list(map(str, problems))
    assert summary["unverified"] == 0
    assert summary["verified"] > 30


def test_claims_were_read_twice_or_say_that_they_were_not(ketamine: Review) -> None:
    checks = ketamine.table("checks").to_dict("records")
    assert sum(bool(row["first_reader_verdict"] and row["second_reader_verdict"]) for row in checks) == 58
    for row in checks:
        assert bool(row["second_reader_verdict"]) == bool(row["second_on"]), row["id"]
        if row["looked_up"] == "false":
            assert row["verdict"] == "cannot_tell", row["id"]
        elif row["verdict"] != "cannot_tell":
            assert row["address"] and row["reference"], row["id"]


def test_each_guideline_statement_and_each_dose_of_ketamine_in_numbers_was_checked(ketamine: Review) -> None:
    about = {name for about in ketamine.table("checks")["about"] for name in about.split()}
    recommendations = ketamine.table("recommendations")
    assert set(recommendations.query("body != ''")["id"]) <= about
    doses = ketamine.table("doses")
    assert set(doses[(doses["low"] != "") | (doses["high"] != "")]["id"]) <= about
    assert set(ketamine.table("contraindications").query("source == 'oracle-qa'")["id"]) <= about


def test_each_reference_that_a_source_gives_was_followed(ketamine: Review) -> None:
    given = ketamine.table("provenance").query("item == 'reference'")
    checked = {name for about in ketamine.table("checks")["about"] for name in about.split()}
    assert set(given["id"]) - checked == {"mm-prov-01"}  # names no document that could be followed


def test_every_source_is_appraised_by_every_instrument(ketamine: Review) -> None:
    matrix = tables.appraisal_matrix(ketamine)
    assert len(matrix.columns) == 1 + 5 and not (matrix == tables.NOT_APPRAISED).any(axis=None)
    appraised = ketamine.table("appraisals")
    instruments = {name: row["instrument"] for name, row in ketamine.words["appraisal_items"].items()}
    for source in ketamine.table("sources").to_dict("records"):
        own = appraised[appraised["about"] == source["id"]].set_index("item")["judgement"]
        assert {instruments[item] for item in own.index} == set(ketamine.words["appraisal_instruments"])
        assert own["page_peer_review"] == {"no": "not_met", "yes": "met"}[source["peer_reviewed"]]
        assert (own["page_author"] == "met") == bool(source["author"])
        assert (own["page_date"] == "met") == bool(source["published"] or source["updated"])
        assert (own["page_interest"] == "cannot_judge") == (source["interest"] == "cannot_tell")
        assert (own["page_interest"] == "met") == (source["interest"] == "none_seen")


def test_reviews_and_guidelines_that_are_relayed_are_appraised_by_their_own_instrument(ketamine: Review) -> None:
    fit = {"narrative_review": "sanra", "systematic_review": "amstar_2", "guideline": "agree_ii", "society_statement": "agree_ii"}
    wanted = {row["id"]: fit[row["type"]] for row in ketamine.table("works").to_dict("records") if row["type"] in fit}
    instruments = {name: row["instrument"] for name, row in ketamine.words["appraisal_items"].items()}
    rows = ketamine.table("appraisals").query("about in @wanted").to_dict("records")
    assert {row["about"]: instruments[row["item"]] for row in rows} == wanted
    assert len(rows) == len(wanted)


def test_checks_that_an_appraisal_or_a_work_points_to_are_there(ketamine: Review) -> None:
    known = set(ketamine.table("checks")["id"])
    said = " ".join([*ketamine.table("appraisals")["reason"], *ketamine.table("works")["note"], *ketamine.table("checks")["note"]])
    named = set(re.findall(r"check-\d+", said))
    assert named and named <= known
