"""Doses, recommendations and safety, for reading."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from litbook import doses
from litbook.errors import LitbookError
from litbook.review import Review
from litbook.tables.common import ORIGIN, lower, origin, records, word
from litbook.tables.public_record import CITES, SIGN, beside, doubts

WEIGHT_LIMITS = (0.1, 500)
IN_WORDS = "in words"
SAFETY = {
    "adverse_effects": ("Adverse effect", "effect", "frequency"),
    "contraindications": ("Contraindication or caution", "condition", "degree"),
    "monitoring": ("Monitoring", "item", ""),
    "coadministration": ("Named as given beside it", "drug", ""),
}
RESULTS = "results alone, no advice"
DETAILS = ("severity", "setting")


def dose_ranges(review: Review, weight_kg: float = 0) -> pd.DataFrame:
    """Every dose, numeric and in words, as the source gives it.

    With ``weight_kg`` (kilograms, above 0) the column ``computed`` holds doses per kilogram multiplied by it, with
    the source's cap applied; it is computed by litbook and stands in no source. Raises LitbookError for a weight
    outside the limits of the review.
    """
    weight, record = checked_weight(review, weight_kg), beside(review)
    rows = []
    for row in records(review, "doses"):
        shape = doses.dimension(row)
        rows.append(
            {
                "id": row["id"],
                "drug": review.label("drugs", row["drug"]),
                "indication": review.label("indications", row["indication"]),
                "who_and_where": who_and_where(review, row),
                "route": review.label("routes", row["route"]),
                "form": review.label("forms", row["form"]),
                "as_reported": doses.as_reported(row, review.words),
                "dimension": shape.label(review.words) if shape else IN_WORDS,
                "computed": _computed(row, weight, review) if weight else "",
                **origin(review, row, record),
                "_order": (review.terms("drugs").index(row["drug"]), shape is None),
            }
        )
    rows.sort(key=lambda row: (*row["_order"], row["dimension"], row["id"]))
    columns = [
        "id",
        "drug",
        "indication",
        "who_and_where",
        "route",
        "form",
        "as_reported",
        "dimension",
        *(["computed"] if weight else []),
        *ORIGIN,
    ]
    return pd.DataFrame(rows, columns=columns)


def dose_remarks(review: Review) -> list[str]:
    """What must be known of the doses that a chart shows, a sentence for each that has a note or that the public record does not
    bear out; and the doses in words, which a chart can't show."""
    told: dict[tuple[str, str], list[str]] = {}
    in_words: list[str] = []
    cited: dict[str, list[str]] = {}
    for row in dose_ranges(review).to_dict("records"):
        who = ", ".join(part for part in (lower(row["indication"]), row["who_and_where"], lower(row["route"])) if part)
        if row["dimension"] == IN_WORDS:
            note = f": {row['note'][:1].lower()}{row['note'][1:]}" if row["note"] else ""
            relaying = f", relaying {row['work']}" if row["work"] else ""
            in_words.append(f"{row['as_reported']} ({who}; {row['source']}{relaying}{note})")
            continue
        said = [row["note"], *(line for line in row["public_record"].split("\n") if line.startswith(SIGN))]
        for line in row["public_record"].split("\n"):
            if line.startswith(CITES):
                cited.setdefault(line, []).append(f"{row['as_reported']} ({who})")
        if any(said):
            told.setdefault((row["as_reported"], ". ".join(filter(None, said))), []).append(f"{who}; {row['source']}")
    sentences = [f"{dose} ({', and '.join(whom)}): {said}." for (dose, said), whom in told.items()]
    sentences += [f"{', and '.join(dict.fromkeys(amounts))}. {line}." for line, amounts in cited.items()]
    return sentences + ([f"In words only: {'; '.join(_counted(in_words))}."] if in_words else [])


def _counted(told: list[str]) -> list[str]:
    """Each text once, with the number of rows that say it where there are several."""
    return [text + (f" ({n} rows)" if n > 1 else "") for text, n in Counter(told).items()]


def who_and_where(review: Review, row: dict[str, str]) -> str:
    """Population and setting of a dose in one phrase, empty where the source gives neither."""
    return ", ".join(part for part in (row["population"], review.label("settings", row["setting"]).lower()) if part)


def checked_weight(review: Review, weight_kg: float) -> Decimal | None:
    """The weight as a decimal, None for 0. The plausible range is the review's (``[limits] weight_kg``)."""
    low, high = review.settings.get("limits", {}).get("weight_kg", WEIGHT_LIMITS)
    if isinstance(weight_kg, bool) or not isinstance(weight_kg, int | float) or (weight_kg != 0 and not low <= weight_kg <= high):
        raise LitbookError(
            f"weight_kg is {weight_kg!r}; allowed: {low} to {high} kilograms, or 0 for no computed doses; give the body weight as a number"
        )
    return Decimal(str(weight_kg)) if weight_kg else None


