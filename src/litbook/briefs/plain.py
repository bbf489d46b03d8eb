"""A brief in plain words: short sentences made from typed rows, each with the place where it is said; no dose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from IPython.display import display

from litbook import tables
from litbook.briefs.page import Page
from litbook.markup import links
from litbook.review import Review
from litbook.tables.common import records, statements
from litbook.tables.staleness import OWN_VOICE

RELAYED = re.compile(r" \((?:relaying )?[^()]*\)")
Sentence = tuple[str, str]  # what is said, and the ids of the rows behind it


def say(sentences: Iterable[Sentence]) -> None:
    """Show sentences as a list; each unfolds to the rows that it is made from."""
    told = list(sentences)
    items = "".join(f"<li>{escape(text)}{_where(rows)}</li>" for text, rows in told)
    display({"text/plain": " ".join(text for text, _ in told), "text/html": f"<ul class='plain'>{items}</ul>"}, raw=True)


def _where(rows: str) -> str:
    return f" <details class='behind'><summary>where</summary><span>{links(rows)}</span></details>" if rows else ""


def opening(page: Page) -> None:
    """What the page is, and what it is not."""
    book = page.book
    rows = sum(map(len, book.selected(("id",)).values()))
    approved = rows - len(book.unapproved())
    topic = book.label("indications", book.selection.indication) or book.title
    named = [row for row in tables.sources(book).to_dict("records") if row["extracts"]]
    say(
        [
            (f"This page is about: {topic}.", ""),
            (f"{_count(len(named), 'source says', 'sources say')} something about it.", ""),
            ("This page tells what they say. It does not tell whether it is true.", ""),
            ("It is not advice. Ask someone who knows your case before you act on it.", ""),
            (f"{_count(rows, 'piece was', 'pieces were')} taken from the sources.", ""),
            (f"{approved} of these {_one(approved, 'was', 'were')} approved.", ""),
            ("Doses are left out here on purpose.", ""),
            *((limit, "") for limit in book.settings["review"]["limits"]),
        ]
    )


def advice(page: Page) -> None:
    """What bodies and pages advise, one sentence each."""
    found = tables.stance(page.book).to_dict("records")
    own = [row for row in found if not row["body"]]
    bodies = [row for row in found if row["body"]]
    if not found:
        say([("No guideline, no society and no page advises on this.", "")])
        return
    said = [
        (f"{row['body']}{_year(row['year'])}, as a page tells it: {_stance(row)}, on {row['indication'].lower()}.", row["id"])
        for row in bodies
    ]
    if not bodies:
        said = [("No guideline and no society is named.", "")]
    sides = list(dict.fromkeys((_speaker(page.book, row), _stance(row)) for row in own))
    for speaker, stance in sides:
        rows = [row for row in own if (_speaker(page.book, row), _stance(row)) == (speaker, stance)]
        about = " and ".join(dict.fromkeys(row["indication"].lower() for row in rows))
        said.append((f"{speaker}: {stance}, on {about}.", " ".join(row["id"] for row in rows)))
    said += [(warning, "") for warning in tables.staleness_warnings(page.book)]
    say([*said, ("The words are explained below, under “Words”.", "")])


def _stance(row: dict[str, str]) -> str:
    """The stance as it was read from the page, in no one's own words; and how else it could be read."""
    other = f" (or {row['or_read_as'].lower()})" if row["or_read_as"] else ""
    return f"{row['stance'].lower()}{other}"


def _speaker(book: Review, row: dict[str, str]) -> str:
    if row["voice"] == book.label("voices", OWN_VOICE):
        return f"The page “{row['source']}” itself"
    return f"{row['voice']}, not named, as the page “{row['source']}” tells it"


def _year(year: str) -> str:
    return f" in {year}" if year else " (no year is given)"


