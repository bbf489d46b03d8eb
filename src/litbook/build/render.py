"""Rendering: executed notebooks to HTML pages that need nothing beside them, each with the way back of its rows."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbconvert import HTMLExporter

import litbook
from litbook import anchors, tables
from litbook.agreement import ROW
from litbook.anchors import Span
from litbook.approval import LIMIT
from litbook.build.inputs import together
from litbook.build.manifest import Edition
from litbook.build.plan import Report
from litbook.build.template import TEMPLATES, environment, inline, running, unbalanced, with_contents
from litbook.changes import KINDS, Change, unimportant
from litbook.display import IN_JUPYTER
from litbook.errors import FailedReport
from litbook.markup import BEHIND, table_html, unbroken
from litbook.review import Review
from litbook.tables.common import records
from litbook.tables.public_record import SIGN, doubts, held, in_full, in_short, on_statement

HEADING = re.compile(r"\A# .*\n*")
DRAFT = "DRAFT"
TWICE, ONCE = "by two readers, each difference adjudicated", "by one reader"
KEPT, ADDED = (
    "by one of two readers alone; kept when that was adjudicated",
    "by the second of two readers alone; added when that was adjudicated",
)
WEB = re.compile(r"https?://")  # no other address becomes a link
LINK = re.compile(r"href='#([a-z0-9-]+)'")


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
        self._subjects, self._undosed = tables.subjects(review), tables.subjects(review, doses_too=False)
        self._unapproved = review.unapproved()
        self._held, self._doubts, self._beside = held(review), doubts(review), on_statement(review)
        alone = [row for row in records(review, "adjudications") if row["field"] == ROW]
        self._kept = {row["first"] for row in alone if row["first"]}
        self._added = {row["value"] for row in alone if not row["first"]}
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
        for output in _outputs(content):
            output["data"]["text/html"] = "".join(output["data"]["text/html"]).replace(IN_JUPYTER, "")  # the page has its own style
        shown = sorted(set(LINK.findall("".join(output["data"]["text/html"] for output in _outputs(content)))) & self._back.keys())
        body, _ = self._exporter.from_notebook_node(content, {"page": self._around(report, shown)})
        body = with_contents(str(body))
        left = unbalanced(body)
        if left:
            raise FailedReport(
                f"report {report.id}: {report.notebook.name}: <{left}> does not match in the page; allowed: HTML whose elements close; "
                "mend the Markdown or HTML of the notebook"
            )
        return body, tuple(shown)

    def page_digest(self, report: Report, shown: Sequence[str]) -> str:
        """Digest of what a page adds to its notebook: titles, the way back of its extracts, and who is unapproved."""
        return together([json.dumps(self._around(report, shown), sort_keys=True, ensure_ascii=False)])

    def _around(self, report: Report, shown: Sequence[str]) -> dict[str, Any]:
        changed, draft = self.review.changed_files(), [name for name in shown if name in self._unapproved]
        return {
            **self._page(report.title, report.notebook.stem, draft=bool(changed or draft)),
            "changed_files": changed,
            "draft": draft,
            "plain": report.parameters.get("audience") == "plain",
            "lock_limit": LIMIT,
            "extracts": [self._extract(name, plain=report.parameters.get("audience") == "plain") for name in shown],
            "quotes_note": self._quotes_note(),
        }

    def changes(self, changes: Sequence[Change], editions: Sequence[Edition]) -> str:
        """The page that says what changed since the edition before."""
        groups = [(kind, [change for change in changes if change.kind == kind and not unimportant(change)]) for kind in KINDS]
        history = pd.DataFrame(
            [{"edition": str(one.number), "data_as_of": one.as_of, "changes": one.changes} for one in reversed(editions)]
        )
        page = {
            **self._page("Changes since the last edition"),
            "editions": [dataclasses.asdict(edition) for edition in reversed(editions)],
            "groups": [(kind, table_html(_changes(own), kind.capitalize())) for kind, own in groups if own],
            "history": table_html(history, "Editions of this bundle"),
            "moved": sum(map(unimportant, changes)),
        }
        return environment().get_template("changes.html.j2").render(page=page)

    def index(self, reports: Sequence[Report], edition: int, files: Sequence[Mapping[str, str]] = ()) -> str:
        """The page that leads to the others, and to the ``files`` to take away (path and about, or path and report)."""
        at_hand = sum(text is not None for text in self.texts.values())
        settings = self.review.settings["review"]
        rows, unapproved, changed = len(self._back), len(self._back.keys() & self._unapproved), self.review.changed_files()
        told = [f"extracts of this review that are not approved: {unapproved} of {rows}"] if unapproved else []
        told += [f"changed since they were approved: {', '.join(changed)}"] if changed else []
        page = {
            **self._page(self.review.title, draft=bool(told)),
            "draft": f"{'; '.join(told)}. {LIMIT}" if told else "",
            "question": settings["question"],
            "scope": settings.get("scope", ""),
            "limits": settings["limits"],
            "whole": [report for report in reports if not report.each],
            "groups": _groups(reports),
            "files": [file for file in files if "report" not in file],
            "also": {report.id: [file["path"] for file in files if file.get("report") == report.id] for report in reports},
            "verified": f"The texts of {at_hand} of {len(self.texts)} sources were at hand when this bundle was made.",
            "edition": edition,
            "sources_table": table_html(_without_ids(tables.sources(self.review)), "Sources"),
            "counts_table": table_html(_without_ids(tables.counts(self.review)), "Extracts by kind"),
        }
        return environment().get_template("index.html.j2").render(page=page)

    def _page(self, title: str, kind: str = "", draft: bool = False) -> dict[str, Any]:
        return {
            "title": title,
            "kind": kind,
            "review": self.review.title,
            "style": inline("style.css"),
            "running": running(" – ".join(dict.fromkeys(part for part in (DRAFT if draft else "", title, self.review.title) if part))),
            "script": inline("report.js"),
            "version": litbook.__version__,
            "as_of": self.review.as_of,
        }

    def _extract(self, name: str, plain: bool) -> dict[str, Any]:
        """What the way back of one row tells; with the quote where the text is at hand. ``plain``: what it is about
        is told without a dose."""
        row = self._back[name]
        source = self._sources[row["source"]]
        told: dict[str, Any] = {
            **row,
            "record": [in_full(self.review, check) for check in self._held.get(name, ())],
            "statement_record": [in_short(self.review, check) for check in self._beside.get(name, ())],
            "work_record": [in_short(self.review, check) for check in self._held.get(row["work"], ())],
            "table": row["table"].replace("_", " "),
            "source": source["label"],
            "url": source["url"] if WEB.match(source["url"]) else "",
            "file": source["file"],
            "title": unbroken(self._title(name, plain)),
            "inferred": tables.in_words(self.review, row["table"], row["inferred"]),
            "status": self.review.label("statuses", row["status"]),
            "recorded": self.review.approvals.get(name, ""),
            "extracted": self._extracted(name, row["table"]),
            "work": self.review.label_of("works", row["work"]) or "the source itself, or not said",
        }
        text = self.texts[row["source"]]
        if text is not None:
            span = Span(int(row["start"]), int(row["end"]))
            told["before"], told["after"] = anchors.neighbourhood(text, span)
            told["quote"] = span.of(text)
        return told

    def _title(self, name: str, plain: bool) -> str:
        table, about = self._back[name]["table"].replace("_", " "), (self._undosed if plain else self._subjects)[name]
        told = ": ".join(filter(None, (name, table, about, self._claims.get(name, ""))))
        return told + (f" {SIGN}" if name in self._doubts else "")

    def _extracted(self, name: str, table: str) -> str:
        """By how many readers a row was extracted, and what became of one that a single reader saw."""
        if f"second_{table}" not in self.review.package.tables:
            return ONCE
        return ADDED if name in self._added else KEPT if name in self._kept else TWICE

    def _quotes_note(self) -> str:
        missing = [self._sources[name]["label"] for name, text in self.texts.items() if text is None]
        if not missing:
            return "The texts were at hand when this page was made: each quote stands with its sentence."
        return (
            f"The text of {', '.join(missing)} was not at hand when this page was made, so quotes are not shown; whoever holds it can look "
            "the characters up and compare the hash."
        )


def _outputs(notebook: Any) -> list[Any]:
    """The outputs of a notebook that are HTML."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output for output in outputs if "text/html" in output.get("data", {})]


def _without_ids(table: pd.DataFrame) -> pd.DataFrame:
    """A table for a page that has no way back: without the ids behind its numbers."""
    return table[[column for column in table.columns if not column.endswith(BEHIND)]]


def _changes(changes: Sequence[Change]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "what": f"{change.table.replace('_', ' ')} {change.id}",
                "about": change.about,
                "field": change.field.replace("_", " "),
                "was": change.old,
                "is": change.new,
            }
            for change in changes
        ]
    )


def _groups(reports: Sequence[Report]) -> list[tuple[str, list[Report]]]:
    """The reports that are made once for each term, by the entry that asks for them."""
    found: dict[str, list[Report]] = {}
    for report in reports:
        if report.each:
            found.setdefault(f"{report.group}: by {report.each}", []).append(report)
    return list(found.items())
