"""The same plan on a scheduler with worker processes: the same bytes, and a worker that is killed costs no report."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest
from distributed import Client, LocalCluster

from litbook.build.cluster import on_cluster
from litbook.errors import FailedReport, LitbookError
from tests.build.conftest import Workshop, content


def test_a_cluster_gives_the_bytes_of_a_local_build_even_if_a_worker_is_killed(two_reports: Workshop) -> None:
    two_reports.build()
    other = two_reports.root / "reports" / "other"
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50) as cluster:  # type: ignore[no-untyped-call]
        begun = threading.Event()

        def kill_one() -> None:
            begun.wait()
            time.sleep(2)
            with Client(cluster.scheduler_address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()

        def told(event: str, details: dict[str, Any]) -> None:
            begun.set()

        built = two_reports.build(out=other, execute=on_cluster(cluster.scheduler_address), tell=told)
        killer.join()
    assert len(built.run) > 1
    assert content(other) == content(two_reports.out)


def test_a_failure_on_a_worker_is_told_like_one_at_home(workshop: Workshop) -> None:
    workshop.report("broken", ["1 / 0"])
    with pytest.raises(FailedReport, match=r"report broken: broken.ipynb, cell 5: ZeroDivisionError"):
        workshop.build(execute=on_cluster("local"), jobs=1)
    assert (workshop.out.with_name("tiny-editions") / "failed" / "broken.ipynb").is_file()


def test_a_scheduler_that_is_not_there_is_told(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litbook.build.cluster.CONNECT_SECONDS", 1)
    workshop.report("safety", ["1"])
    with pytest.raises(LitbookError, match=r"no dask scheduler at 'tcp://127\.0\.0\.1:9'"):
        workshop.build(execute=on_cluster("tcp://127.0.0.1:9"))
