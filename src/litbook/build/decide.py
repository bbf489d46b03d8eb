"""What has to be run again, and why: each report's dependencies against those that the last bundle was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from litbook.build.inputs import LIBRARIES, State, sha256_of, together
from litbook.build.manifest import Made, Manifest
from litbook.build.plan import Report
from litbook.errors import UnknownTerm, some
from litbook.reads import Read, frame_digest
from litbook.review import Review

NEW = "it is new"
UNREAD = ("reports", "build")  # parts of review.toml that no notebook sees


@dataclass(frozen=True)
class Decision:
    """A report with the reasons to run it; without reasons the run of before still holds."""

    report: Report
    key: Mapping[str, str]
    before: Made | None
    reasons: tuple[str, ...]


class Answers:
    """What a review answers to questions that were noted before. Selections are made once, and there are few of them."""

    def __init__(self, book: Review):
        self.book = book
        self.frame, self.digest = cache(self._frame), cache(self._digest)
        self._chosen = cache(self._select)

    def _select(self, indication: str, route: str, above: bool) -> Review:
        return self.book.select(route=route).broader(indication) if above else self.book.select(indication, route)

    def _frame(self, read: Read) -> pd.DataFrame | None:
        """The answer, None where the review has no such table, column or term any more."""
        try:
            chosen = self._chosen(read.indication, read.route, read.above)
            return chosen.table(read.table, read.columns) if read.table else pd.DataFrame({"id": sorted(chosen.unapproved())})
        except (UnknownTerm, KeyError):
            return None

    def _digest(self, read: Read) -> str:
        frame = self.frame(read)
        return "" if frame is None else frame_digest(frame)


def decide(book: Answers, reports: list[Report], state: State, last: Manifest | None, old: Answers | None) -> list[Decision]:
    """A decision for each report. ``old`` is the review as it was for the last bundle, if that can be read."""
    made = {one.id: one for one in last.reports} if last else {}
    common = common_key(book.book, state)
    found = []
    for report in reports:
        key = {**common, "notebook": state.inputs[f"notebooks/{report.notebook.name}"], "parameters": _json(report.parameters)}
        before = made.get(report.id)
        reasons = [NEW] if before is None else [*_static(key, before, state, last), *_answers(book, old, before), *_files(report, before)]
        found.append(Decision(report, key, before, tuple(reasons)))
    return found


def common_key(book: Review, state: State) -> dict[str, str]:
    """Digests of what every report depends on."""
    seen = {name: value for name, value in book.settings.items() if name not in UNREAD}
    seen_by_notebooks = ("python", *LIBRARIES)
    return {
        "engine": state.engine,
        "libraries": together(f"{name} {version}" for name, version in sorted(state.libraries.items()) if name in seen_by_notebooks),
        "vocabularies": together([_json(book.words)]),
        "settings": together([_json(seen)]),
    }


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _static(key: Mapping[str, str], before: Made, state: State, last: Manifest | None) -> list[str]:
    changed = [name for name in key if key[name] != before.key.get(name)]
    reasons = []
    for name in changed:
        if name == "libraries" and last:
            moved = [
                f"{one} {last.libraries.get(one, 'none')} to {now}"
                for one, now in state.libraries.items()
                if last.libraries.get(one) != now
            ]
            reasons.append(f"libraries changed: {', '.join(moved)}")
        elif name == "parameters":
            reasons.append(f"parameters changed: {before.key.get(name, '')} to {key[name]}")
        else:
            reasons.append(f"{name} changed")
    return reasons


def _answers(book: Answers, old: Answers | None, before: Made) -> list[str]:
    """Questions that the report put to the review and that have another answer now, with the rows that differ."""
    rows: dict[str, set[str]] = {}
    for *parts, digest in before.reads:
        read = Read(*parts)
        if book.digest(read) != digest:
            rows.setdefault(read.table or "approvals", set()).update(_differing(book, old, read))
    return [f"{table} changed: {some(sorted(ids)) or 'in form'}" for table, ids in sorted(rows.items())]


def _differing(book: Answers, old: Answers | None, read: Read) -> set[str]:
    now, then = book.frame(read), old.frame(read) if old else None
    if now is None or then is None or "id" not in now or list(now.columns) != list(then.columns):
        return set()
    one, other = set(now.itertuples(index=False, name=None)), set(then.itertuples(index=False, name=None))
    place = list(now.columns).index("id")
    return {str(row[place]) for row in one ^ other}


def _files(report: Report, before: Made) -> list[str]:
    """Files that the notebook opened on its own and that are not what they were."""
    folder = report.notebook.parent
    return [f"the file {name} changed" for name, digest in before.files.items() if file_digest(folder / name) != digest]


def file_digest(path: Path) -> str:
    """SHA-256 of a file, empty where there is none."""
    return sha256_of(path) if path.is_file() else ""


def opened(report: Report, files: tuple[str, ...]) -> dict[str, str]:
    """The files that a run opened, as paths from its notebook, with their digests."""
    return {name: file_digest(report.notebook.parent / name) for name in files}
