"""A brief in plain words: short sentences made from typed rows, each with the place where it is said; no dose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import pandas as pd
from IPython.display import display

from litbook import tables
from litbook.briefs import around
from litbook.briefs.page import Page
from litbook.briefs.sides import sides
from litbook.disagreements import RULES, WITHIN
from litbook.markup import links
from litbook.review import Review
from litbook.tables.common import all_extracts, lower, records, statements
from litbook.tables.public_record import doubts
from litbook.tables.relayed import UNNAMED
from litbook.tables.staleness import DATED, OWN_VOICE

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
            *((told, "") for told in (around.pooled(book),) if told),
            ("This page tells what they say. It does not tell whether it is true.", ""),
            ("It is not advice. Ask someone who knows your case before you act on it.", ""),
            (f"{_count(rows, 'piece was', 'pieces were')} taken from the sources.", ""),
            (f"{approved} of these {_one(approved, 'was', 'were')} approved.", ""),
            ("Doses are left out of the text here on purpose. On the web page, what stands under “The way back” may name some.", ""),
            *((limit, "") for limit in book.settings["review"]["limits"]),
        ]
    )


def advice(page: Page) -> None:
    """What bodies and pages advise, one sentence each, as it was read from the page and in no one's own words."""
    found = tables.stance(page.book).to_dict("records")
    if not found:
        say([("No guideline, no society and no page advises on this.", "")])
        return
    words = {page.book.label("stances", term): in_plain_words(page.book, "stances", term) for term in page.book.terms("stances")}
    doubted = doubts(page.book)
    said = []
    for speaker, rows in _by_speaker(page.book, found).items():
        views = _views(words, rows)
        about = " and ".join(dict.fromkeys(row["indication"].lower() for row in rows))
        held = dict.fromkeys(f"Of one part, it was looked up: {doubted[row['id']]}." for row in rows if row["id"] in doubted)
        said.append((" ".join([f"{speaker}, on {about}.", *views, *held]), " ".join(row["id"] for row in rows)))
    if all(not row["body"] for row in found):
        said.insert(0, ("No guideline and no society is named.", ""))
    said += [(f"The newest advice with a year is {told}.", "") for told in _newest(page.book)]
    say(said)


