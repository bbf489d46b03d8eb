"""Tables as HTML: every cell escaped, header cells with scope, ids of extracts as links to their way back.

What a row says beside its main cells (the work relayed, the status, a note) stands in small type within them, so that a
table keeps to the width of a page. A column ``<name>_rows`` holds the ids behind the numbers of ``<name>`` and is folded
into their cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

import pandas as pd

from litbook.quantities import QUANTITY

ADDRESS = re.compile(r"https://[^\s'\"<>]+")
BEHIND = "_rows"
NUMBER = re.compile(r"[−-]?[0-9][0-9.,]*( ?%)?")
SIDES = " | "
ADDRESSES = ("address", "looked_at")
ID_COLUMNS = ("id", "rows", "other_rows", "members")
HEADINGS = {
    "doi": "DOI",
    "ac1": "AC1",
    "id": "ID",
    "status": "Extract checked",  # not the drug or the dose: "approved" alone reads like a licence
    "unattributed": "Relay no work",
    "works": "Works relayed",
    "cap": "Cap on this axis",
    "low_op": "Low bound is",
    "high_op": "High bound is",
    "re_opened": "Re-opened",
    "not_a_disagreement": "No disagreement",
}
# Columns that a reader sorts and filters by.
FILTERS = ("kind", "indication", "route", "source", "status", "stance", "direction", "verdict", "class", "decided")
SHARED = ("status", "decided", "drug", "indication", "route", "term", "voice", "kind", "certainty")
LONG = ("claim", "as_reported", "value", "criterion", "record", "summary", "option", "marker", "item")
WIDE = (*LONG, "detail", "reference", "reason", "sides", "looks_for")
# What stands in small type within another column: its host (the first that the table has), and what is said before it.
ASIDE = {
    "work": (("source",), "relaying "),
    "or_read_as": (("stance",), "or read as: "),
    "relays": (("stance",), "relays "),
    "comparator": (("design",), "against "),
    "outcome_domain": (("outcome",), ""),
    "who_and_where": (("indication",), ""),
    "population": (("indication",), "population: "),
    "setting": (("indication",), ""),
    "duration_words": (("outcome",), "how long: "),
    "hedge": (("direction",), ""),
    "site": (("marker",), "site: "),
    "persistence": (("direction",), "how long: "),
    "reservation": (("criterion", "condition", "marker"), ""),
    "state": (("route",), ""),
    "scope": (("topic",), ""),
    "explained_by": (("decided",), "by: "),
    "only": (("how_often_or_firmly", "what"), ""),
    "detail": (("claim",), ""),
    "maintenance": (("claim",), "Maintenance: "),
    "term": (("how_often_or_firmly",), "term: "),
    "drug": (("label",), ""),
    "for_whom": (LONG, "For whom: "),
    "on_condition_that": (LONG, "Condition or scope: "),
    "note": (LONG, "Note: "),
    "public_record": (LONG, ""),
    "readings": (("record",), ""),
    "check": (("verdict",), ""),
    "looked_at": (("reference",), "Looked at "),
    "value": (("decision",), "value: "),
    "table": (("field",), "of "),
    "second": (("first",), "second: "),
}
CLASSES = {
    **dict.fromkeys(WIDE, "long"),
    "address": "link",
    **dict.fromkeys(("published", "updated", "retrieved"), "date"),
    "first": "id",
    "source": "source",
    "rows": "many",
    "other_rows": "many",
    "members": "many",
}


def table_html(table: pd.DataFrame, caption: str = "") -> str:
    """A table as HTML, in a region that scrolls by keyboard where it is wider than the page."""
    columns = [str(column) for column in table.columns]
    asides = _asides(columns)
    shown = [column for column in columns if column not in asides and not _behind(column, columns)]
    rows = [dict(zip(columns, map(plain, row), strict=True)) for row in table.itertuples(index=False, name=None)]
    numbers = {column for column in columns if _numbers(table[column], column)}
    head = "".join(_head(column, column in numbers) for column in shown)
    body = "".join(f"<tr>{''.join(_cell(column, row, shown, asides, column in numbers) for column in shown)}</tr>\n" for row in rows)
    title = f"<caption><span>{escape(caption)} <small>({rows_in_words(table)})</small></span></caption>" if caption else ""
    region = f" role='group' aria-label='{escape(caption, quote=True)}' tabindex='0'" if caption else ""
    inside = f"<table class='litbook'>{title}<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"
    return f"<div class='scroll'{region}>{inside}</div>"


def slim(table: pd.DataFrame, caption: str) -> tuple[pd.DataFrame, str]:
    """Without the columns in which no row says anything; what all rows share goes to the caption."""
    filled = [column for place, column in enumerate(table.columns) if place == 0 or (table[column].astype(str) != "").any()]
    shared = [column for column in filled if column in SHARED and len(table) > 1 and table[column].nunique() == 1]
    if shared:
        told = "; ".join(f"{heading(column).lower()}: {str(table[column].iloc[0]).lower()}" for column in shared)
        caption = f"{caption} (in every row {told})"
    return table[[column for column in filled if column not in shared]], caption


def rows_in_words(table: pd.DataFrame) -> str:
    """How many rows a table has, such as ``1 row``."""
    return f"{len(table)} row{'' if len(table) == 1 else 's'}"


def plain(value: object) -> str:
    """A cell as text; nothing for what is missing."""
    return "" if value is None or value != value else str(value)


def heading(column: str) -> str:
    """A column's name for reading."""
    text = column.replace("_", " ")
    return HEADINGS.get(column, text[:1].upper() + text[1:])


