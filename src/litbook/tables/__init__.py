"""Tables of a review, as new pandas frames.

Counts count statements: the rows that one statement was split into count once. No function changes what it is
given, and none drops a row: where rows are grouped, their number before and after is compared.
"""

from litbook.tables.agreement import adjudications, agreement
from litbook.tables.appraisal import NOT_APPRAISED, appraisal_matrix, appraisals
from litbook.tables.certainty import summary_of_findings
from litbook.tables.common import selection_in_words, statements
from litbook.tables.disagreements import disagreements, ledger, searches, standing
from litbook.tables.evidence import STATES, benefit_by_outcome, evidence, evidence_matrix, said_by
from litbook.tables.interest import direction_by_interest, stance_by_interest
from litbook.tables.listings import listing
from litbook.tables.provenance import checks, counts, in_words, sources, subjects, way_back, works
from litbook.tables.relayed import origins, overlap, works_by_source
from litbook.tables.reporting import flow, reporting
from litbook.tables.short import evidence_by_route, immune_in_short, safety_in_short, selection_in_short
from litbook.tables.staleness import source_dates, staleness, staleness_warnings
from litbook.tables.summaries import SAFETY, checked_weight, dose_ranges, dose_remarks, kinds_of_safety, safety, stance

__all__ = [
    "NOT_APPRAISED",
    "SAFETY",
    "STATES",
    "adjudications",
    "agreement",
    "appraisal_matrix",
    "appraisals",
    "benefit_by_outcome",
    "checked_weight",
    "checks",
    "counts",
    "direction_by_interest",
    "disagreements",
    "dose_ranges",
    "dose_remarks",
    "evidence",
    "evidence_by_route",
    "evidence_matrix",
    "flow",
    "immune_in_short",
    "in_words",
    "kinds_of_safety",
    "ledger",
    "listing",
    "origins",
    "overlap",
    "reporting",
    "safety",
    "safety_in_short",
    "said_by",
    "searches",
    "selection_in_short",
    "selection_in_words",
    "source_dates",
    "sources",
    "staleness",
    "staleness_warnings",
    "stance",
    "stance_by_interest",
    "standing",
    "statements",
    "subjects",
    "summary_of_findings",
    "way_back",
    "works",
    "works_by_source",
]
