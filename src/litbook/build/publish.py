"""Publication: a bundle takes its place whole, or the last good one stays.

The bundle that readers see (``reports/ketamine``) is a link. Each run writes into a staging folder of its own beneath
``reports/ketamine-editions``, which becomes an edition by one rename; then the link is replaced by another rename. At no
instant is there half a bundle, and the editions before stay there to be compared with.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from litbook.build.manifest import FILE, Manifest
from litbook.errors import CANNOT_WRITE, Busy, NoSpace, WrongUsage

STAGING = "staging-"


def editions_folder(out: Path) -> Path:
    """Where the editions of the bundle ``out`` are."""
    return out.with_name(f"{out.name}-editions")


def check_place(out: Path) -> None:
    """Raises WrongUsage where ``out`` is something that a build must not replace."""
    there = out.is_symlink() or out.exists()
    ours = out.is_symlink() and (not out.exists() or (out / FILE).is_file() or out.resolve().parent == editions_folder(out).resolve())
    empty = out.is_dir() and not out.is_symlink() and not any(out.iterdir())
    if there and not (ours or empty):
        raise WrongUsage(
            f"{out}: is there and is no bundle that litbook made; allowed: a new or empty folder, or a bundle of before; "
            "name another with --out, or move it away"
        )


@contextmanager
def locked(out: Path, wait: float) -> Iterator[None]:
    """Hold the one lock of a bundle; it falls with the process. Raises Busy if it is not free within ``wait`` seconds."""
    store = editions_folder(out)
    with told(out):
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / "lock", timeout=wait)
        try:
            lock.acquire()
        except Timeout:
            raise Busy(
                f"{out}: another run is building it; allowed: one run at a time; wait for it, with --wait SECONDS if you like"
            ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A fresh folder to build in, deleted in the end if it was not published. Leftovers of killed runs are cleared away."""
    store = editions_folder(out)
    for left in store.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=store))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def told(out: Path) -> Iterator[None]:
    """A disk that is full or can't be written becomes NoSpace, which says that the last bundle is as it was."""
    try:
        yield
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        raise NoSpace(
            f"{error.filename or out}: {error.strerror}; allowed: a place with room that may be written; the last bundle is as it was: "
            "make room and run again"
        ) from None


def publish(folder: Path, out: Path, manifest: Manifest, keep: int) -> Path:
    """Make ``folder``, which holds every output of ``manifest``, the bundle ``out``; returns the edition's folder.

    ``keep`` is the number of editions before this one that stay.
    """
    text = manifest.text()
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    for path in folder.rglob("*"):
        _flush(path)
    _flush(folder)
    store = editions_folder(out)
    edition = store / f"{manifest.edition:04}-{sha256(text.encode()).hexdigest()[:8]}"
    if edition.exists():  # published before, then taken out of its place
        shutil.rmtree(edition)
    folder.rename(edition)
    _flush(store)
    if out.is_dir() and not out.is_symlink():
        out.rmdir()  # empty: check_place saw to it
    link = store / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(edition, out.parent), target_is_directory=True)
    link.replace(out)
    _flush(out.parent)
    others = sorted(path for path in store.glob("[0-9]*-*") if path != edition)
    for old in others[: max(0, len(others) - keep)]:
        shutil.rmtree(old, ignore_errors=True)
    return edition


def _flush(path: Path) -> None:
    """Have the disk hold what was written, before anything points to it."""
    if os.name != "posix" and path.is_dir():
        return  # folders can't be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
