"""Guideline stance: bodies by year, undated bodies in a lane of their own, the sources' own advice apart."""

from __future__ import annotations

import pandas as pd

from litbook.charts import sheet, style
from litbook.charts.sheet import Block, Key
from litbook.charts.stance_panels import own_advice, relayed
from litbook.charts.style import Chart, Size, lower, plural
from litbook.review import Review
from litbook.tables.common import records, statements
from litbook.tables.public_record import SIGN, doubts
from litbook.tables.summaries import RESULTS, from_topic, results_only

COLUMNS = ("id", "statement", "voice", "lane", "body", "year", "indication", "stance", "or_read_as", "relays", "level", "grade", "source")
UNCLEAR = "*"  # beside a stance that could also be read as another one
DATED, UNDATED, OWN = "dated", "undated", "own advice"


def guideline_stance(review: Review, size: str = "report") -> Chart:
    """Every recommendation as one mark (dated and undated bodies) or as a count (the sources' own advice).

    The scale runs from against to for; level and grade stand as printed, in their own system. ``size`` is a key of
    ``style.SIZES``. Raises UnknownTerm for another.
    """
    format_ = style.sized(size)
    doubted = doubts(review)
    marks = pd.DataFrame([_mark(review, row, row["id"] in doubted) for row in records(review, "recommendations")])
    if marks.empty:
        return style.nothing("Recommendations: none", "No recommendation is filed under this selection.", COLUMNS)
    marks = marks.sort_values(["lane", "body", "year", "source", "id"], kind="stable", ignore_index=True)
    bodies, own = marks[marks["lane"] != OWN], marks[marks["lane"] == OWN]
    title = _title(review, bodies, own)

    def build(size: Size) -> list[Block]:
        blocks = [sheet.heading(size, title)]
        if len(bodies):
            blocks += relayed(size, review, bodies)
        if len(own):
            blocks += [sheet.space(size.gap if len(bodies) else 0), *own_advice(size, review, own)]
        return [*blocks, sheet.legend(size, _keys(review, marks))]

    figure, too_tall = sheet.stacked(format_, build)
    return Chart(title, figure, marks[list(COLUMNS)], _alt(marks), (*_notes(marks, _grades(review), short=size == "brief"), *too_tall))


def _mark(review: Review, row: dict[str, str], doubted: bool) -> dict[str, str | bool]:
    """One recommendation in words; what begins with an underscore is for drawing."""
    source_itself = row["voice"] == "source"
    of_body = review.label("bodies", row["body"]) or ("" if source_itself else f"{review.label('voices', row['voice'])}, unnamed")
    return {
        "id": row["id"],
        "statement": row["statement"],
        "voice": review.label("voices", row["voice"]),
        "lane": OWN if source_itself else DATED if row["year"] else UNDATED,
        "body": of_body,
        "year": row["year"],
        "indication": review.label("indications", row["indication"]),
        "stance": review.label("stances", row["stance"]),
        "or_read_as": review.label("stances", row["stance_alternative"]),
        "level": row["level"],
        "grade": row["grade"],
        "source": review.label_of("sources", row["source"]),
        "relays": RESULTS if results_only(row) else "",
        "_stance": row["stance"],
        "_from_topic": from_topic(row),
        "_signs": (UNCLEAR if row["stance_alternative"] else "") + (SIGN if doubted else ""),
    }


def _title(review: Review, bodies: pd.DataFrame, own: pd.DataFrame) -> str:
    """How many recommendations there are by stance: of bodies where there are any, and of the sources themselves."""
    parts = []
    if len(bodies):
        years = [year for year in bodies["year"] if year]
        when = [f"{min(years)}–{max(years)}" if min(years) != max(years) else years[0]] if years else []
        when += ["undated"] if len(years) < len(bodies) else []
        counts = {term: int((bodies["_stance"] == term).sum()) for term in review.terms("stances")}
        results = int((bodies["relays"] != "").sum())
        alone = f"; results alone: {results}" if results else ""
        parts.append(f"{len(bodies)} relayed, {' and '.join(when)} (read as {_by_stance(review, counts)}{alone})")
    if len(own):
        counts = {term: statements(own[own["_stance"] == term]).nunique() for term in review.terms("stances")}
        told = f"{plural(statements(own).nunique(), 'statement')} of the sources' own advice"
        results = statements(own[own["relays"] != ""]).nunique()
        inside = [] if len(bodies) else [f"read as {_by_stance(review, counts)}"]
        inside += [f"results alone: {results}"] if results else []
        told += f" ({'; '.join(inside)})" if inside else ""
        parts.append(told if len(bodies) else f"none relayed of a body; {told}")
    return f"Recommendations: {'; '.join(parts)}"


