"""The stored notebooks: run with their default parameters, their outputs kept in the repository for nbval to compare."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nbformat

from litbook.build.execute import Place, Task, run_all
from litbook.build.plan import workers
from litbook.textfiles import write_all

IGNORED = "nbval-ignore-output"


def refresh(folder: Path, data: Path) -> dict[Path, bool]:
    """Run the notebooks of ``folder`` with their default parameters and store the outputs in them.

    Returns for each whether it changed. Raises FailedReport, and leaves all as they were, where a cell fails.
    """
    notebooks = sorted(folder.glob("*.ipynb"))
    tasks = [Task(notebook.stem, notebook.name, notebook.read_text(encoding="utf-8"), {}) for notebook in notebooks]
    done: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="litbook-") as scratch:
        place = Place(data, folder.resolve(), Path(scratch), folder.resolve())
        run_all(tasks, place, workers(None), lambda run: done.update({run.id: run.notebook}))
    fresh = {notebook: _stored(nbformat.reads(done[notebook.stem], as_version=4), notebook.stem) for notebook in notebooks}
    changed = {}
    for notebook, text in fresh.items():
        changed[notebook] = text.encode() != notebook.read_bytes()
    write_all({notebook: fresh[notebook] for notebook, differs in changed.items() if differs})
    return changed


def _stored(notebook: Any, name: str) -> str:
    """The notebook as text, with ids and metadata that are the same on every machine."""
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"{name.split('_')[0]}-{place:02d}"
        if IGNORED in cell.metadata.get("tags", ()):
            cell.outputs = []  # widgets have random ids, and nbval does not look at these cells
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return str(nbformat.writes(notebook, indent=1, ensure_ascii=False)) + "\n"
