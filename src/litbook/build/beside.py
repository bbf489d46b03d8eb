"""What a bundle holds beside its pages: figures with their data, tables, a workbook, pages on paper, text documents.

A file is made anew only where what it is made from changed; else it is taken over from the bundle of before.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from litbook import exports
from litbook.build import paper
from litbook.build.inputs import State, pango
from litbook.build.manifest import Manifest
from litbook.build.plan import Report
from litbook.review import Review

FIGURES, TABLES = "figures", "tables"


class Beside:
    """The files beside the pages of one build. ``out`` is the bundle of before and ``last`` its manifest."""

    def __init__(self, review: Review, folder: Path, out: Path, now: State, last: Manifest | None):
        self.review, self.folder, self.out, self.last = review, folder, out, last
        self._same_tools = last is not None and (last.engine, last.libraries) == (now.engine, now.libraries)
        self._same_data = self._same_tools and last is not None and _data(last.inputs) == _data(now.inputs)

    def figures(self, report: str, notebook: str, figures: Sequence[Mapping[str, Any]]) -> None:
        """Each figure as SVG, as PNG and with its data as CSV."""
        pictures = _pictures(notebook)
        for place, figure in enumerate(figures, 1):
            name = f"{FIGURES}/{report}-{place}"
            self._write(f"{name}.svg", figure["svg"].encode("utf-8"))
            self._write(f"{name}.csv", exports.rows_csv(figure["columns"], figure["rows"]))
            self._write(f"{name}.png", pictures[place - 1])

    def keep_figures(self, report: str) -> None:
        for path in sorted((self.out / FIGURES).glob(f"{report}-[0-9]*.*")):
            if path.stem.rsplit("-", 1)[0] == report:
                self._copy(f"{FIGURES}/{path.name}")

    def all(self, reports: Sequence[Report], jobs: int, tell: Callable[[str, dict[str, Any]], None]) -> None:
        """Everything but the figures, which come with each report."""
        self.tables()
        self.documents(reports)
        self.papers(reports, jobs, tell)

    def tables(self) -> None:
        """Every table as CSV, and all of them as one workbook."""
        workbook = f"{TABLES}/{self.review.name}.xlsx"
        if self._same_data and (self.out / workbook).is_file():
            for path in sorted((self.out / TABLES).rglob("*")):
                if path.is_file():
                    self._copy(path.relative_to(self.out).as_posix())
            return
        for name, content in exports.tables_csv(self.review).items():
            self._write(f"{TABLES}/{name}", content)
        self._write(workbook, exports.workbook(self.review))

    def documents(self, reports: Sequence[Report]) -> None:
        """The text documents that reports ask for."""
        for report in reports:
            name = f"{report.id}.docx"
            if "docx" not in report.also or (self._same_data and self._copy(name)):
                continue
            term = report.parameters[report.each]
            self._write(name, exports.document(self.review, term, float(report.parameters.get("weight_kg", 0))))

    def papers(self, reports: Sequence[Report], jobs: int, tell: Callable[[str, dict[str, Any]], None]) -> None:
        """The pages that reports ask for as PDF; where Pango is missing, this is told and everything else is made."""
        wanted = [report.id for report in reports if "pdf" in report.also]
        if not wanted:
            return
        if not pango():
            tell("note", {"text": paper.ADVICE})
            return
        new = [name for name in wanted if not (self._same_page(name) and self._copy(f"{name}.pdf"))]
        pages = {name: paper.on_paper((self.folder / f"{name}.html").read_text(encoding="utf-8")) for name in new}
        for done, (name, content) in enumerate(paper.pdfs(pages, jobs), 1):
            self._write(f"{name}.pdf", content)
            tell("paper", {"id": name, "done": done, "of": len(pages)})

    def listed(self) -> Iterator[dict[str, str]]:
        """The files that the index leads to: with a word on each, or with the report that each is another form of."""
        for path in sorted((*self.folder.glob("*.pdf"), *self.folder.glob("*.docx")), reverse=True):
            yield {"path": path.name, "report": path.stem}
        yield {"path": f"{TABLES}/{self.review.name}.xlsx", "about": "all tables as a workbook, with the vocabularies as lists"}
        yield {"path": f"{TABLES}/", "about": "the same tables as CSV, one file each"}
        if (self.folder / FIGURES).is_dir():
            yield {"path": f"{FIGURES}/", "about": "every figure as SVG and PNG, with its data as CSV"}

    def _same_page(self, name: str) -> bool:
        before, now = self.out / f"{name}.html", self.folder / f"{name}.html"
        return self._same_tools and before.is_file() and before.read_bytes() == now.read_bytes()

    def _copy(self, name: str) -> bool:
        """Take a file over from the bundle of before, if it is there."""
        if not (self.out / name).is_file():
            return False
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.out / name, self.folder / name)
        return True

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _data(inputs: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in inputs.items() if name.startswith("data/")}


def _pictures(notebook: str) -> list[bytes]:
    """The pictures of an executed notebook, in their order."""
    outputs = [output for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", ())]
    return [base64.b64decode(output["data"]["image/png"]) for output in outputs if "image/png" in output.get("data", {})]
