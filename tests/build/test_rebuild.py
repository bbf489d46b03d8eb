"""Rebuilding: nothing when nothing changed, of a change just the reports that can show it, and always the bytes of a full build."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import litbook
from litbook.build import fresh
from litbook.build.make import Options, explain
from litbook.build.manifest import read_manifest, verify
from tests.build.conftest import Workshop, content
from tests.conftest import ROOT, change


def test_nothing_changed_is_found_out_and_nothing_is_published(two_reports: Workshop) -> None:
    assert fresh.nothing_to_do(two_reports.data, two_reports.out, None) == 0
    built = two_reports.build()
    assert (built.edition, built.published) == (1, True)
    edition = two_reports.out.resolve()
    assert fresh.nothing_to_do(two_reports.data, two_reports.out, None) == 1
    again = two_reports.build()
    assert (again.run, again.edition, again.published) == ((), 1, False)
    assert two_reports.out.resolve() == edition


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_bundle_may_be_named_from_here(two_reports: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two_reports.root)
    out = Path("reports/tiny")
    two_reports.build(out=out)
    manifest = read_manifest(out)
    assert manifest is not None
    assert not any(report.files for report in manifest.reports)  # nothing of the run's own is taken for a file that was read
    assert fresh.nothing_to_do(two_reports.data, out, None) == 1


EDITS: dict[str, Callable[[Workshop], None]] = {
    "a dose": lambda shop: change(shop.data / "doses.csv", "lh-dose-02", "note", "Another note"),
    "an adverse effect": lambda shop: change(shop.data / "adverse_effects.csv", "lh-ae-01", "claim", "Another claim"),
    "a label": lambda shop: change(shop.data / "vocabulary" / "routes.csv", "drip", "label", "By a bag"),
    "a source": lambda shop: change(shop.data / "sources.csv", "rootline", "publisher", "Another publisher"),
    "a finding": lambda shop: change(shop.data / "findings.csv", "lh-find-01", "claim", "Another claim"),
    "a setting that no report sees": lambda shop: shop.settings("\n# a remark\n"),
    "a title": lambda shop: replace(shop.data / "review.toml", '"Amounts of water"', '"Water"'),
}


@pytest.mark.parametrize("name", ["a dose", "a title"])  # the others: make proof
def test_of_a_change_just_the_reports_that_differ_are_run_and_the_bytes_are_those_of_a_full_build(name: str, shipped: Workshop) -> None:
    shipped.build()
    before = content(shipped.out)
    EDITS[name](shipped)
    told = {report.id: reasons for report, reasons in explain(litbook.load(shipped.data), shipped.out, Options())}
    rebuilt_as_a_full_build(shipped, before, told)


def rebuilt_as_a_full_build(shipped: Workshop, before: dict[str, bytes], told: dict[str, tuple[str, ...]]) -> tuple[set[str], set[str]]:
    """Build what changed, then everything, and compare; returns the reports that were run and those that differ."""
    built = shipped.build()
    assert set(built.run) == {report for report, reasons in told.items() if reasons}
    incremental = content(shipped.out)
    differing = {path.removesuffix(".ipynb") for path in before if path.endswith(".ipynb") and before[path] != incremental[path]}
    assert differing <= set(built.run)  # nothing stale; and what was run without need is told with its reason
    full = shipped.build(force=True)
    assert (full.edition, full.published) == (built.edition, False)
    assert content(shipped.out) == incremental
    return set(built.run), differing


def test_reasons_name_the_rows(two_reports: Workshop) -> None:
    two_reports.build()
    change(two_reports.data / "doses.csv", "lh-dose-02", "note", "Another note")
    told = {report.id: reasons for report, reasons in explain(litbook.load(two_reports.data), two_reports.out, Options())}
    row = next(row for row in litbook.load(two_reports.data).table("doses").to_dict("records") if row["id"] == "lh-dose-02")
    assert told[f"doses-{row['indication'].replace('_', '-')}"] == ("doses changed: lh-dose-02",)
    assert told["safety"] == ()


def test_a_file_that_a_notebook_opens_on_its_own_is_watched(workshop: Workshop) -> None:
    extra = workshop.root / "notebooks" / "extra.txt"
    extra.write_text("one", encoding="utf-8")
    workshop.report("extra", ["print(open('extra.txt').read())"])
    workshop.report("other", ["book = litbook.load(review)", "print(len(book.table('doses')))"])
    workshop.build()
    assert fresh.nothing_to_do(workshop.data, workshop.out, None) == 1
    extra.write_text("two", encoding="utf-8")
    assert fresh.nothing_to_do(workshop.data, workshop.out, None) == 0
    assert workshop.build().run == ("extra",)


def test_a_damaged_bundle_is_seen_and_built_anew(two_reports: Workshop) -> None:
    two_reports.build()
    whole = content(two_reports.out)
    page = two_reports.out / "safety.html"
    page.write_text(page.read_text(encoding="utf-8").replace("tiny", "Tiny") + " ", encoding="utf-8")
    (two_reports.out / "stray.txt").write_text("", encoding="utf-8")
    assert [str(problem).split("; ")[0] for problem in verify(two_reports.out)] == [
        "safety.html: changed since it was built",
        "stray.txt: is not in the manifest",
    ]
    assert fresh.nothing_to_do(two_reports.data, two_reports.out, None) == 0
    assert len(two_reports.build().run) > 1
    assert content(two_reports.out) == whole


def test_editions_before_are_kept_to_the_number_that_the_review_sets(two_reports: Workshop) -> None:
    two_reports.settings("\n[build]\nkeep = 1\n")
    for number in range(1, 5):
        change(two_reports.data / "adverse_effects.csv", "lh-ae-01", "claim", "Claim " + "i" * number)
        assert two_reports.build().edition == number
    names = sorted(path.name[:4] for path in two_reports.out.with_name("tiny-editions").glob("[0-9]*"))
    assert names == ["0003", "0004"]
    manifest = read_manifest(two_reports.out)
    assert manifest is not None
    assert [edition.changes for edition in manifest.editions] == ["first edition", *["1 value changed"] * 3]
    assert "Claim iii" in (two_reports.out / "changes.html").read_text(encoding="utf-8")


BUILD = "import sys, litbook; from litbook.build.make import *; build(litbook.load(sys.argv[1]), Path(sys.argv[2]), Options(jobs=1))"


def test_time_zone_language_hash_seed_and_folder_leave_no_trace(two_reports: Workshop) -> None:
    two_reports.build()
    other = Workshop(two_reports.root / "elsewhere" / "far away")
    for name in ("notebooks", "data"):
        subprocess.run(["cp", "-rT", two_reports.root / name, other.root / name], check=True)
    environment = {**os.environ, "TZ": "Pacific/Chatham", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "42", "COLUMNS": "40"}
    code = "import datetime, time\ntime.time = lambda t=time.time: t() + 4e8\n" + BUILD
    subprocess.run([sys.executable, "-c", code, other.data, other.out], check=True, env=environment, cwd=ROOT)
    assert content(other.out) == content(two_reports.out)