def findings(page: Page) -> None:
    """What the pages say happens: statements by direction, and how many point to nothing behind them."""
    book = page.book
    if not book.has("findings"):
        say([("The pages report no effect here.", "")])
        return
    frame = book.table("findings")
    keys = statements(frame)
    said = []
    for direction in tables.evidence_by_route(book).columns.intersection(book.terms("directions")):
        own = frame["direction"] == direction
        if own.any():
            n, label = keys[own].nunique(), book.label("directions", direction).lower()
            said.append((f"{label.capitalize()}: {_count(n, 'statement', 'statements')}.", " ".join(frame.loc[own, "id"])))
    nameless = frame["work"] == ""
    said.append(
        (
            f"{keys[nameless].nunique()} of {keys.nunique()} statements point to no study, review or guideline.",
            " ".join(frame.loc[nameless, "id"]),
        )
    )
    say([*said, ("Counts are statements on pages. They are not studies, and not people.", "")])


def safety(page: Page) -> None:
    """Names of adverse effects, contraindications and the like, a few to a sentence."""
    entries = page.safety().entries
    said = []
    for kind, how in dict.fromkeys((entry.kind, entry.how) for entry in entries if entry.rows):
        own = [entry for entry in entries if (entry.kind, entry.how) == (kind, how)]
        for first in range(0, len(own), 4):  # short sentences
            part = own[first : first + 4]
            names = "; ".join(_lower(entry.what) + (f" ({entry.only})" if entry.only else "") for entry in part)
            word = f", “{how.lower()}”" if how else ""
            said.append((f"{kind}{word}: {names}.", " ".join(entry.rows for entry in part)))
    if not all(entry.rows for entry in entries):
        said.insert(0, ("The pages say nothing of harm under this heading. That does not mean that there is none.", ""))
    say(said)


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def disagreements(page: Page) -> None:
    """Where the pages disagree and nothing explains it; sides that speak of doses are not repeated."""
    found = tables.standing(page.book).to_dict("records")
    if not found:
        say([("No contradiction was found here. The pages may still be wrong.", "")])
        return
    dosed = set(page.book.whole.table("doses", ("id",))["id"]) if page.book.whole.has("doses") else set()
    said = []
    for row in found:
        of_doses = dosed & {*row["members"].split()}
        sides = ["They differ in doses, which are left out here."] if of_doses else _sides(row["summary"])
        said.append((f"{row['topic']}: the pages do not agree. {' '.join(sides)}", row["members"]))
    say(said)


def _sides(summary: str) -> list[str]:
    """What each side holds and which pages hold it, without the works that they relay."""
    sides = []
    for side in summary.split(" | "):
        while (shorter := RELAYED.sub("", side)) != side:
            side = shorter
        held, _, pages = side.rpartition(": ")
        sides.append(f"“{held or 'One side'}”: {', '.join(dict.fromkeys(pages.split(', ')))}.")
    return sides


def sources(page: Page) -> None:
    """Who wrote the pages, and with what interest."""
    said = [
        (
            f"{row['source']}: {row['type'].lower()}. Interest: {row['interest'].lower()}. "
            f"Reviewed by peers: {row['peer_reviewed'].lower()}.",
            "",
        )
        for row in tables.sources(page.book).to_dict("records")
        if row["extracts"]
    ]
    say(said)


def glossary(page: Page) -> None:
    """Terms that this brief uses, with the definitions of the review's vocabularies."""
    book = page.book
    terms = [*_used(book, "indications", "indication"), *_used(book, "stances", "stance"), *_used(book, "directions", "direction")]
    terms += _used(book, "effects", "effect")
    told = [(book.label(vocabulary, term), book.label(vocabulary, term, "definition")) for vocabulary, term in terms]
    say((f"{label}: {meaning}", "") for label, meaning in told if meaning.rstrip(".").lower() != label.lower())


def _used(book: Review, vocabulary: str, column: str) -> list[tuple[str, str]]:
    names = ("recommendations", "findings", "adverse_effects")
    used = {row[column] for name in names if name in book.package.tables for row in records(book, name) if column in row}
    return [(vocabulary, term) for term in (book.terms(vocabulary) if vocabulary in book.words else []) if term in used]


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {_one(n, one, many)}"


def _one(n: int, one: str, many: str) -> str:
    return one if n == 1 else many
