"""The short version of ``make proof``, in every run of the tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from litbook.build.plan import Report
from litbook.build.render import Renderer
from litbook.review import Review
from tests.conftest import KETAMINE, ROOT
from tests.proof import faults, fuzz, mutants, pages
from tests.proof.__main__ import DOSE_FIELDS
from tests.proof.recount import Files

Copy = Callable[..., Path]


@pytest.fixture(scope="module")
def base(texts: dict[str, str], sources_folder: Path) -> mutants.Base:
    return mutants.load_base(sources_folder)


def test_wrong_cells_and_rows_are_caught(base: mutants.Base) -> None:
    chosen = mutants.sample(base, 3000, seed=1)
    survivors = [mutant for mutant in chosen if not mutants.caught(base, mutant)]
    counted = [mutant for mutant in survivors if mutant.operator != mutants.OTHER]  # the lock is what protects these
    assert len(counted) <= len(chosen) / 100, list(map(str, counted))
    assert not [mutant for mutant in survivors if not mutants.caught(base, mutant, lock=True)]


def test_every_wrong_dose_and_unit_is_caught_without_the_lock(base: mutants.Base) -> None:
    chosen = [
        mutant
        for mutant in mutants.mutants(base)
        if (mutant.table == "doses" and mutant.column in DOSE_FIELDS) or mutant.operator == "other unit"
    ]
    assert len(chosen) > 300
    assert [str(mutant) for mutant in chosen if not mutants.caught(base, mutant)] == []


def test_verdicts_are_those_of_the_whole_check(base: mutants.Base, copy: Copy) -> None:
    folder = copy(KETAMINE)
    for mutant in mutants.sample(base, 10, seed=5):
        assert mutants.caught(base, mutant) == mutants.caught_on_disk(base, mutant, folder), mutant


def test_a_forced_fault_changes_the_data_of_the_reports(base: mutants.Base, ketamine: Review) -> None:
    before = pages.canonical(ketamine)
    for mutant in mutants.sample(base, 4, seed=3)[:4]:
        assert pages.shows(base, ketamine, before, mutant), mutant


@pytest.mark.parametrize("name", ["01_sources", "02_evidence_map", "03_dose_ranges", "06_disagreements", "07_methods", "brief"])
def test_numbers_on_pages_are_borne_out_by_a_second_count(base: mutants.Base, ketamine: Review, name: str) -> None:
    report = Report(name, name.partition("_")[2], ROOT / "notebooks" / f"{name}.ipynb")
    page, _ = Renderer(ketamine, base.texts).report(report, report.notebook)
    files = Files(KETAMINE)
    assert pages.unexplained(page, files, base.texts) == []
    for wrong, what in pages.altered(page, 4, seed=5):
        assert pages.unexplained(wrong, files, base.texts), what


def test_damaged_bytes_end_in_located_problems_or_in_what_csv_reads(tmp_path: Path) -> None:
    assert fuzz.fuzz(800, seed=2, folder=tmp_path) == []


@pytest.mark.parametrize("name", [name for name in faults.IN_NOTEBOOK if name != "a digest changed"])
def test_faults_in_notebooks_are_seen(name: str, tmp_path: Path) -> None:
    assert faults.seen(name, tmp_path)


def test_a_fault_behind_a_notebook_is_seen(tmp_path: Path) -> None:
    assert faults.seen("a tenfold dose, in both extractions", tmp_path)
    shutil.rmtree(tmp_path / "notebooks")
