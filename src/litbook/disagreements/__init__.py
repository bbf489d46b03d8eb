"""The ledger of disagreements: found by rule from the typed rows, between sources and within one, and adjudicated by a person.

The rules know no topic. What opposes what is told by vocabularies (``opposes``, ``parent``, ``supervised``, …); a rule yields
the rows that stand on the sides of a topic, and rows on one topic are one disagreement, however many pairs they make.
"""

from litbook.disagreements.checks import check_ledger
from litbook.disagreements.ledger import (
    BETWEEN,
    CLASSES,
    DECIDED,
    GONE,
    OPEN,
    REOPENED,
    RULES,
    TABLE,
    WITHIN,
    Entry,
    Proposal,
    Rule,
    for_adjudication,
    ledger,
    proposals,
    sides_in_words,
)
from litbook.disagreements.material import Material

__all__ = [
    "BETWEEN",
    "CLASSES",
    "DECIDED",
    "GONE",
    "OPEN",
    "REOPENED",
    "RULES",
    "TABLE",
    "WITHIN",
    "Entry",
    "Material",
    "Proposal",
    "Rule",
    "check_ledger",
    "for_adjudication",
    "ledger",
    "proposals",
    "sides_in_words",
]
