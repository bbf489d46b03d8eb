"""The manifest of a bundle: what went in, what came out, and what each report read. Plain data, the same for the same inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from litbook.build.inputs import sha256_of
from litbook.errors import Problem

FILE = "manifest.json"
SCHEMA = 1


@dataclass(frozen=True)
class Made:
    """How one report was made.

    ``key`` holds a digest for each thing that all its content depends on (notebook, parameters, engine, libraries,
    vocabularies, settings); ``reads`` the questions that it put to the review with the digests of the answers;
    ``files`` what it opened on its own; ``shown`` the extracts on its page; ``page`` the digest of what the page adds.
    """

    id: str
    key: Mapping[str, str]
    reads: tuple[tuple[Any, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True)
class Edition:
    """A line of the bundle's history: ``changes`` is what changed since the edition before, in one sentence."""

    number: int
    as_of: str
    changes: str


@dataclass(frozen=True)
class Manifest:
    """``inputs`` and ``outputs`` are digests by path; ``texts`` by source, empty where the text was not at hand."""

    litbook: str
    review: str
    title: str
    as_of: str
    engine: str
    libraries: Mapping[str, str]
    inputs: Mapping[str, str]
    texts: Mapping[str, str]
    editions: tuple[Edition, ...] = ()
    reports: tuple[Made, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def edition(self) -> int:
        return self.editions[-1].number if self.editions else 0

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a bundle, None where ``folder`` holds none that can be read."""
    try:
        raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            return None
        raw["editions"] = tuple(Edition(**one) for one in raw["editions"])
        raw["reports"] = tuple(_made(one) for one in raw["reports"])
        return Manifest(**raw)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _made(raw: dict[str, Any]) -> Made:
    reads = tuple((table, tuple(columns), *rest) for table, columns, *rest in raw["reads"])
    return Made(**{**raw, "reads": reads, "shown": tuple(raw["shown"])})


def verify(folder: Path) -> Iterator[Problem]:
    """What in a bundle is not what its manifest says."""
    manifest = read_manifest(folder)
    if manifest is None:
        found = "is not there or can't be read"
        yield Problem(
            FILE, None, "", found, f"the manifest of a bundle, in {folder}", "name a folder that 'litbook build' made, or build again"
        )
        return
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {FILE}
    for name in sorted(there | manifest.outputs.keys()):
        if name not in there:
            yield Problem(name, None, "", "is missing", "every file of the manifest", "build again")
        elif name not in manifest.outputs:
            yield Problem(name, None, "", "is not in the manifest", "files that the build made", "take it out of the bundle")
        elif sha256_of(folder / name) != manifest.outputs[name]:
            yield Problem(name, None, "", "changed since it was built", manifest.outputs[name][:16] + "…", "build again")
