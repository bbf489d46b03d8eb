"""All tables of a review as one typed workbook without a live formula, link or macro."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from litbook.errors import DataProblems, Problem
from litbook.exports import about
from litbook.exports.collect import dictionary, extract_sheets, lists, summary_sheets, vocabulary_sheets
from litbook.exports.sheets import Column, Sheet, sheet, typed
from litbook.exports.styles import Styles, height, widths
from litbook.exports.text import MOST_IN_NAME, sheet_name, shortened, unique, units, xml_safe
from litbook.review import Review

MOST_ROWS, MOST_CHARACTERS, MOST_IN_MESSAGE = 1_048_576, 32_767, 255
ABOUT, VOCABULARIES, COLUMNS = "About", "Vocabularies", "Columns"
NO_FILTER = (ABOUT, VOCABULARIES)  # sorted, the lists would no longer stand where the drop-downs look for them
TABS = {"summary": "#0072B2", "extracts": "#009E73", "reference": "#6a6a6a"}
READING = (
    (
        "Folded columns",
        "A + above the columns opens them: characters of the span, hash, statement, citation, and columns without an entry.",
    ),
    ("Ids", "Cells of ids offer their list, which stands in the sheet Vocabularies: do not sort it. Labels beside them do not follow."),
    ("Paper", "Sheets of extracts are wide: for paper take the summaries, which come first, or the brief."),
    ("Numbers", "As printed by the source. Who edits this file edits no data: the data are the CSV files of the review."),
)
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(review: Review) -> bytes:
    """Every table of a review as sheets of an .xlsx: About, summaries, extracts, Vocabularies, Columns.

    Numbers are numbers and show the digits of the source (0.10 stays 0.10), dates are dates, all else is text: nothing is
    run, and 1-2, 007 or TRUE stay as they are. Columns that take the ids of a list offer them. Characters that XML can't
    hold show as U+FFFD, CR as LF. The same review gives the same bytes. Raises DataProblems for what no sheet can hold: a
    cell of more than 32,767 characters, more than 1,048,575 rows; nothing is cut.
    """
    tables = [("summary", table) for table in summary_sheets(review)] + [("extracts", table) for table in extract_sheets(review)]
    fixed = [ABOUT, VOCABULARIES, COLUMNS]
    names = unique([*fixed, *(table.title for _, table in tables)], sheet_name, MOST_IN_NAME)[len(fixed) :]
    named = list(zip(names, (table for _, table in tables), strict=True))
    terms, blocks = _vocabularies(review)
    named.append((VOCABULARIES, terms))
    named.append((COLUMNS, dictionary(named)))
    kinds = [*(kind for kind, _ in tables), "reference", "reference"]
    problems = [problem for name, table in named for problem in _too_much(name, table)]
    if problems:
        raise DataProblems(problems)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, SAFE)
    _properties(book, review)
    styles = Styles(book)
    _about(book.add_worksheet(ABOUT), review, named, styles)
    for kind, (name, table) in zip(kinds, named, strict=True):
        place = book.add_worksheet(name)
        place.set_tab_color(TABS[kind])
        _fill(place, name, table, blocks, styles)
        _page(place, review)
    book.close()
    return stream.getvalue()


def _properties(book: xlsxwriter.Workbook, review: Review) -> None:
    day = datetime.date.fromisoformat(review.as_of)
    book.set_properties(
        {
            "title": xml_safe(review.title),
            "subject": xml_safe(review.settings["review"]["question"]),
            "comments": about.NOT_ADVICE,
            "created": datetime.datetime(day.year, day.month, day.day),  # never the clock's: the same data, the same bytes
        }
    )


def _about(place: Worksheet, review: Review, named: list[tuple[str, Sheet]], styles: Styles) -> None:
    lines = [*about.told(review), *READING, *((f"Sheet {name}", _sheet_told(table)) for name, table in named), *about.unapproved(review)]
    lines = [(xml_safe(name), xml_safe(text)) for name, text in lines]
    place.set_column(0, 0, 34, styles.plain)
    place.set_column(1, 1, 110, styles.plain)
    for row, (name, text) in enumerate(lines):
        for part, start in enumerate(range(0, max(len(text), 1), MOST_CHARACTERS // 2)):
            place.write_string(row, 0, name, styles.title if row == 0 else styles.name)
            place.set_row(row, height((name, text[:MOST_CHARACTERS]), [32.0, 105.0]) if row else 20)
            place.write_string(row, 1 + part, text[start : start + MOST_CHARACTERS // 2], styles.title if row == 0 else styles.plain)
    _page(place, review)


def _sheet_told(table: Sheet) -> str:
    rows = len(table.rows)
    return f"{table.about} ({rows} row{'' if rows == 1 else 's'})".strip()


def _vocabularies(review: Review) -> tuple[Sheet, dict[str, tuple[int, int]]]:
    """All lists of ids below each other, and the first and last row of each (counted from 0, below the header)."""
    known = lists(review)
    own = {column.name: column for table in vocabulary_sheets(review) for column in table.columns}
    first = [own.get(name, Column(name)) for name in ("id", "label", "definition")]
    further = [column for name, column in own.items() if name not in ("id", "label", "definition") and not name.endswith("_label")]
    columns = [Column("vocabulary", description="The list that the id belongs to."), *first, *further]
    columns = [replace(column, terms="", allowed="", required=False) for column in columns]
    rows: list[tuple[str, ...]] = []
    blocks: dict[str, tuple[int, int]] = {}
    for name, entries in known.items():
        if entries:
            blocks[name] = (len(rows) + 1, len(rows) + len(entries))
        rows += [(name, *(entry.get(column.name, "") for column in columns[1:])) for entry in entries]
    return sheet("vocabularies", VOCABULARIES, "What the ids mean, list by list.", columns, rows), blocks


def _too_much(name: str, table: Sheet) -> Iterator[Problem]:
    """What XlsxWriter would leave out without a word."""
    if len(table.rows) >= MOST_ROWS:
        yield Problem(name, None, "", f"{len(table.rows)} rows", f"at most {MOST_ROWS - 1} in a sheet", "export a selection of the review")
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            if len(cell) > MOST_CHARACTERS // 2 and units(cell) > MOST_CHARACTERS:
                found = f"row {row[0][:60]!r}, column {column.name}: {units(cell)} characters"
                yield Problem(name, None, "", found, f"at most {MOST_CHARACTERS} in a cell of a workbook", "shorten it")


def _fill(place: Worksheet, name: str, table: Sheet, blocks: dict[str, tuple[int, int]], styles: Styles) -> None:
    across = widths(table)
    shown = [at for at, column in enumerate(table.columns) if not _folded(table, at)]
    for at, (column, width) in enumerate(zip(table.columns, across, strict=True)):
        options = {} if at in shown else {"level": 1, "hidden": True}
        place.set_column(at, at, width, styles.of(column.type), options)
        place.write_string(0, at, xml_safe(column.name), styles.header)
        _message(place, at, column)
        if column.terms in blocks and table.rows:
            _drop_down(place, at, column, blocks[column.terms], len(table.rows))
        for line, row in enumerate(table.rows, 1):
            _write(place, line, at, column, row[at], styles)
    for line, row in enumerate([tuple(column.name.replace("_", "_ ") for column in table.columns), *table.rows]):
        place.set_row(line, height(tuple(row[at] for at in shown), [across[at] for at in shown]))
    last = max(len(table.rows), 1), len(table.columns) - 1
    place.freeze_panes(1, 1)
    place.repeat_rows(0)
    if name not in NO_FILTER:
        place.autofilter(0, 0, *last)
    place.ignore_errors({"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(*last)}"})


def _folded(table: Sheet, at: int) -> bool:
    """Whether a column is folded away at first: it serves the way back, or no row says anything in it."""
    return table.columns[at].folded or bool(at and table.rows and not any(row[at] for row in table.rows))


def _write(place: Worksheet, row: int, at: int, column: Column, cell: str, styles: Styles) -> None:
    value = typed(column.type, cell)
    if isinstance(value, datetime.date):
        place.write_datetime(row, at, datetime.datetime(value.year, value.month, value.day), styles.date)
    elif isinstance(value, str):
        if value:
            place.write_string(row, at, xml_safe(value), styles.text if len(value) < MOST_IN_MESSAGE else styles.plain)
    else:
        place.write_number(row, at, value, styles.number(column.type, cell))


def _message(place: Worksheet, at: int, column: Column) -> None:
    """What the column means, shown when its header is chosen."""
    meaning = xml_safe(" ".join(part for part in (column.description, f"Allowed: {column.allowed}." if column.allowed else "") if part))
    if units(meaning) > MOST_IN_MESSAGE:
        rest = f" … (see {COLUMNS})"
        meaning = shortened(meaning, MOST_IN_MESSAGE - units(rest)) + rest
    if meaning:
        place.data_validation(
            0, at, 0, at, {"validate": "any", "input_title": shortened(xml_safe(column.name), 32), "input_message": meaning}
        )


def _drop_down(place: Worksheet, at: int, column: Column, block: tuple[int, int], rows: int) -> None:
    """The list of a column of ids: a range of the vocabularies, for a list in the cell itself ends at 255 characters."""
    place.data_validation(
        1,
        at,
        rows,
        at,
        {
            "validate": "list",
            "source": f"={VOCABULARIES}!$B${block[0] + 1}:$B${block[1] + 1}",
            "ignore_blank": not column.required,
            "error_title": "Not in the list",
            "error_message": shortened(f"Take an id of {xml_safe(column.terms)}: see the sheet {VOCABULARIES}.", MOST_IN_MESSAGE),
        },
    )


def _page(place: Worksheet, review: Review) -> None:
    """A4 across, as wide as one page, with the header on every page."""
    place.set_paper(9)
    place.set_landscape()
    place.fit_to_pages(1, 0)
    place.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    place.set_footer(f"&L&8As of {review.as_of}. What the sources say; not advice.&R&8&A, page &P of &N")
