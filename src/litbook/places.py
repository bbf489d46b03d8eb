"""Where reviews are."""

from __future__ import annotations

import os
from pathlib import Path

from litbook.errors import UnknownTerm

DATA = "LITBOOK_DATA"  # names a folder in which reviews are looked for first


def find_review(name: str | Path) -> Path:
    """The folder of a review. Raises UnknownTerm with the names that are there."""
    if (Path(name) / "datapackage.json").is_file():
        return Path(name).resolve()
    here = Path.cwd()
    places = [base / "data" for base in (here, *here.parents, *Path(__file__).resolve().parents)]
    if os.environ.get(DATA):
        places.insert(0, Path(os.environ[DATA]))
    for place in places:
        if (place / str(name) / "datapackage.json").is_file():
            return (place / str(name)).resolve()
    known = sorted({found.parent.name for place in places for found in place.glob("*/datapackage.json")})
    raise UnknownTerm("review", str(name), known or ["a folder that holds datapackage.json"])
