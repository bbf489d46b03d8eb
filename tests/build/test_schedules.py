"""Units for schedulers: each is what its scheduler takes, and says no more than it can."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from litbook.build.schedules import check_time, on_calendar, schedule_for
from litbook.errors import WrongUsage


@pytest.mark.parametrize(
    ("at", "calendar"),
    [
        ("0 6 * * 1", ["Mon *-*-* 06:00:00"]),
        ("*/15 * * * *", ["*-*-* *:0/15:00"]),
        ("30 4 1,15 * *", ["*-*-01,15 04:30:00"]),
        ("5 0 * 8 *", ["*-08-* 00:05:00"]),
        ("0 22 * * 1-5", ["Mon,Tue,Wed,Thu,Fri *-*-* 22:00:00"]),
        ("0 0 1 * 0", ["*-*-01 00:00:00", "Sun *-*-* 00:00:00"]),
        ("0 9-17/2 * * *", ["*-*-* 09..17/2:00:00"]),
    ],
)
def test_times_of_cron_are_said_in_the_words_of_systemd(at: str, calendar: list[str]) -> None:
    assert on_calendar(at) == calendar
    if shutil.which("systemd-analyze"):
        for when in calendar:
            subprocess.run(["systemd-analyze", "calendar", when], check=True, capture_output=True)


REFUSED = (
    "",
    "0 6 * *",
    "60 6 * * 1",
    "0 24 * * 1",
    "0 6 0 * *",
    "0 6 * 13 *",
    "0 6 * * 8",
    "a b c d e",
    "5-1 * * * *",
    "*/0 * * * *",
    "0 6 * * 1; rm",
)


@pytest.mark.parametrize("at", REFUSED)
def test_a_time_that_cron_would_not_take_is_refused(at: str) -> None:
    with pytest.raises(WrongUsage, match="--at"):
        check_time(at)


def test_the_line_for_cron_goes_to_the_project_and_keeps_a_log(tmp_path: Path) -> None:
    folder = tmp_path / "a project"
    lines = [line for line in schedule_for("cron", "ketamine", "0 6 * * 1", folder).splitlines() if not line.startswith("#")]
    assert len(lines) == 1
    assert re.fullmatch(rf"0 6 \* \* 1 cd '{folder}' && \S+ (-m litbook )?build ketamine --wait 600 >> reports/ketamine.log 2>&1", lines[0])


def test_the_service_is_unprivileged_and_without_network(tmp_path: Path) -> None:
    text = schedule_for("systemd", "ketamine", "0 6 * * 1", tmp_path)
    _, service, timer = re.split(r"^# /etc/systemd/system/(?:.*)$", text, flags=re.MULTILINE)
    for wanted in ("User=litbook", "PrivateNetwork=yes", "ProtectSystem=strict", "MemoryMax=4G", "RuntimeMaxSec=1h", "NoNewPrivileges=yes"):
        assert f"\n{wanted}\n" in service
    assert "OnCalendar=Mon *-*-* 06:00:00" in timer
    if shutil.which("systemd-analyze"):
        for name, unit in (("litbook-ketamine.service", service), ("litbook-ketamine.timer", timer)):
            (tmp_path / name).write_text(unit, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / "litbook-ketamine.timer"), str(tmp_path / "litbook-ketamine.service")],
            capture_output=True,
            text=True,
            check=False,
        )
        said = [line for line in done.stderr.splitlines() if "litbook-ketamine" in line and "not executable" not in line]
        assert said == []


def test_the_workflow_reads_only_and_uses_two_actions_by_version() -> None:
    workflow = yaml.safe_load(schedule_for("github", "ketamine", "0 6 * * 1", Path.cwd()))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True]["schedule"] == [{"cron": "0 6 * * 1"}]  # YAML 1.1 reads `on` as true
    steps = workflow["jobs"]["reports"]["steps"]
    assert [step["uses"] for step in steps if "uses" in step] == ["actions/checkout@v4", "actions/setup-python@v5"]
    assert all(set(step) <= {"uses", "with", "run"} for step in steps)


@pytest.mark.parametrize("name", ["a b", "x; rm -rf /", "$(id)", ""])
def test_a_name_that_could_run_as_code_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage):
        schedule_for("cron", name, "0 6 * * 1", Path.cwd())
