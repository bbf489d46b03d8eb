"""What a bundle depends on, as digests: files of the review, notebooks, texts, this engine, and the libraries that shape output.

Standard library alone: that nothing changed must be found out before pandas could even be loaded.
"""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import shutil
from collections.abc import Iterable, Mapping
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from litbook.anchors import Location

ENGINE = Path(__file__).resolve().parent.parent
LIBRARIES = ("ipykernel", "ipython", "jinja2", "matplotlib", "nbclient", "nbconvert", "nbformat", "numpy", "pandas", "papermill")
OUTPUTS = ("python-docx", "weasyprint", "xlsxwriter")  # what shapes only what is made of the notebooks
PANGO = ("pango-1.0", "pangoft2-1.0")  # libraries of the system that PDF needs
TEXT = "text"  # other people's words: they stay where they are


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def together(parts: Iterable[str]) -> str:
    """One digest of several strings, in their order."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()


def review_files(folder: Path) -> dict[str, Path]:
    """The files that make a review, by path within its folder: all but the texts and what begins with a dot."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    inside = {path.relative_to(folder): path for path in found}
    return {
        place.as_posix(): path
        for place, path in inside.items()
        if place.parts[0] != TEXT and not any(part[0] == "." for part in place.parts)
    }


def digests(files: Mapping[str, Path]) -> dict[str, str]:
    """The digest of each file, by the same names."""
    return {name: sha256_of(path) for name, path in files.items()}


def engine() -> str:
    """Digest of this engine's code and templates."""
    files = [path for path in sorted(ENGINE.rglob("*")) if path.suffix in (".py", ".css", ".js", ".j2", ".md")]
    return together(f"{path.relative_to(ENGINE).as_posix()} {sha256_of(path)}" for path in files)


def libraries() -> dict[str, str]:
    """Versions of Python and of the libraries that shape output."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def pango() -> str:
    """The file of the system's Pango, empty where there is none."""
    found = [find_library(name) or "" for name in PANGO]
    return found[0] if all(found) else ""


def texts(folder: Path, location: Location) -> dict[str, str]:
    """For each source the digest of its text where that is at hand and the one that was read, else an empty string."""
    with (folder / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["id"], row["sha256"], location.find(row["file"])) for row in csv.DictReader(file)]
    return {name: wanted if path is not None and sha256_of(path) == wanted else "" for name, wanted, path in rows}


def notebook_digest(path: Path) -> str:
    """Digest of what a notebook does: its cells' kinds, sources, tags and ids. Stored outputs are for nbval, not for a build."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    told = [[cell["cell_type"], "".join(cell["source"]), cell.get("id", ""), cell["metadata"].get("tags", [])] for cell in cells]
    return together([json.dumps(told, ensure_ascii=False)])


@dataclass(frozen=True)
class State:
    """Everything that a bundle depends on but the files that notebooks open on their own."""

    engine: str
    libraries: dict[str, str]
    inputs: dict[str, str]
    texts: dict[str, str]


def state(folder: Path, notebooks: Iterable[Path], location: Location) -> State:
    """The state of a review's folder, of the notebooks that its reports name, and of what runs them."""
    data = {f"data/{name}": digest for name, digest in digests(review_files(folder)).items()}
    tools = {"pango": pango(), **{name: version(name) for name in OUTPUTS}}
    return State(
        engine(),
        libraries() | tools,
        data | {f"notebooks/{path.name}": notebook_digest(path) for path in notebooks},
        texts(folder, location),
    )


def named_notebooks(folder: Path, settings: Mapping[str, Any]) -> list[Path]:
    """The notebooks that the reports of a review name, each once."""
    home = notebooks_folder(folder, settings)
    return [home / name for name in sorted({str(entry["notebook"]) for entry in settings.get("reports", [])})]


def notebooks_folder(folder: Path, settings: Mapping[str, Any]) -> Path:
    """Where the notebooks of the reports are: ``notebooks`` of ``review.toml``, relative to the review's folder."""
    return (folder / str(settings["review"].get("notebooks", "../../notebooks"))).resolve()


def snapshot(folder: Path, target: Path) -> None:
    """Copy a review as it is now, so that every notebook of a build reads the same."""
    for name, path in review_files(folder).items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
