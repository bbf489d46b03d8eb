"""The same plan on a dask.distributed scheduler: each notebook is a task, and what comes back is what a local run gives.

What a worker needs is sent along: the review's data and the files beside the notebooks. A worker that is lost loses its
task to another one.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litbook.build import inputs
from litbook.build.execute import Place, Run, Runner, Task
from litbook.errors import FailedReport, LitbookError

LOCAL = "local"
CONNECT_SECONDS = 30


@dataclass(frozen=True)
class Package:
    """What workers need: two folders as tar files, how long a cell may take, and what engine and libraries they must have."""

    data: bytes
    beside: bytes
    cell_seconds: int
    engine: str
    libraries: tuple[tuple[str, str], ...]


def on_cluster(address: str) -> Callable[[list[Task], Place, int, Callable[[Run], None]], None]:
    """A way to run tasks (see ``execute.run_all``) on the scheduler at ``address``, or on one started here (``local``).

    Raises LitbookError without the extra ``cluster`` or where there is no scheduler.
    """
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise LitbookError(
            "--cluster needs dask; allowed: an installation with the extra 'cluster'; pip install 'litbook[cluster]'"
        ) from None

    def execute(tasks: list[Task], place: Place, jobs: int, done: Callable[[Run], None]) -> None:
        from distributed import as_completed

        package = _pack(place)
        with _client(address, jobs) as client:
            # With each task and not scattered once: what was scattered is lost with the worker that holds it.
            futures = [client.submit(run_there, task, package, pure=False, retries=0) for task in tasks]
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
                done(future.result())

    return execute


@contextlib.contextmanager
def _client(address: str, jobs: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        if address == LOCAL:
            cluster = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
            )
            stack.enter_context(cluster)
            address = cluster.scheduler_address
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise LitbookError(
                f"no dask scheduler at {address!r}: {str(error).splitlines()[0]}; allowed: an address such as tcp://host:8786, or local; "
                "start one with 'dask scheduler'"
            ) from None
        yield stack.enter_context(client)


def _pack(place: Place) -> Package:
    versions = tuple(sorted(inputs.libraries().items()))
    return Package(_tar(place.data), _tar(place.cwd), place.cell_seconds, inputs.engine(), versions)


def _tar(folder: Path) -> bytes:
    """A folder as a tar file; hidden files and stored notebooks stay behind."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as tar:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and path.suffix != ".ipynb" and not any(part.startswith(".") for part in inside.parts):
                tar.add(path, inside.as_posix())
    return stream.getvalue()


def run_there(task: Task, package: Package) -> Run:
    """Run a task on a worker. Raises FailedReport, also where the worker is not what the builder is."""
    if inputs.engine() != package.engine or tuple(sorted(inputs.libraries().items())) != package.libraries:
        raise FailedReport(
            f"report {task.id}: a worker has another litbook or other libraries than the builder; allowed: the same on all machines; "
            "install requirements.lock there"
        )
    return _runner(package).run(task)


@cache
def _runner(package: Package) -> Runner:
    """The warm process of this worker for one build; those of builds before end with the worker."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="litbook-worker-"))
    for name, content in (("data", package.data), ("beside", package.beside)):
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            tar.extractall(folder / name, filter="data")
    (folder / "beside").mkdir(exist_ok=True)
    runner = Runner(Place(folder / "data", folder / "beside", folder / "run", folder, package.cell_seconds))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(runner.__exit__)
    return runner
