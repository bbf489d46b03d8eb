"""The command line. Exit codes: 0 done, 1 bad data or a wrong word, 2 wrong usage, 3 a report failed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from litbook.errors import BAD_DATA, DataProblems, LitbookError, Problem, UnknownTerm

app = typer.Typer(
    help="A literature review workbook: sources, extracts, tables, charts and reports as one chain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 done, 1 bad data or a wrong word, 2 wrong usage, 3 a report failed.",
)

ReviewName = Annotated[str, typer.Argument(help="Name of a folder under data/, or a path to a review's folder.")]
Sources = Annotated[
    Path | None,
    typer.Option(
        help="Folder with the texts of the sources; default: LITBOOK_SOURCES, then text/ in the review.", exists=True, file_okay=False
    ),
]


@app.command()
def check(review: ReviewName = "ketamine", sources: Sources = None) -> None:
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
def build(
    review: ReviewName = "ketamine",
    out: Annotated[Path | None, typer.Option(help="Folder of the bundle; default: reports/REVIEW.")] = None,
    sources: Sources = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Notebooks run at once; default: the number of cores.")] = None,
) -> None:
    """Run the reports that review.toml lists and publish them as one bundle, replaced whole or left alone."""
    import time

    from litbook.build import Report
    from litbook.build import build as build_review
    from litbook.loading import load

    loaded = load(review)
    target = out or Path("reports") / loaded.name
    begun = time.monotonic()

    def tell(report: Report, done: int, of: int) -> None:
        left = (time.monotonic() - begun) / done * (of - done)
        typer.echo(f"[{done:>{len(str(of))}}/{of}] {report.id}" + (f", about {left:.0f} s left" if done < of else ""))

    reports = build_review(loaded, target, sources, jobs, tell)
    typer.echo(f"{len(reports)} reports in {target}; open {target / 'index.html'}")


@app.command()
def approve(
    by: Annotated[str, typer.Option(help="Who approves, or the method by which it was done.")],
    review: ReviewName = "ketamine",
    row: Annotated[
        list[str] | None, typer.Option(help="Id of a row; may be given more than once. Default: every row of the status.")
    ] = None,
    status: Annotated[str | None, typer.Option(help="Only rows of this status.")] = None,
    on: Annotated[str | None, typer.Option(help="Date of the approval; default: today.")] = None,
) -> None:
    """Record which content of which rows is approved, by whom and when, in approvals.lock."""
    import datetime

    from litbook import approval
    from litbook.loading import read

    found = read(review)
    if found.problems:
        raise DataProblems(found.problems)
    rows = {one["id"]: one for table in found.package.of_kind("extract") for _, one in found.tables[table.name].records()}
    unknown = sorted(set(row or ()) - rows.keys())
    if unknown:
        raise UnknownTerm("row", unknown[0], sorted(rows))
    wanted = [name for name in (row or rows) if status in (None, rows[name]["status"])]
    when = on or datetime.date.today().isoformat()
    lock = approval.approve(found.package, found.tables, found.lock or {}, wanted, by, when)
    approval.write_lock(found.folder, lock)
    typer.echo(f"{len(wanted)} rows recorded in {found.folder / approval.FILE}. {approval.LIMIT}")


@app.command()
def agreement(review: ReviewName = "ketamine") -> None:
    """How far two extractors agree, before adjudication: raw, Cohen's kappa, Gwet's AC1 with n; and each difference."""
    from litbook.agreement import agreements, before_adjudication, differences
    from litbook.loading import read

    found = read(review)
    if not any(found.package.of_kind("second")):
        raise LitbookError(f"{found.folder.name} has no second extraction; allowed: tables of kind second; extract a second time, blind")
    tables = before_adjudication(found.package, found.tables)
    typer.echo(f"{'table':20}{'field':22}{'n':>5}{'raw':>8}{'kappa':>8}{'AC1':>8}")
    for one in agreements(found.package, tables):
        coefficients = "".join(f"{value:8.2f}" if value is not None else f"{'–':>8}" for value in (one.raw, one.kappa, one.ac1))
        typer.echo(f"{one.table:20}{one.field:22}{one.n:5}{coefficients}")
    decided = {(row["table"], row["first"], row["second"], row["field"]): row for _, row in found.tables["adjudications"].records()}
    for difference in differences(found.package, tables):
        where = f"{difference.table} {difference.first or '–'} / {difference.second or '–'} {difference.field}"
        settled = decided.get((difference.table, difference.first, difference.second, difference.field))
        told = f"{settled['decision']}: {settled['reason']}" if settled else "open"
        typer.echo(f"{where}: {difference.first_value!r} / {difference.second_value!r}: {told}")


@app.command()
def measure(file: Annotated[Path, typer.Argument(help="Text of a source.", exists=True, dir_okay=False)]) -> None:
    """Print what sources.csv needs of a text: its length in characters and its SHA-256."""
    from litbook.anchors import read_text, sha256

    try:
        text = read_text(file)
    except UnicodeDecodeError as error:
        raise LitbookError(f"{file}: byte {error.start} is not UTF-8; allowed: UTF-8; save the text as UTF-8") from None
    typer.echo(f"chars {len(text)}\nsha256 {sha256(text)}")


@app.command()
def find(
    source: Annotated[str, typer.Argument(help="Id of a source in sources.csv.")],
    quote: Annotated[str, typer.Argument(help="The exact characters of the source.")],
    review: Annotated[str, typer.Option(help="Name or folder of the review.")] = "ketamine",
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
    review: Annotated[str, typer.Option(help="Name or folder of the review.")] = "ketamine",
    sources: Sources = None,
) -> None:
    """Append draft rows to a review; offsets and hashes are worked out from their quotes. All rows or none."""
    from litbook.authoring import add_drafts

    for table, rows in add_drafts(review, source, drafts, sources).items():
        typer.echo(f"{table}: {rows} row{'' if rows == 1 else 's'} added")


@app.command()
def notebooks(
    folder: Annotated[Path, typer.Argument(help="Folder of notebooks.", exists=True, file_okay=False)] = Path("notebooks"),
    data: Annotated[Path, typer.Option(help="Folder of the reviews that they load.", exists=True)] = Path("data"),
) -> None:
    """Run the notebooks with their default parameters and store the outputs in them, for nbval to compare."""
    from litbook.build.stored import refresh

    for notebook, changed in refresh(folder, data.resolve()).items():
        typer.echo(f"{notebook}: {'changed' if changed else 'as it was'}")


@app.command()
def dictionary(
    review: ReviewName = "ketamine", out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None
) -> None:
    """Write the data dictionary of a review as Markdown, from its descriptor."""
    from litbook.dictionary import data_dictionary
    from litbook.loading import find_review

    text = data_dictionary(find_review(review))
    if out:
        out.write_text(text, encoding="utf-8", newline="\n")
    else:
        typer.echo(text, nl=False)


def _plan_problems(review: str) -> list[Problem]:
    """What is wrong with the reports that review.toml asks for; a review that was copied away from its notebooks has none."""
    from litbook.build.plan import notebooks_folder, plan
    from litbook.loading import load

    loaded = load(review)
    try:
        if notebooks_folder(loaded).is_dir():
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
    return f"{text}; {problems} problem{'' if problems == 1 else 's'}"


def main() -> None:
    """Run the command line; an error that the user can mend is printed in one line each, without a traceback."""
    try:
        app()
    except LitbookError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
