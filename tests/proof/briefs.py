"""The second count of a brief: lists of names on its first page, and sentences in plain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from tests.proof.recount import Count, Row, statements

NUMBER = re.compile(r"\d+(?:\.\d+)?")
NAMED = {
    "Adverse effect": ("adverse_effects", ("frequency", "population", "mitigation", "effect")),
    "Contraindication": ("contraindications", ("degree", "condition")),
    "Monitoring": ("monitoring", ("item",)),
    "Given beside": ("coadministration", ("drug",)),
    "Selection": ("selection", ("polarity", "criterion")),
}
SAFETY = ("Adverse effect", "Contraindication", "Monitoring", "Given beside")
ELSEWHERE = "Contraindication, named elsewhere"
STANDING = ("real", "open", "re_opened")


def lists(soup: BeautifulSoup, count: Count) -> Iterator[str]:
    """What the lists of a first page say that the second count does not bear out. They are taken out of ``soup``."""
    topics: list[str] = []
    found = soup.select(".in-columns")
    for block in found:
        for paragraph in block.select("p"):
            kind = paragraph.strong.get_text().removesuffix(".") if paragraph.strong else ""
            names = [link for link in paragraph.select("a") if not re.fullmatch(r"\[\d\]", link.get_text())]
            more = re.search(r"And (\d+) more", paragraph.get_text())
            n = len(names) + (int(more[1]) if more else 0)
            if kind in NAMED or kind == ELSEWHERE:
                yield from _names(kind, names, n, count)
            elif kind == "Here":
                yield from ["Here: there are rows on safety"] if any(count.of(NAMED[one][0]) for one in SAFETY) else []
            elif kind == "Source":
                yield from _sources(paragraph.get_text(), count)
            else:
                topics += [link.get_text() for link in names] + [""] * (n - len(names))
    told = [row["topic"] for row in ledger(count)]
    if found and any("disagree" in title.get_text() for title in soup.select(".in-columns h3")):
        known = [topic for topic in topics if topic]
        if len(topics) != len(told) or Counter(known) - Counter(told):
            yield f"disagreements: {topics}, counted {told}"
    for block in found:
        block.decompose()


def ledger(count: Count) -> list[Row]:
    """The disagreements that stand, of which a member is in the page's selection."""
    chosen = {row["id"] for row in count.extracts}
    return [row for row in count.files.tables.get("disagreements", []) if row["status"] in STANDING and chosen & {*row["members"].split()}]


def _names(kind: str, names: list[Tag], n: int, count: Count) -> Iterator[str]:
    table, columns = NAMED[kind.removesuffix(", named elsewhere")]
    own = {tuple(row[column] for column in columns) for row in count.of(table)}
    every = {tuple(row[column] for column in columns) for row in count.files.tables[table]}
    counted = len(every - own if kind == ELSEWHERE else own)
    if n != counted:
        yield f"{kind}: {n} names, counted {counted}"
    for link in names:
        row = count.files.by_id[str(link["href"])[1:]]
        if link.get_text() != count.files.shown(table, columns[-1], row):
            yield f"{kind}: {link.get_text()} for {row['id']}"


def _sources(text: str, count: Count) -> Iterator[str]:
    shown = dict(re.findall(r"(?:Source\. |; )([^:;]+): [^:]*?; (\d+) extracts?", text))
    own = Counter(count.files.label("sources", row["source"]) for row in count.extracts)
    if shown != {name: str(n) for name, n in own.items()}:
        yield f"sources: {shown}, counted {dict(own)}"


def broader(text: str, count: Count) -> bool:
    """Whether the sentence on broader indications counts what is filed there."""
    terms = count.files.above(count.indication)
    own = {
        count.files.described[name]["title"].lower(): len(rows)
        for name in count.files.extract_tables
        if name != "scope" and count.files.tables[name] and "indication" in count.files.tables[name][0] and (rows := count.of(name, terms))
    }
    told = text.partition("counted above: ")[2].partition(". Whether")[0]
    return dict(re.findall(r"([a-z][^,\d]*) (\d+)", told)) == {name: str(n) for name, n in own.items()}


def plain(text: str, count: Count) -> bool:
    """Whether a plain sentence with a number says what the second count does."""
    files, findings = count.files, count.of("findings")
    sources = {row["source"] for row in count.extracts}
    approved = sum(row["id"] in files.approved for row in count.extracts)
    nameless = statements([row for row in findings if not row["work"]])
    known = [
        f"{len(sources)} source{'s say' if len(sources) != 1 else ' says'} something about it.",
        f"{len(count.extracts)} piece{'s were' if len(count.extracts) != 1 else ' was'} taken from the sources.",
        f"{approved} of these {'were' if approved != 1 else 'was'} approved.",
        f"{len(nameless)} of {len(statements(findings))} statements point to no study, review or guideline.",
        *(
            f"{row['label']}: {row['definition']}"
            for name in ("indications", "stances", "directions", "effects")
            for row in files.tables[name]
        ),
    ]
    for term in files.tables["directions"]:
        n = len(statements([row for row in findings if row["direction"] == term["id"]]))
        known.append(f"{term['label'].capitalize()}: {n} statement{'s' if n != 1 else ''}.")
    if text in known:
        return True
    years = {row["year"] for row in count.of("recommendations")}
    if ", as a page tells it: " in text:
        return set(NUMBER.findall(text)) <= years
    for row in ledger(count):
        if text.startswith(f"{row['topic']}: the pages do not agree."):
            members = [files.by_id[one] for one in row["members"].split()]
            held = " ".join(" ".join([*one.values(), files.label("works", one["work"])]) for one in members)
            return set(NUMBER.findall(text)) <= set(NUMBER.findall(held))
    return False
