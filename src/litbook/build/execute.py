"""Execution: one report's notebook run by papermill in a staging folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from litbook.build.plan import Report
from litbook.errors import FailedReport
from litbook.loading import DATA

KERNEL = "python3"
KERNEL_LOG = "kernels.log"
CELL_SECONDS = 600  # a cell that takes longer hangs


def execute_all(reports: list[Report], data: Path, staging: Path, jobs: int, tell: Callable[[Report], None]) -> None:
    """Run every report, ``jobs`` at a time; ``tell`` is called as each is done.

    Raises FailedReport at the first notebook that fails; those not yet begun are not begun.
    """
    with ProcessPoolExecutor(jobs, initializer=_to_log, initargs=(str(staging / KERNEL_LOG),)) as pool:
        runs = {pool.submit(execute, report, data, staging): report for report in reports}
        try:
            for run in as_completed(runs):
                run.result()
                tell(runs[run])
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # what still runs writes into the staging folder
            raise


def _to_log(path: str) -> None:
    """Send what kernels print to standard error to a file: it is for a maintainer, not for the screen."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 2)


def execute(report: Report, data: Path, staging: Path) -> Path:
    """Run one report and return the executed notebook. ``data`` is the folder in which reviews are looked for first.

    Raises FailedReport with report, notebook, cell and message; the notebook as far as it ran stays in ``staging``.
    """
    os.environ[DATA] = str(data)
    target = staging / f"{report.id}.ipynb"
    _run(report, target)
    _strip(target)
    return target


def _run(report: Report, target: Path) -> None:
    try:
        papermill.execute_notebook(
            str(report.notebook),
            str(target),
            parameters=report.parameters,
            kernel_name=KERNEL,
            progress_bar=False,
            log_output=False,
            cwd=str(report.notebook.parent),
            execution_timeout=CELL_SECONDS,
        )
    except PapermillExecutionError as error:
        raise FailedReport(
            f"report {report.id}: {report.notebook.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}; "
            "allowed: a notebook that runs to its end; mend the cell or the data that it reads"
        ) from None


def _strip(path: Path) -> None:
    """Take out what differs from run to run: times, paths, random ids of injected cells."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for place, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-{place}"
    nbformat.write(notebook, path)


def workers(jobs: int | None) -> int:
    """How many notebooks run at once: what was asked for, else the number of cores but no more than four."""
    return jobs or min(os.cpu_count() or 1, 4)
