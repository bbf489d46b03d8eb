"""Execution: the notebooks of a plan run by papermill, several at once, each to its end or not at all."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from litbook.build.kernels import KERNEL, START_SECONDS, Warm, WarmKernelManager
from litbook.errors import FailedReport
from litbook.reads import MIME, Read

END_TAG = "litbook-end"


@dataclass(frozen=True)
class Task:
    """What is to be run: ``notebook`` is its JSON, ``name`` its file's name for messages."""

    id: str
    name: str
    notebook: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What came of it: the executed notebook as JSON, what it read of the review, the files that it opened on its own
    (as paths from its folder), and its figures (each with ``svg``, ``columns`` and ``rows``)."""

    id: str
    notebook: str
    reads: tuple[Read, ...] = ()
    files: tuple[str, ...] = ()
    figures: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Place:
    """Where notebooks run: ``data`` holds the reviews, ``cwd`` is their working folder, ``scratch`` is the run's own folder,
    ``watched`` the folder whose files are noted when a notebook opens them. A cell may take ``cell_seconds``."""

    data: Path
    cwd: Path
    scratch: Path
    watched: Path
    cell_seconds: int = 600
    apart: tuple[Path, ...] = field(default=())


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Keeps count of where it is, so that a kernel's death can be told with its cell."""

    def execute_cell(self, cell: Any, cell_index: int, *args: Any, **kwargs: Any) -> Any:
        self.km.at, self.km.notebook = cell_index, self.nb
        return super().execute_cell(cell, cell_index, *args, **kwargs)


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine with a kernel of ours, no saves in between and a kernel that is killed as soon as it is done."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, manager: Any, cell_seconds: int, **_: Any) -> None:
        _Client(
            nb_man,
            km=manager,
            kernel_name=kernel_name,
            timeout=cell_seconds,
            startup_timeout=START_SECONDS,
            shutdown_kernel="immediate",
            ipython_hist_file=":memory:",
            log=logging.getLogger("papermill"),
        ).execute(cleanup_kc=True)


papermill_engines.register("litbook", _Engine)


class Runner:
    """Runs notebooks in kernels that are forked from one warm process; may be used from several threads."""

    def __init__(self, place: Place):
        self.place = place
        place.scratch.mkdir(parents=True, exist_ok=True)
        for noisy in ("papermill", "papermill.translators", "asyncio"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)  # what went wrong is told once, as an error of ours
        self._warm = Warm(place.scratch, place.data, place.watched, (place.scratch, place.data, *place.apart))

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._warm.close()

    def run(self, task: Task) -> Run:
        """Run one notebook. Raises FailedReport with report, notebook, cell and message, and the notebook as far as it ran."""
        notebook = nbformat.reads(task.notebook, as_version=4)
        cells = len(notebook.cells)
        notebook.cells.append(_end(task.id))
        manager: Any = WarmKernelManager(self._warm, self.place.cwd, task.id)
        manager.at, manager.notebook = 0, notebook
        try:
            done = papermill.execute_notebook(
                notebook,
                None,
                parameters=task.parameters,
                engine_name="litbook",
                kernel_name=KERNEL,
                progress_bar=False,
                manager=manager,
                cell_seconds=self.place.cell_seconds,
            )
        except PapermillExecutionError as error:
            raise self._failed(task, manager, error.cell_index, f"{error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            raise self._failed(task, manager, manager.at, f"takes longer than {self.place.cell_seconds} s") from None
        except DeadKernelError:
            raise self._failed(task, manager, manager.at, f"the kernel died{_of(manager.died)}") from None
        except (RuntimeError, TimeoutError) as error:
            raise self._failed(task, manager, manager.at, f"no kernel: {error}") from None
        return _finished(task, done, cells + bool(task.parameters), self.place.cwd)

    def _failed(self, task: Task, manager: Any, at: int, said: str) -> FailedReport:
        return FailedReport(
            f"report {task.id}: {task.name}, cell {at + 1}: {said}; allowed: a notebook that runs to its end; "
            "mend the cell or the data that it reads",
            task.id,
            nbformat.writes(manager.notebook),
        )


def _of(code: int | None) -> str:
    """What a process died of."""
    if code is None or code >= 0:
        return f", exit code {code}" if code else ""
    more = ", perhaps for want of memory" if code == -signal.SIGKILL else ""
    return f" of {signal.Signals(-code).name}{more}"


def _end(name: str) -> Any:
    """The cell that ends a run. Without its output a report does not count."""
    cell = nbformat.v4.new_code_cell(f"from litbook import reads\nreads.tell({name!r})", metadata={"tags": [END_TAG]})
    cell["id"] = END_TAG
    return cell


def _finished(task: Task, notebook: Any, cells: int, cwd: Path) -> Run:
    """The run, if it is one: every cell ran, none failed, and the end was reached."""
    last = notebook.cells.pop()
    told = next((output["data"][MIME] for output in last.get("outputs", ()) if MIME in output.get("data", {})), None)
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    ran = all(cell.execution_count for cell in code)
    if told is None or told["end"] != task.id or not ran or len(notebook.cells) != cells:
        raise FailedReport(
            f"report {task.id}: {task.name}: {len(notebook.cells)} of {cells} cells, end {'reached' if told else 'not reached'}; "
            "allowed: a notebook that runs to its end; take out what ends it early, such as sys.exit()",
            task.id,
            nbformat.writes(notebook),
        )
    reads = tuple(Read(table, tuple(columns), *rest) for table, columns, *rest in told["reads"])
    files = tuple(Path(os.path.relpath(name, cwd)).as_posix() for name in told["files"])
    return Run(task.id, _text(notebook), reads, files, tuple(told["figures"]))


def _text(notebook: Any) -> str:
    """The notebook as text, without what differs from run to run: times, paths, random ids of injected cells."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for place, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-{place}"
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def run_all(tasks: Sequence[Task], place: Place, jobs: int, done: Callable[[Run], None]) -> None:
    """Run all tasks, ``jobs`` at a time; ``done`` hears of each as it ends, in the thread of the caller.

    Raises FailedReport at the first notebook that fails; what still runs is stopped.
    """
    if not tasks:
        return
    with Runner(place) as runner, ThreadPoolExecutor(min(jobs, len(tasks)), thread_name_prefix="report") as pool:
        try:
            for run in _as_done([pool.submit(runner.run, task) for task in tasks]):
                done(run)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runner.__exit__()  # kernels that are gone end the threads that wait for them
            raise


def _as_done(futures: Iterable[Future[Run]]) -> Iterable[Run]:
    left = set(futures)
    while left:
        over, left = wait(left, timeout=1, return_when=FIRST_COMPLETED)  # in slices, so that Ctrl-C is heard
        for future in over:
            yield future.result()
