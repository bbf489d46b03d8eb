"""Where the two sides of ``litbook diff`` come from: a folder of data, a bundle, or a revision of git."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litbook.build.manifest import FILE, read_manifest
from litbook.changes import State, read_state
from litbook.errors import WrongUsage
from litbook.places import find_review


@contextmanager
def state_of(name: str, review: str) -> Iterator[State]:
    """The state that ``name`` stands for. Raises WrongUsage where it is neither folder, bundle nor revision."""
    folder = Path(name)
    if (folder / "datapackage.json").is_file():
        yield read_state(folder)
    elif (folder / FILE).is_file():
        manifest = read_manifest(folder)
        if manifest is None:
            raise WrongUsage(f"{folder / FILE} can't be read; allowed: a bundle of this version of litbook; build it again")
        yield read_state(folder / "data" / manifest.review)
    else:
        with tempfile.TemporaryDirectory(prefix="litbook-") as scratch:
            yield read_state(_from_git(name, find_review(review), Path(scratch)))


def _from_git(revision: str, folder: Path, scratch: Path) -> Path:
    """The review's folder as it was at a revision, unpacked into ``scratch``."""

    def git(*words: str) -> subprocess.CompletedProcess[bytes]:
        # git is found on the PATH, as everywhere; revisions can't be taken for options (see --end-of-options below)
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)  # noqa: S603, S607

    try:
        known = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except FileNotFoundError:
        known = subprocess.CompletedProcess([], 1, b"", b"")
    if known.returncode:
        raise WrongUsage(
            f"{revision!r} is no folder of data, no bundle and no revision of git; allowed: one of these, such as data/{folder.name}, "
            f"reports/{folder.name} or HEAD~1; check the spelling"
        )
    archive = scratch / "review.tar"
    packed = git("archive", "--format=tar", f"--output={archive}", known.stdout.decode().strip(), "--", ".")
    if packed.returncode:
        raise WrongUsage(
            f"{folder.name} is not in {revision!r}; allowed: a revision that holds it; {packed.stderr.decode(errors='replace').strip()}"
        )
    with tarfile.open(archive) as tar:
        tar.extractall(scratch / folder.name, filter="data")
    return scratch / folder.name
