"""Tables as HTML: nothing is lost on the way, whatever is put in small type or folded."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litbook.markup import ASIDE, FILTERS, slim, table_html, unbroken

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=5))
def test_every_cell_stands_in_the_table_as_text(rows: list[tuple[str, str, str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["topic", "claim", "note", "source"])
    soup = BeautifulSoup(table_html(frame, "Caption"), "html.parser")
    assert [cell.get_text() for cell in soup.select("tbody th")] == [row[0] for row in rows]
    for line, (_, claim, note, source) in zip(soup.select("tbody tr"), rows, strict=True):
        cells = line.find_all("td")
        small = cells[0].find("small")
        assert (small.get_text() if small else "") == (f"Note: {note}" if note else "")
        if small:
            small.decompose()
        assert [cell.get_text() for cell in cells] == [claim, source]


NAMES = sorted({*ASIDE, *(host for hosts, _ in ASIDE.values() for host in hosts)})


@settings(deadline=None)
@example(["topic", "note", "decision", "value"])  # what could stand in a column that stands in another
@given(st.lists(st.sampled_from([*NAMES, *(f"{name}_rows" for name in NAMES)]), min_size=1, max_size=14, unique=True))
def test_no_column_is_lost_whatever_else_the_table_has(columns: list[str]) -> None:
    frame = pd.DataFrame({name: [f"x-{place}"] for place, name in enumerate(columns)})
    told = BeautifulSoup(table_html(frame), "html.parser").select_one("tbody")
    assert told is not None
    assert sorted(re.findall(r"x-[0-9]+", told.get_text(" "))) == sorted(frame.iloc[0])


def test_of_an_address_in_small_type_the_site_is_shown_and_the_whole_is_linked() -> None:
    looked = "2026-01-01: https://www.example.org/a/long/one https://other.example/"
    frame = pd.DataFrame({"claim": ["c"], "record": ["r"], "reference": ["Ref"], "looked_at": [looked], "note": ["n"]})
    soup = BeautifulSoup(table_html(frame), "html.parser")
    assert [head.get_text() for head in soup.select("thead th")] == ["Claim", "Record", "Reference"]
    assert [small.get_text() for small in soup.select("small")] == ["Note: n", "Looked at 2026-01-01: example.org/… other.example/…"]
    assert [link["href"] for link in soup.select("a")] == looked.split()[1:]


def test_the_ids_behind_a_number_are_folded_into_its_cell() -> None:
    frame = pd.DataFrame({"table": ["doses", "all"], "rows": [2, 2], "rows_rows": ["a-1 a-2", ""]})
    soup = BeautifulSoup(table_html(frame, "Counts"), "html.parser")
    assert [head.get_text() for head in soup.select("thead th")] == ["Table", "Rows"]
    first, last = soup.select("tbody td")
    assert first.summary is not None and first.summary.get_text() == "2"
    assert [link["href"] for link in first.select("a")] == ["#a-1", "#a-2"]
    assert last.get_text() == "2" and last.find("details") is None


def test_columns_of_numbers_are_numbers_and_those_of_ids_are_links() -> None:
    frame = pd.DataFrame({"id": ["x-1"], "n": [3], "address": ["2026-01-01: https://example.org/?a=1&b='2' and more"]})
    soup = BeautifulSoup(table_html(frame), "html.parser")
    assert soup.select_one("th a")["href"] == "#x-1"  # type: ignore[index]
    assert soup.select_one("td.number").get_text() == "3"  # type: ignore[union-attr]
    link = soup.select_one("td.link a")
    assert link is not None and link["href"] == "https://example.org/?a=1&b=" and link["rel"] == ["noreferrer"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("0.05–0.5 mg/kg/h, in 2018", ["0.05–0.5 mg/kg/h"]),
        ("0.1 to 0.5 mg, 2 mg per kg", ["0.1 to 0.5 mg", "2 mg per kg"]),
        ("100 μg/kg or 100 µg/kg; 1 µmol/L", ["100 μg/kg", "100 µg/kg", "1 µmol/L"]),  # two signs for micro
        ("≥75 mg/day at 70 kg for 12 hours, 10 mmHg", ["75 mg/day", "70 kg", "12 hours", "10 mmHg"]),
        ("on 2026-11-26: 16.3% of 1,000 mg", ["2026-11-26", "16.3%", "1,000 mg"]),
        ("and/or hallucinations/agitation in 16 children, IL-6, n = 214", []),
        ("the axis of mg/kg", ["mg/kg"]),
    ],
)
def test_a_quantity_is_kept_in_one_line(text: str, whole: list[str]) -> None:
    told = unbroken(text)
    assert re.findall(r"<span class='q'>(.*?)</span>", told) == whole
    assert re.sub("<[^>]*>", "", told) == text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "http://plain.example", "//x.example"])
def test_only_secure_addresses_become_links(address: str) -> None:
    assert "<a" not in table_html(pd.DataFrame({"topic": ["t"], "address": [address]}))


def test_heads_have_scope_and_tell_what_can_be_filtered() -> None:
    frame = pd.DataFrame({"id": ["a"], "indication": ["b"], "claim": ["c"], "status": ["d"]})
    heads = BeautifulSoup(table_html(frame, "T"), "html.parser").select("thead th")
    assert all(head["scope"] == "col" for head in heads)
    assert [head.get("data-filter") for head in heads] == [None, "indication", None, "status"]
    assert {"indication", "route", "source", "status"} <= set(FILTERS)


def test_slim_tells_in_the_caption_what_all_rows_share() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "status": ["Approved", "Approved"], "empty": ["", ""], "claim": ["x", "y"]})
    table, caption = slim(frame, "T")
    assert list(table.columns) == ["id", "claim"] and caption == "T (in every row extract checked: approved)"


def test_an_aside_without_its_host_keeps_a_column_of_its_own() -> None:
    for name, (hosts, _) in ASIDE.items():
        frame = pd.DataFrame({"topic": ["t"], name: ["said"]})
        assert name not in hosts
        assert BeautifulSoup(table_html(frame), "html.parser").td.get_text() == "said"  # type: ignore[union-attr]


def test_a_column_of_numbers_may_have_gaps_and_no_words() -> None:
    frame = pd.DataFrame({"topic": ["a", "b"], "share": ["12.5 %", ""], "n": [1, 2], "low": ["0.5", "one"], "none": ["", ""]})
    heads = BeautifulSoup(table_html(frame), "html.parser").select("thead th")
    assert [head.get_text() for head in heads if head.get("class") == ["number"]] == ["Share", "N"]


def test_each_side_of_a_disagreement_begins_a_line() -> None:
    soup = BeautifulSoup(table_html(pd.DataFrame({"topic": ["t"], "sides": ["For: <a> | Against: b"]})), "html.parser")
    assert soup.td is not None and soup.td.get_text() == "For: <a>;Against: b" and len(soup.td.find_all("br")) == 1
