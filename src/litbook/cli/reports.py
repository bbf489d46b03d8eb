"""Commands for reports: build, verify, compare, schedule; and the stored notebooks."""

from __future__ import annotations

import dataclasses
import json
import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from litbook.cli.common import DEFAULT, ReviewName, Sources, app, tell
from litbook.errors import BAD_DATA

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]


@app.command()
def build(
    review: ReviewName = DEFAULT,
    out: Annotated[Path | None, typer.Option(help="The bundle; default: reports/REVIEW.")] = None,
    sources: Sources = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Notebooks run at once; default: the number of cores.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run every report, changed or not.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say what would be run and why; run nothing.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another run of the same bundle.")] = 0,
    cluster: Annotated[str | None, typer.Option(help="Run on a dask scheduler at this address, or start one here: local.")] = None,
    as_json: Json = False,
) -> None:
    """Run the reports that review.toml lists and publish them as one bundle, replaced whole or left alone.

    Nothing is done when nothing changed; of the reports only those are run in which a change can show.
    """
    import time

    from litbook.build.fresh import nothing_to_do, target_of

    folder, target = target_of(review, out)
    if not force and not explain:
        edition = nothing_to_do(folder, target, sources)
        if edition:
            tell(as_json, "nothing", f"{target}: nothing changed since edition {edition}", out=target, edition=edition)
            return
    from litbook.build.make import Options
    from litbook.build.make import build as build_review
    from litbook.build.make import explain as explain_build
    from litbook.loading import load

    loaded = load(folder)
    if explain:
        for report, reasons in explain_build(loaded, target, Options(sources)):
            told = f"run: {'; '.join(reasons)}" if reasons else "kept"
            tell(as_json, "explain", f"{report.id}: {told}", id=report.id, reasons=reasons)
        return
    begun = time.monotonic()

    def heard(event: str, details: dict[str, Any]) -> None:
        if event == "plan":
            tell(as_json, event, f"{details['run']} of {details['reports']} reports to run", **details)
        elif event == "note":
            tell(as_json, event, details["text"], **details)
        elif event == "paper":
            tell(as_json, event, f"[{details['done']}/{details['of']}] {details['id']}.pdf", **details)
        else:
            done, of = details["done"], details["of"]
            left = round((time.monotonic() - begun) / done * (of - done))
            text = f"[{done:>{len(str(of))}}/{of}] {details['id']}" + (f", about {left} s left" if done < of else "")
            tell(as_json, event, text, **details, seconds_left=left)

    execute = None
    if cluster:
        from litbook.build.cluster import on_cluster

        execute = on_cluster(cluster)
    _stop_in_order()
    built = build_review(loaded, target, Options(sources, jobs, force, wait, heard, execute))
    what = f"{len(built.run)} reports run, {len(built.kept)} kept"
    where = f"{target}: edition {built.edition}; open {target / 'index.html'}"
    tell(as_json, "published" if built.published else "unchanged", f"{what}; {where}", out=target, edition=built.edition,
         run=built.run, kept=built.kept)  # fmt: skip


def _stop_in_order() -> None:
    """A polite end (SIGTERM, as systemd and CI send it) clears up like Ctrl-C."""

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="A bundle that was built.", exists=True, file_okay=False)] = Path("reports") / DEFAULT,
) -> None:
    """Check a published bundle against its manifest: every file there, none changed, none too much."""
    from litbook.build.manifest import read_manifest
    from litbook.build.manifest import verify as verify_bundle

    problems = list(verify_bundle(bundle))
    for problem in problems:
        typer.echo(str(problem))
    manifest = read_manifest(bundle)
    if manifest and not problems:
        typer.echo(f"{bundle}: edition {manifest.edition}, {len(manifest.outputs)} files, all as they were built")
    if problems:
        raise typer.Exit(BAD_DATA)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A folder of data, a bundle, or a revision of git.")],
    new: Annotated[str, typer.Argument(help="Likewise.")],
    review: Annotated[str, typer.Option(help="The review, where a side is a revision of git.")] = DEFAULT,
    as_json: Json = False,
) -> None:
    """Say what changed between two states of a review: stances, dose ranges, rows added, withdrawn and changed."""
    from litbook.build.states import state_of
    from litbook.changes import compare, in_one_sentence, unimportant

    with state_of(old, review) as before, state_of(new, review) as after:
        changes = compare(before, after)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(change) for change in changes], ensure_ascii=False, indent=1))
        return
    for change in changes:
        if not unimportant(change):
            typer.echo(str(change))
    moved = sum(map(unimportant, changes))
    typer.echo(
        in_one_sentence([change for change in changes if not unimportant(change)]) + (f"; {moved} offsets and hashes" if moved else "")
    )


@app.command()
def schedule(
    cron: Annotated[bool, typer.Option("--cron", help="A line for crontab.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer for systemd.")] = False,
    github: Annotated[bool, typer.Option("--github", help="A workflow for GitHub.")] = False,
    review: Annotated[str, typer.Option(help="Name of the review.")] = DEFAULT,
    at: Annotated[str, typer.Option(help="When: minute hour day month weekday, as cron has it.")] = "0 6 * * 1",
) -> None:
    """Print what regenerates the reports on a schedule: for cron, for systemd or for GitHub."""
    from litbook.build.schedules import schedule_for

    chosen = [name for name, wanted in (("cron", cron), ("systemd", systemd), ("github", github)) if wanted]
    if len(chosen) != 1:
        raise typer.BadParameter("name one of --cron, --systemd and --github")
    typer.echo(schedule_for(chosen[0], review, at, Path.cwd()), nl=False)


@app.command()
def notebooks(
    folder: Annotated[Path, typer.Argument(help="Folder of notebooks.", exists=True, file_okay=False)] = Path("notebooks"),
    data: Annotated[Path, typer.Option(help="Folder of the reviews that they load.", exists=True)] = Path("data"),
) -> None:
    """Run the notebooks with their default parameters and store the outputs in them, for nbval to compare."""
    from litbook.build.stored import refresh

    for notebook, changed in refresh(folder, data.resolve()).items():
        typer.echo(f"{notebook}: {'changed' if changed else 'as it was'}")
