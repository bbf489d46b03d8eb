"""Charts of a review. Each returns a Chart: the figure, the plotted data, the alternative text and its notes."""

from litbook.charts.dose_ranges import dose_ranges
from litbook.charts.evidence_map import evidence_map
from litbook.charts.stance import guideline_stance
from litbook.charts.style import Chart

__all__ = ["Chart", "dose_ranges", "evidence_map", "guideline_stance"]
