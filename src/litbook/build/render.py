"""Rendering: executed notebooks to HTML pages that need nothing beside them, each with the way back of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from nbconvert import HTMLExporter

import litbook
from litbook import anchors, tables
from litbook.anchors import Span
from litbook.approval import LIMIT
from litbook.build.plan import Report
from litbook.display import table_html
from litbook.review import Review

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
HEADING = re.compile(r"\A# .*\n*")
LINK = re.compile(r"href='#([a-z0-9-]+)'")


class Renderer:
    """Renders the reports of one review. Quotes stand in pages only where the text of their source is at hand."""

    def __init__(self, review: Review, sources: str | Path | None = None):
        self.review = review
        self.texts = {name: review.text(name, sources) for name in review.records["sources"]}
        self._back = {row["id"]: row for row in tables.way_back(review).to_dict("records")}
        self._claims = {
            row["id"]: row["claim"]
            for frame in review.extracts().values()
            if "claim" in frame
            for row in frame[["id", "claim"]].to_dict("records")
        }
        self._sources = review.table("sources").set_index("id").to_dict("index")
        self._exporter = HTMLExporter(
            template_name="report",
            extra_template_basedirs=[str(TEMPLATES)],
            extra_template_paths=[str(TEMPLATES)],
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )

    def report(self, report: Report, notebook: Path) -> str:
        """The page of one executed notebook."""
        content = nbformat.read(notebook, as_version=4)
        content.cells[0].source = HEADING.sub("", content.cells[0].source)  # the page has its own heading
        shown = sorted(set(LINK.findall("".join(_html(content)))) & self._back.keys())
        draft = [name for name in shown if name in self.review.unapproved]
        page = {
            **self._page(report.title),
            "draft": draft,
            "lock_limit": LIMIT,
            "extracts": [self._extract(name) for name in shown],
            "quotes_note": self._quotes_note(),
        }
        body, _ = self._exporter.from_notebook_node(content, {"page": page})
        return str(body)

    def index(self, reports: Sequence[Report], verified: str) -> str:
        """The page that leads to the others."""
        settings = self.review.settings["review"]
        page = {
            **self._page(self.review.title),
            "question": settings["question"],
            "scope": settings.get("scope", ""),
            "limits": settings["limits"],
            "whole": [report for report in reports if not report.each],
            "briefs": [report for report in reports if report.each],
            "verified": verified,
            "sources_table": table_html(tables.sources(self.review), "Sources"),
            "counts_table": table_html(tables.counts(self.review), "Extracts by kind"),
        }
        environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701 the templates escape
        return environment.get_template("index.html.j2").render(page=page)

    def _page(self, title: str) -> dict[str, Any]:
        return {"title": title, "review": self.review.title, "css": _css(), "version": litbook.__version__, "as_of": self.review.as_of}

    def _extract(self, name: str) -> dict[str, str]:
        """What the way back of one row tells; with the quote where the text is at hand."""
        row = self._back[name]
        source = self._sources[row["source"]]
        told = {
            **row,
            "table": row["table"].replace("_", " "),
            "source": source["label"],
            "url": source["url"],
            "file": source["file"],
            "claim": self._claims.get(name, ""),
            "status": self.review.label("statuses", row["status"]),
            "work": self.review.label_of("works", row["work"]) or "the source itself, or not said",
        }
        text = self.texts[row["source"]]
        if text is not None:
            span = Span(int(row["start"]), int(row["end"]))
            told["before"], told["after"] = anchors.neighbourhood(text, span)
            told["quote"] = span.of(text)
        return told

    def _quotes_note(self) -> str:
        missing = [self._sources[name]["label"] for name, text in self.texts.items() if text is None]
        if not missing:
            return "The texts were at hand when this page was made: each quote stands with its sentence."
        return (
            f"The text of {', '.join(missing)} was not at hand when this page was made, so quotes are not shown; whoever holds it can look "
            "the characters up and compare the hash."
        )


def _html(notebook: Any) -> list[str]:
    return [
        "".join(output["data"]["text/html"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]


@cache
def _css() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")
