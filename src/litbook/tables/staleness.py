"""How old everything is at the date to which the review speaks, and what has been followed by something later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from litbook.review import Review
from litbook.tables.common import all_extracts, records, statements, word
from litbook.tables.public_record import SIGN, doubts
from litbook.tables.summaries import RESULTS, results_only

DATED, UNDATED, OWN = "Dated", "Undated", "Own advice of a page"
OWN_VOICE, APPROVED, CONTRADICTORY = "source", "approved", "contradictory"  # terms of the vocabularies of voices and of review statuses
# Guidelines should be looked at again every 3 years; half of those looked at were outdated in 5.8 years
# (Shekelle PG et al. JAMA 2001;286:1461-1467, doi 10.1001/jama.286.12.1461).
LOOK_AGAIN = 3


def staleness(review: Review) -> pd.DataFrame:
    """Every recommendation of the selection with its age in whole years at ``review.as_of``: dated ones first, the oldest
    on top, then those of bodies without a year, then the pages' own advice with the date of the page.

    Columns: id, group, body, dated, age_in_years (as text, empty where nothing is dated), followed_by, voice, indication, stance (with
    a sign where the public record does not bear it out), or_read_as, relays, source, work, status. A document carries only a year, so
    its age is the difference of the calendar years and may be one too many; the age of a page is in years completed since its last
    update, else since its publication.

    ``followed_by`` names later documents of the same body and of the same kind of work, whatever their indication: works
    carry no indication, a guideline covers more than the passage that a page relays, and what was narrowed away must not
    make a document look new. That a later one replaces it is not said in these data; later ones that no source relays
    are not known to them at all.
    """
    pages = {row["id"]: row["updated"] or row["published"] for row in records(review, "sources")}
    rows, doubted = [], doubts(review)
    for row in records(review, "recommendations"):
        own = row["voice"] == OWN_VOICE and not row["year"]
        dated = pages[row["source"]] if own else row["year"]
        rows.append(
            {
                "id": row["id"],
                "group": OWN if own else DATED if dated else UNDATED,
                "body": review.label("bodies", row["body"]),
                "dated": dated,
                "age_in_years": str(age(review, dated)) if dated else "",
                "followed_by": ", ".join(_later(review, row)),
                "voice": review.label("voices", row["voice"]),
                "indication": review.label("indications", row["indication"]),
                "stance": review.label("stances", row["stance"]) + (f" {SIGN}" if row["id"] in doubted else ""),
                "or_read_as": review.label("stances", row["stance_alternative"]),
                "relays": RESULTS if results_only(row) else "",
                "source": review.label_of("sources", row["source"]),
                "work": review.label_of("works", row["work"]),
                "status": review.label("statuses", row["status"]),
            }
        )
    rows.sort(key=lambda row: ([DATED, UNDATED, OWN].index(row["group"]), row["dated"] or "9999", row["body"]))
    columns = [
        "id",
        "group",
        "body",
        "dated",
        "age_in_years",
        "followed_by",
        "voice",
        "indication",
        "stance",
        "or_read_as",
        "relays",
        "source",
        "work",
        "status",
    ]
    return pd.DataFrame(rows, columns=columns)


def age(review: Review, dated: str) -> int:
    """Whole years from a year or a date (ISO 8601) to ``review.as_of``: calendar years apart, or years completed."""
    today = date.fromisoformat(review.as_of)
    if len(dated) < len("2000-01-01"):
        return today.year - int(dated[:4])
    then = date.fromisoformat(dated)
    return today.year - then.year - ((today.month, today.day) < (then.month, then.day))


def _later(review: Review, row: dict[str, str]) -> list[str]:
    """Later documents of the body of a recommendation, the earliest first."""
    if not (row["body"] and row["year"]):
        return []
    works = records(review, "works")
    kinds = {work["type"] for work in works if work["id"] == row["work"]} or {work["type"] for work in works}
    found = {
        (work["year"], work["label"])
        for work in works
        if work["body"] == row["body"] and work["type"] in kinds and work["year"] > row["year"]
    }
    known = {year for year, _ in found}
    told = [other for other in records(review, "recommendations") if other["body"] == row["body"] and other["voice"] == row["voice"]]
    found |= {(other["year"], f"{review.label('bodies', other['body'])} {other['year']}")
              for other in told if other["year"] > row["year"] and other["year"] not in known}  # fmt: skip
    return [label for _, label in sorted(found)]


def source_dates(review: Review) -> pd.DataFrame:
    """What the sources of the selection say of their dates and of their review, and what is not known of them.

    Columns: source, published, updated, age_in_years (as text; years completed at ``review.as_of``), retrieved,
    says_of_its_review, not_known.
    """
    used = set(all_extracts(review)["source"])
    rows = []
    for row in (row for row in records(review, "sources") if row["id"] in used):
        dated = row["updated"] or row["published"]
        said_of_review = "" if row["review_status"] == CONTRADICTORY else row["review_status"]
        missing = [said for said, known in (("date of the page", dated), ("date of retrieval", row["retrieved"]),
                                            ("whether it was reviewed", said_of_review)) if not known]  # fmt: skip
        rows.append(
            {
                "source": row["label"],
                "published": row["published"] or "not stated",
                "updated": row["updated"] or "not stated",
                "age_in_years": str(age(review, dated)) if dated else "",
                "retrieved": row["retrieved"] or "not known",
                "says_of_its_review": word(review, "sources", "review_status", row) or "nothing",
                "not_known": ", ".join(missing),
            }
        )
    columns = ["source", "published", "updated", "age_in_years", "retrieved", "says_of_its_review", "not_known"]
    return pd.DataFrame(rows, columns=columns)


def staleness_warnings(review: Review) -> list[str]:
    """What a reader of the selection must know of its age, in sentences; none where there is nothing to warn of."""
    return [*_of_recommendations(review), *_of_sources(review)]


def _of_recommendations(review: Review) -> Iterator[str]:
    table = staleness(review)
    table = table.assign(statement=_statements(review, table["id"]))
    dated = table[table["group"] == DATED]
    advice = dated[dated["relays"] == ""]
    if len(advice):
        newest = advice.iloc[-1]
        if int(newest["age_in_years"]) > LOOK_AGAIN:
            yield (
                f"The newest dated recommendation, {newest['body'] or newest['source']} {newest['dated']}, is {newest['age_in_years']} "
                f"years old at {review.as_of}; guidelines should be looked at again every {LOOK_AGAIN} years (Shekelle 2001)."
            )
    followed = dated[dated["followed_by"] != ""]
    if len(followed):
        told = dict.fromkeys(f"{row.body} {row.dated} (later: {row.followed_by})" for row in followed.itertuples())
        yield (
            f"Dated recommendations of documents that a later one of the same body followed: {len(followed)} of {len(dated)}: "
            f"{'; '.join(told)}."
        )
    undated = table[table["group"] == UNDATED]
    if len(undated):
        n = undated["statement"].nunique()
        rows = f" ({len(undated)} rows)" if len(undated) > n else ""
        yield f"Statements of bodies or experts that carry no year: {n}{rows}."
    bare = table[(table["group"] == OWN) & (table["dated"] == "")]
    if len(bare):
        n, of = bare["statement"].nunique(), table.loc[table["group"] == OWN, "statement"].nunique()
        yield f"Statements of the pages' own advice from pages without a date: {n} of {of}: {_listed(bare['source'])}."


def _of_sources(review: Review) -> Iterator[str]:
    used = set(all_extracts(review)["source"])
    sources = [row for row in records(review, "sources") if row["id"] in used]
    unknown = [row for row in sources if not row["retrieved"]]
    if unknown:
        names = _listed(row["label"] for row in unknown)
        yield f"Sources whose date of retrieval is not known: {len(unknown)} of {len(sources)}: {names}."
    for row in sources:
        if row["review_status"] not in ("", APPROVED):
            yield f"{row['label']} says of its own review: {word(review, 'sources', 'review_status', row).lower()}."


def _statements(review: Review, ids: pd.Series) -> list[str]:
    frame = review.table("recommendations", ["id", "statement"])
    keys = dict(zip(frame["id"], statements(frame), strict=True))
    return [keys[name] for name in ids]


def _listed(names: pd.Series | Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(names))
