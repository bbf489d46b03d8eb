"""Adding rows from drafts: offsets and hashes from quotes, all rows or none."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from litbook.authoring import add_drafts, draft_form, find_quote
from litbook.descriptor import read_package
from litbook.errors import DataProblems, UnknownTerm
from litbook.loading import check
from tests.conftest import TINY

Copy = Callable[..., Path]


def draft(folder: Path, *rows: dict[str, str], name: str = "definitions") -> Path:
    columns = draft_form(read_package(TINY).tables[name]).columns
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def source(folder: Path) -> tuple[str, str]:
    """A source of the review, and a quote that stands once in it: its last line."""
    with (folder / "sources.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    text = (folder / "text" / row["file"]).read_bytes().decode()
    quote = text.rstrip().splitlines()[-1][-40:].strip()
    assert text.count(quote) == 1
    return row["id"], quote


def test_a_draft_becomes_a_row_that_verifies(copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    added = add_drafts(folder, name, [draft(tmp_path, {"id": "lh-def-99", "term": "End", "claim": "How it ends", "quote": quote})])
    assert added == {"definitions": 1}
    problems, summary = check(folder)
    assert problems == []
    assert summary["extracts"] == 45


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"quote": "words that nobody wrote"}, "definitions.csv:2:quote: 'words that nobody wrote' is not in the text"),
        ({"quote": "e"}, "definitions.csv:2:occurrence: '' where the quote stands"),
        ({"quote": "e", "occurrence": "9999"}, "definitions.csv:2:occurrence: '9999' where"),
        ({"claim": ""}, "definitions.csv:2:claim: is empty"),
        ({"work": "nowhere"}, "definitions.csv:2:work: 'nowhere' is not in works"),
        ({"id": "zz-def-99"}, "definitions.csv:2:id: 'zz-def-99' does not begin with lh"),
        ({"id": "lh-dose-01"}, "definitions.csv:2:id: 'lh-dose-01' is in the review already"),
    ],
)
def test_nothing_is_written_where_a_row_does_not_fit(cells: dict[str, str], said: str, copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    path = draft(tmp_path, {"id": "lh-def-99", "term": "End", "claim": "How it ends", "quote": quote, **cells})
    with pytest.raises(DataProblems) as caught:
        add_drafts(folder, name, [path])
    assert said in str(caught.value)
    assert {path: path.read_bytes() for path in folder.rglob("*.csv")} == before


def test_an_unknown_source_is_refused_with_those_that_are_there(copy: Copy, tmp_path: Path) -> None:
    with pytest.raises(UnknownTerm, match="lindenhall"):
        add_drafts(copy(TINY), "linden", [draft(tmp_path)])


def test_a_quote_is_found_with_its_offsets(copy: Copy) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    [(span, sha, line)] = find_quote(folder, name, quote)
    assert span.end - span.start == len(quote)
    assert len(sha) == 64
    assert line > 1
