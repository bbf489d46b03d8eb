"""Exports: what is written reads back equal, nothing in it is live, and the same review gives the same bytes."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import litbook
from litbook import doses, exports, tables
from litbook.datapackage import Field
from litbook.errors import DataProblems, LitbookError, UnknownTerm
from litbook.exports import spreadsheet
from litbook.exports.about import NOT_ADVICE
from litbook.exports.collect import extract_sheets, summary_sheets
from litbook.exports.csvs import csv_bytes
from litbook.exports.registry import MEANINGS, SUMMARIES
from litbook.exports.rows import Part
from litbook.exports.sheets import Column, sheet, typed
from litbook.exports.text import csv_safe, csv_undone, file_name, sheet_name, unique, units, xml_safe
from litbook.exports.writer import Writer
from litbook.review import Review
from tests.conftest import ROOT, TINY, change
from tests.payloads import MARKUP, MISREAD, SPREADSHEET

NASTY = (*SPREADSHEET, *MISREAD, *MARKUP)
ANY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(NASTY),
    st.lists(st.sampled_from([*"=+-@;\t\n\r'\" ", "＝", "\u200b", "5"]), max_size=12).map("".join),
)
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # where one example takes a second, shrinking takes minutes


# --- what a spreadsheet would run, by a judge that is not the writer ---------------------------------------------------


def live(cell: str) -> bool:
    """Whether some spreadsheet, in some locale, may read a formula at the beginning of the cell or after a separator in it."""
    if re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
        return False
    return cell[:1] in ("\t", "\r", "\n", "\0") or any(begins(piece) for piece in re.split(r"[;\t\r\n]", cell))


def begins(piece: str) -> bool:
    seen = next(
        (sign for sign in piece if not sign.isspace() and sign != '"' and unicodedata.category(sign) not in ("Cc", "Cf", "Zs", "Zl", "Zp")),
        "",
    )
    if not seen:
        return False
    tag, _, plain = unicodedata.decomposition(seen).rpartition(" ")
    return seen in "=+-@" or (tag in ("<wide>", "<small>") and chr(int(plain, 16)) in "=+-@")


def test_the_judge_knows_the_payloads() -> None:
    """Most of the list is live as it stands, so that the tests below can fail."""
    assert sum(map(live, SPREADSHEET)) > 100
    assert len(SPREADSHEET) >= 100 and len(MARKUP) >= 100 and len(set(NASTY)) >= len(NASTY) - 5


@given(ANY)
@settings(max_examples=600)
def test_a_safe_cell_is_not_live_and_can_be_undone(text: str) -> None:
    assert not live(csv_safe(text))
    assert csv_undone(csv_safe(text)) == text
    assert csv_safe(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", [*NASTY, "", "'", "-", "=", ";" * 50_000 + "=1", "\n" * 50_000, "'" * 50_000 + "=1"])
def test_payloads_are_not_live_and_can_be_undone(text: str) -> None:
    assert not live(csv_safe(text))
    assert csv_undone(csv_safe(text)) == text


@pytest.mark.parametrize("number", ["-5", "0.10", "5", "-0.35", "007"])
def test_plain_numbers_stay_numbers(number: str) -> None:
    assert csv_safe(number) == number


@pytest.mark.parametrize("text", ["0.1–0.5 mg/kg", "a-b", "x=1", "e@mail.example", "2 + 2", "it's; that's all", "'they' may be"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert csv_safe(text) == text


# --- CSV -----------------------------------------------------------------------------------------------------------------


def read_csv(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


@given(st.lists(st.tuples(ANY, ANY), max_size=5))
def test_a_csv_reads_back_equal(rows: list[tuple[str, str]]) -> None:
    raw = csv_bytes(sheet("t", "T", "", [Column("id"), Column("=note")], rows))
    head, *read = read_csv(raw)
    assert head == ["id", "'=note"]
    assert [tuple(map(csv_undone, row)) for row in read] == rows


def test_every_table_is_there_with_every_cell(ketamine: Review) -> None:
    files = exports.tables_csv(ketamine)
    assert {f"{one.name}.csv" for one in SUMMARIES} | {"columns.csv"} <= set(files)
    for kind, folder in (("extract", "extracts"), ("vocabulary", "vocabularies")):
        for table in ketamine.package.of_kind(kind):
            head, *rows = read_csv(files[f"{folder}/{table.name}.csv"])
            frame = pd.DataFrame([list(map(csv_undone, row)) for row in rows], columns=head)
            assert frame[list(table.columns)].to_numpy().tolist() == ketamine.table(table.name).to_numpy().tolist()
            for field in table.fields:
                if field.foreign in ketamine.words:
                    assert list(frame[f"{field.name}_label"]) == ketamine.labels(field.foreign, frame[field.name])
    assert b"\r" not in b"".join(files.values())


def test_doses_are_numbers_and_words(ketamine: Review) -> None:
    frame = pd.read_csv(io.BytesIO(exports.tables_csv(ketamine)["extracts/doses.csv"]))
    assert frame["low"].dtype == frame["high"].dtype == "float64"
    rows = ketamine.table("doses").to_dict("records")
    assert list(frame["as_reported"]) == [doses.as_reported(row, ketamine.words) for row in rows]
    assert list(frame["low"].dropna()) == [float(row["low"]) for row in rows if row["low"]]


def test_the_dictionary_names_every_column_of_every_file(ketamine: Review) -> None:
    files = exports.tables_csv(ketamine)
    told = {(row[0], row[1]) for row in read_csv(files["columns.csv"])[1:]}
    assert told == {(name, column) for name, raw in files.items() for column in read_csv(raw)[0] if name != "columns.csv"}


def test_the_meanings_are_of_columns_that_there_are(ketamine: Review) -> None:
    columns = {column.name for table in summary_sheets(ketamine) for column in table.columns}
    assert set(MEANINGS) <= columns


# --- the workbook --------------------------------------------------------------------------------------------------------


@cache
def written() -> bytes:
    """The workbook of the shipped review, made once."""
    return exports.workbook(litbook.load("ketamine"))


@cache
def shipped() -> Any:
    """The same, read once."""
    return opened(written())


def opened(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw), data_only=False)


def parts(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def assert_nothing_runs(raw: bytes) -> None:
    """No formula, link, macro, embedded object or external part; every relationship stays inside the file."""
    inside = parts(raw)
    for name, text in inside.items():
        assert not re.search(r"<f[ >/]|<hyperlink|<oleObject|<externalReference|<ddeLink|<control[ >]|<legacyDrawing", text), name
        assert 'TargetMode="External"' not in text, name
    assert not [name for name in inside if re.search(r"vba|external|connections|embeddings|activeX|queryTable|\.bin$", name)]


def test_no_cell_of_the_workbook_runs() -> None:
    assert_nothing_runs(written())
    assert all(cell.data_type != "f" for place in shipped() for row in place.iter_rows() for cell in row)


def test_every_extract_and_summary_has_its_sheet_with_every_cell(ketamine: Review) -> None:
    book = shipped()
    for table in [*summary_sheets(ketamine), *extract_sheets(ketamine)]:
        head, *rows = book[table.title].iter_rows(values_only=True)
        assert list(head) == [column.name for column in table.columns]
        assert len(rows) == len(table.rows)
        for own, read in zip(table.rows, rows, strict=True):
            for column, cell, value in zip(table.columns, own, read, strict=True):
                assert as_printed(column.type, cell, value), (table.name, column.name, cell, value)


def as_printed(kind: str, cell: str, value: object) -> bool:
    """Whether what openpyxl reads is what stood in the cell."""
    if not cell:
        return value is None
    if isinstance(value, datetime.datetime):
        return kind == "date" and value.date().isoformat() == cell
    if isinstance(value, int | float):
        return kind in ("integer", "number", "year") and float(cell) == value
    return value == cell


def test_doses_are_typed_and_show_the_digits_of_the_source(copy: Callable[..., Path]) -> None:
    folder = copy(TINY)
    change(folder / "doses.csv", "tp-dose-05", "high", "5.10")
    change(folder / "sources.csv", "rootline", "updated", "2024-02-29")
    book = opened(exports.workbook(litbook.load(folder)))
    head, *rows = book["Doses"].iter_rows()
    place = {cell.value: at for at, cell in enumerate(head)}
    [row] = [row for row in rows if row[0].value == "tp-dose-05"]
    low, high, period = (row[place[name]] for name in ("low", "high", "period"))
    assert (low.value, low.number_format, type(low.value)) == (1, "0", int)
    assert (high.value, high.number_format) == (5.1, "0.00")
    assert (period.value, row[place["period_max"]].value) == (2, 3)
    [source] = [row for row in book["Sources"].iter_rows() if row[0].value == "Rootline shop"]
    updated = next(cell for cell, name in zip(source, book["Sources"][1], strict=True) if name.value == "updated")
    assert updated.value == datetime.datetime(2024, 2, 29) and updated.number_format == "yyyy-mm-dd"
    for title in ("Recommendations", "Stance"):
        head, *rows = shipped()[title].iter_rows(values_only=True)
        assert {type(row[head.index("year")]) for row in rows} == {int, type(None)}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("number", "0.10", 0.1),
        ("integer", "-5", -5),
        ("integer", "007", "007"),
        ("number", "-0", "-0"),
        ("number", "999999999999999.123456789012345", "999999999999999.123456789012345"),
        ("number", "0.123456789012345", 0.123456789012345),
        ("number", "2-3", "2-3"),
        ("number", "1e5", "1e5"),
        ("number", "٣", "٣"),
        ("year", "0999", 999),
        ("date", "2024-02-30", "2024-02-30"),
        ("date", "1899-12-31", "1899-12-31"),
        ("date", "20240229", "20240229"),
        ("date", "2024-02-29", datetime.date(2024, 2, 29)),
        ("string", "5", "5"),
        ("string", "", ""),
    ],
)
def test_what_a_spreadsheet_would_alter_stays_text(kind: str, cell: str, value: object) -> None:
    assert typed(kind, cell) == value and type(typed(kind, cell)) is type(value)


def test_lists_offer_exactly_the_ids_of_their_vocabulary(ketamine: Review) -> None:
    book = shipped()
    terms = book["Vocabularies"]
    checked = 0
    for table in ketamine.package.of_kind("extract"):
        place = book[table.title]
        names = [cell.value for cell in place[1]]
        offered = {str(one.sqref): one for one in place.data_validations.dataValidation if one.type == "list"}
        for field in (field for field in table.fields if field.foreign):
            letter = openpyxl.utils.get_column_letter(names.index(field.name) + 1)
            rule = offered.pop(
                f"{letter}2:{letter}{len(ketamine.table(table.name)) + 1}" if len(ketamine.table(table.name)) > 1 else f"{letter}2"
            )
            [(first, last)] = re.findall(r"^Vocabularies!\$B\$(\d+):\$B\$(\d+)$", rule.formula1)
            cells = terms[f"A{first}" : f"B{last}"]
            assert {row[0].value for row in cells} == {field.foreign}
            ids = ketamine.terms(field.foreign) if field.foreign in ketamine.words else list(ketamine.table(field.foreign)["id"])
            assert [row[1].value for row in cells] == ids
            checked += 1
        assert not offered
    assert checked > 100


def test_headers_say_what_their_columns_mean(ketamine: Review) -> None:
    place = shipped()["Doses"]
    said = {str(one.sqref): one.prompt for one in place.data_validations.dataValidation if one.type is None or one.type == "none"}
    for at, cell in enumerate(place[1], 1):
        where = f"{openpyxl.utils.get_column_letter(at)}1"
        assert said[where] and units(said[where]) <= 255
        if cell.value in ketamine.package.tables["doses"].columns:
            meaning = ketamine.package.tables["doses"].field(cell.value).description
            assert said[where].startswith(meaning[:200])


def test_sheets_are_set_for_reading_and_for_paper() -> None:
    book = shipped()
    assert book.sheetnames[0] == "About" and {"Vocabularies", "Columns"} <= set(book.sheetnames)
    for place in book:
        assert (place.page_setup.paperSize, place.page_setup.orientation) == (9, "landscape") or place.page_setup.paperSize == "9"
        assert (
            place.sheet_properties.pageSetUpPr.fitToPage
            and int(place.page_setup.fitToWidth or 1) == 1
            and int(place.page_setup.fitToHeight) == 0
        )
        if place.title == "About":
            continue
        assert place.freeze_panes == "B2" and place.print_title_rows == "$1:$1"
        assert bool(place.auto_filter.ref) == (place.title != "Vocabularies")
        hidden = [letter for letter, one in place.column_dimensions.items() if one.hidden]
        assert all(place.column_dimensions[letter].outlineLevel == 1 for letter in hidden)


def test_about_says_what_it_is_and_what_is_not_approved(ketamine: Review) -> None:
    rows = list(shipped()["About"].iter_rows(min_col=1, max_col=2, values_only=True))
    told = [str(value) for _, value in rows]
    assert {
        ketamine.title,
        ketamine.settings["review"]["question"],
        NOT_ADVICE,
        ketamine.as_of,
        *ketamine.settings["review"]["limits"],
    } <= set(told)
    named = {name for key, value in rows if str(key).startswith("Not approved: ") for name in str(value).split()}
    assert ketamine.unapproved() and named == ketamine.unapproved() | set(ketamine.changed_files())


def test_the_same_review_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib, litbook; from litbook import exports; b = litbook.load('ketamine'); "
        "print(hashlib.sha256(exports.workbook(b)).hexdigest(), hashlib.sha256(exports.document(b, 'migraine', 70)).hexdigest(), "
        "hashlib.sha256(b''.join(exports.tables_csv(b).values())).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
        )
        for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo"))
    ]
    assert said[0].stdout == said[1].stdout
    assert said[0].stdout.split()[0] == hashlib.sha256(written()).hexdigest()


def test_no_clock_and_no_name_in_the_properties(ketamine: Review) -> None:
    day = datetime.datetime.fromisoformat(ketamine.as_of)
    for properties in (
        shipped().properties,
        docx.Document(io.BytesIO(exports.document(ketamine, "migraine"))).core_properties,
    ):
        made_by = properties.creator if hasattr(properties, "creator") else properties.author
        assert not made_by
        for when in (properties.created, properties.modified):
            assert when.replace(tzinfo=None) == day
    for raw in (written(), exports.document(ketamine, "migraine")):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_names_of_sheets_are_valid_and_unique(titles: list[str]) -> None:
    names = unique(["History", *titles, *titles], sheet_name, 31)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < units(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name)
        assert name.casefold() != "history" and name.strip("'") == name
    files = unique(titles, file_name)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in files)


def test_a_cell_that_no_sheet_can_hold_is_refused_and_not_cut(tiny: Review) -> None:
    with pytest.raises(DataProblems, match=r"Doses: row 'lh-dose-01', column note: 32768 characters; allowed: at most 32767"):
        exports.workbook(with_note(tiny, "💉" * 16_384))
    book = opened(exports.workbook(with_note(tiny, "x" * 32_767)))
    assert "x" * 32_767 in [cell.value for row in book["Doses"].iter_rows() for cell in row]


def test_more_rows_than_a_sheet_has_are_refused(tiny: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 5)
    with pytest.raises(DataProblems, match="Doses: 10 rows; allowed: at most 4"):
        exports.workbook(tiny)


def with_note(review: Review, *notes: str) -> Review:
    """The review with these notes in its doses, row by row."""
    frame = review.table("doses")
    frame["note"] = [*notes, *[""] * (len(frame) - len(notes))][: len(frame)]
    return replace(review, _frames=MappingProxyType({**review._frames, "doses": frame}))


@given(st.lists(st.one_of(ANY, st.text(st.characters(max_codepoint=0x24F), max_size=60)), min_size=10, max_size=10))
@settings(max_examples=12, deadline=None, phases=WITHOUT_SHRINKING)
def test_a_workbook_reads_back_equal(notes: list[str]) -> None:
    raw = exports.workbook(with_note(litbook.load(TINY), *notes))
    assert_nothing_runs(raw)
    read = {row[0]: row for row in strings(raw, "Doses")}
    at = read["id"].index("note")
    for name, note in zip(litbook.load(TINY).table("doses")["id"], notes, strict=True):
        assert (read[name][at] or "") == xml_safe(note)


def strings(raw: bytes, title: str) -> list[tuple[Any, ...]]:
    """A sheet by openpyxl, with the texts by a reader of our own: openpyxl takes x005F_ out of every text (ECMA-376, ST_Xstring)."""
    inside = parts(raw)["xl/sharedStrings.xml"]
    texts = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<si>(.*?)</si>", inside, re.DOTALL)]
    entities = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
    texts = [re.sub("&lt;|&gt;|&quot;|&amp;", lambda found: entities[found[0]], text) for text in texts]
    true = {text.replace("x005F_", ""): re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text) for text in texts}
    return [tuple(true.get(value, value) for value in row) for row in opened(raw)[title].iter_rows(values_only=True)]


@given(st.text())
def test_what_xml_cannot_hold_is_seen(text: str) -> None:
    safe = xml_safe(text)
    assert len(safe) == len(text.replace("\r\n", "\n")) and "\r" not in safe
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", safe)
    assert xml_safe("a\x1eb\x1f\ud800") == "a\ufffdb\ufffd\ufffd"


# --- hostile cells everywhere --------------------------------------------------------------------------------------------


def is_text(field: Field) -> bool:
    return (
        field.type == "string"
        and not (field.foreign or field.pattern or field.enum)
        and field.name not in ("id", "statement", "quote_sha256")
    )


def hostile(review: Review, payloads: tuple[str, ...]) -> Review:
    """The review with one row a payload in every table of extracts, and that payload in each text field of it; vocabularies,
    sources, works and settings take them in turn."""
    frames = dict(review._frames)
    for table in review.package.tables.values():
        frame = frames[table.name]
        if table.kind == "extract" and len(frame):
            frame = pd.concat([frame.head(1).assign(id=f"{frame['id'].iloc[0]}-{n}") for n in range(len(payloads))], ignore_index=True)
        for field in filter(is_text, table.fields):
            if field.name not in ("symbol", "colour", "absolute", "per_mass", "file"):
                frame = frame.assign(**{field.name: [payloads[n % len(payloads)] for n in range(len(frame))]})
        frames[table.name] = frame
    words = {
        table.name: {row["id"]: row for row in frames[table.name].to_dict("records")} for table in review.package.of_kind("vocabulary")
    }
    told = {**review.settings["review"], "title": payloads[0], "question": payloads[1], "scope": payloads[2], "limits": list(payloads)}
    return replace(review, _frames=MappingProxyType(frames), words=words, settings={**review.settings, "review": told})


def test_no_payload_is_live_in_any_csv(tiny: Review) -> None:
    files = exports.tables_csv(hostile(tiny, (*SPREADSHEET, *MISREAD)))
    assert not [(name, cell) for name, raw in files.items() for row in read_csv(raw) for cell in row if live(cell)]
    notes = [csv_undone(row[-2]) for row in read_csv(files["extracts/doses.csv"])[1:]]
    assert notes == [*SPREADSHEET, *MISREAD]


@pytest.mark.parametrize("payloads", [(*SPREADSHEET, *MISREAD), MARKUP[::2], MARKUP[1::2]], ids=["spreadsheet", "markup", "more markup"])
def test_no_payload_is_live_in_the_workbook(tiny: Review, payloads: tuple[str, ...]) -> None:
    raw = exports.workbook(hostile(tiny, payloads))
    assert_nothing_runs(raw)
    [at] = [at for at, name in enumerate(strings(raw, "Doses")[0]) if name == "note"]
    assert [row[at] for row in strings(raw, "Doses")[1:]] == list(map(xml_safe, payloads))
    assert all(cell.data_type in ("s", "n", "d") for place in opened(raw) for row in place.iter_rows() for cell in row)


def test_payloads_in_a_copy_on_disk(copy: Callable[..., Path]) -> None:
    """The whole way from the files: every payload that a review may hold, in its tables."""
    folder = copy(TINY)
    refused = re.compile("^\\s|\\s$|[\x00-\x08\x0b-\x1f]|^(NaN|#N/A)$")
    told = [text for text in NASTY if not refused.search(text)]
    package, at = litbook.load(folder).package, 0
    for table in package.of_kind("extract"):
        path = folder / table.path
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for field in filter(is_text, table.fields):
                if field.name in ("note", "claim", "population", "comparator", "outcome", "conditions", "measure", "term"):
                    row[field.name], at = told[at % len(told)], at + 1
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    review = litbook.load(folder)
    assert at >= 100
    assert_nothing_runs(exports.workbook(review))
    assert_inert(exports.document(review, ""))
    assert not [cell for raw in exports.tables_csv(review).values() for row in read_csv(raw) for cell in row if live(cell)]


# --- the document --------------------------------------------------------------------------------------------------------


def assert_inert(raw: bytes) -> None:
    """No link, no field but the page's number, no macro, no object, nothing outside the file."""
    inside = parts(raw)
    for name, text in inside.items():
        if name.endswith((".xml", ".rels")):
            assert not re.search(r"<w:hyperlink|<w:object|<w:altChunk|<w:instrText|<w:attachedTemplate|<a:hlinkClick", text), name
            assert re.findall(r'w:instr="([^"]*)"', text) in ([], ["PAGE"]), name
            assert 'TargetMode="External"' not in text, name
    assert not [name for name in inside if re.search(r"vba|embeddings|activeX|afchunk|thumbnail", name, re.IGNORECASE)]


