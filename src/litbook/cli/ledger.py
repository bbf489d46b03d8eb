"""The command for the ledger of disagreements."""

from __future__ import annotations

from typing import Annotated

import typer

from litbook.cli.common import DEFAULT, ReviewName, app
from litbook.errors import DataProblems, LitbookError
from litbook.textfiles import write_all


@app.command()
def disagreements(
    review: ReviewName = DEFAULT,
    write: Annotated[
        bool,
        typer.Option("--write", help="Add what is open to disagreements.csv, to be adjudicated there; re-opened rows are open again."),
    ] = False,
) -> None:
    """Print the ledger of disagreements: what the rules find in the rows, and how it was adjudicated.

    To adjudicate: run with --write, read the members in their source, then fill in status, explained_by, reason, on and by.
    """
    from litbook.authoring import as_csv
    from litbook.disagreements import RULES, TABLE, for_adjudication, ledger, sides_in_words
    from litbook.loading import material, read

    found = read(review)
    if found.problems:
        raise DataProblems(found.problems)
    given = material(found)
    entries = ledger(given)
    for entry in entries:
        typer.echo(f"{entry.id}: {given.label('disagreement_statuses', entry.status).lower()}")
        if entry.proposal:
            apart = f"; sides differ in {', '.join(entry.proposal.may_explain)}" if entry.proposal.may_explain else ""
            typer.echo(f"  {entry.proposal.topic} ({entry.proposal.scope}{apart})\n  {sides_in_words(given, entry.proposal)}")
            typer.echo(f"  {' '.join(entry.proposal.members)}")
        if entry.adjudication and entry.adjudication["reason"]:
            typer.echo(f"  {entry.adjudication['reason']}")
    for rule in RULES:
        own = [entry.status for entry in entries if entry.proposal and entry.proposal.kind == rule.name]
        told = ", ".join(f"{own.count(status)} {given.label('disagreement_statuses', status).lower()}" for status in dict.fromkeys(own))
        typer.echo(f"{rule.title}: {told or 'nothing found'}")
    if write:
        if TABLE not in found.tables:
            raise LitbookError(f"{found.folder.name} has no table {TABLE}; allowed: one, as in data/README.md; add it to the descriptor")
        rows = for_adjudication(given)
        write_all({found.folder / rows.table.path: as_csv(rows)})
        typer.echo(f"{len(rows.cells) - len(found.tables[TABLE].cells)} added to {found.folder / rows.table.path}")
