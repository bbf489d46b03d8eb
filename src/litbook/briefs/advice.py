"""What bodies and pages advise, in plain words: by who speaks and on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litbook import tables
from litbook.briefs.page import Page
from litbook.briefs.wording import in_plain_words, say
from litbook.review import Review
from litbook.tables.common import records
from litbook.tables.public_record import doubts
from litbook.tables.staleness import DATED, OWN_VOICE
from litbook.tables.summaries import from_topic

NOT_NAMED = "The words read do not name this; it is taken from the topic of the page."


def advice(page: Page) -> None:
    """What bodies and pages advise, one sentence each, as it was read from the page and in no one's own words."""
    found = tables.stance(page.book).to_dict("records")
    if not found:
        say([("No guideline, no society and no page advises on this.", "")])
        return
    words = {page.book.label("stances", term): in_plain_words(page.book, "stances", term) for term in page.book.terms("stances")}
    doubted = doubts(page.book)
    topic = {row["id"] for row in records(page.book, "recommendations") if from_topic(row)}
    said = []
    for (speaker, about), rows in _by_speaker(page.book, found).items():
        views = _views(words, rows)
        held = dict.fromkeys(f"One part of it was looked up: {doubted[row['id']]}." for row in rows if row["id"] in doubted)
        unnamed = [NOT_NAMED] if any(row["id"] in topic for row in rows) else []
        said.append((" ".join([f"{speaker}, on {about}.", *unnamed, *views, *held]), " ".join(row["id"] for row in rows)))
    if all(not row["body"] for row in found):
        said.insert(0, ("No guideline and no society is named.", ""))
    said += [(f"The newest advice with a year is {told}.", "") for told in _newest(page.book)]
    say(said)


def _by_speaker(book: Review, found: list[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Recommendations by who speaks and on what: each document of a body on its own, each page with what it says itself."""
    speakers: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in found:
        results = ", of which results alone are told and no advice" if row["relays"] else ""
        body = f"{row['body']}{_year(row['year'])}, as a page tells it{results}"
        speakers.setdefault((body if row["body"] else _speaker(book, row) + results, row["indication"].lower()), []).append(row)
    return speakers


def _views(words: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Each stance that rows were read as, with the others that they could be read as."""
    told: list[str] = []
    for stance in dict.fromkeys(row["stance"] for row in rows):
        others = dict.fromkeys(words[row["or_read_as"]] for row in rows if row["stance"] == stance and row["or_read_as"])
        begin = "Elsewhere read as" if told else "Read as"
        told.append(" ".join([f"{begin}: {words[stance]}.", *(f"Or: {other}." for other in others)]))
    return told


def _newest(book: Review) -> list[str]:
    """The newest recommendation that carries a year, and how old it is; none where none does."""
    dated = [row for row in tables.staleness(book).to_dict("records") if row["group"] == DATED and not row["relays"]]
    return [f"{row['body'] or row['source']} {row['dated']}, {row['age_in_years']} years old" for row in dated[-1:]]


def _speaker(book: Review, row: dict[str, str]) -> str:
    if row["voice"] == book.label("voices", OWN_VOICE):
        return f"The page “{row['source']}” itself"
    return f"{row['voice']}, not named, as the page “{row['source']}” tells it"


def _year(year: str) -> str:
    return f" in {year}" if year else " (no year is given)"
