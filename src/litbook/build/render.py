"""Rendering: executed notebooks to HTML pages that need nothing beside them, each with the way back of its rows."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from nbconvert import HTMLExporter

import litbook
from litbook import anchors, tables
from litbook.anchors import Span
from litbook.approval import LIMIT
from litbook.build.inputs import together
from litbook.build.manifest import Edition
from litbook.build.plan import Report
from litbook.changes import KINDS, Change, unimportant
from litbook.display import table_html
from litbook.errors import FailedReport
from litbook.review import Review

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
HEADING = re.compile(r"\A# .*\n*")
LINK = re.compile(r"href='#([a-z0-9-]+)'")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Renderer:
    """Renders the reports of one review. Quotes stand in pages only where the text of their source is at hand."""

    version = litbook.__version__

    def __init__(self, review: Review, texts: Mapping[str, str | None]):
        """``texts`` by source, None where a text is not at hand."""
        self.review, self.texts = review, texts
        self._back = {row["id"]: row for row in tables.way_back(review).to_dict("records")}
        self._claims = {
            row["id"]: row["claim"]
            for frame in review.extracts().values()
            if "claim" in frame
            for row in frame[["id", "claim"]].to_dict("records")
        }
        self._unapproved = review.unapproved()
        self._sources = review.table("sources").set_index("id").to_dict("index")
        self._exporter = HTMLExporter(
            template_name="report",
            extra_template_basedirs=[str(TEMPLATES)],
            extra_template_paths=[str(TEMPLATES)],
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )

    def report(self, report: Report, notebook: Path) -> tuple[str, tuple[str, ...]]:
        """The page of one executed notebook, and the ids of the extracts that it shows. Raises FailedReport for a page whose
        elements do not close."""
        content = nbformat.read(notebook, as_version=4)
        content.cells[0].source = HEADING.sub("", content.cells[0].source)  # the page has its own heading
        shown = sorted(set(LINK.findall("".join(_html(content)))) & self._back.keys())
        body, _ = self._exporter.from_notebook_node(content, {"page": self._around(report, shown)})
        left = unbalanced(str(body))
        if left:
            raise FailedReport(
                f"report {report.id}: {report.notebook.name}: <{left}> does not match in the page; allowed: HTML whose elements close; "
                "mend the Markdown or HTML of the notebook"
            )
        return str(body), tuple(shown)

    def page_digest(self, report: Report, shown: Sequence[str]) -> str:
        """Digest of what a page adds to its notebook: titles, the way back of its extracts, and who is unapproved."""
        return together([json.dumps(self._around(report, shown), sort_keys=True, ensure_ascii=False)])

    def _around(self, report: Report, shown: Sequence[str]) -> dict[str, Any]:
        return {
            **self._page(report.title),
            "changed_files": self.review.changed_files(),
            "draft": [name for name in shown if name in self._unapproved],
            "lock_limit": LIMIT,
            "extracts": [self._extract(name) for name in shown],
            "quotes_note": self._quotes_note(),
        }

    def changes(self, changes: Sequence[Change], editions: Sequence[Edition]) -> str:
        """The page that says what changed since the edition before."""
        groups = [(kind, [change for change in changes if change.kind == kind and not unimportant(change)]) for kind in KINDS]
        page = {
            **self._page("Changes since the last edition"),
            "editions": [dataclasses.asdict(edition) for edition in reversed(editions)],
            "groups": [(kind, [dataclasses.asdict(change) for change in own]) for kind, own in groups if own],
            "moved": sum(map(unimportant, changes)),
        }
        return str(self._template("changes.html.j2").render(page=page))

    def index(self, reports: Sequence[Report], edition: int) -> str:
        """The page that leads to the others."""
        at_hand = sum(text is not None for text in self.texts.values())
        settings = self.review.settings["review"]
        page = {
            **self._page(self.review.title),
            "question": settings["question"],
            "scope": settings.get("scope", ""),
            "limits": settings["limits"],
            "whole": [report for report in reports if not report.each],
            "briefs": [report for report in reports if report.each],
            "verified": f"The texts of {at_hand} of {len(self.texts)} sources were at hand when this bundle was made.",
            "edition": edition,
            "sources_table": table_html(tables.sources(self.review), "Sources"),
            "counts_table": table_html(tables.counts(self.review), "Extracts by kind"),
        }
        return str(self._template("index.html.j2").render(page=page))

    def _template(self, name: str) -> jinja2.Template:
        environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701 the templates escape
        return environment.get_template(name)

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


class _Open(HTMLParser):
    """Which elements are open, and the first end that has no beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in VOID:
            self.wrong = self.wrong or f"/{tag}"


def unbalanced(page: str) -> str:
    """The first element of a page that does not close, or end that does not open; empty for a whole page."""
    parser = _Open()
    parser.feed(page)
    parser.close()
    return parser.wrong or (parser.open[-1] if parser.open else "")


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
