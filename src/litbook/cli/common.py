"""What the commands share: the application, its options, and how events are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

EXIT_CODES = "0 done or nothing to do, 1 bad data or a wrong word, 2 wrong usage, 3 a report failed, 4 busy, 5 no space or not writable."

app = typer.Typer(
    help="A literature review workbook: sources, extracts, tables, charts and reports as one chain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog=f"Exit codes: {EXIT_CODES}",
)

DEFAULT = "ketamine"  # the review that ships

ReviewName = Annotated[str, typer.Argument(help="Name of a folder under data/, or a path to a review's folder.")]
Sources = Annotated[
    Path | None,
    typer.Option(
        help="Folder with the texts of the sources; default: LITBOOK_SOURCES, then text/ in the review.", exists=True, file_okay=False
    ),
]


def tell(as_json: bool, event: str, text: str, **details: Any) -> None:
    """One line for an event: text for people, or JSON for machines."""
    typer.echo(json.dumps({"event": event, **details}, ensure_ascii=False, default=str) if as_json else text)