def links(ids: str) -> str:
    """Ids, separated by spaces, as links to the way back of each."""
    return " ".join(f"<a href='#{escape(name, quote=True)}'>{escape(name)}</a>" for name in ids.split())


def unbroken(text: str) -> str:
    """Text as HTML, in which no quantity is broken over two lines."""
    found, at = [], 0
    for quantity in QUANTITY.finditer(text):
        found += [escape(text[at : quantity.start()]), f"<span class='q'>{escape(quantity[0])}</span>"]
        at = quantity.end()
    return "".join([*found, escape(text[at:])])


def _numbers(cells: pd.Series, column: str) -> bool:
    if column in ID_COLUMNS or not len(cells):  # there they may be numbers of rows, or ids that look like numbers
        return bool(pd.api.types.is_numeric_dtype(cells))
    told = [text for text in map(plain, cells) if text]
    return bool(told) and all(map(NUMBER.fullmatch, told))


def _asides(columns: list[str]) -> dict[str, str]:
    """Which column stands within which other one: never in the first, nor in one that is an aside itself; and never a column
    with ids behind it, for which small type has no room."""
    own = [name for name in ASIDE if name in columns[1:] and f"{name}{BEHIND}" not in columns]
    found: dict[str, str] = {}
    for name in own:
        host = next((host for host in ASIDE[name][0] if host in columns[1:] and host not in found), "")
        if host and name not in found.values():
            found[name] = host
    return found


def _behind(column: str, columns: list[str]) -> bool:
    return column.endswith(BEHIND) and column.removesuffix(BEHIND) in columns


def _kind(column: str, number: bool) -> str:
    name = "number" if number else CLASSES.get(column, "id" if column == "id" else "")
    return f" class='{name}'" if name else ""


def _head(column: str, number: bool) -> str:
    key = f" data-filter='{column}'" if column in FILTERS else ""
    return f"<th scope='col'{_kind(column, number)}{key}>{escape(heading(column))}</th>"


def _cell(column: str, row: Mapping[str, str], shown: list[str], asides: Mapping[str, str], number: bool) -> str:
    text, first = row[column], column == shown[0]
    inside = escape(text) if number else _inside(column, text)
    behind = row.get(f"{column}{BEHIND}", "")
    if behind:
        n = len(behind.split())
        more = f"In {n} rows: " if number and text != str(n) else ""  # a statement on two routes or indications has two
        inside = f"<details class='behind'><summary>{inside}</summary><span>{more}{links(behind)}</span></details>"
    beside = [name for name, host in asides.items() if host == column and row[name]]
    inside += "".join(f"<small data-key='{name}'>{escape(ASIDE[name][1])}{_inside(name, row[name])}</small>" for name in beside)
    kind = _kind(column, number)
    return f"<th scope='row'{kind}>{inside}</th>" if first else f"<td{kind}>{inside}</td>"


def _inside(column: str, text: str) -> str:
    if column in ID_COLUMNS:
        return links(text)
    if column == "sides":  # each begins a line of its own
        return ";<br>".join(map(unbroken, text.split(SIDES)))
    return _linked(text, short=column == "looked_at") if column in ADDRESSES else unbroken(text)


def _linked(text: str, short: bool) -> str:
    """Text with its addresses as links; ``short``: of each the site alone is shown, for in small type a long one is but noise."""
    parts = re.split(f"({ADDRESS.pattern})", text)
    return "".join(_address(part, short) if ADDRESS.fullmatch(part) else escape(part) for part in parts)


def _address(text: str, short: bool) -> str:
    where = escape(text, quote=True)
    shown = f"{urlsplit(text).netloc.removeprefix('www.')}/…" if short else text
    return f"<a href='{where}' rel='noreferrer'>{escape(shown)}</a>"
