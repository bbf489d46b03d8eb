"""What was read of a review: tables, columns and selections that a notebook asked for, and files that it opened itself.

A build keeps this beside each report. When data change it asks the same of the new data: only where an answer differs can
the report differ, and only such reports are run again. What nobody notes cannot be missed: tables are handed out by
``Review`` alone, and a watched process notes each file that its notebook opens on its own.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

MIME = "application/vnd.litbook.reads+json"


class Read(NamedTuple):
    """One question to a review: a table (empty: which extracts are approved), its columns (none: all) and the selection."""

    table: str
    columns: tuple[str, ...] = ()
    indication: str = ""
    route: str = ""
    above: bool = False


_reads: dict[Read, None] = {}
_files: dict[str, None] = {}
_figures: list[dict[str, Any]] = []
_loading = 0
_watching = False


def note(read: Read) -> None:
    """Note that this was read."""
    _reads[read] = None


def noted() -> list[Read]:
    """What was read so far in this process, in a fixed order."""
    return sorted(_reads)


def noted_files() -> list[str]:
    """Files that were opened while ``watch`` was on and no review was being loaded, in a fixed order."""
    return sorted(_files)


def watching() -> bool:
    """Whether this process runs a report for a build."""
    return _watching


def keep_figure(svg: str, data: pd.DataFrame) -> None:
    """Hand a figure to the build, as a drawing that can be scaled and with what it plots."""
    rows = [["" if cell is None or cell != cell else str(cell) for cell in row] for row in data.itertuples(index=False, name=None)]
    _figures.append({"svg": svg, "columns": [str(column) for column in data.columns], "rows": rows})


@contextmanager
def loading() -> Iterator[None]:
    """While a review is loaded its files are the review's, and not noted one by one."""
    global _loading
    _loading += 1
    try:
        yield
    finally:
        _loading -= 1


def watch(root: Path, apart: Sequence[Path] = ()) -> None:
    """Note from now on each file under ``root`` but not under ``apart`` that this process opens for reading. There is no way
    to stop. Code is not noted: the engine's is known by its own digest, and that of packages by their versions."""
    global _watching
    _watching = True
    inside, outside = f"{root.resolve()}{os.sep}", tuple(f"{path.resolve()}{os.sep}" for path in (*apart, Path(sys.prefix)))

    def opened(event: str, details: tuple[object, ...]) -> None:
        if event == "open" and not _loading and isinstance(details[0], str) and str(details[1] or "r").startswith("r"):
            path = str(Path(details[0]).absolute())
            if path.startswith(inside) and not path.startswith(outside) and not path.endswith((".py", ".pyc")):
                _files[path] = None

    sys.addaudithook(opened)


def tell(name: str) -> None:
    """End a run: show, as data for the build, that the report ``name`` came to its end, what it read and what it drew."""
    from IPython.display import display

    told = {"end": name, "reads": [list(read) for read in noted()], "files": noted_files(), "figures": _figures}
    display({MIME: told}, raw=True)


def frame_digest(frame: pd.DataFrame) -> str:
    """First sixteen hexadecimal digits of the SHA-256 of a table's cells, in order."""
    cells = "\x1e".join("\x1f".join(map(str, row)) for row in [tuple(frame.columns), *frame.itertuples(index=False, name=None)])
    return hashlib.sha256(cells.encode("utf-8")).hexdigest()[:16]
