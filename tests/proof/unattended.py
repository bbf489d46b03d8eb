"""U. Unattended: builds that are killed, starved of disk, run at once, and rebuilt after every kind of edit.

After each fault the published bundle is, file by file, the one of before or the one that a build without faults makes, and
the next run publishes by itself.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import litbook
from litbook.build.execute import Place, Run, Task, run_all
from litbook.build.make import Options, explain
from litbook.build.manifest import verify
from litbook.errors import BUSY, OK, FailedReport, NoSpace
from tests.build.conftest import DOSES, SAFETY, Workshop, content
from tests.build.test_faults import processes_in
from tests.build.test_rebuild import EDITS, rebuilt_as_a_full_build
from tests.conftest import ROOT, TINY, change

OPERATIONS = [(Path, "write_text"), (Path, "mkdir"), (Path, "rename"), (Path, "replace"), (Path, "symlink_to"), (Path, "unlink"),
              (shutil, "copyfile"), (os, "fsync")]  # fmt: skip
LETTERS = "abcdefghij"


def claim(shop: Workshop, turn: int) -> str:
    """Change a claim, so that there is something to build; without digits, which a span would have to hold."""
    text = "Claim " + "".join(LETTERS[int(digit)] for digit in str(turn))
    change(shop.data / "adverse_effects.csv", "lh-ae-01", "claim", text)
    return text


def workshop(root: Path) -> Workshop:
    """A small review with two reports, built once."""
    shop = Workshop(root)
    shop.report("doses", DOSES)
    shop.report("safety", SAFETY)
    shop.build()
    return shop


def killed(root: Path, n: int) -> list[str]:
    """``n`` builds killed at random instants; returns what was wrong."""
    shop, chance, wrong = workshop(root), random.Random(6), []
    before = content(shop.out)
    for turn in range(n):
        text = claim(shop, turn)
        run = _begin(shop)
        time.sleep(chance.uniform(0.05, 3.5))
        run.send_signal(signal.SIGKILL)
        run.wait()
        now = content(shop.out)
        if list(verify(shop.out)) or (now != before and text not in now["changes.html"].decode()):
            wrong.append(f"kill {turn}: neither the old bundle nor the new one")
        before = now
    end = time.monotonic() + 15
    while (left := processes_in(root)) and time.monotonic() < end:
        time.sleep(0.2)
    wrong += [f"still running: {line[:100]}" for line in left]
    claim(shop, n)
    if not shop.build().published or list(shop.out.with_name("tiny-editions").glob("staging-*")):
        wrong.append("the next run did not recover")
    return wrong


def _begin(shop: Workshop, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "litbook", "build", str(shop.data), "--out", str(shop.out), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def at_once(root: Path, pairs: int) -> list[str]:
    """Pairs of builds begun together: one builds, the other leaves or finds nothing to do, and the bundle is whole."""
    shop, wrong = workshop(root), []
    for turn in range(pairs):
        text = claim(shop, turn)
        runs = [_begin(shop), _begin(shop)]
        codes = sorted(run.wait() for run in runs)
        page = (shop.out / "changes.html").read_text(encoding="utf-8")
        if codes not in ([OK, OK], [OK, BUSY]) or list(verify(shop.out)) or text not in page:
            wrong.append(f"pair {turn}: exit codes {codes}")
    return wrong


def recorded(runs: dict[str, Run]) -> Callable[[list[Task], Place, int, Callable[[Run], None]], None]:
    """A way to run tasks that gives what they gave before: for faults that have nothing to do with kernels."""

    def execute(tasks: list[Task], place: Place, jobs: int, done: Callable[[Run], None]) -> None:
        for task in tasks:
            done(runs[task.id])

    return execute


@contextmanager
def failing_at(nth: int) -> Iterator[list[int]]:
    """The ``nth`` writing operation finds the disk full; counts how many there were."""
    count = [0]

    def wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*words: Any, **more: Any) -> Any:
            count[0] += 1
            if count[0] == nth:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(words[0]))
            return original(*words, **more)

        return operation

    patches = [mock.patch.object(where, what, wrapped(getattr(where, what))) for where, what in OPERATIONS]
    for patch in patches:
        patch.start()
    try:
        yield count
    finally:
        for patch in patches:
            patch.stop()


def full_disk(root: Path) -> tuple[int, list[str]]:
    """The disk is full at each writing operation of a build in turn; returns how many there are, and what was wrong."""
    shop, wrong = workshop(root), []
    claim(shop, 0)
    runs: dict[str, Run] = {}

    def keep(tasks: list[Task], place: Place, jobs: int, done: Callable[[Run], None]) -> None:
        def heard(run: Run) -> None:
            runs[run.id] = run
            done(run)

        run_all(tasks, place, jobs, heard)

    shop.build(force=True, execute=keep)
    before = content(shop.out)
    changed = claim(shop, 1)
    for nth in range(1, 1000):
        with failing_at(nth) as count:
            try:
                built = shop.build(execute=recorded(runs))
            except NoSpace:
                built = None
        now = content(shop.out)
        if list(verify(shop.out)) or (now != before and changed not in now["changes.html"].decode()):
            wrong.append(f"operation {nth}: neither the old bundle nor the new one")
        if count[0] < nth:  # the whole build went through
            return nth - 1, wrong if built else [*wrong, "the build without fault did not publish"]
        if now != before:  # what failed was clearing up after the publication
            before, changed = now, claim(shop, nth + 1)
    return 1000, [*wrong, "more operations than were tried"]


def small_disk(root: Path) -> list[str] | None:
    """Builds onto a real file system that is too small, of several sizes; None where none may be mounted."""
    wrong = []
    for size in (64, 200, 400, 700, 1000):
        place = root / f"disk-{size}"
        place.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        try:
            shop = Workshop(root / f"shop-{size}")
            shop.report("safety", SAFETY)
            shop.out = place / "tiny"
            try:
                shop.build()
            except NoSpace:
                if shop.out.exists() or list(place.glob("*/staging-*")):
                    wrong.append(f"{size} kB: something was left")
            else:
                wrong += [f"{size} kB: {problem}" for problem in verify(shop.out)]
        finally:
            subprocess.run(["umount", str(place)], check=True)
    return wrong


def kernels(root: Path) -> tuple[int, list[str]]:
    """A kernel that dies, and one that hangs, in every notebook that ships; returns how many, and what was wrong."""
    wrong, n = [], 0
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for fault, said in (
            ("import os; os.kill(os.getpid(), 9)", "the kernel died of SIGKILL"),
            ("import time; time.sleep(60)", "longer than 3 s"),
        ):
            n += 1
            folder = root / f"{path.stem}-{n}"
            place = Place(TINY.parent, path.parent, folder, folder, cell_seconds=3)
            text = path.read_text(encoding="utf-8").replace(
                '"source": [\n    "import litbook', f'"source": [\n    "{fault}\\n",\n    "import litbook', 1
            )
            try:
                run_all([Task(path.stem, path.name, text, {"review": "tiny"})], place, 1, lambda run: None)
                wrong.append(f"{path.name}: {fault}: counted as run")
            except FailedReport as error:
                if said not in str(error) or path.name not in str(error) or not error.notebook:
                    wrong.append(f"{path.name}: {error}")
    return n, wrong


def edits(root: Path) -> tuple[list[str], list[str]]:
    """Every kind of edit: what was run, against what differs; and what was wrong."""
    text = (TINY / "review.toml").read_text(encoding="utf-8")
    told, wrong = [], []
    for name, edit in EDITS.items():
        shop = Workshop(root / name.replace(" ", "-"))
        shutil.rmtree(shop.root / "notebooks")
        shutil.copytree(ROOT / "notebooks", shop.root / "notebooks")
        shop.settings(text[text.index("[[reports]]") :])
        shop.build()
        before = content(shop.out)
        edit(shop)
        reasons = {report.id: why for report, why in explain(litbook.load(shop.data), shop.out, Options())}
        try:
            run, differ = rebuilt_as_a_full_build(shop, before, reasons)
            told.append(f"{name}: {len(run)} run, {len(differ)} differ, of {len(reasons)}")
        except AssertionError as error:
            wrong.append(f"{name}: {str(error).splitlines()[0]}")
    return told, wrong
