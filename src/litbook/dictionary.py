"""The data dictionary: every table and column of a review in Markdown, generated from its descriptor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from litbook.datapackage import Field, Package, Table
from litbook.descriptor import read_package

GUIDE = Path(__file__).resolve().parent / "templates" / "data_guide.md"
KINDS = {
    "record": "Sources and works",
    "extract": "Extracts",
    "span": "Headings and numbers left out",
    "second": "Second extraction",
    "vocabulary": "Vocabularies",
}


def data_dictionary(folder: Path) -> str:
    """Markdown: the guide to adding a source, then one section a table, in the order of the descriptor."""
    package = read_package(folder)
    lines = [
        GUIDE.read_text(encoding="utf-8").rstrip(),
        "",
        f"## The tables of {folder.name}",
        "",
        f"{package.title}. {package.description} What follows is generated from `{folder.name}/datapackage.json` by `make dictionary`; "
        "change the descriptor, not this page.",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"### {title}"]
        if kind == "extract":
            lines += ["", *_common(package)]
        for table in package.of_kind(kind):
            lines += ["", *_table(table, package, folder)]
    return "\n".join(lines) + "\n"


def _shared(package: Package) -> set[str]:
    """Columns that every table of extracts declares alike: told once."""
    tables = [set(table.fields) for table in package.of_kind("extract")]
    return {field.name for field in set.intersection(*tables)} if tables else set()


def _common(package: Package) -> Iterator[str]:
    table = next(package.of_kind("extract"), None)
    if table:
        yield "Every table of extracts has these columns, beside its own:"
        yield ""
        yield from _fields([field for field in table.fields if field.name in _shared(package)])


def _table(table: Table, package: Package, folder: Path) -> Iterator[str]:
    shared = _shared(package) if table.kind == "extract" else set()
    own = [field for field in table.fields if field.name not in shared]
    yield f"#### `{folder.name}/{table.path}`"
    yield ""
    yield table.description
    yield ""
    yield from _fields(own)


def _fields(fields: list[Field]) -> Iterator[str]:
    yield "| column | type | what it holds |"
    yield "|---|---|---|"
    for field in fields:
        kind = f"id of `{field.foreign}`" if field.foreign else field.type
        must = " Required." if field.required else ""
        only = f" One of: {', '.join(field.enum)}." if field.enum else ""
        yield f"| `{field.name}` | {kind} | {field.description.replace('|', chr(92) + '|')}{only}{must} |"
