"""Charts that several tests look at, each drawn once in a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import litbook
from litbook import charts
from litbook.charts import Chart
from litbook.review import Review
from tests.conftest import KETAMINE, TINY
from tests.unit.crowded import crowded

MAKERS: dict[str, Callable[..., Chart]] = {
    "dose_ranges": charts.dose_ranges,
    "guideline_stance": charts.guideline_stance,
    "evidence_map": charts.evidence_map,
}
PAYLOAD = r" $\frac{1}{2}$ <script>alert(1)</script> & ]]> -- \u0024x"
# Reviews by what is asked of a chart; any other name selects an indication of the shipped review.
CROWDED = {"crowded": "", "markup": PAYLOAD, "one word": " Unterbodenbewässerungsanlagenüberwachungsverordnung"}


@cache
def review_of(which: str) -> Review:
    """``tiny``, one of the crowded ones, ``ketamine``, or an indication of it."""
    if which in CROWDED:
        return crowded(litbook.load(TINY), CROWDED[which])
    return litbook.load(TINY if which == "tiny" else KETAMINE).select("" if which in ("tiny", "ketamine") else which)


@cache
def chart_of(name: str, which: str, size: str = "report", weight: float = 0) -> Chart:
    """A chart; look at it, but change nothing in it."""
    if weight and (which in CROWDED or which == "tiny"):
        return chart_of(name, which, size)  # nothing there is per kilogram
    if name == "dose_ranges":
        return charts.dose_ranges(review_of(which), weight, size=size)
    return MAKERS[name](review_of(which), size=size)


def charts_of(which: str, size: str = "report") -> list[Chart]:
    """Every chart of a review that has something to draw; the doses with a weight too."""
    found = [chart_of(name, which, size) for name in MAKERS]
    weighed = chart_of("dose_ranges", which, size, 70)
    return [chart for chart in [*found, *([] if any(weighed is chart for chart in found) else [weighed])] if chart.figure is not None]
