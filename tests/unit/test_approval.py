"""Approval: the lock knows content, not truth; what changes after it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import litbook
from litbook.approval import FILE, TABLE, content_hash, read_lock
from litbook.errors import DataProblems
from litbook.loading import check
from tests.conftest import TINY, change
from tests.unit.test_cli import litbook as run

Copy = Callable[..., Path]


def test_approve_records_rows_and_check_is_content(copy: Copy) -> None:
    folder = copy(TINY)
    done = run("approve", folder, "--by", "a reader", "--on", "2025-06-01")
    assert done.returncode == 0, done.stderr
    assert "not that the extraction was right" in done.stdout
    lock = read_lock(folder)
    assert lock is not None
    assert len([one for one in lock.values() if one.status != TABLE]) == 44
    assert {"vocabulary/units.csv", "sources.csv", "works.csv"} <= lock.keys()
    assert {one.by for one in lock.values()} == {"a reader"}
    assert check(folder)[0] == []
    assert list(lock) == sorted(lock)


def test_a_row_that_changed_is_unapproved_and_its_review_says_so(copy: Copy) -> None:
    folder = copy(TINY)
    run("approve", folder, "--by", "a reader", "--on", "2025-06-01")
    before = litbook.load(folder).unapproved()
    change(folder / "findings.csv", "lh-find-01", "claim", "Another claim")
    [problem] = check(folder)[0]
    assert "lh-find-01 changed since 2025-06-01 (a reader): unapproved" in str(problem)
    assert litbook.load(folder).unapproved() - before == {"lh-find-01"}
    run("approve", folder, "--by", "another", "--row", "lh-find-01", "--on", "2025-06-02")
    assert check(folder)[0] == []
    lock = read_lock(folder)
    assert lock is not None
    assert (lock["lh-find-01"].by, lock["lh-find-02"].by) == ("another", "a reader")


def test_what_did_not_change_keeps_who_approved_it(copy: Copy) -> None:
    folder = copy(TINY)
    run("approve", folder, "--by", "first", "--on", "2025-06-01")
    change(folder / "findings.csv", "lh-find-01", "claim", "Another claim")
    done = run("approve", folder, "--by", "second", "--on", "2025-06-02")
    assert "lh-find-01: changed" in done.stdout and "1 recorded" in done.stdout
    lock = read_lock(folder)
    assert lock is not None
    assert [one.id for one in lock.values() if one.by == "second"] == ["lh-find-01"]
    assert run("approve", folder, "--by", "x", "--status", "aproved").returncode == 1


def test_a_wrong_word_in_a_vocabulary_is_unapproved_and_makes_every_page_a_draft(copy: Copy) -> None:
    folder = copy(TINY)
    run("approve", folder, "--by", "a reader", "--on", "2025-06-01")
    change(folder / "vocabulary" / "stances.csv", "against", "label", "For")
    [problem] = check(folder)[0]
    assert str(problem).startswith("vocabulary/stances.csv: vocabulary/stances.csv changed since 2025-06-01")
    assert litbook.load(folder).changed_files() == ["vocabulary/stances.csv"]


def test_a_row_that_is_gone_is_missed(copy: Copy) -> None:
    folder = copy(TINY)
    run("approve", folder, "--by", "a reader", "--on", "2025-06-01")
    lock = folder / FILE
    lock.write_text(lock.read_text(encoding="utf-8") + "zz-find-99\tabc\tapproved\tx\t2025-06-01\n", encoding="utf-8")
    assert any("zz-find-99 was approved on 2025-06-01 and is gone" in str(problem) for problem in check(folder)[0])


@pytest.mark.parametrize("words", [("--by", " "), ("--by", "a\tb"), ("--by", "x", "--on", "June"), ("--by", "x", "--row", "nobody")])
def test_what_can_not_stand_in_the_lock_is_refused(words: tuple[str, ...], copy: Copy) -> None:
    folder = copy(TINY)
    done = run("approve", folder, *words)
    assert done.returncode == 1
    assert "; allowed: " in done.stderr
    assert not (folder / FILE).exists()


@pytest.mark.parametrize("text", ["# head\none\ttwo\n", "#\na\tb\tapproved\tme\tyesterday\n", "#\na\tb\tapproved\t\t2025-01-01\n"])
def test_a_broken_lock_is_located(text: str, copy: Copy) -> None:
    folder = copy(TINY)
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems, match=rf"{FILE}:2: "):
        litbook.load(folder)


def test_the_hash_is_of_content_not_of_status_or_order() -> None:
    row = {"id": "a", "low": "1", "status": "submitted"}
    assert content_hash("doses", row) == content_hash("doses", {"status": "approved", "low": "1", "id": "a"})
    assert content_hash("doses", row) != content_hash("doses", {**row, "low": "10"})
    assert content_hash("doses", row) != content_hash("findings", row)


def test_the_shipped_lock_names_a_method_and_no_person() -> None:
    lock = read_lock(TINY.parents[2] / "data" / "ketamine")
    assert lock is not None
    assert {(one.status, one.by) for one in lock.values()} == {
        ("approved", "double extraction, adjudicated"),
        ("approved", "two readings of the source"),  # rows whose claim or note was put in other words later
        ("under_review", "two readings of the source"),
        ("table", "two readings of the source"),
        ("table", "double extraction, adjudicated"),
        ("table", "one reading"),  # the appraisals, the adjudications of the ledger
    }
