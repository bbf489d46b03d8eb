"""Rows against the public record: what it shows stands beside an extract and never mends it.

A verdict whose term has a ``doubt`` in the vocabulary (such as "the public record shows otherwise") is marked wherever the row
is shown: a dose that the record does not bear out must not look like one that it does.
"""

from __future__ import annotations

from litbook.review import Review
from litbook.tables.common import all_extracts, records

SIGN = "†"
CITES = "On what it cites: "
Row = dict[str, str]


def held(review: Review) -> dict[str, list[Row]]:
    """The checks of each extract and of each work that was held against the record, by its id."""
    found: dict[str, list[Row]] = {}
    for row in records(review, "checks"):
        for name in row["about"].split():
            found.setdefault(name, []).append(row)
    return found


def doubts(review: Review) -> dict[str, str]:
    """What puts a row in doubt, by the id of each row that the record does not bear out."""
    told = {name: [_doubt(review, row) for row in rows] for name, rows in held(review).items()}
    return {name: "; ".join(dict.fromkeys(filter(None, phrases))) for name, phrases in told.items() if any(phrases)}


def beside(review: Review) -> dict[str, str]:
    """What the tables say beside each row that was held against the record, a line for each check: the verdict and what the record
    shows, for an agreement has its reservations too; and a line where the record does not bear out what a row cites."""
    checks = held(review)
    found = {name: [_short(review, row) for row in rows] for name, rows in checks.items()}
    cited = {row["id"]: _cited(review, checks[row["id"]]) for row in records(review, "works") if row["id"] in checks}
    every = all_extracts(review.whole)  # a selection by route shows tables that know no route whole
    for name, work in zip(every["id"], every["work"], strict=True):
        if cited.get(work):
            found.setdefault(name, []).append(cited[work])
    return {name: "\n".join(lines) for name, lines in found.items()}


def _cited(review: Review, rows: list[Row]) -> str:
    """Of what is cited, the claims that the record does not bear out."""
    doubted = [f"“{row['claim']}”: {doubt} ({row['id']})" for row in rows if (doubt := _doubt(review, row))]
    return f"{CITES}{'; '.join(doubted)}" if doubted else ""


def on_statement(review: Review) -> dict[str, list[Row]]:
    """For each extract, by its id, the checks that its statement's other extracts did not stand, for a quote shows their words too;
    without those that are its own."""
    checks, every = held(review), all_extracts(review.whole)
    found: dict[str, list[Row]] = {}
    for _, own in every[every["statement"] != ""].groupby("statement"):
        failed = [row for name in own["id"] for row in checks.get(name, ()) if _doubt(review, row)]
        for name in own["id"]:
            others = [row for row in failed if name not in row["about"].split()]
            found[name] = list({row["id"]: row for row in others}.values())
    return found


def in_full(review: Review, row: Row) -> str:
    """One check in words: the claim, the verdict, what the record shows, where that was looked up and when."""
    verdict = f"“{row['claim']}”: {review.label('verdicts', row['verdict'])} ({row['id']})"
    looked = f"Looked at {row['on']}" + (f": {row['address']}" if row["address"] else "")
    return ". ".join(part.rstrip(".") for part in (f"{verdict}: {row['record']}", row["reference"], row["note"], looked) if part) + "."


def in_short(review: Review, row: Row) -> str:
    """One check in few words, where it stands with many rows: claim, verdict, what the record shows."""
    return f"“{row['claim']}”: {review.label('verdicts', row['verdict'])} ({row['id']}): {row['record']}."


def _doubt(review: Review, row: Row) -> str:
    return review.label("verdicts", row["verdict"], "doubt")


def _short(review: Review, row: Row) -> str:
    doubt = _doubt(review, row)
    verdict = f"{SIGN} {doubt[:1].upper()}{doubt[1:]}" if doubt else f"Public record: {review.label('verdicts', row['verdict']).lower()}"
    return f"{verdict} ({row['id']}): {row['record']}"
