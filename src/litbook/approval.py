"""Approval: which content of each row was approved, by whom or by what method, and when.

The lock is a text file made for git, one line a row in the order of ids; and a line for each file that rows are read with:
a wrong unit in a vocabulary is a wrong dose in every row. It shows that nothing changed since approval,
not that the extraction was right.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litbook.datapackage import Package, Tables
from litbook.errors import DataProblems, Problem
from litbook.textfiles import read_small, write_all

FILE = "approvals.lock"
HEAD = "# id or file\tsha256\tstatus\tby\ton\n"
APPROVED, TABLE = "approved", "table"
CHECKED_SETTINGS = ("facts", "limits")
LIMIT = "Approval shows that nothing changed since, not that the extraction was right."
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Approval:
    """One line of the lock. ``content`` is the hash of the row without its status; ``on`` a date (ISO 8601)."""

    id: str
    content: str
    status: str
    by: str
    on: str


def content_hash(table: str, row: Record) -> str:
    """SHA-256 of a row in canonical form: its table and its cells but the status, as JSON with sorted keys."""
    cells = {column: value for column, value in row.items() if column != "status"}
    return _digest([table, cells])


def read_lock(folder: Path) -> dict[str, Approval] | None:
    """The lock of a review by id, None where it has none. Raises DataProblems with the line that can't be read."""
    path = folder / FILE
    if not path.exists() and not path.is_symlink():
        return None
    found: dict[str, Approval] = {}
    lines = read_small(path, "the lock that 'litbook approve' writes").split("\n")
    for number, line in enumerate(lines, 1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            whole = len(cells) == len(Approval.__dataclass_fields__) and cells[0] not in found and all(cells) and is_date(cells[-1])
            if not whole:
                mend = "restore the line, from git for instance"
                raise DataProblems([Problem(FILE, number, "", repr(line[:60]), "id, hash, status, by and date, each id once", mend)])
            found[cells[0]] = Approval(*cells)
    return found


def write_lock(folder: Path, lock: Mapping[str, Approval]) -> None:
    """Write the lock whole or not at all."""
    lines = ["\t".join((one.id, one.content, one.status, one.by, one.on)) for _, one in sorted(lock.items())]
    write_all({folder / FILE: HEAD + "".join(f"{line}\n" for line in lines)})


def is_date(text: str) -> bool:
    """Whether a text is a date, as year-month-day."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def contents(package: Package, tables: Tables, settings: Record) -> dict[str, tuple[str, str]]:
    """Everything that can be approved: hash and status by id for extracts, and by file for what they are read with (all
    other tables, and the parts of review.toml that say what is checked)."""
    found = {row["id"]: (content_hash(table, row), row["status"]) for table, _, row in _rows(package, tables)}
    for table in package.tables.values():
        if table.kind != "extract":
            found[table.path] = (_digest([table.columns, *tables[table.name].cells]), TABLE)
    checked = {name: settings[name] for name in CHECKED_SETTINGS if name in settings}
    return found | ({"review.toml": (_digest(checked), TABLE)} if checked else {})


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8")).hexdigest()


def approve(
    current: Mapping[str, tuple[str, str]], lock: Mapping[str, Approval], names: Iterable[str], by: str, on: str
) -> dict[str, Approval]:
    """The lock with ``names`` as they are now (see ``contents``), without what is gone. Raises DataProblems for a name or date
    that can't stand in it."""
    if not by.strip() or not by.isprintable() or "#" in by:
        raise DataProblems([Problem(FILE, None, "", f"by is {by!r}", "a name or a method on one line", "say who or what approves")])
    if not is_date(on):
        raise DataProblems([Problem(FILE, None, "", f"on is {on!r}", "a date such as 2025-11-11", "give the date so")])
    kept = {name: one for name, one in lock.items() if name in current}
    return kept | {name: Approval(name, *current[name], by, on) for name in names}


def differing(current: Mapping[str, tuple[str, str]], lock: Mapping[str, Approval]) -> list[str]:
    """What the lock does not hold as it is now."""
    return [name for name, held in current.items() if name not in lock or (lock[name].content, lock[name].status) != held]


def check_lock(package: Package, tables: Tables, lock: Mapping[str, Approval] | None, settings: Record) -> Iterator[Problem]:
    """What is not as it was approved, what the lock does not know, and what the lock knows and is gone."""
    if lock is None:
        return
    current = contents(package, tables, settings)
    places = {row["id"]: (package.tables[table].path, line) for table, line, row in _rows(package, tables)}
    mend = "look at the change; then 'litbook approve' it again, or put it back"
    for name in differing(current, lock):
        one, (content, status) = lock.get(name), current[name]
        path, line = places.get(name, (name, None))
        if one is None:
            yield Problem(path, line, "id" if line else "", f"{name} is not in {FILE}: unapproved", "what was approved or read", mend)
        elif one.content != content:
            yield Problem(path, line, "", f"{name} changed since {one.on} ({one.by}): unapproved", "it as it was", mend)
        else:
            yield Problem(path, line, "status", f"{name} is {status!r}, but {one.status!r} in {FILE}", one.status, mend)
    for name in sorted(lock.keys() - current.keys()):
        mend = "put it back, or run 'litbook approve' if it was withdrawn on purpose"
        yield Problem(FILE, None, "", f"{name} was {lock[name].status} on {lock[name].on} and is gone", "everything in the lock", mend)


def unapproved(package: Package, tables: Tables, lock: Mapping[str, Approval] | None, settings: Record) -> list[str]:
    """Ids of the extracts that nobody approved as they are now; and files that changed since they were approved."""
    current, held = contents(package, tables, settings), lock or {}
    changed = set(differing(current, held))
    return [
        name
        for name, (_, status) in current.items()
        if (name in changed and (lock is not None or status != TABLE))
        or (status != TABLE and name in held and held[name].status != APPROVED)
    ]


def _rows(package: Package, tables: Tables) -> Iterator[tuple[str, int, Record]]:
    for table in package.of_kind("extract"):
        for line, row in tables[table.name].records():
            yield table.name, line, row