def _by_stance(review: Review, counts: dict[str, int]) -> str:
    """Counts from one end of the scale to the other. That none stands at an end is not said: some could be read so."""
    return ", ".join(f"{n} {lower(review.label('stances', term))}" for term, n in counts.items() if n)


def _keys(review: Review, marks: pd.DataFrame) -> list[Key]:
    used = set(marks["_stance"])
    keys = [Key(review.label("stances", term), style.look(review, "stances", term)) for term in review.terms("stances") if term in used]
    own = marks[marks["lane"] == OWN]  # of bodies the other reading is told in words
    told = (
        (own, UNCLEAR, "Could also be read as another stance: all n, or as many as the number before it"),
        (marks, SIGN, "Not borne out by the public record"),
    )
    return [*keys, *(Key(meaning, sign=sign) for rows, sign, meaning in told if rows["_signs"].str.contains(sign, regex=False).any())]


def _alt(marks: pd.DataFrame) -> str:
    parts = []
    for row in marks.itertuples():
        when = row.year or ("own advice" if row.lane == OWN else "undated")
        printed = "".join(f", {word} {value}" for word, value in (("level", row.level), ("grade", row.grade)) if value)
        stance = (f"{row.relays}, read as " if row.relays else "") + lower(row.stance)
        parts.append(f"{row.body or row.source} {when}: {stance}{printed}, on {lower(row.indication)}")
    return f"Stance of recommendations. {'; '.join(parts)}."


def _grades(review: Review) -> list[str]:
    """What the grades that are printed mean in the system of their body, where the review knows it."""
    known = {(row["grade_system"], row["grade"]): row for row in records(review, "grades")}
    used = dict.fromkeys((row["grade_system"], row["grade"]) for row in records(review, "recommendations") if row["grade"])
    return [f"{known[key]['label']} means: {known[key]['definition']}" for key in used if key in known]


def _from_topic(marks: pd.DataFrame) -> list[str]:
    """Bodies of which the words that were read do not name what they were filed under."""
    rows = marks[marks["_from_topic"] & (marks["lane"] != OWN)]
    named = dict.fromkeys(f"{row['body']} {row['year']}".strip() for row in rows.to_dict("records"))
    return [f"The words read do not name the indication, which is taken from the topic of the page: {', '.join(named)}."] if named else []


def _notes(marks: pd.DataFrame, grades: list[str], short: bool) -> list[str]:
    """What the picture does not say; ``short``: in fewer words, and without what it says itself."""
    if short:
        return [
            "Of a body, a mark is what a source relays of one document, be it advice or only results; no document was read itself. Of the "
            "sources' own advice, n counts statements. Not drawn: for whom and on what condition.",
            *grades,
            *_from_topic(marks),
        ]
    notes = [
        "Above, one mark is what a source relays of one document or body, be it advice or only results (see the notes in the table); "
        "the documents themselves were not read. Below, n counts statements. Levels and grades stay in the system of their body.",
        *grades,
        *_from_topic(marks),
        "Not drawn: for whom a recommendation is meant and on what condition; see the table.",
    ]
    unclear = int((marks["or_read_as"] != "").sum())
    if unclear:
        notes.append(f"{unclear} of {plural(len(marks), 'row')} could also be read as another stance: see 'or read as' in the table.")
    doubted = int(marks["_signs"].str.contains(SIGN, regex=False).sum())
    if doubted:
        notes.append(f"{SIGN} Not borne out by the public record: {doubted} of {plural(len(marks), 'row')}; see the table.")
    return notes
