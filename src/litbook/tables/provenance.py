"""Where everything comes from: sources, works, counts, and the way back from each row to its span."""

from __future__ import annotations

import bisect

import pandas as pd

from litbook import doses
from litbook.datapackage import SPAN_COLUMNS
from litbook.review import Review
from litbook.tables.common import all_extracts, conserved, distinct, lower, records, statements, word

# What an extract is about: the first of these columns that it has.
SUBJECTS = ("effect", "condition", "drug", "marker", "outcome", "option", "system", "aspect", "term", "measure", "item")


def sources(review: Review) -> pd.DataFrame:
    """What was read, what each source is, and how much of the (selected) review comes from it.

    Here and below a column ``<name>_rows`` holds the ids of the extracts that the number in ``<name>`` counts.
    """
    everything = all_extracts(review)
    rows = []
    for row in records(review, "sources"):
        own = everything[everything["source"] == row["id"]]
        rows.append(
            {
                "source": row["label"],
                "publisher": row["publisher"],
                "type": word(review, "sources", "type", row),
                "updated": row["updated"] or "not stated",
                "says_of_its_review": word(review, "sources", "review_status", row) or "nothing",
                "peer_reviewed": word(review, "sources", "peer_reviewed", row),
                "interest": word(review, "sources", "interest", row),
                "extracts": len(own),
                "extracts_rows": " ".join(own["id"]),
                "statements": int(statements(own).nunique()),
                "works_relayed": distinct(own, "work"),
                "address": row["url"],
            }
        )
    table = pd.DataFrame(rows)
    conserved("sources", len(everything), int(table["extracts"].sum()))
    return table


def works(review: Review) -> pd.DataFrame:
    """The works that the (selected) sources relay: which sources relay each, and in how many statements."""
    everything = all_extracts(review)
    rows = []
    for row in records(review, "works"):
        own = everything[everything["work"] == row["id"]]
        if len(own):
            rows.append(
                {
                    "work": row["label"],
                    "type": word(review, "works", "type", row),
                    "identified": word(review, "works", "identified", row),
                    "doi": row["doi"],
                    "statements": int(statements(own).nunique()),
                    "statements_rows": " ".join(own["id"]),
                    "relayed_by": ", ".join(sorted({review.label_of("sources", name) for name in own["source"]})),
                    "note": row["note"],
                }
            )
    return pd.DataFrame(rows, columns=["work", "type", "identified", "doi", "statements", "statements_rows", "relayed_by", "note"])


def counts(review: Review) -> pd.DataFrame:
    """For each kind of extract: rows, statements, sources, works, and rows by status; the last row is the sum."""
    rows = []
    for name, frame in review.extracts(("id", "source", "work", "statement", "status")).items():
        status = {review.label("statuses", term).lower(): int((frame["status"] == term).sum()) for term in review.terms("statuses")}
        rows.append(
            {
                "table": review.package.tables[name].title,
                "rows": len(frame),
                "rows_rows": " ".join(frame["id"]),
                "statements": int(statements(frame).nunique()),
                "sources": distinct(frame, "source"),
                "works": distinct(frame, "work"),
                **status,
            }
        )
    table = pd.DataFrame(rows)
    everything = all_extracts(review)
    # A statement, a source or a work may stand in several tables, so these three are counted anew and not added up.
    total = {
        **table.drop(columns=["table", "rows_rows"]).sum().to_dict(),
        "table": "All",
        "rows_rows": "",
        "statements": int(statements(everything).nunique()),
        "sources": distinct(everything, "source"),
        "works": distinct(everything, "work"),
    }
    return pd.concat([table, pd.DataFrame([total])[list(table.columns)]], ignore_index=True)


