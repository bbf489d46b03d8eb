"""Notebooks: prose and short calls, typed parameters, clear refusals, and outputs that nbval can hold them to."""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from matplotlib.image import imread

import litbook
from litbook import charts
from tests.conftest import KETAMINE, ROOT, change
from tests.notebooks.manifest import GOLDEN, manifest

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 6
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "code") -> list[Any]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_the_notebooks_are_those_of_the_design() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["01_sources", "02_evidence_map", "03_dose_ranges", "04_guideline_stance", "05_safety",
                                                 "06_disagreements", "07_methods", "brief", "explore"]  # fmt: skip


@each
def test_a_notebook_defines_nothing_and_wrangles_nothing(path: Path) -> None:
    for cell in cells(path):
        tree = ast.parse(cell.source)
        for node in ast.walk(tree):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While | ast.ListComp), cell.source
        assert "import pandas" not in cell.source
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= MOST_LINES


@each
def test_one_parameters_cell_of_typed_literals_each_explained(path: Path) -> None:
    tagged = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    [cell] = tagged
    for line in cell.source.splitlines():
        assert re.fullmatch(r"\w+: (str|float|int|bool) = \S+ {2}# \S.*", line), line
        node = ast.parse(line).body[0]
        assert isinstance(node, ast.AnnAssign) and node.value is not None
        ast.literal_eval(node.value)


@each
def test_stored_outputs_are_whole_and_ran_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in cells(path)]
    assert counts == list(range(1, len(counts) + 1))
    for cell in cells(path):
        assert not any(output.output_type == "error" for output in cell.outputs)


def test_nbval_skips_the_one_cell_that_widgets_force_it_to_and_no_other() -> None:
    """Widgets have random ids. Every other cell of every notebook is compared, and no other tag or word of nbval's is used."""
    marked = [
        (path.stem, cell) for path in NOTEBOOKS for cell in cells(path) if any("nbval" in tag for tag in cell.metadata.get("tags", []))
    ]
    assert [(stem, cell.metadata["tags"]) for stem, cell in marked] == [("explore", ["nbval-ignore-output"])]
    [(_, widgets)] = marked
    assert widgets.source.splitlines()[-1] == "explore(book)" and widgets.outputs == []
    assert not any(word in cell.source for path in NOTEBOOKS for cell in cells(path) for word in ("NBVAL", "PYTEST_VALIDATE"))
    using = [path.stem for path in NOTEBOOKS for cell in cells(path) if re.search(r"\b(explore\(|ipywidgets|interact)", cell.source)]
    assert using == ["explore"], "widgets stand in one cell"


@each
def test_every_picture_has_words_and_its_data_behind_it(path: Path) -> None:
    for cell in cells(path):
        outputs = cell.outputs
        for place, output in enumerate(outputs):
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 40
                assert "digest" in outputs[place + 2]["data"]["text/plain"]


@each
def test_papermill_explains_every_parameter(path: Path) -> None:
    told = run("papermill", "--help-notebook", path, cwd=ROOT)
    assert told.returncode == 0
    [cell] = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    for line in cell.source.splitlines():
        name, comment = line.split(":")[0], line.split("# ")[1]
        assert f"{name}:" in told.stdout
        assert comment.split(",")[0] in told.stdout.replace("\n", " ")


def test_a_notebook_runs_by_itself_from_any_folder(tmp_path: Path) -> None:
    done = run("papermill", ROOT / "notebooks" / "03_dose_ranges.ipynb", "out.ipynb", "-r", "indication", "cancer_pain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert "oq-dose-04" in text and "mm-dose-05" not in text


def test_an_unknown_indication_stops_before_anything_is_drawn(tmp_path: Path) -> None:
    done = run("papermill", ROOT / "notebooks" / "03_dose_ranges.ipynb", "out.ipynb", "-r", "indication", "canser_pain", cwd=tmp_path)
    assert done.returncode != 0
    assert "indication 'canser_pain' is not known; allowed: pain, cancer_pain" in done.stderr
    assert "did you mean 'cancer_pain'?" in done.stderr
    assert "image/png" not in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


def test_nbval_fails_when_one_dose_changes(tmp_path: Path) -> None:
    """The regression net itself: a tenfold dose in a copy of the data must turn nbval red, and the copy as it is green."""
    shutil.copytree(KETAMINE, tmp_path / "data" / "ketamine")
    shutil.copy(ROOT / "notebooks" / "03_dose_ranges.ipynb", tmp_path)
    nbval = ("pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q", "03_dose_ranges.ipynb")
    data = str(tmp_path / "data")
    good = run(*nbval, cwd=tmp_path, LITBOOK_DATA=data)
    assert good.returncode == 0, good.stdout
    # both extractions, so that the data themselves hold together and only nbval can see it
    change(tmp_path / "data" / "ketamine" / "doses.csv", "oq-dose-04", "high", "1.5")
    change(tmp_path / "data" / "ketamine" / "second" / "doses.csv", "second-oq-dose-03", "high", "1.5")
    bad = run(*nbval, cwd=tmp_path, LITBOOK_DATA=data)
    assert bad.returncode == 1
    assert "0.05–1.5 mg/kg/h" in bad.stdout


def test_notebooks_are_stored_in_the_one_form() -> None:
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        assert text == json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        assert set(notebook["metadata"]) == {"kernelspec", "language_info"}


def test_cells_tags_and_kinds_of_output_are_those_of_the_manifest() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert manifest(ROOT / "notebooks") == golden, "a change that is meant: python -m tests.notebooks.manifest"


def test_nbval_runs_strict_and_without_a_sanitiser() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [line] = [line for line in makefile.splitlines() if "--nbval" in line]
    assert line.split("pytest ")[1].split() == [
        "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile", "notebooks",
    ]  # fmt: skip
    assert not list(ROOT.glob("*sanit*")) and "nbval" not in (ROOT / "pyproject.toml").read_text().split("[tool.pytest")[1]


def strange_pictures(folder: Path) -> list[str]:
    """Notebooks whose stored pictures are not what the charts of the shipped review draw, or that lack one.

    nbval does not look at pictures; so they are drawn again. A small tolerance allows for other processors.
    """
    review = litbook.load(KETAMINE)
    drawn = [charts.guideline_stance(review), charts.dose_ranges(review), charts.evidence_map(review)]
    drawn += [charts.harvest(review), charts.flow(review)]
    drawn += [charts.guideline_stance(review, size="brief"), charts.dose_ranges(review, size="brief")]  # the first page of the brief
    fresh = [imread(io.BytesIO(chart.png())) for chart in drawn]
    strange = []
    for path in sorted(folder.glob("*.ipynb")):
        for cell in cells(path):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    stored = imread(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
                    if not any(one.shape == stored.shape and abs(stored - one).mean() < 0.002 for one in fresh):
                        strange.append(path.name)
    return strange


def test_stored_pictures_are_what_the_charts_draw() -> None:
    assert strange_pictures(ROOT / "notebooks") == [], "run: make notebooks"
