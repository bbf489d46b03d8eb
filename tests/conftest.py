"""What the tests share: the shipped review, the invented one, copies to damage, and the texts where they are at hand."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import litbook
from litbook import anchors
from litbook.review import Review

ROOT = Path(__file__).resolve().parent.parent
KETAMINE = ROOT / "data" / "ketamine"
TINY = ROOT / "tests" / "reviews" / "tiny"
PLANTED = ROOT / "tests" / "reviews" / "planted"

if os.environ.get("LITBOOK_SOURCES"):  # notebooks and copies run in other folders
    os.environ["LITBOOK_SOURCES"] = str(Path(os.environ["LITBOOK_SOURCES"]).resolve())


@pytest.fixture(scope="session")
def ketamine() -> Review:
    return litbook.load(KETAMINE)


@pytest.fixture(scope="session")
def tiny() -> Review:
    return litbook.load(TINY)


@pytest.fixture(scope="session")
def planted() -> Review:
    return litbook.load(PLANTED)


@pytest.fixture(scope="session")
def texts(ketamine: Review) -> dict[str, str]:
    """The texts of the five sources. Who has none skips; where they are promised (LITBOOK_SOURCES, CI) their want is a failure."""
    found = {name: ketamine.text(name) for name in ketamine.records["sources"]}
    missing = [name for name, text in found.items() if text is None]
    if missing:
        said = f"the texts of {', '.join(missing)} are not at hand: set LITBOOK_SOURCES"
        if os.environ.get("LITBOOK_SOURCES") or os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return {name: text for name, text in found.items() if text is not None}


@pytest.fixture(scope="session")
def sources_folder(texts: dict[str, str]) -> Path:
    """The folder with the texts of the five sources."""
    return next(folder for folder in anchors.text_location(KETAMINE).folders if any(folder.glob("*.txt")))


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Copies a review into a folder of the test's own, to be damaged."""

    def make(review: Path = TINY) -> Path:
        return Path(shutil.copytree(review, tmp_path / review.name))

    return make


def change(path: Path, row: str, column: str, value: str) -> None:
    """Change one cell of the row with this id, which must be there."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    [found] = [entry for entry in rows if entry["id"] == row]
    found[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
