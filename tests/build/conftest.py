"""A workshop: a copy of the invented review with notebooks of its own, small enough to be built many times."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest

import litbook
from litbook.build.make import Built, Options, build
from tests.conftest import ROOT, TINY

DOSES = ["book = litbook.load(review).select(indication=indication)", "litbook.summary(book)", "litbook.show(tables.dose_ranges(book))"]
SAFETY = ["book = litbook.load(review)", "litbook.show(tables.safety(book))"]


class Workshop:
    """``root/data/tiny`` and ``root/notebooks``, built into ``root/reports/tiny``."""

    def __init__(self, root: Path):
        self.root, self.data, self.out = root, root / "data" / "tiny", root / "reports" / "tiny"
        shutil.copytree(TINY, self.data)
        (root / "notebooks").mkdir()
        text = (self.data / "review.toml").read_text(encoding="utf-8").replace("../../../notebooks", "../../notebooks")
        (self.data / "review.toml").write_text(text[: text.index("[[reports]]")], encoding="utf-8")

    def report(self, name: str, cells: Sequence[str], each: bool = False) -> None:
        """Add a report of these cells."""
        parameters = nbformat.v4.new_code_cell('review: str = "tiny"\nindication: str = ""', metadata={"tags": ["parameters"]}, id="p")
        first = nbformat.v4.new_code_cell("import litbook\nfrom litbook import charts, tables", id="i")
        cells = [nbformat.v4.new_markdown_cell(f"# {name}", id="h"), parameters, first,
                 *(nbformat.v4.new_code_cell(cell, id=f"c{place}") for place, cell in enumerate(cells))]  # fmt: skip
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.root / "notebooks" / f"{name}.ipynb")
        entry = f'\n[[reports]]\nid = "{name}"\nnotebook = "{name}.ipynb"\ntitle = "{name.capitalize()}"\n'
        self.settings(entry + ('each = "indication"\n' if each else ""))

    def settings(self, more: str) -> None:
        with (self.data / "review.toml").open("a", encoding="utf-8") as file:
            file.write(more)

    def build(self, out: Path | None = None, **options: object) -> Built:
        return build(litbook.load(self.data), out or self.out, Options(**options))  # type: ignore[arg-type]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def two_reports(workshop: Workshop) -> Workshop:
    workshop.report("doses", DOSES, each=True)
    workshop.report("safety", SAFETY)
    return workshop


@pytest.fixture
def shipped(tmp_path: Path) -> Workshop:
    """The same with the notebooks that ship, and the invented review's own reports."""
    made = Workshop(tmp_path)
    shutil.rmtree(tmp_path / "notebooks")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    text = (TINY / "review.toml").read_text(encoding="utf-8")
    made.settings(text[text.index("[[reports]]") :])
    return made


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a bundle by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
