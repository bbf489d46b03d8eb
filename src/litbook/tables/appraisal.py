"""How good the sources are as sources: appraisals item by item, and as one matrix."""

from __future__ import annotations

import pandas as pd

from litbook.review import Review
from litbook.tables.common import all_extracts, conserved, records, word

NOT_APPRAISED = "Not appraised"


def appraisals(review: Review) -> pd.DataFrame:
    """Each judgement on a source or a work, with its reason and the extracts on which it rests.

    Columns: about, type (of the source or work), instrument, item, judgement, reason, rows (ids of those extracts that
    the selection leaves, blanks between them). Sources come first, then works, each by the order of the items.
    """
    known = set(all_extracts(review)["id"])
    kinds = {row["id"]: (review.label_of(table, row["id"]), word(review, table, "type", row))
             for table in ("sources", "works") for row in records(review, table)}  # fmt: skip
    order = {name: place for place, name in enumerate(kinds)}
    judged = records(review, "appraisals")
    rows = []
    for row in sorted(judged, key=lambda row: (order[row["about"]], _place(review, row["item"]))):
        about, kind = kinds[row["about"]]
        rows.append(
            {
                "about": about,
                "type": kind,
                "instrument": _instrument(review, row["item"]),
                "item": review.label("appraisal_items", row["item"]),
                "judgement": review.label("judgements", row["judgement"]),
                "reason": row["reason"],
                "rows": " ".join(name for name in row["basis"].split() if name in known),
            }
        )
    conserved("appraisals", len(judged), len(rows))
    return pd.DataFrame(rows, columns=["about", "type", "instrument", "item", "judgement", "reason", "rows"])


def appraisal_matrix(review: Review) -> pd.DataFrame:
    """Items by sources, the judgement in each cell (shape: items x sources + 1; the first column, item, is the label): down the
    page, for items are more than sources and have longer names.

    A judgement on an instrument as a whole stands in each of its items, if another source was judged by them. An item
    that nobody judged is a cell of its own: not appraised.
    """
    if not review.has("appraisals"):
        return pd.DataFrame(columns=["item"])
    terms = review.words["appraisal_items"]
    sources = records(review, "sources")
    judged = {(row["about"], row["item"]): review.label("judgements", row["judgement"]) for row in records(review, "appraisals")}
    used = {item for about, item in judged if about in {row["id"] for row in sources}}
    single = {terms[item]["instrument"] for item in used if terms[item]["whole"] == "false"}
    items = [item for item in terms if item in used and not (terms[item]["whole"] == "true" and terms[item]["instrument"] in single)]
    items.sort(key=lambda item: _place(review, item))
    whole = {term["instrument"]: item for item, term in terms.items() if term["whole"] == "true"}
    rows = []
    for item in items:
        as_whole = whole.get(terms[item]["instrument"], "")
        cells = {row["label"]: judged.get((row["id"], item)) or judged.get((row["id"], as_whole), NOT_APPRAISED) for row in sources}
        rows.append({"item": review.label("appraisal_items", item), **cells})
    return pd.DataFrame(rows, columns=["item", *(row["label"] for row in sources)])


def _place(review: Review, item: str) -> int:
    """Place of an item in the order of the vocabulary."""
    return list(review.words["appraisal_items"]).index(item)


def _instrument(review: Review, item: str) -> str:
    return review.label("appraisal_instruments", review.words["appraisal_items"][item]["instrument"])
