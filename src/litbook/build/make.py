"""From a review to its bundle: plan, decide, execute, render, publish."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litbook import anchors
from litbook.build.inputs import State, digests, named_notebooks, review_files, snapshot, state
from litbook.build.manifest import FILE, Edition, Made, Manifest, read_manifest, verify
from litbook.build.plan import Report, plan, workers
from litbook.build.publish import check_place, locked, publish, staging, told
from litbook.errors import DataProblems, FailedReport, LitbookError
from litbook.loading import against_texts, load, read
from litbook.review import Review

if TYPE_CHECKING:
    from litbook.build.decide import Answers, Decision
    from litbook.build.execute import Place, Run, Task
    from litbook.build.render import Renderer

KEEP, CELL_SECONDS = 3, 600
CHANGES, INDEX = "changes.html", "index.html"
Execute = Callable[[list["Task"], "Place", int, Callable[["Run"], None]], None]


@dataclass(frozen=True)
class Options:
    """How to build. ``sources``: folder of the texts; ``jobs``: notebooks run at once; ``force``: run every report;
    ``wait``: seconds to wait for another run; ``tell`` hears of each event with its details; ``execute`` runs the tasks
    (default: on this machine)."""

    sources: Path | None = None
    jobs: int | None = None
    force: bool = False
    wait: float = 0
    tell: Callable[[str, dict[str, Any]], None] = lambda event, details: None
    execute: Execute | None = None


@dataclass(frozen=True)
class Built:
    """What a build came to: the edition, the reports that were run and those whose last run still holds."""

    edition: int
    run: tuple[str, ...]
    kept: tuple[str, ...]
    published: bool


def explain(review: Review, out: Path, options: Options = Options()) -> list[tuple[Report, tuple[str, ...]]]:
    """What a build would run, and why; nothing is run. No reasons: the last run still holds."""
    from litbook.build.decide import Answers, decide

    reports = plan(review)
    last = _good(out)
    now = _state(review, options)
    return [(one.report, one.reasons) for one in decide(Answers(review), reports, now, last, _last_answers(out, last))]


def build(review: Review, out: Path, options: Options = Options()) -> Built:
    """Make the bundle ``out`` of ``review``: run the reports that a change can show in, keep the others, publish all as one.

    Raises DataProblems for a plan that can't be followed, FailedReport for a notebook that stops, Busy, NoSpace, and
    WrongUsage where ``out`` is no bundle; then ``out`` stays as it was.
    """
    from litbook.build.decide import Answers, decide

    plan(review)  # what is wrong with it is said before anything is touched
    out = out.absolute()  # not resolved: it is a link
    check_place(out)
    with locked(out, options.wait), told(out), staging(out) as folder:
        snapshot(review.folder, folder / "data" / review.name)
        _borne_out(folder / "data" / review.name, anchors.text_location(review.folder, options.sources))
        book = load(folder / "data" / review.name)
        reports = plan(book, review.folder)
        last = _good(out)
        now = _state(review, options)
        answers = Answers(book)
        decisions = decide(answers, reports, now, last, _last_answers(out, last))
        if options.force:
            decisions = [dataclasses.replace(one, reasons=one.reasons or ("asked for with --force",)) for one in decisions]
        options.tell("plan", {"reports": len(reports), "run": sum(bool(one.reasons) for one in decisions)})
        return _Making(review, answers, out, folder, now, last, options).all(decisions)


def _borne_out(data: Path, location: anchors.Location) -> None:
    """Raises DataProblems where the texts at hand do not bear the data out: no page may show a dose beside another quote."""
    found = read(data)
    problems = found.problems or against_texts(found, location)[0]
    if problems:
        raise DataProblems(problems)


def _state(review: Review, options: Options) -> State:
    location = anchors.text_location(review.folder, options.sources)
    return state(review.folder, named_notebooks(review.folder, review.settings), location)


def _good(out: Path) -> Manifest | None:
    """The manifest of the last bundle, if the bundle is whole; of a damaged one nothing is kept."""
    last = read_manifest(out)
    return last if last and not any(verify(out)) else None


def _last_answers(out: Path, last: Manifest | None) -> Answers | None:
    from litbook.build.decide import Answers

    with suppress(LitbookError):
        return Answers(load(out / "data" / last.review)) if last else None
    return None


class _Making:
    """One build, in its staging folder."""

    def __init__(self, review: Review, answers: Answers, out: Path, folder: Path, now: State, last: Manifest | None, options: Options):
        from litbook.build.beside import Beside
        from litbook.build.render import Renderer

        book = answers.book
        self.review, self.book, self.answers, self.out, self.folder = review, book, answers, out, folder
        self.now, self.last, self.options = now, last, options
        self.settings = book.settings.get("build", {})
        texts = {name: review.text(name, options.sources) if now.texts[name] else None for name in now.texts}
        self.renderer: Renderer = Renderer(book, texts)
        self.beside = Beside(book, folder, out, now, last)

    def all(self, decisions: list[Decision]) -> Built:
        run, made = [one for one in decisions if one.reasons], {}
        by_id = {one.report.id: one for one in decisions}
        for one in decisions:
            if not one.reasons:
                made[one.report.id] = self._keep(one)

        def done(result: Run) -> None:
            made[result.id] = self._finish(by_id[result.id], result)
            self.options.tell("report", {"id": result.id, "done": len(made) - (len(decisions) - len(run)), "of": len(run)})

        self._execute(run, done)
        self.beside.all([one.report for one in decisions], workers(self.options.jobs), self.options.tell)
        reports = tuple(made[one.report.id] for one in decisions)
        return self._publish(decisions, reports)

    def _execute(self, run: list[Decision], done: Callable[[Run], None]) -> None:
        if not run:
            return
        # Imported late: papermill takes longer to load than it takes to find out that nothing is to be run.
        from litbook.build.execute import Place, Task, run_all

        home = run[0].report.notebook.parent
        tasks = [
            Task(one.report.id, one.report.notebook.name, one.report.notebook.read_text(encoding="utf-8"), one.report.parameters)
            for one in run
        ]
        seconds = int(self.settings.get("cell_seconds", CELL_SECONDS))
        scratch = self.folder.with_name(f"{self.folder.name}-run")
        place = Place(self.folder / "data", home, scratch, home.parent, seconds, (self.out, self.folder.parent))
        failed = self.folder.parent / "failed"
        shutil.rmtree(failed, ignore_errors=True)
        try:
            (self.options.execute or run_all)(tasks, place, workers(self.options.jobs), done)
        except FailedReport as error:
            if not error.notebook:
                raise
            failed.mkdir()
            kept = failed / f"{error.report}.ipynb"
            kept.write_text(error.notebook, encoding="utf-8")
            raise FailedReport(f"{error}; as far as it ran: {kept}", error.report, error.notebook) from None
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _finish(self, decision: Decision, run: Run) -> Made:
        """Write the notebook and the page of a report that was run."""
        from litbook.build.decide import opened

        report = decision.report
        (self.folder / f"{report.id}.ipynb").write_text(run.notebook, encoding="utf-8", newline="\n")
        self.beside.figures(report.id, run.notebook, run.figures)
        shown = self._page(report)
        reads = tuple((*read, self.answers.digest(read)) for read in run.reads)
        return Made(report.id, decision.key, reads, opened(report, run.files), shown, self.renderer.page_digest(report, shown))

    def _page(self, report: Report) -> tuple[str, ...]:
        page, shown = self.renderer.report(report, self.folder / f"{report.id}.ipynb")
        (self.folder / f"{report.id}.html").write_text(page, encoding="utf-8", newline="\n")
        return shown

    def _keep(self, decision: Decision) -> Made:
        """Take over a report whose last run still holds; its page is made anew if what stands around the run changed."""
        report, before = decision.report, decision.before
        assert before is not None
        shutil.copyfile(self.out / f"{report.id}.ipynb", self.folder / f"{report.id}.ipynb")
        self.beside.keep_figures(report.id)
        page = self.renderer.page_digest(report, before.shown)
        if page == before.page:
            shutil.copyfile(self.out / f"{report.id}.html", self.folder / f"{report.id}.html")
        else:
            self._page(report)
        return dataclasses.replace(before, key=decision.key, page=page)

    def _publish(self, decisions: list[Decision], reports: tuple[Made, ...]) -> Built:
        """Publish, as a new edition if any page or row differs from the last one."""
        run = tuple(one.report.id for one in decisions if one.reasons)
        kept = tuple(one.report.id for one in decisions if not one.reasons)
        manifest = Manifest(
            self.renderer.version, self.book.name, self.book.title, self.book.as_of, self.now.engine, self.now.libraries, self.now.inputs,
            self.now.texts, self.last.editions if self.last else (), reports,
        )  # fmt: skip
        plain = [one.report for one in decisions]
        if self.last:
            shutil.copyfile(self.out / CHANGES, self.folder / CHANGES)
            manifest = self._with_outputs(plain, manifest)
        if self.last is None or manifest.outputs != self.last.outputs:
            manifest = self._with_outputs(plain, self._new_edition(manifest))
        if manifest == self.last:
            return Built(manifest.edition, run, kept, published=False)
        publish(self.folder, self.out, manifest, int(self.settings.get("keep", KEEP)))
        return Built(manifest.edition, run, kept, published=True)

    def _new_edition(self, manifest: Manifest) -> Manifest:
        from litbook.build.history import changes_since

        changes, told = changes_since(self.out if self.last else None, self.book)
        edition = Edition(manifest.edition + 1, self.book.as_of, told)
        editions = (*manifest.editions, edition)
        page = self.renderer.changes(changes, editions)
        (self.folder / CHANGES).write_text(page, encoding="utf-8", newline="\n")
        return dataclasses.replace(manifest, editions=editions)

    def _with_outputs(self, reports: list[Report], manifest: Manifest) -> Manifest:
        """The manifest with the index page and the digests of all that the bundle holds."""
        index = self.renderer.index(reports, manifest.edition, list(self.beside.listed()))
        (self.folder / INDEX).write_text(index, encoding="utf-8", newline="\n")
        outputs = {name: path for name, path in review_files(self.folder).items() if name != FILE}
        return dataclasses.replace(manifest, outputs=digests(outputs))
