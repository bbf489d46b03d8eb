"""Charts of a review. Each returns a Chart: the figure, the plotted data, the alternative text and its notes."""

from litbook.charts.dose_ranges import dose_ranges
from litbook.charts.evidence_map import evidence_map
from litbook.charts.flow import flow
from litbook.charts.harvest import harvest
from litbook.charts.measure import collisions
from litbook.charts.stance import guideline_stance
from litbook.charts.style import SIZES, Chart

__all__ = ["SIZES", "Chart", "collisions", "dose_ranges", "evidence_map", "flow", "guideline_stance", "harvest"]
