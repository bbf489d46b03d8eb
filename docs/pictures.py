"""Draws the pictures that the README shows: `make pictures`."""

from __future__ import annotations

from pathlib import Path

import litbook
from litbook import charts

HERE = Path(__file__).resolve().parent / "pictures"


def main() -> None:
    """Write one PNG for each chart of the shipped review, and one for the doses of a weight."""
    review = litbook.load("ketamine")
    drawn = {
        "dose_ranges": charts.dose_ranges(review),
        "dose_ranges_70_kg": charts.dose_ranges(review.select("cancer_pain"), 70),
        "guideline_stance": charts.guideline_stance(review),
        "evidence_map": charts.evidence_map(review),
    }
    HERE.mkdir(exist_ok=True)
    for name, chart in drawn.items():
        (HERE / f"{name}.png").write_bytes(chart.png())


if __name__ == "__main__":
    main()
