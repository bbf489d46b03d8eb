"""How fast a large review is checked, and in how much memory.

The findings of the invented review are repeated under new ids until there are N rows; then ``litbook check`` runs on the
copy in a process of its own. Printed: seconds, rows a second, and the peak of that process's memory.
"""

from __future__ import annotations

import csv
import itertools
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import TINY

SIZES = (10_000, 30_000, 100_000)


def enlarge(folder: Path, n: int) -> None:
    """Repeat the findings until there are ``n`` of them, in the order that the rules ask for."""
    path, sources = folder / "findings.csv", folder / "sources.csv"
    rows, known = _read(path), _read(sources)
    before = {row["id"]: sum(one["source"] == row["id"] for one in rows) for row in known}
    order = [row["id"] for row in known]
    repeated = [{**row, "id": f"{row['id'][:2]}-find-{place:07}", "statement": ""}
                for place, row in enumerate(itertools.islice(itertools.cycle(rows), n), 1)]  # fmt: skip
    repeated.sort(key=lambda row: (order.index(row["source"]), row["id"]))
    for row in known:
        more = sum(one["source"] == row["id"] for one in repeated) - before[row["id"]]
        row["extracts"] = str(int(row["extracts"]) + more)
    _write(path, repeated)
    _write(sources, known)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Measure each size once and print a line for it."""
    print(f"{'rows':>8}{'seconds':>9}{'rows/s':>9}{'peak MiB':>10}")
    for n in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(shutil.copytree(TINY, Path(place) / "tiny"))
            enlarge(folder, n)
            begun = time.perf_counter()
            run = subprocess.run([sys.executable, "-m", "litbook", "check", str(folder)], capture_output=True, text=True, check=False)
            took = time.perf_counter() - begun
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            assert run.returncode == 0, run.stdout[-500:] + run.stderr[-500:]
            print(f"{n:8}{took:9.1f}{n / took:9.0f}{peak:10.0f}")
