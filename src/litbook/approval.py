"""Approval: which content of each row was approved, by whom or by what method, and when.

The lock is a text file made for git, one line a row in the order of ids. It shows that nothing changed since approval,
not that the extraction was right.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from litbook.datapackage import Package, Tables
from litbook.errors import DataProblems, Problem
from litbook.textfiles import read_small

FILE = "approvals.lock"
HEAD = "# id\tsha256 of the row\tstatus\tby\ton\n"
APPROVED = "approved"
LIMIT = "The lock shows that nothing changed since, not that the extraction was right."
Record = Mapping[str, str]


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
    return hashlib.sha256(json.dumps([table, cells], sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()


def read_lock(folder: Path) -> dict[str, Approval] | None:
    """The lock of a review by id, None where it has none. Raises DataProblems with the line that can't be read."""
    path = folder / FILE
    if not path.exists():
        return None
    found: dict[str, Approval] = {}
    lines = read_small(path, "the lock that 'litbook approve' writes").split("\n")
    for number, line in enumerate(lines, 1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) != len(Approval.__dataclass_fields__) or cells[0] in found:
                mend = "restore the line, or run 'litbook approve' again"
                raise DataProblems([Problem(FILE, number, "", repr(line[:60]), "id, hash, status, by, on, each id once", mend)])
            found[cells[0]] = Approval(*cells)
    return found


def write_lock(folder: Path, lock: Mapping[str, Approval]) -> None:
    """Write the lock whole or not at all."""
    lines = ["\t".join((one.id, one.content, one.status, one.by, one.on)) for _, one in sorted(lock.items())]
    staged = folder / f".{FILE}"
    staged.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    staged.replace(folder / FILE)


def approve(package: Package, tables: Tables, lock: Mapping[str, Approval], ids: Iterable[str], by: str, on: str) -> dict[str, Approval]:
    """The lock with the rows ``ids`` as they are now. Raises DataProblems for a name or date that can't stand in it."""
    if not by.strip() or set(by) & set("\t\n\r#"):
        raise DataProblems([Problem(FILE, None, "", f"by is {by!r}", "a name or a method on one line", "say who or what approves")])
    try:
        datetime.date.fromisoformat(on)
    except ValueError:
        raise DataProblems([Problem(FILE, None, "", f"on is {on!r}", "a date such as 2025-11-11", "give the date so")]) from None
    rows = {row["id"]: (table, row) for table, _, row in _rows(package, tables)}
    wanted = set(ids)
    kept = {name: one for name, one in lock.items() if name in rows}
    return kept | {name: Approval(name, content_hash(rows[name][0], rows[name][1]), rows[name][1]["status"], by, on) for name in wanted}


def check_lock(package: Package, tables: Tables, lock: Mapping[str, Approval] | None) -> Iterator[Problem]:
    """Rows that are not what was approved, rows that the lock does not know, and rows of the lock that are gone."""
    if lock is None:
        return
    seen = set()
    for table, line, row in _rows(package, tables):
        path = package.tables[table].path
        one = lock.get(row["id"])
        seen.add(row["id"])
        mend = "look at the change; then 'litbook approve' the row again, or put it back"
        if one is None:
            yield Problem(path, line, "id", f"{row['id']} is not in {FILE}: unapproved", "rows that were approved or read", mend)
        elif one.content != content_hash(table, row):
            yield Problem(path, line, "", f"{row['id']} changed since {one.on} ({one.by}): unapproved", "the row as it was", mend)
        elif row["status"] != one.status:
            yield Problem(path, line, "status", f"{row['id']} is {row['status']!r}, but {one.status!r} in {FILE}", one.status, mend)
    for name in sorted(lock.keys() - seen):
        mend = "put the row back, or run 'litbook approve' if it was withdrawn on purpose"
        yield Problem(FILE, None, "", f"{name} was {lock[name].status} on {lock[name].on} and is gone", "every row of the lock", mend)


def unapproved(package: Package, tables: Tables, lock: Mapping[str, Approval] | None) -> list[str]:
    """Ids of the extracts that nobody approved as they are now."""
    good = {name for name, one in (lock or {}).items() if one.status == APPROVED}
    return [
        row["id"]
        for table, _, row in _rows(package, tables)
        if row["id"] not in good or (lock or {})[row["id"]].content != content_hash(table, row)
    ]


def _rows(package: Package, tables: Tables) -> Iterator[tuple[str, int, Record]]:
    for table in package.of_kind("extract"):
        for line, row in tables[table.name].records():
            yield table.name, line, row
