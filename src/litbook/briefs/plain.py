"""A brief in plain words: short sentences made from typed rows, each with the place where it is said; no dose."""

from __future__ import annotations

import pandas as pd

from litbook import tables
from litbook.briefs import around
from litbook.briefs.page import HERE, Page
from litbook.briefs.sides import sides
from litbook.briefs.wording import in_plain_words, say
from litbook.disagreements import RULES, WITHIN
from litbook.review import Review
from litbook.tables.common import all_extracts, lower, records, statements
from litbook.tables.public_record import SIGN, doubts
from litbook.tables.relayed import UNNAMED

UNTOLD, NOT_BORNE_OUT = "Filed here too, but told on the other pages alone", "not borne out by the public record"
TOLD = ("recommendations", "findings", "doses", *tables.SAFETY)  # kinds of extracts that the page tells, or says that it leaves out


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
            *((told.replace(SIGN, NOT_BORNE_OUT), "") for told in (around.counted(UNTOLD, book, TOLD),) if told),
            *((limit, "") for limit in book.settings["review"]["limits"]),
        ]
    )


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
    unfiled = [
        "The pages say nothing of harm under this heading. That does not mean that there is none."
        if entry.kind == HERE
        else f"{entry.kind}: {lower(entry.what)}."
        for entry in entries
        if not entry.rows
    ]
    say([*((sentence, "") for sentence in unfiled), *said])


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
    told = (f"“{held or 'One side'}”: {pages}." for held, pages in sides(summary))
    return [side.replace(f" {SIGN}", f" ({NOT_BORNE_OUT})") for side in told]


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
