"""Strict reading: what does not fit is refused with place and advice, and nothing is dropped or guessed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litbook.cells import check_cells, check_references
from litbook.datapackage import Field, Rows, Table
from litbook.reading import read_table

TABLE = Table(
    "doses",
    "doses.csv",
    "Doses",
    "",
    "record",
    (
        Field("id", "string", "", required=True, unique=True, pattern="[a-z0-9-]+"),
        Field("amount", "number", "", minimum=0),
        Field("year", "year", ""),
        Field("day", "date", ""),
        Field("n", "integer", "", minimum=1),
        Field("op", "string", "", enum=("ge", "gt")),
        Field("note", "string", ""),
    ),
)
HEADER = "id,amount,year,day,n,op,note\n"


def read(raw: str | bytes, folder: Path) -> tuple[Rows, list[str]]:
    path = folder / "doses.csv"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    rows, problems = read_table(path, TABLE)
    return rows, [str(problem) for problem in [*problems, *check_cells(rows)]]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "doses.csv:1: the file is empty"),
        ("id;amount;year;day;n;op;note\n", "doses.csv:1: semicolons between the columns"),
        ("id,amout,year,day,n,op,note\n", "doses.csv:1: column 'amout' is not known"),
        ("id,year,day,n,op,note\n", "doses.csv:1: column 'amount' is missing"),
        ("amount,id,year,day,n,op,note\n", "doses.csv:1: the columns are in another order"),
        (HEADER + "a,0,05,2018,,,,\n", "doses.csv:2: 8 cells; allowed: 7 cells"),
        (HEADER + "a,1,,,,,\n\nb,1,,,,,\n", "doses.csv:3: an empty line"),
        (HEADER + "<<<<<<< HEAD\na,1,,,,,\n", "doses.csv:2: a merge marker '<<<<<<<'"),
        (HEADER + "a,1,,,,,\x00\n", "doses.csv:2: control character U+0000"),
        (HEADER.encode() + b"a,1,,,,,caf\xe9\n", "doses.csv:2: byte 0xe9 is not UTF-8"),
        (HEADER + 'a,1,,,,,"open\n', "doses.csv:2: not CSV"),
        (HEADER + "a,1.000.0,,,,,\n", "doses.csv:2:amount: '1.000.0' is not a decimal number"),
        (HEADER + "a,1e3,,,,,\n", "doses.csv:2:amount: '1e3' is not a decimal number"),
        (HEADER + "a,1_000,,,,,\n", "doses.csv:2:amount: '1_000' is not a decimal number"),
        (HEADER + "a,٥,,,,,\n", "doses.csv:2:amount: '٥' is not a decimal number"),
        (HEADER + "a,-1,,,,,\n", "doses.csv:2:amount: -1; allowed: 0 or more"),
        (HEADER + "a,NA,,,,,\n", "doses.csv:2:amount: 'NA' is not a decimal number"),
        (HEADER + "a,2-Mar,,,,,\n", "doses.csv:2:amount: '2-Mar' is not a decimal number"),
        (HEADER + "a,,18,,,,\n", "doses.csv:2:year: '18' is not a year"),
        (HEADER + "a,,,2025-02-30,,,\n", "doses.csv:2:day: '2025-02-30' is not a date"),
        (HEADER + "a,,,,0,,\n", "doses.csv:2:n: 0; allowed: 1 or more"),
        (HEADER + "a,,,,,gee,\n", "doses.csv:2:op: 'gee'; allowed: ge, gt; take one of these; did you mean 'ge'?"),
        (HEADER + "a,,,,,, x\n", "doses.csv:2:note: ' x' has blanks at its ends"),
        (HEADER + ",1,,,,,\n", "doses.csv:2:id: is empty"),
        (HEADER + "A b,1,,,,,\n", "doses.csv:2:id: 'A b'; allowed: text of the form"),
        (HEADER + "a,,,,,,\nb,,,,,,\na,,,,,,\n", "doses.csv:4:id: 'a' stands already in line 2"),
    ],
)
def test_refusals_name_the_place_and_what_is_allowed(raw: str | bytes, said: str, tmp_path: Path) -> None:
    _, problems = read(raw, tmp_path)
    assert [line for line in problems if line.startswith(said)], problems
    assert all("; allowed: " in line and line.count(";") >= 2 for line in problems)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    _, problems = read_table(tmp_path / "doses.csv", TABLE)
    assert [str(problem) for problem in problems] == [
        "doses.csv: the file is missing; allowed: a CSV with the columns of datapackage.json; "
        "add the file, with its header alone if there are no rows"
    ]


def test_bom_and_crlf_carry_nothing(tmp_path: Path) -> None:
    rows, problems = read("\ufeff" + HEADER.replace("\n", "\r\n") + "a,1,,,,,x\r\n", tmp_path)
    assert problems == []
    assert rows.cells == (("a", "1", "", "", "", "", "x"),)


def test_words_that_pandas_would_swallow_stay_words(tmp_path: Path) -> None:
    rows, problems = read(HEADER + "a,,,,,,NA\nb,,,,,,None\nc,,,,,,null\n", tmp_path)
    assert problems == []
    assert rows.column("note") == ["NA", "None", "null"]


def test_a_line_separator_inside_a_cell_is_a_character(tmp_path: Path) -> None:
    rows, problems = read(HEADER + "a,1,,,,,one\u2028two\u0085three\nb,2,,,,,\n", tmp_path)
    assert problems == []
    assert rows.column("note") == ["one\u2028two\u0085three", ""]
    assert rows.lines == (2, 3)


def test_one_bad_row_does_not_hide_the_others(tmp_path: Path) -> None:
    rows, problems = read(HEADER + "a,1,,,,,\nb,1\nc,x,,,,,\n", tmp_path)
    assert rows.column("id") == ["a", "c"]
    assert rows.lines == (2, 4)
    assert len(problems) == 2


def test_line_numbers_count_lines_of_the_file(tmp_path: Path) -> None:
    _, problems = read(HEADER + 'a,1,,,,,"two\nlines"\nb,x,,,,,\n', tmp_path)
    assert problems[0].startswith("doses.csv:4:amount:")


def test_a_foreign_key_must_name_a_row() -> None:
    table = Table("doses", "doses.csv", "", "", "record", (Field("id", "string", ""), Field("route", "string", "", foreign="routes")))
    rows = Rows(table, (("a", "oral"), ("b", "orl"), ("c", "")), (2, 3, 4))
    problems = [str(problem) for problem in check_references(rows, {"routes": frozenset({"oral", "topical"})})]
    assert problems == ["doses.csv:3:route: 'orl' is not in routes; allowed: oral, topical; take one of these or add it to routes; "
                        "did you mean 'oral'?"]  # fmt: skip


cell = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.tuples(*[cell] * 7), max_size=6))
def test_what_csv_writes_is_read_back_cell_by_cell(tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, ...]]) -> None:
    folder = tmp_path_factory.mktemp("csv")
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([TABLE.columns, *lines])
    (folder / "doses.csv").write_text(stream.getvalue(), encoding="utf-8", newline="")
    rows, problems = read_table(folder / "doses.csv", TABLE)
    kept = [line for line in lines if not line[0].startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))]
    assert rows.cells == tuple(kept)
    assert len(problems) == len(lines) - len(kept)
