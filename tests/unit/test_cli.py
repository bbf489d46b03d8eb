"""The command line: verbs, exit codes, one line a problem, no traceback, and a help that does not keep you waiting."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, TINY, change

Copy = Callable[..., Path]


def litbook(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "litbook", *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)


def test_check_is_quiet_about_good_data() -> None:
    run = litbook("check", TINY)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        "tiny: 44 extracts in 43 tables from 3 sources; 60 spans verified; 3 rows with inferred values; 44 not approved; 0 problems\n"
    )


def test_check_prints_one_line_a_problem_and_ends_with_1(copy: Copy) -> None:
    folder = copy(TINY)
    change(folder / "doses.csv", "lh-dose-01", "low", "4O")
    change(folder / "doses.csv", "tp-dose-01", "route", "dripp")
    run = litbook("check", folder)
    assert run.returncode == 1
    first, second, summary = run.stdout.splitlines()
    assert first.startswith("doses.csv:2:low: '4O' is not a decimal number; allowed: digits with a point, such as 0.35; ")
    assert second.endswith("did you mean 'drip'?")
    assert summary.endswith("2 problems")
    assert "Traceback" not in run.stdout + run.stderr


UNKNOWN = [("check", "nowhere"), ("build", "nowhere"), ("dictionary", "nowhere"), ("find", "nobody", "x", "--review", str(TINY))]


@pytest.mark.parametrize("words", UNKNOWN)
def test_a_wrong_word_is_one_line_and_exit_1(words: tuple[str, ...]) -> None:
    run = litbook(*words)
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert "; allowed: " in run.stderr


def test_wrong_usage_is_exit_2() -> None:
    assert litbook("check", "--no-such-option").returncode == 2


def test_a_text_that_was_asked_for_and_is_not_there_is_a_problem(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LITBOOK_SOURCES", raising=False)
    folder = copy(TINY)
    for path in (folder / "text").iterdir():
        path.unlink()
    assert litbook("check", folder).returncode == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    run = litbook("check", folder, "--sources", empty)
    assert run.returncode == 1
    assert run.stdout.count("the text at hand") == 3


def test_a_report_that_can_not_be_built_is_said_by_check(copy: Copy) -> None:
    folder = copy(TINY)
    settings = folder / "review.toml"
    notebooks = ROOT / "notebooks"
    text = settings.read_text(encoding="utf-8").replace("../../../notebooks", str(notebooks))
    settings.write_text(text.replace("03_dose_ranges.ipynb", "03_dosis.ipynb"), encoding="utf-8")
    run = litbook("check", folder)
    assert run.returncode == 1
    assert "03_dosis.ipynb" in run.stdout and "03_dose_ranges.ipynb" in run.stdout


def test_measure_prints_what_sources_csv_needs(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("αβ\n", encoding="utf-8")
    assert litbook("measure", path).stdout.startswith("chars 3\nsha256 ")


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from litbook import cli; print(sorted({'pandas', 'matplotlib', 'papermill', 'nbconvert'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
    text = litbook("--help").stdout
    for verb in ("build", "check", "add", "find", "dictionary", "notebooks"):
        assert verb in text