def _by_speaker(book: Review, found: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Recommendations by who speaks: each document of a body on its own, each page with all that it says itself."""
    speakers: dict[str, list[dict[str, str]]] = {}
    for row in found:
        results = ", of whom it tells results alone and no advice" if row["relays"] else ""
        body = f"{row['body']}{_year(row['year'])}, as a page tells it{results}"
        speakers.setdefault(body if row["body"] else _speaker(book, row), []).append(row)
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


def in_plain_words(book: Review, vocabulary: str, term: str) -> str:
    """What a term says for readers who know no jargon; its definition where the vocabulary has nothing plainer."""
    row = book.words[vocabulary][term]
    return row.get("in_plain_words") or row["definition"].rstrip(".").lower()


def _speaker(book: Review, row: dict[str, str]) -> str:
    if row["voice"] == book.label("voices", OWN_VOICE):
        return f"The page “{row['source']}” itself"
    return f"{row['voice']}, not named, as the page “{row['source']}” tells it"


def _year(year: str) -> str:
    return f" in {year}" if year else " (no year is given)"


def findings(page: Page) -> None:
    """What the pages say happens: statements by direction and what they are about, and how many point to nothing behind them."""
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
            n, label = keys[own].nunique(), book.label("directions", direction)
            told = f"{label} ({in_plain_words(book, 'directions', direction)}): {_count(n, 'statement', 'statements')}."
            unsure = keys[own & frame["id"].isin(doubts(book))].nunique()
            checked = f" Of these, {unsure} {_one(unsure, 'is', 'are')} not borne out by the public record." if unsure else ""
            told = f"{told}{_domains(book, frame[own])} {_said_by(book, frame[own])}{checked}"
            said.append((told, " ".join(frame.loc[own, "id"])))
    known = {row["id"] for row in records(book.whole, "works") if row["identified"] != UNNAMED}
    found = frame["work"].isin(known)
    said.append(
        (
            f"In {keys[found].nunique()} of {keys.nunique()} statements the page names a study, review or guideline that can be found.",
            " ".join(frame.loc[found, "id"]),
        )
    )
    say([*said, ("Counts are statements on pages. They are not studies, and not people.", "")])


def _said_by(book: Review, own: pd.DataFrame) -> str:
    """Which pages make statements, and how many each."""
    keys = statements(own)
    told = [f"{book.label_of('sources', name)} {keys[own['source'] == name].nunique()}" for name in dict.fromkeys(own["source"])]
    return f"Said by: {', '.join(told)}."


def _domains(book: Review, own: pd.DataFrame) -> str:
    """What findings are about, in the order of the vocabulary; nothing where the review does not group outcomes."""
    if "outcome_domain" not in own or "outcome_domains" not in book.words:
        return ""
    used = [lower(book.label("outcome_domains", term)) for term in book.terms("outcome_domains") if (own["outcome_domain"] == term).any()]
    return f" About: {'; '.join(used)}." if used else ""


def safety(page: Page) -> None:
    """Names of adverse effects, contraindications and the like, a few to a sentence."""
    entries = page.safety.entries
    said = []
    for kind, how in dict.fromkeys((entry.kind, entry.how) for entry in entries if entry.rows):
        own = [entry for entry in entries if (entry.kind, entry.how) == (kind, how)]
        for first in range(0, len(own), 4):  # short sentences
            part = own[first : first + 4]
            names = "; ".join(
                lower(entry.what) + (f" ({told})" if (told := "; ".join(filter(None, (entry.where, entry.only, entry.doubt)))) else "")
                for entry in part
            )
            word = f", “{how.lower()}”" if how else ""
            said.append((f"{kind}{word}: {names}.", " ".join(entry.rows for entry in part)))
    if not all(entry.rows for entry in entries):
        said.insert(0, ("The pages say nothing of harm under this heading. That does not mean that there is none.", ""))
    say(said)


def disagreements(page: Page) -> None:
    """Where the pages disagree and nothing explains it; sides that speak of doses are not repeated."""
    found = page.standing.to_dict("records")
    if not found:
        say([("No contradiction was found here. The pages may still be wrong.", "")])
        return
    about = {rule.title: rule.about for rule in RULES}
    dosed = set(page.book.whole.table("doses", ("id",))["id"]) if page.book.whole.has("doses") else set()
    said = []
    for row in found:
        of_doses = dosed & {*row["members"].split()}
        told = ["Doses are left out here."] if of_doses else _sides(row["summary"])
        who = "one page does not agree with itself" if row["scope"] == WITHIN else "the pages do not agree"
        said.append((f"{row['topic']}: {who}. It is about {about[row['class']]}. {' '.join(told)}", row["members"]))
    say(said)


def _sides(summary: str) -> list[str]:
    return [f"“{held or 'One side'}”: {pages}." for held, pages in sides(summary)]


def sources(page: Page) -> None:
    """Who wrote the pages that this one cites, and with what interest."""
    rows = {name for entry in page.safety.entries for name in entry.rows.split()}
    rows |= {name for members in page.standing["members"] for name in members.split()}
    own = set(all_extracts(page.book)["source"])
    told = " ".join(page.standing["summary"])  # a side may be a page that names nothing, and has no row
    own |= {source for source in page.tags if page.book.label_of("sources", source) in told}
    cited = {page.book.label_of("sources", source) for source in own | {page.sources_of[name] for name in rows}}
    said = [
        (
            f"{row['source']}: {row['type'].lower()}. Interest: {row['interest'].lower()}. "
            f"Reviewed by peers: {row['peer_reviewed'].lower()}.",
            "",
        )
        for row in tables.sources(page.book.whole).to_dict("records")
        if row["source"] in cited
    ]
    say(said)


def glossary(page: Page) -> None:
    """Terms that this brief uses, with the definitions of the review's vocabularies."""
    book = page.book
    terms = [*_used(book, "indications", "indication"), *_used(book, "effects", "effect")]
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
