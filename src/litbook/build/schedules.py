"""Ready units for who starts builds: cron, systemd, GitHub. Each runs the two commands that a person would run."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from litbook.errors import WrongUsage

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
PART = re.compile(r"(\*|\d+(?:-\d+)?)(?:/(\d+))?")
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DEFAULT_LIMIT, MEMORY = "1h", "4G"


def schedule_for(kind: str, review: str, at: str, project: Path) -> str:
    """The unit of a kind (cron, systemd, github) that builds ``review`` in the folder ``project``. ``at`` is in cron's five
    fields, in the machine's time (GitHub: UTC). Raises WrongUsage for a time that cron would not take."""
    check_time(at)
    if not re.fullmatch(r"[A-Za-z0-9._/-]+", review):
        raise WrongUsage(f"review {review!r}; allowed: letters, digits, dots, hyphens and slashes; give the name of a folder under data/")
    makers: dict[str, Callable[[str, str, Path], str]] = {"cron": _cron, "systemd": _systemd, "github": _github}
    return makers[kind](review, at, project.resolve())


def check_time(at: str) -> None:
    """Raises WrongUsage where ``at`` is not five fields that cron takes."""
    parts = at.split()
    if len(parts) != len(FIELDS):
        raise WrongUsage(f"--at {at!r} has {len(parts)} fields; allowed: minute hour day month weekday, such as '0 6 * * 1'; write five")
    for part, (name, low, high) in zip(parts, FIELDS, strict=True):
        for one in part.split(","):
            match = PART.fullmatch(one)
            numbers = [int(number) for number in re.findall(r"\d+", match[1])] if match else []
            if match is None or not all(low <= number <= high for number in numbers) or numbers != sorted(numbers) or match[2] == "0":
                raise WrongUsage(f"--at: {name} is {one!r}; allowed: {low} to {high}, * or ranges, such as 1-5 or */2; write it so")


def _litbook(project: Path) -> str:
    """The command as this installation has it."""
    own = Path(sys.executable).with_name("litbook")
    return str(own) if own.is_file() else f"{sys.executable} -m litbook"


def _cron(review: str, at: str, project: Path) -> str:
    command = " ".join([_litbook(project), "build", shlex.quote(review), "--wait", "600"])
    log = f"reports/{Path(review).name}.log"
    line = f"{at} cd {shlex.quote(str(project))} && {command} >> {log} 2>&1"
    return f"""# Add this line with: crontab -e
# Nothing is done when nothing changed. Exit codes stand in the README; the log gets one line an event.
{line.replace("%", chr(92) + "%")}
"""


def _systemd(review: str, at: str, project: Path) -> str:
    name = f"litbook-{Path(review).name}"
    return f"""# Two files, to be saved as root: what stands below each line that begins with "# /etc" goes to the file that it names.
# Once before: useradd --system --shell /usr/sbin/nologin litbook; chown -R litbook {project / "reports"}
# Then: systemctl daemon-reload; systemctl enable --now {name}.timer
# Look: systemctl list-timers {name}.timer; journalctl -u {name}.service
# /etc/systemd/system/{name}.service
[Unit]
Description=Regenerate the reports of the review {Path(review).name}
ConditionPathIsDirectory={project}

[Service]
Type=exec
User=litbook
WorkingDirectory={project}
ExecStart={_litbook(project)} build {review} --json
Environment=PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp/matplotlib
# 0 is built or nothing to do. A busy run (4) is no failure: the next one comes.
SuccessExitStatus=4
RuntimeMaxSec={DEFAULT_LIMIT}
MemoryMax={MEMORY}
# Unprivileged, without network (but for the loopback of its own, over which kernels answer), nothing to write but the reports.
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX AF_INET
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={project / "reports"}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
UMask=0022
# /etc/systemd/system/{name}.timer
[Unit]
Description=When to regenerate the reports of the review {Path(review).name}

[Timer]
{chr(10).join(f"OnCalendar={when}" for when in on_calendar(at))}
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


def on_calendar(at: str) -> list[str]:
    """Cron's five fields in systemd's words, such as ``Mon *-*-* 06:00:00``. Cron runs when day *or* weekday fits if both are
    given; systemd wants both, so such a time becomes two."""
    minute, hour, day, month, weekday = at.split()
    clock = f"{_calendar(hour)}:{_calendar(minute)}:00"
    days = ",".join(_weekday(part) for part in weekday.split(","))
    if day != "*" and weekday != "*":
        return [f"*-{_calendar(month)}-{_calendar(day)} {clock}", f"{days} *-{_calendar(month)}-* {clock}"]
    return [f"{days + ' ' if weekday != '*' else ''}*-{_calendar(month)}-{_calendar(day)} {clock}"]


def _calendar(field: str) -> str:
    parts = []
    for one in field.split(","):
        base, _, step = one.partition("/")
        low, dash, high = base.partition("-")
        whole = base if base == "*" else f"{int(low):02}" + (f"..{int(high):02}" if dash else "")
        parts.append(f"{'0' if whole == '*' and step else whole}{'/' + step if step else ''}")
    return ",".join(parts)


def _weekday(part: str) -> str:
    base, _, step = part.partition("/")
    low, dash, high = base.partition("-")
    numbers = range(0 if base == "*" else int(low), (6 if base == "*" else int(high if dash else low)) + 1, int(step or 1))
    return ",".join(dict.fromkeys(DAYS[number] for number in numbers))


def _github(review: str, at: str, project: Path) -> str:
    name = Path(review).name
    return f"""# Save as .github/workflows/reports-{name}.yml. The log of each run says what was built and whether the bundle is whole.
name: Reports of {name}
on:
  schedule:
    - cron: "{at}"
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: reports-{name}
  cancel-in-progress: false
jobs:
  reports:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: make reports REVIEW={review}
      - run: .venv/bin/litbook verify reports/{name}
"""
