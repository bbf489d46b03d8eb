"""A build of 24 reports of the shipped review, side by side with the ways in which notebooks are commonly run in a batch.

Each way starts from nothing, in a process of its own, with its outputs in a fresh folder; the ways take turns, and medians
of wall and CPU time over the turns are told as ratios. Before a time counts, the outputs of every cell of every report are
compared with those of litbook: the same text and the same pictures.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import litbook
from litbook.build.plan import plan
from tests.conftest import KETAMINE, ROOT, change

REPORTS = 24
TURNS = int(os.environ.get("LITBOOK_BENCH_TURNS", "3"))
JOBS = "2"
Way = Callable[["Bench", Path], None]


class Bench:
    """A copy of the shipped review with ``REPORTS`` reports, and the commands that build it."""

    def __init__(self, root: Path):
        self.root, self.data = root, root / "data" / "ketamine"
        shutil.copytree(KETAMINE, self.data)
        shutil.copytree(ROOT / "notebooks", root / "notebooks")
        reports = plan(litbook.load(KETAMINE))[:REPORTS]
        self.reports = [(report.id, report.notebook.name, report.parameters) for report in reports]
        settings = self.data / "review.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text[: text.index("[[reports]]")] + "\n".join(map(_entry, self.reports)), encoding="utf-8")
        self.environment = {**os.environ, "LITBOOK_DATA": str(root / "data"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def run(self, *words: str) -> None:
        """Run a command in the notebooks' folder; its output is shown only where it fails."""
        done = subprocess.run(
            words, cwd=self.root / "notebooks", env=self.environment, capture_output=True, text=True, input="y\n", check=False
        )
        assert done.returncode == 0, f"{words[:4]}: {done.stdout[-800:]}{done.stderr[-800:]}"


def _entry(report: tuple[str, str, dict[str, str]]) -> str:
    name, notebook, parameters = report
    given = ", ".join(f'{key} = "{value}"' for key, value in parameters.items() if key != "review")
    return f'[[reports]]\nid = "{name}"\nnotebook = "{notebook}"\ntitle = "{name}"\nparameters = {{ {given} }}\n'


def by_litbook(bench: Bench, out: Path, *more: str) -> None:
    """litbook build: run, render, publish, manifest."""
    bench.run(sys.executable, "-m", "litbook", "build", str(bench.data), "--out", str(out), "-j", JOBS, *more)


def by_commands(bench: Bench, out: Path) -> None:
    """papermill, then jupyter nbconvert, for each report."""
    out.mkdir()
    for name, notebook, parameters in bench.reports:
        given = [word for key, value in parameters.items() for word in ("-p", key, value)]
        bench.run(sys.executable, "-m", "papermill", notebook, str(out / f"{name}.ipynb"), *given, "--no-progress-bar")
        bench.run(sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(out / f"{name}.ipynb"))


API = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import papermill, nbconvert
out = Path(sys.argv[1])
def one(report):
    name, notebook, parameters = report
    papermill.execute_notebook(notebook, str(out / f"{name}.ipynb"), parameters=parameters, progress_bar=False, log_output=False)
    page, _ = nbconvert.HTMLExporter(exclude_input=True).from_filename(str(out / f"{name}.ipynb"))
    (out / f"{name}.html").write_text(page)
if __name__ == "__main__":
    out.mkdir()
    reports, jobs = json.loads(sys.argv[2]), int(sys.argv[3])
    if jobs == 1:
        for report in reports: one(report)
    else:
        with ProcessPoolExecutor(jobs) as pool: list(pool.map(one, reports))
