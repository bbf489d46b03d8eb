"""Whether there is anything to build, found out without loading what a build needs."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

from litbook import anchors
from litbook.build.inputs import named_notebooks, notebooks_folder, sha256_of, state
from litbook.build.manifest import read_manifest, verify
from litbook.places import find_review


def target_of(review: str, out: Path | None) -> tuple[Path, Path]:
    """The folder of a review, and the bundle that is made of it. Raises UnknownTerm where there is no such review."""
    folder = find_review(review)
    return folder, out or Path("reports") / folder.name


def nothing_to_do(folder: Path, out: Path, sources: Path | None) -> int:
    """The edition of the bundle ``out`` if it is whole and made of exactly what is there now, else 0."""
    with suppress(OSError, ValueError, KeyError, TypeError):  # whatever is wrong, a build says it better
        last = read_manifest(out)
        settings = tomllib.loads((folder / "review.toml").read_text(encoding="utf-8-sig"))
        if last is None:
            return 0
        now = state(folder, named_notebooks(folder, settings), anchors.text_location(folder, sources))
        same = (last.engine, last.libraries, last.inputs, last.texts) == (now.engine, now.libraries, now.inputs, now.texts)
        home = notebooks_folder(folder, settings)
        opened = {name: digest for report in last.reports for name, digest in report.files.items()}
        if same and all((home / name).is_file() and sha256_of(home / name) == digest for name, digest in opened.items()):
            return 0 if any(verify(out)) else last.edition
    return 0
