"""H. Blind spots of nbval: faults seeded in notebooks and in the data behind them, and whether the suite sees each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import KETAMINE, ROOT, change
from tests.notebooks.manifest import GOLDEN, manifest
from tests.notebooks.test_notebooks import strange_pictures

Notebook = dict[str, Any]
NAME = "03_dose_ranges.ipynb"
CHART, TABLE = 4, 6  # cells of the notebook that show the chart and the table
BLANK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def _tag(tag: str) -> Callable[[Notebook], None]:
    return lambda notebook: notebook["cells"][TABLE]["metadata"].update(tags=[tag])


def _source(place: int, text: str) -> Callable[[Notebook], None]:
    return lambda notebook: notebook["cells"][place].update(source=[text])


def _picture(notebook: Notebook) -> None:
    for output in notebook["cells"][CHART]["outputs"]:
        if "image/png" in output["data"]:
            output["data"]["image/png"] = BLANK


IN_NOTEBOOK: dict[str, Callable[[Notebook], object]] = {
    "a code cell deleted": lambda notebook: notebook["cells"].pop(TABLE),
    "a prose cell deleted": lambda notebook: notebook["cells"].pop(0),
    "two cells swapped": lambda notebook: notebook["cells"].insert(CHART, notebook["cells"].pop(TABLE)),
    "a cell changed, its output not": _source(TABLE, "litbook.show(tables.dose_ranges(book), caption='Doses')"),
    "a cell that hides columns": _source(TABLE, "litbook.show(tables.dose_ranges(book).iloc[:, :3], caption='Doses')"),
    "tag nbval-skip": _tag("nbval-skip"),
    "tag nbval-ignore-output": _tag("nbval-ignore-output"),
    "tag raises-exception": _tag("raises-exception"),
    "comment NBVAL_IGNORE_OUTPUT": _source(TABLE, "# NBVAL_IGNORE_OUTPUT\nlitbook.show(tables.dose_ranges(book, weight_kg))"),
    "comment NBVAL_SKIP": _source(TABLE, "# NBVAL_SKIP\nlitbook.show(tables.dose_ranges(book, weight_kg))"),
    "one output deleted": lambda notebook: notebook["cells"][CHART]["outputs"].pop(),
    "all outputs of a cell deleted": lambda notebook: notebook["cells"][TABLE].update(outputs=[]),
    "a parameter's default changed": _source(
        1, 'review: str = "ketamine"  # name\nindication: str = "migraine"  # id\nroute: str = ""  # id'
    ),
    "prose changed": _source(0, "# Doses to give"),
    "a picture replaced": _picture,
    "a digest changed": lambda notebook: notebook["cells"][TABLE]["outputs"][0]["data"].update({"text/plain": ["Doses: 27 rows"]}),
}


def _both(row: str, column: str, value: str, second: str, table: str = "doses") -> Callable[[Path], None]:
    def damage(data: Path) -> None:
        change(data / f"{table}.csv", row, column, value)
        change(data / "second" / f"{table}.csv", second, column, value)

    return damage


IN_DATA: dict[str, Callable[[Path], None]] = {
    "a tenfold dose, in both extractions": _both("oq-dose-08", "high", "10", "second-oq-dose-07"),
    "the last word of a long note": lambda data: change(data / "doses.csv", "oq-dose-08", "note", "Starts where the first range ends"),
    "the last row of a table": lambda data: change(data / "route_statements.csv", "pc-route-03", "claim", "Used less and less"),
    "a label of a route": lambda data: change(data / "vocabulary" / "routes.csv", "oral", "label", "By mouth"),
    "a cap lost, in both extractions": _both("oq-dose-06", "cap_frequency", "", "second-oq-dose-05"),
    "the work that a dose relays": lambda data: change(data / "doses.csv", "oq-dose-08", "work", "esmo-2018"),
}


def seen(name: str, folder: Path) -> bool:
    """Whether the suite sees the fault, seeded in a copy in ``folder``: by the manifest, the pictures or nbval."""
    notebooks, data = folder / "notebooks", folder / "data" / "ketamine"
    shutil.copytree(ROOT / "notebooks", notebooks)
    shutil.copytree(KETAMINE, data)
    if name in IN_NOTEBOOK:
        notebook = json.loads((notebooks / NAME).read_text(encoding="utf-8"))
        IN_NOTEBOOK[name](notebook)
        (notebooks / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    else:
        IN_DATA[name](data)
    if manifest(notebooks) != json.loads(GOLDEN.read_text(encoding="utf-8")) or strange_pictures(notebooks):
        return True
    words = ("pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q", NAME)
    environment = {**os.environ, "LITBOOK_DATA": str(data.parent)}
    return subprocess.run([sys.executable, "-m", *words], cwd=notebooks, capture_output=True, env=environment, check=False).returncode == 1
