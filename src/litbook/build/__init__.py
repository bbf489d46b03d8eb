"""From a review to its bundle: plan, execute, render, publish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from litbook.build.plan import Report, plan
from litbook.review import Review

__all__ = ["Report", "build", "plan"]


def build(
    review: Review,
    out: Path,
    sources: str | Path | None = None,
    jobs: int | None = None,
    tell: Callable[[Report, int, int], None] = lambda report, done, of: None,
) -> list[Report]:
    """Make every report of ``review`` and publish them as the folder ``out``, replacing it whole.

    ``tell`` hears of each report as it is done. Raises DataProblems for a plan that can't be followed and
    FailedReport for a notebook that stops; then ``out`` stays as it was.
    """
    # Imported late: papermill and nbconvert take longer to load than a check of the data takes to run.
    from litbook.build.execute import KERNEL_LOG, execute_all, workers
    from litbook.build.publish import staging
    from litbook.build.render import Renderer

    reports = plan(review)
    renderer = Renderer(review, sources)
    done: list[str] = []
    with staging(out) as folder:

        def finished(report: Report) -> None:
            page = renderer.report(report, folder / f"{report.id}.ipynb")
            (folder / f"{report.id}.html").write_text(page, encoding="utf-8", newline="\n")
            done.append(report.id)
            tell(report, len(done), len(reports))

        execute_all(reports, review.folder.parent, folder, workers(jobs), finished)
        (folder / KERNEL_LOG).unlink(missing_ok=True)
        at_hand = sum(text is not None for text in renderer.texts.values())
        verified = f"The texts of {at_hand} of {len(renderer.texts)} sources were at hand when this bundle was made."
        (folder / "index.html").write_text(renderer.index(reports, verified), encoding="utf-8", newline="\n")
    return reports