@cache
def brief(indication: str, weight_kg: float = 0) -> Any:
    return docx.Document(io.BytesIO(exports.document(litbook.load("ketamine"), indication, weight_kg)))


def cells_of(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def test_the_brief_has_its_parts(ketamine: Review) -> None:
    document = brief("cancer_pain")
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == [
        "Limits",
        "Stance",
        "Doses",
        "Findings by route",
        "Safety",
        "Selection",
        "What else is told",
        "Where the sources disagree",
        "Said of broader indications",
        "Contraindications named anywhere in the review",
        "Sources, and their interest",
    ]
    told = [one.text for one in document.paragraphs]
    assert told[0] == f"{ketamine.title}: Cancer pain" and document.paragraphs[0].style.name == "Title"
    assert {NOT_ADVICE, ketamine.settings["review"]["question"], *ketamine.settings["review"]["limits"]} <= set(told)
    assert any(text.startswith("DRAFT") for text in told)
    captions = [text for text in told if text.startswith("Table ")]
    assert len(captions) == len(document.tables)
    assert [int(text.split()[1].rstrip(".")) for text in captions] == list(range(1, len(captions) + 1))


def test_every_row_has_its_id_source_and_heading(ketamine: Review) -> None:
    book = ketamine.select("cancer_pain")
    back = tables.way_back(ketamine).set_index("id")
    shown = set()
    rows_of = [table for table in cells_of(brief("cancer_pain"))[:-1] if table[0][-1] != "Rows"]
    for table in rows_of:
        for row in table[1:]:
            [name] = re.findall(r"^Row: (\S+)$", row[-1], re.MULTILINE)
            source = ketamine.label_of("sources", back.loc[name, "source"])
            assert row[-1].startswith(source)
            heading = back.loc[name, "heading"]  # none where the span stands above the first one
            assert re.findall(r"^Under: (.*)$", row[-1], re.MULTILINE) == ([heading] if heading else [])
            relayed = ketamine.label_of("works", back.loc[name, "work"])
            assert re.findall(r"^Relaying: (.*)$", row[-1], re.MULTILINE) == ([relayed] if relayed else [])
            assert ("Not approved" in row[-1]) == (name in ketamine.unapproved())
            shown.add(name)
    around = [book, ketamine.broader("cancer_pain")]
    assert {name for one in around for frame in one.selected(("id",)).values() for name in frame["id"]} <= shown
    assert set(ketamine.table("contraindications")["id"]) <= shown


def test_the_brief_says_where_the_sources_disagree_and_how_old_they_are(ketamine: Review) -> None:
    book = ketamine.select("cancer_pain")
    [told] = [table for table in cells_of(brief("cancer_pain")) if table[0][-1] == "Rows"]
    wanted = tables.ledger(book)
    assert len(wanted) > 10
    columns = [[row[place] for row in told[1:]] for place in (1, 3, 4)]
    assert columns == [list(wanted["sides"]), list(wanted["reason"]), list(wanted["rows"])]
    text = [paragraph.text for paragraph in brief("cancer_pain").paragraphs]
    assert tables.staleness_warnings(book) and set(tables.staleness_warnings(book)) <= set(text)


def test_doses_of_the_brief_are_as_reported_and_computed_is_marked(ketamine: Review) -> None:
    wanted = tables.dose_ranges(ketamine.select("cancer_pain"), 70)
    [own] = [table for table in cells_of(brief("cancer_pain", 70)) if "Dose as reported" in table[0] and len(table) == len(wanted) + 1]
    assert [row[3] for row in own[1:]] == [
        "\n".join(filter(None, (dose, more and f"Computed: {more}", record)))
        for dose, more, record in zip(wanted["as_reported"], wanted["computed"], wanted["public_record"], strict=True)
    ]
    assert any("70 kg" in one.text and "No source prints it" in one.text for one in brief("cancer_pain", 70).paragraphs)
    assert not any("omputed" in cell for table in cells_of(brief("cancer_pain")) for row in table for cell in row)


def test_the_brief_can_be_read_by_everybody() -> None:
    """Language, repeated headers, alternative texts, captions."""
    document = brief("cancer_pain", 70)
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    assert {one.get(f"{space}val") for one in document.styles.element.iter(f"{space}lang")} == {"en-GB"}
    assert document.core_properties.language == "en-GB"
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(f"{space}tblHeader") is not None
        assert not any(row._tr.trPr.find(f"{space}tblHeader") is not None for row in table.rows[1:])
    pictures = [shape._inline.docPr for shape in document.inline_shapes]
    assert [one.get("descr").split(".")[0] for one in pictures] == ["Stance of recommendations", "Dose ranges", "Evidence map"]
    assert all(shape.width <= document.sections[0].page_width for shape in document.inline_shapes)


def test_a_brief_without_rows_says_so(ketamine: Review) -> None:
    bare = next(term for term in ketamine.indications_with_rows() if not ketamine.select(term).has("doses"))
    told = [one.text for one in brief(bare).paragraphs]
    assert "Doses as the sources give them: nothing is filed under this selection." in told


@pytest.mark.parametrize("payloads", [(*SPREADSHEET, *MISREAD), MARKUP], ids=["spreadsheet", "markup"])
def test_no_payload_is_live_in_the_document(tiny: Review, payloads: tuple[str, ...]) -> None:
    review = with_note(tiny)
    frame = pd.concat(
        [review.table("doses").head(1).assign(id=f"lh-dose-{n}", note=text) for n, text in enumerate(payloads)], ignore_index=True
    )
    told = {**review.settings["review"], "title": payloads[0], "question": payloads[1], "scope": payloads[2], "limits": list(payloads)}
    review = replace(review, _frames=MappingProxyType({**review._frames, "doses": frame}), settings={**review.settings, "review": told})
    raw = exports.document(review, "")
    assert_inert(raw)
    document = docx.Document(io.BytesIO(raw))
    [own] = [table for table in cells_of(document) if table[0][0] == "Drug"]
    assert sorted(row[5] for row in own[1:]) == sorted(xml_safe(text) for text in payloads)
    assert set(map(xml_safe, payloads)) <= {one.text for one in document.paragraphs}


@given(ANY, st.lists(st.tuples(ANY, ANY), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, phases=WITHOUT_SHRINKING)
def test_a_document_reads_back_equal(title: str, rows: list[tuple[str, str]]) -> None:
    writer = Writer(docx.Document(), "Footer")
    writer.title(title)
    writer.bullet(title)
    writer.table(title, (Part("One", 1, ()), Part("Two", 2, ())), rows)
    stream = io.BytesIO()
    writer.document.save(stream)
    assert_inert(stream.getvalue())
    document = docx.Document(io.BytesIO(stream.getvalue()))
    assert cells_of(document) == [[["One", "Two"], *([xml_safe(cell) for cell in row] for row in rows)]]
    assert [one.text for one in document.paragraphs][:2] == [xml_safe(title)] * 2
    [table] = document.tables
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == document.paragraphs[2].text


def test_a_wrong_word_or_weight_is_refused(ketamine: Review) -> None:
    with pytest.raises(UnknownTerm):
        exports.document(ketamine, "headache")
    with pytest.raises(LitbookError, match="weight_kg"):
        exports.document(ketamine, "migraine", -5)


def test_exports_change_nothing(ketamine: Review) -> None:
    before = {name: frame.copy() for name, frame in ketamine._frames.items()}
    exports.workbook(ketamine)
    exports.tables_csv(ketamine)
    exports.document(ketamine, "migraine", 70)
    assert all(frame.equals(before[name]) for name, frame in ketamine._frames.items())
