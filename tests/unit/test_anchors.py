"""Spans: offsets count characters of the text as it is, and every number is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litbook import anchors
from litbook.anchors import Span


def test_text_is_read_without_newline_translation(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("a\r\nβ🌳c".encode())
    text = anchors.read_text(path)
    assert text == "a\r\nβ🌳c"
    assert anchors.find_all(text, "c") == [Span(5, 6)]


def test_overlapping_quotes_are_all_found() -> None:
    assert anchors.find_all("aaa", "aa") == [Span(0, 2), Span(1, 3)]
    assert anchors.find_all("aaa", "") == []


@given(text=st.text(min_size=1), data=st.data())
def test_a_quote_is_found_where_it_was_cut(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert Span(start, end) in anchors.find_all(text, text[start:end])


@given(st.lists(st.sampled_from(["0.05", "1,000", "12", "mg", " to ", "–", "x"]), max_size=12))
def test_every_number_is_uncovered_until_a_span_covers_it(parts: list[str]) -> None:
    text = " ".join(parts)
    numbers = anchors.uncovered_numbers(text, [])
    assert [number.of(text) for number in numbers] == [part for part in parts if part[0].isdigit()]
    assert anchors.uncovered_numbers(text, numbers) == []
    for number in numbers:
        shorter = Span(number.start, number.end - 1)
        rest = [other for other in numbers if other != number]
        assert anchors.uncovered_numbers(text, [*rest, shorter]) == [number]


def test_neighbourhood_ends_with_the_sentence() -> None:
    text = "First one. The dose is 5 mg a day. Third one."
    span = anchors.find_all(text, "5 mg")[0]
    assert anchors.neighbourhood(text, span) == ("The dose is ", " a day.")


@pytest.mark.parametrize(("given", "env", "demanded"), [(None, None, False), ("here", None, True), (None, "there", True)])
def test_texts_are_demanded_only_where_somebody_named_a_folder(
    given: str | None, env: str | None, demanded: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(anchors.ENVIRONMENT, raising=False)
    if env:
        monkeypatch.setenv(anchors.ENVIRONMENT, env)
    location = anchors.text_location(tmp_path, given)
    assert location.demanded == demanded
    assert location.folders[-1] == tmp_path / "text"
