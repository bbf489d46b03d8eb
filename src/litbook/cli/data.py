"""Commands for the data of a review: check, approve, compare extractions, find quotes, add drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from litbook.cli.common import DEFAULT, ReviewName, Sources, app
from litbook.errors import BAD_DATA, DataProblems, LitbookError, Problem, UnknownTerm
from litbook.textfiles import read_regular, write_all


@app.command()
def check(review: ReviewName = DEFAULT, sources: Sources = None) -> None:
    """Check the data: schema, references, doses, and each span against its source where the text is at hand.

    Prints one line for each problem: file:row:column, what was found, what is allowed, how to mend it.
    """
    from litbook.loading import check as check_review

    problems, summary = check_review(review, sources)
    if not problems:
        problems = _plan_problems(review)
    _report(problems)
    for path in summary.get("marked", ()):
        typer.echo(f"note: {path} begins with a byte order mark, which is read over")
    typer.echo(_summary(summary, len(problems)))
    if problems:
        raise typer.Exit(BAD_DATA)


@app.command()
def approve(
    by: Annotated[str, typer.Option(help="Who approves, or the method by which it was done.")],
    review: ReviewName = DEFAULT,
    row: Annotated[list[str] | None, typer.Option(help="Id of a row; may be given more than once. Default: whatever changed.")] = None,
    status: Annotated[str | None, typer.Option(help="Only rows of this status, and the tables that rows are read with.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Record also what did not change, in place of who approved it before.")] = False,
    on: Annotated[str | None, typer.Option(help="Date of the approval; default: today.")] = None,
) -> None:
    """Record which content is approved, by whom and when, in approvals.lock: rows that are new or changed, or those named.

    What did not change keeps who approved it and when, unless --row or --all says otherwise.
    """
    import datetime

    from litbook import approval
    from litbook.loading import read

    found = read(review)
    if found.problems:
        raise DataProblems(found.problems)
    current, lock = approval.contents(found.package, found.tables, found.settings), found.lock or {}
    known = found.tables["statuses"].column("id")
    for name in row or ():
        if name not in current:
            raise UnknownTerm("row", name, sorted(current))
    if status is not None and status not in known:
        raise UnknownTerm("status", status, known)
    wanted = dict.fromkeys(row or (current if everything else approval.differing(current, lock)))
    names = [name for name in wanted if status in (None, current[name][1]) or current[name][1] == approval.TABLE]
    when = on or datetime.date.today().isoformat()
    new = approval.approve(current, lock, names, by, when)
    if new != found.lock:
        approval.write_lock(found.folder, new)
    for name in names if len(names) <= 50 else ():
        typer.echo(f"{name}: {'changed' if name in lock else 'new'}")
    typer.echo(f"{len(names)} recorded in {found.folder / approval.FILE}, {len(current) - len(names)} left as they were. {approval.LIMIT}")


@app.command()
def agreement(review: ReviewName = DEFAULT) -> None:
    """How far two extractors agree, before adjudication: raw, Cohen's kappa, Gwet's AC1 with n; and each difference."""
    from litbook.agreement import agreements, before_adjudication, differences
    from litbook.loading import read

    found = read(review)
    if found.problems:  # figures of half a table would look like figures
        raise DataProblems(found.problems)
    if not any(found.package.of_kind("second")):
        raise LitbookError(f"{found.folder.name} has no second extraction; allowed: tables of kind second; extract a second time, blind")
    tables = before_adjudication(found.package, found.tables)
    typer.echo(f"{'table':20}{'field':22}{'n':>5}{'raw':>8}{'kappa':>8}{'AC1':>8}")
    for one in agreements(found.package, tables):
        coefficients = "".join(f"{value:8.2f}" if value is not None else f"{'–':>8}" for value in (one.raw, one.kappa, one.ac1))
        typer.echo(f"{one.table:20}{one.field:22}{one.n:5}{coefficients}")
    rows = found.tables["adjudications"].records() if "adjudications" in found.tables else ()
    decided = {(row["table"], row["first"], row["second"], row["field"]): row for _, row in rows}
    for difference in differences(found.package, tables):
        where = f"{difference.table} {difference.first or '–'} / {difference.second or '–'} {difference.field}"
        settled = decided.get((difference.table, difference.first, difference.second, difference.field))
        told = f"{settled['decision']}: {settled['reason']}" if settled else "open"
        typer.echo(f"{where}: {difference.first_value!r} / {difference.second_value!r}: {told}")


@app.command()
def measure(file: Annotated[Path, typer.Argument(help="Text of a source.", exists=True, dir_okay=False)]) -> None:
    """Print what sources.csv needs of a text: its length in characters and its SHA-256."""
    from litbook.anchors import sha256

    try:
        text = read_regular(file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise LitbookError(f"{file}: byte {error.start} is not UTF-8; allowed: UTF-8; save the text as UTF-8") from None
    typer.echo(f"chars {len(text)}\nsha256 {sha256(text)}")


@app.command()
def find(
    source: Annotated[str, typer.Argument(help="Id of a source in sources.csv.")],
    quote: Annotated[str, typer.Argument(help="The exact characters of the source.")],
    review: Annotated[str, typer.Option(help="Name or folder of the review.")] = DEFAULT,
    sources: Sources = None,
) -> None:
    """Print where a quote stands in a source: start, end, quote_sha256 and the line of the text."""
    from litbook.authoring import find_quote

    places = find_quote(review, source, quote, sources)
    for span, sha, line in places:
        typer.echo(f"{span.start},{span.end},{sha}  line {line}")
    if not places:
        raise LitbookError(
            f"the quote is not in the text of {source}; allowed: its exact characters; copy it from the text: curly quotes, "
            "dashes and double blanks count"
        )


@app.command()
def add(
    source: Annotated[str, typer.Argument(help="Id of a source in sources.csv.")],
    drafts: Annotated[list[Path], typer.Argument(help="Draft tables, such as doses.csv, with quotes in place of offsets.", exists=True)],
    review: Annotated[str, typer.Option(help="Name or folder of the review.")] = DEFAULT,
    sources: Sources = None,
) -> None:
    """Append draft rows to a review; offsets and hashes are worked out from their quotes. All rows or none."""
    from litbook.authoring import add_drafts

    for table, rows in add_drafts(review, source, drafts, sources).items():
        typer.echo(f"{table}: {rows} row{'' if rows == 1 else 's'} added")


@app.command()
def dictionary(
    review: ReviewName = DEFAULT, out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None
) -> None:
    """Write the data dictionary of a review as Markdown, from its descriptor."""
    from litbook.dictionary import data_dictionary
    from litbook.places import find_review

    text = data_dictionary(find_review(review))
    if out:
        write_all({out: text})
    else:
        typer.echo(text, nl=False)


def _plan_problems(review: str) -> list[Problem]:
    """What is wrong with the reports that review.toml asks for; a review that was copied away from its notebooks has none."""
    from litbook.build.inputs import notebooks_folder
    from litbook.build.plan import plan
    from litbook.loading import load

    loaded = load(review)
    try:
        if notebooks_folder(loaded.folder, loaded.settings).is_dir():
            plan(loaded)
    except DataProblems as error:
        return list(error.problems)
    return []


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem))


def _summary(summary: dict[str, Any], problems: int) -> str:
    text = f"{summary['review']}: {summary['extracts']} extracts in {summary['tables']} tables from {summary['sources']} sources"
    if "verified" in summary:
        text += f"; {summary['verified']} spans verified"
        if summary["unverified"]:
            text += f", {summary['unverified']} not"
        if summary["missing"]:
            text += f" (text not at hand: {', '.join(summary['missing'])})"
        text += f"; {summary['inferred']} rows with inferred values; {summary['unapproved']} not approved"
    if "disagreements" in summary:
        text += f"; disagreements: {', '.join(f'{n} {status.replace(chr(95), chr(32))}' for status, n in summary['disagreements'].items())}"
    return f"{text}; {problems} problem{'' if problems == 1 else 's'}"
