"""What changed, in the field's words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from litbook.changes import (
    ADDED,
    CHANGED,
    OPENED,
    RANGE,
    REOPENED,
    SETTLED,
    STANCE,
    WITHDRAWN,
    Change,
    compare,
    in_one_sentence,
    read_state,
)
from tests.conftest import KETAMINE, PLANTED, ROOT, TINY, change

Copy = Callable[..., Path]


def changes(folder: Path) -> list[Change]:
    """What changed but for the ledger, which has a test of its own."""
    return [one for one in compare(read_state(KETAMINE), read_state(folder)) if one.kind not in (OPENED, REOPENED, SETTLED)]


@pytest.mark.parametrize(
    ("column", "value", "what", "was", "now"),
    [
        ("high", "2", "Ketamine widened", "0.5–1 mg/kg/h", "0.5–2 mg/kg/h"),
        ("high", "0.75", "Ketamine narrowed", "0.5–1 mg/kg/h", "0.5–0.75 mg/kg/h"),
        ("high_op", "lt", "Ketamine widened", "0.5–1 mg/kg/h", "≥0.5 to <1 mg/kg/h"),
        ("low", "0.6", "Ketamine narrowed", "0.5–1 mg/kg/h", "0.6–1 mg/kg/h"),
    ],
)
def test_a_dose_range_is_widened_or_narrowed(column: str, value: str, what: str, was: str, now: str, copy: Copy) -> None:
    folder = copy(KETAMINE)
    change(folder / "doses.csv", "oq-dose-08", column, value)
    [first, second] = changes(folder)
    assert (first.kind, first.field, first.old, first.new) == (RANGE, what, was, now)
    assert first.about == "Cancer pain, Route not stated, mg/kg/h, infusion"
    assert (second.kind, second.id, second.field) == (CHANGED, "oq-dose-08", column)


def test_a_stance_changes_by_body_and_year(copy: Copy) -> None:
    folder = copy(KETAMINE)
    row = next(row for _, row in read_state(KETAMINE).tables["recommendations"].records() if row["body"] and row["year"])
    change(folder / "recommendations.csv", row["id"], "stance", "for" if row["stance"] != "for" else "against")
    first, second = changes(folder)
    assert first.kind == STANCE and row["year"] in first.field
    assert second.kind == CHANGED


def test_rows_are_added_and_withdrawn(copy: Copy) -> None:
    folder = copy(KETAMINE)
    path = folder / "definitions.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[1].replace("av-def-01", "av-def-00", 1), *lines[2:]]), encoding="utf-8")
    assert [(one.kind, one.id) for one in changes(folder)] == [(ADDED, "av-def-00"), (WITHDRAWN, "av-def-01")]
    assert in_one_sentence(changes(folder)) == "1 row added, 1 row withdrawn"


def test_disagreements_open_re_open_and_are_settled(copy: Copy) -> None:
    def told(folder: Path) -> list[tuple[str, str, str, str]]:
        found = compare(read_state(PLANTED), read_state(folder))
        return [(one.kind, one.id, one.old, one.new) for one in found if one.table == "disagreements" and one.field == "status"]

    folder = copy(PLANTED)
    change(folder / "mechanisms.csv", "po-mech-01", "hedge", "possible")
    change(folder / "alternatives.csv", "po-alt-01", "indication", "root_droop")
    change(folder / "doses.csv", "st-dose-01", "low", "20")
    change(folder / "doses.csv", "st-dose-01", "high", "20")
    change(folder / "doses.csv", "st-dose-02", "high", "5")
    assert told(folder) == [
        (OPENED, "dis-dose-mould-pumice-tea-ml-dose-pour", "nothing", "Open"),
        (REOPENED, "dis-mechanism-leaf-pores-drug", "Real", "Re-opened"),
        (REOPENED, "dis-place-in-therapy-root-droop-pumice-tea", "Real", "Re-opened"),
        (SETTLED, "dis-dose-leaf-droop-pumice-tea-ml-dose-pour", "Real", "No longer found"),
    ]
    assert in_one_sentence([one for one in compare(read_state(folder), read_state(PLANTED)) if one.kind == SETTLED]).endswith("settled")


def test_nothing_is_no_change() -> None:
    assert changes(KETAMINE) == []
    assert in_one_sentence([]) == "no change of the data"


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "litbook", "diff", *words], capture_output=True, text=True, cwd=cwd, check=False)


def test_two_folders_are_compared_in_text_and_in_json(copy: Copy) -> None:
    folder = copy(TINY)
    change(folder / "doses.csv", "lh-dose-02", "note", "Another note")
    done = run(str(TINY), str(folder))
    assert done.stdout.splitlines()[-1] == "1 value changed"
    [told] = json.loads(run(str(TINY), str(folder), "--json").stdout)
    assert (told["table"], told["id"], told["field"], told["new"]) == ("doses", "lh-dose-02", "note", "Another note")


def test_revisions_of_git_are_compared(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words], cwd=tmp_path, check=True, capture_output=True
        )

    folder = tmp_path / "data" / "tiny"
    folder.parent.mkdir()
    subprocess.run(["cp", "-rT", TINY, folder], check=True)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    change(folder / "doses.csv", "lh-dose-02", "note", "Another note")
    git("commit", "-qam", "two")
    done = run("HEAD~1", "HEAD", "--review", str(folder), cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "1 value changed", done.stderr
    wrong = run("HEAD~9", "HEAD", "--review", str(folder), cwd=tmp_path)
    assert wrong.returncode == 2 and "no folder of data, no bundle and no revision of git" in wrong.stderr
    assert run("--output=x", "HEAD", "--review", str(folder), cwd=tmp_path).returncode == 2
