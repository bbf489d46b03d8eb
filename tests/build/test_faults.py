"""What can go wrong while building: the bundle that readers see is the old one or the new one, whole, and the next run recovers."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from litbook.build.kernels import _Forked
from litbook.build.manifest import verify
from litbook.build.template import unbalanced
from litbook.errors import BUSY, FAILED_REPORT, NO_SPACE, OK, WRONG_USAGE, Busy, FailedReport, NoSpace, WrongUsage
from tests.build.conftest import Workshop, content
from tests.conftest import change

WORDS = ("one", "two", "three", "four")  # digits in a claim must stand in its span
GOOD = ["book = litbook.load(review)", "litbook.show(tables.safety(book))"]


def cli(shop: Workshop, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "litbook", "build", str(shop.data), "--out", str(shop.out), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def built(workshop: Workshop) -> Workshop:
    """A workshop with a bundle, and a change that waits to be built."""
    workshop.report("safety", GOOD)
    workshop.build()
    change(workshop.data / "adverse_effects.csv", "lh-ae-01", "claim", "Another claim")
    return workshop


def spoil(shop: Workshop, *cells: str) -> None:
    """Replace the last cell of the report's notebook."""
    path = shop.root / "notebooks" / "safety.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1:] = [nbformat.v4.new_code_cell(cell, id=f"s{place}") for place, cell in enumerate(cells)]
    nbformat.write(notebook, path)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("1 / 0",), "report safety: safety.ipynb, cell 6: ZeroDivisionError: division by zero"),
        (
            ("import os; os.kill(os.getpid(), 9)",),
            "report safety: safety.ipynb, cell 6: the kernel died of SIGKILL, perhaps for want of memory",
        ),
        (("import time", "time.sleep(60)"), "report safety: safety.ipynb, cell 7: takes longer than 2 s"),
        (("import sys; sys.exit(1)",), "report safety: safety.ipynb, cell 6: SystemExit: 1"),
        (("import sys; sys.exit(0)",), "report safety: safety.ipynb: 6 of 6 cells, end not reached"),
    ],
)
def test_a_report_that_fails_is_named_with_its_cell_and_leaves_the_bundle_alone(cells: tuple[str, ...], said: str, built: Workshop) -> None:
    built.settings("\n[build]\ncell_seconds = 2\n")
    before = content(built.out)
    spoil(built, *cells)
    with pytest.raises(FailedReport) as caught:
        built.build()
    assert str(caught.value).startswith(said)
    assert content(built.out) == before
    kept = built.out.with_name("tiny-editions") / "failed" / "safety.ipynb"
    assert str(kept) in str(caught.value)
    assert len(nbformat.read(kept, as_version=4).cells) >= 5
    spoil(built, GOOD[-1])
    assert built.build().published


def test_what_a_failed_build_says_fits_a_screen_and_has_an_exit_code(built: Workshop) -> None:
    spoil(built, "1 / 0")
    run = cli(built)
    assert run.returncode == FAILED_REPORT
    assert "Traceback" not in run.stdout + run.stderr
    assert len((run.stdout + run.stderr).splitlines()) < 20


def test_a_killed_build_leaves_the_old_bundle_or_the_new_one_and_no_process(built: Workshop) -> None:
    before = content(built.out)
    chance = random.Random(4)
    for turn in range(4):
        change(built.data / "adverse_effects.csv", "lh-ae-01", "claim", f"Claim {WORDS[turn]}")
        run = subprocess.Popen([sys.executable, "-m", "litbook", "build", str(built.data), "--out", str(built.out)], stdout=subprocess.PIPE)
        time.sleep(chance.uniform(0.3, 4.0))
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert not list(verify(built.out))
        now = content(built.out)
        assert now == before or f"Claim {WORDS[turn]}" in now["changes.html"].decode()
        before = now
    end = time.monotonic() + 10
    while (left := processes_in(built.root)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []
    change(built.data / "adverse_effects.csv", "lh-ae-01", "claim", "The last claim")
    assert built.build().published
    assert not list(built.out.with_name("tiny-editions").glob("staging-*"))


def processes_in(root: Path) -> list[str]:
    """Command lines that name the folder."""
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()] if Path("/proc").is_dir() else []
    return [line.decode(errors="replace") for line in lines if str(root).encode() in line]


def test_one_run_at_a_time(built: Workshop) -> None:
    lock = FileLock(built.out.with_name("tiny-editions") / "lock")
    with lock:
        with pytest.raises(Busy, match="another run is building it"):
            built.build()
        assert cli(built).returncode == BUSY
    assert built.build(wait=5).published


@pytest.mark.parametrize("what", ["a file", "a folder", "a device", "a link elsewhere"])
def test_what_is_no_bundle_is_never_replaced(what: str, built: Workshop) -> None:
    out = built.root / "precious"
    if what == "a file":
        out.write_text("mine", encoding="utf-8")
    elif what == "a folder":
        out.mkdir()
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    elif what == "a device":
        out = Path(os.devnull)
    else:
        (built.root / "mine").mkdir()
        (built.root / "mine" / "mine.txt").write_text("mine", encoding="utf-8")
        out.symlink_to(built.root / "mine")
    with pytest.raises(WrongUsage, match="is there and is no bundle that litbook made"):
        built.build(out=out)
    assert out.exists()
    assert not out.with_name(f"{out.name}-editions").exists()
    assert cli(built, "--out", str(out)).returncode == WRONG_USAGE


OPERATIONS = {
    "a write": (Path, "write_text"),
    "a copy": (shutil, "copyfile"),
    "a flush": (os, "fsync"),
    "a rename": (Path, "rename"),
    "the last rename": (Path, "replace"),
    "a folder": (Path, "mkdir"),
    "a link": (Path, "symlink_to"),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_full_disk_leaves_the_bundle_alone(name: str, built: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(built.out)
    where, what = OPERATIONS[name]
    monkeypatch.setattr(where, what, no_space)
    with pytest.raises(NoSpace, match=r"No space left on device; allowed: .* the last bundle is as it was"):
        built.build()
    monkeypatch.undo()
    assert content(built.out) == before
    assert built.build().published


def no_space(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(args[0]))


def test_a_place_that_may_not_be_written_is_told(built: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(args))

    monkeypatch.setattr("tempfile.mkdtemp", refused)
    with pytest.raises(NoSpace, match="Permission denied"):
        built.build()


def test_exit_codes_are_each_their_own() -> None:
    assert len({OK, WRONG_USAGE, FAILED_REPORT, BUSY, NO_SPACE, 1}) == 6


@pytest.mark.parametrize(
    ("page", "left"),
    [("<p>a<br>b</p>", ""), ("<div><p></div>", "/div"), ("<p>", "p"), ("</p>", "/p"), ("<img src='a'><b><i></i></b>", "")],
)
def test_a_page_whose_elements_do_not_close_is_seen(page: str, left: str) -> None:
    assert unbalanced(page) == left


class _Gone:
    """A warm process that has ended."""

    def code(self, pid: int) -> int | None:
        raise RuntimeError("the process that starts kernels has stopped")


def test_a_kernel_counts_as_killed_once_the_process_that_forked_it_is_gone() -> None:
    """Whoever waits for its answer would else wait until the cell's time is up."""
    forked = _Forked(_Gone(), 1)  # type: ignore[arg-type]
    assert forked.poll() == forked.died == -signal.SIGKILL