def checks(review: Review) -> pd.DataFrame:
    """Claims that were held against the public record: what the record shows, where, and what that does to the claim.

    Columns: claim, said_by (its sources; of a cited work the sources that cite it), verdict, check (its id), rows (the extracts, or
    those that cite the work), record, reference, looked_at, note, readings (whether one reader or two looked, and why the verdict
    stands where they differed).
    """
    known, whole = set(all_extracts(review)["id"]), all_extracts(review.whole)
    speaks = {name: review.label_of("sources", source) for name, source in zip(whole["id"], whole["source"], strict=True)}
    citing = {row["id"]: whole[whole["work"] == row["id"]] for row in records(review, "works")}
    for name, own in citing.items():
        citing_it = ", ".join(review.label_of("sources", source) for source in dict.fromkeys(own["source"]))
        speaks[name] = f"{citing_it or 'no extract'}, on {review.label_of('works', name)}"
    rows = [
        {
            "claim": row["claim"],
            "said_by": ", ".join(dict.fromkeys(speaks[name] for name in row["about"].split())),
            "verdict": review.label("verdicts", row["verdict"]),
            "check": row["id"],
            "rows": " ".join(
                name for one in row["about"].split() for name in (citing[one]["id"] if one in citing else [one]) if name in known
            ),
            "record": row["record"],
            "reference": row["reference"],
            "looked_at": f"{row['on']}: {row['address']}" if row["address"] else row["on"],
            "note": row["note"],
            "readings": _readings(review, row),
        }
        for row in records(review, "checks")
    ]
    return pd.DataFrame(
        rows, columns=["claim", "said_by", "verdict", "check", "rows", "record", "reference", "looked_at", "note", "readings"]
    )


def _readings(review: Review, row: dict[str, str]) -> str:
    """How many readers judged a claim, and how a difference was settled."""
    first, second = row["first_reader_verdict"], row["second_reader_verdict"]
    if not (first and second):
        return "One reader" + (f": {row['settled']}" if row["settled"] else "")
    if not row["settled"]:
        return "Two readers, agreed"
    return f"Two readers ({review.label('verdicts', first)}; {review.label('verdicts', second)}): {row['settled']}"


def way_back(review: Review) -> pd.DataFrame:
    """For each extract the way back: its table, source, heading, offsets, hash, work, marker, status and note.

    Columns: id, source, start, end, quote_sha256, statement, citation, work, status, note, table, heading.
    """
    marks: dict[str, list[tuple[int, str]]] = {}
    for row in records(review, "sections"):
        marks.setdefault(row["source"], []).append((int(row["start"]), row["heading"]))
    marks = {source: sorted(own) for source, own in marks.items()}
    columns = [*SPAN_COLUMNS, "statement", "citation", "inferred", "work", "status", "note"]
    frames = [
        frame.reindex(columns=columns, fill_value="").assign(
            table=name,
            heading=[_heading(marks.get(source, []), int(start)) for source, start in zip(frame["source"], frame["start"], strict=True)],
        )
        for name, frame in review.extracts().items()
    ]
    return pd.concat(frames, ignore_index=True)


def subjects(review: Review, doses_too: bool = True) -> dict[str, str]:
    """What each extract is about, by its id: a claim alone, such as "most reported none", does not say of what. A dose is told
    whole, or without its amount (``doses_too`` false)."""
    found = {}
    for name in review.extracts():
        for row in records(review, name):
            own = next((column for column in SUBJECTS if row.get(column)), "")
            told = [word(review, name, own, row), word(review, name, "indication", row)]
            if name == "doses":
                how = (word(review, name, column, row) for column in ("form", "route"))
                told[1:1] = [doses.as_reported(row, review.words) if doses_too else "", *how]
            found[row["id"]] = ", ".join(filter(None, told))
    return found


def in_words(review: Review, name: str, inferred: str) -> str:
    """What a row of a table says it holds beyond its span, in words: ``indication: Pain (from the topic)``."""
    return "; ".join(_stated(review, name, part) for part in inferred.split("; ") if part)


def _stated(review: Review, name: str, part: str) -> str:
    """One value that does not stand in a span, with the reason; as it is where it can't be read, for a check says what is wrong."""
    stated, _, reason = part.rpartition(": ")
    column, _, value = stated.partition("=")
    reasons, table = review.words.get("inference_reasons", {}), review.package.tables[name]
    known = review.words.get(table.field(column).foreign, {value: {}}) if column in table else {}
    if value not in known or (reasons and reason not in reasons):
        return part
    why = lower(reasons[reason]["label"]) if reasons else reason
    return f"{column.replace('_', ' ')}: {word(review, name, column, {column: value})} (from the {why})"


def _heading(marks: list[tuple[int, str]], start: int) -> str:
    """The last heading that begins at or before ``start``."""
    above = bisect.bisect(marks, start, key=lambda mark: mark[0])
    return marks[above - 1][1] if above else ""
