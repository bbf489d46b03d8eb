"""Tables of a page as rows of text: what stands in small type within a cell, and the ids that are folded into it, apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from tests.proof.recount import Files, statements

# What is said before a column's text where it stands in small type; nothing before the text of any other column.
BEFORE = {"work": "relaying ", "or_read_as": "or read as: ", "relays": "relays ", "comparator": "against ", "population": "population: ",
          "for_whom": "For whom: ",
          "on_condition_that": "Condition or scope: ", "note": "Note: ", "duration_words": "how long: ",
          "persistence": "how long: ", "site": "site: ", "explained_by": "by: ", "maintenance": "Maintenance: ", "term": "term: ",
          "looked_at": "Looked at ", "value": "value: ", "table": "of ", "second": "second: "}  # fmt: skip


HEADINGS = {"doi": "DOI", "ac1": "AC1", "id": "ID", "status": "Extract checked", "unattributed": "Relay no work",
            "works": "Works relayed", "cap": "Cap on this axis", "low_op": "Low bound is", "high_op": "High bound is",
            "re_opened": "Re-opened", "not_a_disagreement": "No disagreement"}  # fmt: skip


def read(table: Tag) -> tuple[list[str], list[dict[str, str]]]:
    """Headings and rows. ``<heading> rows`` holds the ids that are folded into a cell."""
    table = BeautifulSoup(str(table), "html.parser")
    head = [cell.get_text() for cell in table.select("thead th")]
    rows = []
    for line in table.select("tbody tr"):
        row: dict[str, str] = {}
        for name, cell in zip(head, line.find_all(["th", "td"]), strict=True):
            for small in cell.select("small[data-key]"):
                key = str(small["data-key"])
                for link in small.select("a[href]"):  # of an address the site alone is shown
                    link.string = str(link["href"])
                text, before = small.extract().get_text(), BEFORE.get(key, "")
                row[heading(key)] = text.removeprefix(before) if text.startswith(before) else f"not said before it: {before}: {text}"
            folded = cell.select_one("details.behind > span")
            if folded:
                row[f"{name} rows"] = folded.extract().get_text()
                more = re.match(r"In (\d+) rows: ", row[f"{name} rows"])
                ids = row[f"{name} rows"][more.end() if more else 0 :]
                row[f"{name} rows"] = ids if more is None or int(more[1]) == len(ids.split()) else f"{more[1]} rows are told: {ids}"
            row[name] = cell.get_text()
        rows.append(row)
    return head, rows


def heading(column: str) -> str:
    """The heading of a column."""
    text = column.replace("_", " ")
    return HEADINGS.get(column, text[:1].upper() + text[1:])


def folded(caption: str, rows: list[dict[str, str]], files: Files) -> Iterator[str]:
    """A number that does not count the rows folded behind it, nor their statements; ids that no row has."""
    for row in rows:
        for name, ids in row.items():
            number = row.get(name.removesuffix(" rows"), "")
            if not name.endswith(" rows") or name == "Other rows":
                continue
            own = [files.by_id[one] for one in ids.split() if one in files.by_id]
            counted = {str(len(own)), str(len(statements(own)))}
            if len(own) != len(ids.split()) or (number.isdigit() and number not in counted):
                yield f"{caption}: {name}: {number}, folded {len(own)} rows"
