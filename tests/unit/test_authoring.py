"""Adding rows from drafts: offsets and hashes from quotes, all rows or none."""

from __future__ import annotations

import csv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import litbook
from litbook.authoring import add_drafts, draft_form, find_quote
from litbook.descriptor import read_package
from litbook.errors import DataProblems, LitbookError, UnknownTerm
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
        ({"id": "lh-dose-01"}, "definitions.csv:2:id: 'lh-dose-01' is in the review or in a draft already"),
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


@pytest.mark.parametrize("damage", [b"\x93", b"\nx,y\n", b"<<<<<<< ours\n"])
def test_nothing_is_added_to_a_table_that_can_not_be_read(damage: bytes, copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    table = folder / "definitions.csv"
    table.write_bytes(table.read_bytes() + damage)
    before = table.read_bytes()
    with pytest.raises(DataProblems, match=r"definitions\.csv:\d+"):
        add_drafts(folder, name, [draft(tmp_path, {"id": "lh-def-99", "term": "End", "claim": "How it ends", "quote": quote})])
    assert table.read_bytes() == before


def test_an_id_is_new_among_all_drafts(copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    path = draft(tmp_path, {"id": "lh-def-99", "term": "End", "claim": "How it ends", "quote": quote})
    with pytest.raises(DataProblems, match="'lh-def-99' is in the review or in a draft already"):
        add_drafts(folder, name, [path, path])


def test_a_text_that_is_not_the_one_that_was_read_is_refused(copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    text = folder / "text" / litbook.load(folder).table("sources").set_index("id").loc[name, "file"]
    text.write_text("Inserted. " + text.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(LitbookError, match="is not the text that was read"):
        find_quote(folder, name, quote)
    with pytest.raises(LitbookError, match="is not the text that was read"):
        add_drafts(folder, name, [draft(tmp_path, {"id": "lh-def-99", "term": "End", "claim": "How it ends", "quote": quote})])


def test_rows_that_are_added_at_once_are_all_there(copy: Copy, tmp_path: Path) -> None:
    folder = copy(TINY)
    name, quote = source(folder)
    paths = []
    for number in range(6):
        (tmp_path / str(number)).mkdir()
        row = {"id": f"lh-def-9{number}", "term": "End", "claim": "How it ends", "quote": quote}
        paths.append(draft(tmp_path / str(number), row))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda path: add_drafts(folder, name, [path]), paths))
    problems, summary = check(folder)
    assert (problems, summary["extracts"]) == ([], 50)