def _computed(row: dict[str, str], weight: Decimal, review: Review) -> str:
    result = doses.absolute(row, weight, review.words)
    if result is None:
        return ""
    text = doses.amount(result.bounds, result.unit, review.words)
    # A product without its time base would read like a dose to give at once.
    text += "; time base not stated" if row["basis"] == doses.NOT_STATED else ""
    return text + (" (cut at the source's cap)" if result.capped else "")


def stance(review: Review) -> pd.DataFrame:
    """Every recommendation: whose, of when, for what, which stance, whether it rests on results alone (``relays``), level and grade
    verbatim, and the conditions."""
    record = beside(review)
    rows: list[dict[str, Any]] = [
        {
            "id": row["id"],
            "voice": review.label("voices", row["voice"]),
            "body": review.label("bodies", row["body"]),
            "year": row["year"],
            "indication": review.label("indications", row["indication"]),
            "route": word(review, "recommendations", "route", row),
            "stance": review.label("stances", row["stance"]),
            "or_read_as": review.label("stances", row["stance_alternative"]),
            "relays": RESULTS if results_only(row) else "",
            "level": row["level"],
            "grade": row["grade"],
            "claim": row["claim"],
            "for_whom": row.get("population", ""),
            "on_condition_that": row["conditions"],
            **origin(review, row, record),
            "_order": (int(review.label("voices", row["voice"], "position")), row["body"], row["year"] or "9999"),
        }
        for row in records(review, "recommendations")
    ]
    rows.sort(key=operator.itemgetter("_order"))
    columns = [
        "id",
        "voice",
        "body",
        "year",
        "indication",
        "route",
        "stance",
        "or_read_as",
        "relays",
        "level",
        "grade",
        "claim",
        "for_whom",
        "on_condition_that",
        *ORIGIN,
    ]
    return pd.DataFrame(rows, columns=columns)


def from_topic(row: dict[str, str]) -> bool:
    """Whether the words that a row was read from do not name its indication, so that the topic of the page had to."""
    return any(part.startswith("indication=") and part.endswith(": topic") for part in row.get("inferred", "").split("; "))


def results_only(row: dict[str, str]) -> bool:
    """Whether a source relays results of a document and no advice: the stance is then how these read."""
    return row.get("results_only", "") == "yes"


def safety(review: Review, names: Sequence[str] = tuple(SAFETY)) -> pd.DataFrame:
    """Adverse effects, contraindications, monitoring and drugs given beside, in one table; or of these kinds the named ones.

    ``only`` holds what the frequency is not said without (see ``qualified``), ``detail`` what a kind says beyond that:
    severity, setting.
    """
    rows, record, doubted = [], beside(review), doubts(review)
    for name in names:
        kind, what, how = SAFETY[name]
        for row in records(review, name):
            told = [(column, word(review, name, column, row)) for column in DETAILS]
            rows.append(
                {
                    "id": row["id"],
                    "kind": kind,
                    "what": word(review, name, what, row),
                    "how_often_or_firmly": word(review, name, how, row) if how else "",
                    "only": qualified(review, name, row, doubted.get(row["id"], "")),
                    "term": word(review, name, "term", row) if row.get("term", doses.NOT_STATED) != doses.NOT_STATED else "",
                    "indication": review.label("indications", row["indication"]),
                    "route": word(review, name, "route", row),
                    "claim": row["claim"],
                    "detail": "; ".join(f"{column.replace('_', ' ')}: {text}" for column, text in told if text),
                    **origin(review, row, record),
                }
            )
    columns = ["id", "kind", "what", "how_often_or_firmly", "only", "term", "indication", "route", "claim", "detail", *ORIGIN]
    return pd.DataFrame(rows, columns=columns)


def kinds_of_safety(review: Review) -> str:
    """The tables that a review has for what is said of safety, in words."""
    titles = [review.package.tables[name].title.lower() for name in SAFETY if name in review.package.tables]
    return " or ".join(filter(None, (", ".join(titles[:-1]), *titles[-1:])))


def qualified(review: Review, name: str, row: dict[str, str], doubt: str = "") -> str:
    """What a name is not said without: its reservation, the source's own word for how often where the term has none of it, in whom,
    under what exposure, with what beside it, what for, and ``doubt``. Without these "none reported" or "fewer" says something else."""
    term, own = word(review, name, "frequency", row).casefold(), row.get("frequency_word", "")
    same = any(part in term or (term and term in part) for part in own.casefold().split())
    told = [
        row.get("reservation", ""),
        "" if same or not own else f"“{own}”",
        row.get("population", ""),
        row.get("exposure", ""),
        f"purpose: {row['purpose']}" if row.get("purpose") else "",
    ]
    relative = name == "adverse_effects" and review.words["frequencies"][row["frequency"]].get("relative") == "true"
    told += [f"{'with' if relative else 'lessened by'} {row['mitigation']}"] if row.get("mitigation") else []
    return "; ".join(part for part in (*dict.fromkeys(told), doubt) if part)
