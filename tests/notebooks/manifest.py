"""What nbval does not see of a notebook: which cells there are, their source, their tags, and what kinds of output each has.

``python -m tests.notebooks.manifest`` writes the manifest anew after a change that is meant.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).with_name("manifest.json")


def manifest(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every cell of every notebook of a folder: type, tags, hash of its source, kinds of output."""
    return {path.name: [_cell(cell) for cell in nbformat.read(path, as_version=4).cells] for path in sorted(folder.glob("*.ipynb"))}


def _cell(cell: Any) -> dict[str, Any]:
    kinds = [sorted(output.get("data", {"stream": 0})) for output in cell.get("outputs", [])]
    source = hashlib.sha256(cell.source.encode("utf-8")).hexdigest()[:16]
    return {"type": cell.cell_type, "tags": cell.metadata.get("tags", []), "source": source, "outputs": kinds}


def main() -> None:
    """Write the manifest of the stored notebooks."""
    rows = {name: [json.dumps(cell) for cell in cells] for name, cells in manifest(ROOT / "notebooks").items()}
    text = ",\n".join(f'"{name}": [\n' + ",\n".join(f" {cell}" for cell in cells) + "\n]" for name, cells in rows.items())
    GOLDEN.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
