"""What the engine itself reads of a review: tables, columns, keys and terms that its descriptor and vocabularies must have."""

from __future__ import annotations

_BOUNDS = ("low", "low_op", "high", "high_op")
# Columns that the engine shows by label: each must take the ids of this vocabulary.
NEEDED_KEYS = {
    "doses": {
        "drug": "drugs",
        "indication": "indications",
        "setting": "settings",
        "route": "routes",
        "form": "forms",
        "unit": "units",
        "basis": "bases",
        "low_op": "operators",
        "high_op": "operators",
        "cap_unit": "units",
        "cap_basis": "bases",
        "period_unit": "time_units",
        "qualitative": "dose_descriptors",
    },
    "recommendations": {
        "body": "bodies",
        "indication": "indications",
        "stance": "stances",
        "stance_alternative": "stances",
        "voice": "voices",
    },
    "findings": {"indication": "indications", "route": "routes", "direction": "directions"},
    "scope": {"indication": "indications"},
    "not_applicable": {"indication": "indications", "route": "routes"},
}
NEEDED_TABLES = ("sources", "works", "indications", "routes", "statuses")
# What the engine's own tables and charts read. A review may lack a table; a table that it has holds these columns.
NEEDED_COLUMNS = {
    "sources": (
        "label",
        "file",
        "chars",
        "sha256",
        "title",
        "publisher",
        "type",
        "url",
        "updated",
        "review_status",
        "peer_reviewed",
        "interest",
    ),
    "works": ("label", "type", "identified", "doi"),
    "doses": (
        "statement",
        "drug",
        "indication",
        "population",
        "setting",
        "route",
        "form",
        *_BOUNDS,
        "unit",
        "basis",
        "cap",
        "cap_unit",
        "cap_basis",
        "cap_frequency",
        "frequency",
        "frequency_max",
        "period",
        "period_max",
        "period_unit",
        "duration",
        "qualitative",
    ),
    "recommendations": (
        "statement",
        "body",
        "year",
        "indication",
        "stance",
        "stance_alternative",
        "grade_system",
        "level",
        "grade",
        "conditions",
        "voice",
        "claim",
    ),
    "findings": ("statement", "indication", "route", "design", "outcome", "direction", "hedge", "claim"),
    "adverse_effects": ("effect", "indication", "route", "frequency", "term", "claim"),
    "units": ("per_mass", "time_base", "absolute"),
    "bases": ("time_base",),
    "forms": ("panel", "flow"),
    "operators": ("symbol",),
    "statistics": _BOUNDS,
    "scope": ("indication",),
    "sections": ("heading",),
    "not_applicable": ("indication", "route", "reason"),
}

# Terms that the engine itself speaks of, and may not be without where the vocabulary is there.
NEEDED_TERMS = {
    "statuses": ("submitted", "approved"),
    "directions": ("benefit", "no_difference", "harm"),
    "voices": ("source",),
    "operators": ("ge", "gt", "le", "lt"),
    "bases": ("not_stated",),
    "forms": ("not_stated",),
}