"""


def by_api(bench: Bench, out: Path, jobs: str = "1") -> None:
    """papermill's and nbconvert's functions in one process, one report after the other."""
    script = bench.root / "api.py"
    script.write_text(API, encoding="utf-8")
    bench.run(sys.executable, str(script), str(out), json.dumps(bench.reports), jobs)


def by_pool(bench: Bench, out: Path) -> None:
    """The same in a pool of two processes."""
    by_api(bench, out, JOBS)


WAYS: dict[str, Way] = {
    "litbook build": by_litbook,
    "papermill and nbconvert commands, one after the other": by_commands,
    "papermill and nbconvert functions, one after the other": by_api,
    "papermill and nbconvert functions, a pool of two": by_pool,
}


def outputs(folder: Path, bench: Bench) -> dict[str, list[object]]:
    """What the cells of each report put out; the injected cell and what differs from run to run left aside."""
    found: dict[str, list[object]] = {}
    for name, *_ in bench.reports:
        cells = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        found[name] = [
            {"data": {key: "".join(value) for key, value in output.get("data", {}).items()}, "text": "".join(output.get("text", ""))}
            for cell in cells
            for output in cell.get("outputs", ())
        ]
    return found


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds of wall and of CPU time, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    work()
    took = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main(cold: bool = True) -> None:
    """Measure and print; without ``cold`` only what is done to a bundle that is there."""
    with tempfile.TemporaryDirectory(prefix="litbook-bench-") as root:
        bench = Bench(Path(root))
        if cold:
            _print_cold(_cold(bench))
        _print_warm(bench)


def _cold(bench: Bench) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for turn in range(TURNS):
        reference = None
        for place, (name, way) in enumerate(WAYS.items()):
            out = bench.root / f"out-{turn}-{place}"
            found[name].append(measured(lambda way=way, out=out: way(bench, out)))  # type: ignore[misc]
            made = outputs(out, bench)
            reference = reference or made
            assert made == reference, f"{name}: other outputs than litbook's"
            print(f"turn {turn + 1}, {name}: {found[name][-1][0]:.1f} s", file=sys.stderr, flush=True)
    return found


def _print_cold(cold: dict[str, list[tuple[float, float]]]) -> None:
    wall = {name: statistics.median(one[0] for one in times) for name, times in cold.items()}
    cpu = {name: statistics.median(one[1] for one in times) for name, times in cold.items()}
    base = wall["litbook build"]
    print(f"\n{REPORTS} reports from nothing, {os.cpu_count()} cores, medians of {TURNS} turns, equal outputs\n")
    print("| way | wall s | CPU s | wall, times litbook |\n|---|---|---|---|")
    for name in WAYS:
        print(f"| {name} | {wall[name]:.1f} | {cpu[name]:.1f} | {wall[name] / base:.1f} |")


def _print_warm(bench: Bench) -> None:
    """A no-op and a one-row change of litbook; a no-op of jupyter-cache where it is installed (LITBOOK_BENCH_JCACHE)."""
    out = bench.root / "warm"
    by_litbook(bench, out)
    noop = [measured(lambda: by_litbook(bench, out)) for _ in range(5)]
    lines = [f"| litbook build, nothing changed | {_median(noop, 0):.2f} | {_median(noop, 1):.2f} |"]
    changed = []
    for turn in range(TURNS):
        change(bench.data / "doses.csv", "oq-dose-09", "note", "Changed" + "!" * turn)
        changed.append(measured(lambda: by_litbook(bench, out)))
    lines.append(f"| litbook build, one row changed | {_median(changed, 0):.2f} | {_median(changed, 1):.2f} |")
    jcache = os.environ.get("LITBOOK_BENCH_JCACHE")
    if jcache:
        other = _jcache(bench, jcache)
        lines.append(f"| jupyter-cache, nothing changed | {_median(other, 0):.2f} | {_median(other, 1):.2f} |")
    print("\n| what | wall s | CPU s |\n|---|---|---|")
    print("\n".join(lines))
    if jcache:
        print(f"CPU time of a no-op: {_median(noop, 1) / _median(other, 1):.3f} of jupyter-cache's.")


def _median(times: list[tuple[float, float]], place: int) -> float:
    return statistics.median(one[place] for one in times)


def _jcache(bench: Bench, jcache: str) -> list[tuple[float, float]]:
    """The same notebooks, with their parameters written in, under jupyter-cache: run once, then measured."""
    folder = bench.root / "jcache"
    folder.mkdir()
    by_api(bench, folder / "runs")
    cache = str(folder / "cache")
    for name, *_ in bench.reports:
        bench.run(jcache, "notebook", "-p", cache, "add", str(folder / "runs" / f"{name}.ipynb"))
    bench.run(jcache, "project", "-p", cache, "execute", "--executor", "local-serial")
    return [measured(lambda: bench.run(jcache, "project", "-p", cache, "execute", "--executor", "local-serial")) for _ in range(5)]
