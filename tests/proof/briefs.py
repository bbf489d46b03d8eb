"""The second count of a brief: lists of names on its first page, and sentences in plain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from tests.proof.recount import DOSE_COLUMNS, Count, Files, Row, statements, wrong_dose

NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Of each list: its table, the column of its names, and the columns that a name is not said without.
NAMED = {
    "Adverse effect": ("adverse_effects", "effect", ("frequency", "population", "exposure", "mitigation")),
    "Contraindication or caution": ("contraindications", "condition", ("degree", "reservation")),
    "Monitoring": ("monitoring", "item", ()),
    "Named as given beside it": ("coadministration", "drug", ("purpose",)),
    "Selection": ("selection", "criterion", ("polarity", "reservation")),
    "Immune effects": ("immune_effects", "marker", ("direction", "exposure", "persistence", "reservation")),
}
SAFETY = ("Adverse effect", "Contraindication or caution", "Monitoring", "Named as given beside it")
BROADER = "for broader indications"
STANDING = ("real", "open", "re_opened")


def lists(soup: BeautifulSoup, count: Count) -> Iterator[str]:
    """What the lists of a first page say that the second count does not bear out. They are taken out of ``soup``."""
    found = soup.select(".in-columns")
    disagree: list[Tag] = []
    for block in found:
        for paragraph in block.select("p"):
            kind = paragraph.strong.get_text().removesuffix(".") if paragraph.strong else ""
            names = paragraph.select("a:not(.by)")
            yield from _speakers(paragraph, count)
            base, _, apart = kind.partition(", ")
            if apart == "not under the treatment":
                apart = ""
                names_of = [row for row in count.of("immune_effects") if row["exposure"] == "none"]
                yield from _names(base, apart, names, count, names_of)
                continue
            if base in NAMED and names:
                yield from _names(base, apart, names, count)
            elif base in NAMED:
                yield from _elsewhere(base, paragraph, count)
            elif kind == "Here":
                yield from ["Here: there are rows on safety"] if any(count.of(NAMED[one][0]) for one in SAFETY) else []
            elif names:
                disagree += names
                yield from _sides(paragraph, names, count)
            elif re.search(r"\d", paragraph.get_text()):
                settled = re.search(r"Found and explained, or none after all: (\d+);", paragraph.get_text())
                n = len(_touching(count)) - len(ledger(count))
                yield from [] if settled and int(settled[1]) == n else [f"list: {paragraph.get_text()}, counted {n}"]
    if found and any("disagree" in title.get_text() for title in soup.select(".in-columns h3")):
        told = [row["topic"] for row in standing(count)]
        if sorted(link.get_text() for link in disagree) != sorted(told):
            yield f"disagreements: {[link.get_text() for link in disagree]}, counted {told}"
    for block in found:
        block.decompose()


def _elsewhere(kind: str, paragraph: Tag, count: Count) -> Iterator[str]:
    """Names of a kind of the whole review, where neither the selection nor what is above it has one; with a sign where the public
    record bears no row of a name out."""
    files, (table, column, _) = count.files, NAMED[kind]
    if count.of(table) or count.of(table, files.above(count.indication)):
        yield f"{kind}: there are some here"
    rows = [row for row in files.tables[table] if row.get("frequency") != "none_reported"]
    borne = {row[column] for row in rows if not files.doubts.get(row["id"])}
    named = dict.fromkeys(files.shown(table, column, row) + ("" if row[column] in borne else " †") for row in rows)
    told = paragraph.get_text().partition("for who says so: ")[2].rstrip(".")
    if told.lower() != "; ".join(named).lower() or not named:
        yield f"{kind} elsewhere: {told}"


def _touching(count: Count) -> list[Row]:
    chosen = {row["id"] for row in count.extracts}
    return [row for row in count.files.tables.get("disagreements", []) if chosen & {*row["members"].split()}]


def ledger(count: Count) -> list[Row]:
    """The disagreements that stand, of which a member is in the page's selection."""
    return [row for row in _touching(count) if row["status"] in STANDING]


def standing(count: Count) -> list[Row]:
    """Those of the ledger, and those on what the lists of safety hold from elsewhere: each first page lists all of these."""
    cited = {row["id"] for row in count.files.tables.get("contraindications", [])}
    cited |= {
        row["id"] for kind in SAFETY for row in (*count.of(NAMED[kind][0]), *(_beside(kind, BROADER, count) if count.indication else ()))
    }
    more = [row for row in count.files.tables.get("disagreements", []) if row["status"] in STANDING and cited & {*row["members"].split()}]
    own = ledger(count)
    return own + [row for row in more if row not in own]


def _speakers(paragraph: Tag, count: Count) -> Iterator[str]:
    """Short names of sources that lead to a row of another source."""
    files = count.files
    for link in paragraph.select("a.by"):
        row = files.by_id.get(str(link["href"])[1:])
        if row is None or link.get_text() != files.words["sources"][row["source"]]["prefix"]:
            yield f"{link.get_text()} leads to {link['href']}"


def _names(kind: str, apart: str, names: list[Tag], count: Count, only: list[Row] | None = None) -> Iterator[str]:
    table, column, _ = NAMED[kind]
    files, own = count.files, count.of(table)
    place = re.search(r" \((.*)\)$", apart)
    own = [row for row in own if row["exposure"] != "none"] if kind == "Immune effects" else own
    rows = (
        only
        if only is not None
        else own
        if not apart
        else [row for row in _beside(kind, apart, count) if place and _small(files, row) == place[1]]
    )
    wanted = {_key(kind, row, count, alone=not apart) for row in rows}
    if len(names) != len(wanted):
        yield f"{kind}, {apart}: {len(names)} names, counted {len(wanted)}"
    for link in names:
        row = files.by_id[str(link["href"])[1:]]
        if link.get_text() != files.shown(table, column, row):
            yield f"{kind}: {link.get_text()} for {row['id']}"


def _beside(kind: str, apart: str, count: Count) -> list[Row]:
    """The rows of broader indications that a list tells, and the contraindications from anywhere else."""
    files, (table, column, _) = count.files, NAMED[kind]
    own, above = count.of(table), count.of(table, files.above(count.indication))
    how = {"Adverse effect": "frequency", "Contraindication or caution": "degree"}.get(kind, column)
    known = {(row[column], row[how]) for row in own}
    told = [row for row in above if (row[column], row[how]) not in known]
    if kind == "Selection":
        told = [row for row in above if row["polarity"] in ("required", "against") and row[column] not in {one[column] for one in own}]
    if BROADER in apart:
        return told
    return [row for row in files.tables[table] if row not in own and row not in told]


def _key(kind: str, row: Row, count: Count, alone: bool) -> tuple[str, ...]:
    """What makes a name an entry of its own."""
    files, (_, column, without) = count.files, NAMED[kind]
    where = row["indication"] if alone and count.indication and row["indication"] != count.indication else ""
    word = _own_word(files, row) if kind == "Adverse effect" else ""
    if row.get("effect") == "any_adverse_effect":
        word += row["claim"]
    if kind == "Immune effects":
        word = row["hedge"].replace("asserted", "")
    return (row[column], *(row.get(name, "") for name in without), word, where, files.doubts.get(row["id"], ""))


def _own_word(files: Files, row: Row) -> str:
    """The source's own word for a frequency, where the label has none of it."""
    label, words = files.label("frequencies", row["frequency"]).lower(), row["frequency_word"].lower().split()
    return "" if any(word in label or label in word for word in words) else row["frequency_word"]


def _small(files: Files, row: Row) -> str:
    label = files.label("indications", row["indication"])
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _sides(paragraph: Tag, names: list[Tag], count: Count) -> Iterator[str]:
    """Numbers in the sides of disagreements that none of their rows holds."""
    files = count.files
    rows = [row for row in standing(count) if row["topic"] in {link.get_text() for link in names}]
    members = [files.by_id[one] for row in rows for one in row["members"].split()]
    held = [
        text for one in members for text in (*one.values(), *(files.shown(one["_table"], name, one) for name in one if name != "_table"))
    ]
    held += [row["topic"] for row in rows] + [f"{n} sides" for n in range(2, 9)]
    if not set(NUMBER.findall(paragraph.get_text())) <= set(NUMBER.findall(" ".join(held))):
        yield f"sides: {paragraph.get_text()[:150]}"


def sources(text: str, count: Count) -> bool:
    """Whether the note on the sources counts what each has on the page's selection."""
    files, told = count.files, {}
    for label, part in re.findall(r"(?:: |; )[a-z]+ ([^(;]+) \(([^)]*)\)", text):
        n = re.search(r", (\d+) extracts? filed here$", part)
        told[label] = int(n[1]) if n else 0
    own = Counter(files.label("sources", row["source"]) for row in count.extracts)
    return set(own) <= set(told) and all(own[label] == n for label, n in told.items())


def pooled(text: str, count: Count) -> bool:
    """Whether the sentence on what a selection pools counts the extracts of each indication."""
    own = Counter(row.get("indication", "") for row in count.extracts)
    chosen = own.pop(count.indication, 0)
    told = dict(re.findall(r"([^:,]+?) (\d+)(?:,|\.$)", text.partition("narrower ones: ")[2]))
    wanted = {count.files.label("indications", term).lower(): str(n) for term, n in own.items()}
    begin = f"Of the {len(count.extracts)} extracts {chosen} {'is' if chosen == 1 else 'are'} on this indication itself; narrower ones: "
    return text.startswith(begin) and {name.strip().lower(): n for name, n in told.items()} == wanted


def benefit(text: str, count: Count) -> bool:
    """Whether the note on what benefit is said of counts statements by group of outcomes."""
    own = [row for row in count.of("findings") if row["direction"] == "benefit"]
    told = dict(re.findall(r"([^:,]+?) (\d+)(?:,|\.)", text.removeprefix("Benefit is said of:")))
    wanted = {
        term["label"].lower(): str(len(statements(rows)))
        for term in count.files.tables["outcome_domains"]
        if (rows := [row for row in own if row["outcome_domain"] == term["id"]])
    }
    return {name.strip().lower(): n for name, n in told.items()} == wanted


def own_advice(text: str, count: Count) -> bool:
    """Whether a remark is a claim of a source's own advice with the stances that it can be read as and what puts it in doubt."""
    files = count.files
    for row in count.of("recommendations"):
        begin = f"{files.label('sources', row['source'])}, on "
        read = " or ".join(files.label("stances", term).lower() for term in (row["stance"], row["stance_alternative"]) if term)
        told = f"(read as {read}" in text and f"): {row['claim']}" in text and row["note"] in text
        if row["voice"] == "source" and text.startswith(begin) and told:
            own = [line for line in files.record(row["id"]).split("\n") if line.startswith(("†", "On what it cites"))]
            held = " ".join([*row.values(), *own])
            return set(NUMBER.findall(text)) <= set(NUMBER.findall(held)) and all(line in text for line in own)
    return False


def _advised(text: str, count: Count) -> bool:
    """Whether the sentences on advice and findings for broader indications hold what the rows there do."""
    files, terms = count.files, count.files.above(count.indication)
    years = {row["year"] for row in count.of("recommendations", terms) if row["year"]}
    advice, _, findings = text.partition("Statements with findings on them: ")
    alike = Counter((row["source"], row["voice"], row["body"], row["year"], row["stance"]) for row in count.of("recommendations", terms))
    if not set(NUMBER.findall(advice)) <= years | {str(n) for n in alike.values()}:
        return False
    rows, wanted = count.of("findings", terms), []
    for term in files.tables["directions"]:
        own = [row for row in rows if row["direction"] == term["id"]]
        unsure = len(statements([row for row in own if files.doubts.get(row["id"])]))
        wanted += [f"{term['label'].lower()} {len(statements(own))}" + (f" ({unsure} †)" if unsure else "")] if own else []
    return findings.strip() == (f"{', '.join(wanted)}." if wanted else "")


def steps(text: str, count: Count) -> bool:
    """Whether the line on an algorithm tells where those of its steps stand that the table before it does not have."""
    rows = count.files.tables["algorithm_steps"]
    for terms in (None, count.files.above(count.indication)) if count.indication else ():
        shown = count.of("algorithm_steps", terms)
        for name in {row["algorithm"] for row in shown}:
            where: dict[str, list[str]] = {}
            for row in (row for row in rows if row["algorithm"] == name and row not in shown):
                where.setdefault(_small(count.files, row), []).append(row["step"])
            told = "; ".join(f"{', '.join(numbers)} under {indication}" for indication, numbers in where.items())
            if told and text == f"Steps of “{name}” that are filed elsewhere and not in this table: {told}.":
                return True
    return False


def _disputed(text: str, count: Count, terms: set[str]) -> bool:
    """Whether the disagreements in which rows on broader indications take part are counted as the ledger has them."""
    tables = [name for name in count.files.extract_tables if name != "scope" and "indication" in count.files.tables[name][0]]
    chosen = {row["id"] for name in tables for row in count.of(name, terms)}
    rows = [row for row in count.files.tables.get("disagreements", []) if chosen & {*row["members"].split()}]
    stand = sum(row["status"] in STANDING for row in rows)
    told = f"Disagreements in which they take part: {len(rows)}, of which {stand} {'is' if stand == 1 else 'are'} not explained."
    return text == (told if rows else "")


def filed(text: str, count: Count) -> bool:
    """Whether the sentences on what is filed elsewhere count what is filed there."""
    broad = text.startswith("Filed under broader")
    text = text.replace("not borne out by the public record", "†")  # as plain pages spell it
    text, *more = re.split(r"(?<=\.) (?=Advice on them|Statements with findings|Disagreements in which|Whether it holds)", text)
    if broad:
        disputed = " ".join(one for one in more if one.startswith("Disagreements"))
        advised = " ".join(one for one in more if one.startswith(("Advice", "Statements")))
        if not _advised(advised, count) or not _disputed(disputed, count, count.files.above(count.indication)):
            return False
    terms = count.files.above(count.indication) if broad else None
    own = {
        count.files.described[name]["title"].lower(): (len(rows), sum(bool(count.files.doubts.get(row["id"])) for row in rows))
        for name in count.files.extract_tables
        if name != "scope" and count.files.tables[name] and "indication" in count.files.tables[name][0] and (rows := count.of(name, terms))
    }
    own |= (
        {}
        if broad or count.indication
        else {
            name: (len(rows := count.files.tables[name]), sum(bool(count.files.doubts.get(row["id"])) for row in rows))
            for name in ("provenance", "scope")
        }
    )
    found = re.findall(r"([a-z][^,\d]*) (\d+)(?: \((\d+) †\))?", text.partition(": ")[2].removesuffix("."))
    told = {name: (n, unsure or "0") for name, n, unsure in found}
    counted = {name: (str(n), str(unsure)) for name, (n, unsure) in own.items()}
    return told == counted if broad else bool(told) and told.items() <= counted.items()


def dose_remark(text: str, count: Count) -> bool:
    """Whether a remark beside the chart of doses says of its dose what the row and the record say."""
    files, rows = count.files, count.of("doses")
    if text.startswith("In words only: "):
        held = " ".join(
            " ".join([*row.values(), files.label("sources", row["source"]), files.label("works", row["work"])])
            for row in rows
            if not row["unit"]
        )
        return set(NUMBER.findall(text)) <= set(NUMBER.findall(held))
    if "On what it cites: " in text:
        cited = [row for row in rows if row["unit"] and text.endswith(files.record(row["id"]).split("\n")[-1] + ".")]
        amounts = text.partition(". On what it cites")[0]
        own = {number for row in cited for number in NUMBER.findall(" ".join(row[name] for name in DOSE_COLUMNS if row[name]))}
        return (
            bool(cited)
            and set(NUMBER.findall(amounts)) <= own | {row["frequency"] for row in cited}
            and all(row["low"] in amounts and row["high"] in amounts for row in cited)
        )
    for row in rows:
        doubted = [line for line in files.record(row["id"]).split("\n") if line.startswith("†")]
        said = ". ".join(part for part in (row["note"], *doubted) if part)
        if said and row["unit"] and text.endswith(f"): {said}."):
            dose, _, whom = text.removesuffix(f"): {said}.").partition(" (")
            held = " ".join([row["population"], row["duration"]])
            if not wrong_dose(dose, row) and set(NUMBER.findall(whom)) <= set(NUMBER.findall(held)):
                return True
    return False


def plain(text: str, count: Count) -> bool:
    """Whether a plain sentence with a number says what the second count does."""
    files, findings = count.files, count.of("findings")
    sources = {row["source"] for row in count.extracts}
    approved = sum(row["id"] in files.approved for row in count.extracts)
    unnamed = {row["id"] for row in files.tables["works"] if row["identified"] == "unnamed"}
    named = statements([row for row in findings if row["work"] and row["work"] not in unnamed])
    known = [
        f"{len(sources)} source{'s say' if len(sources) != 1 else ' says'} something about it.",
        f"{len(count.extracts)} piece{'s were' if len(count.extracts) != 1 else ' was'} taken from the sources.",
        f"{approved} of these {'were' if approved != 1 else 'was'} approved.",
        f"In {len(named)} of {len(statements(findings))} statements the page names a study, review or guideline that can be found.",
        *(f"{row['label']}: {row['definition']}" for name in ("indications", "effects") for row in files.tables[name]),
    ]
    for term in files.tables["directions"]:
        own = [row for row in findings if row["direction"] == term["id"]]
        said = Counter(
            {
                source: len(statements([row for row in own if row["source"] == source]))
                for source in dict.fromkeys(row["source"] for row in own)
            }
        )
        by = ", ".join(f"{files.label('sources', source)} {n}" for source, n in said.items())
        n = len(statements(own))
        begin = f"{term['label']} ({term['in_plain_words']}): {n} statement{'s' if n != 1 else ''}."
        unsure = len(statements([row for row in own if row["id"] in files.doubts]))
        checked = f" Of these, {unsure} {'is' if unsure == 1 else 'are'} not borne out by the public record." if unsure else ""
        end = f" Said by: {by}.{checked}"
        if own and text.startswith(begin) and text.endswith(end) and not NUMBER.search(text[len(begin) : -len(end)]):
            return True
    if text in known or pooled(text, count):
        return True
    advice = count.of("recommendations")
    years = {row["year"] for row in advice if row["year"]}
    if "Read as: " in text:
        return set(NUMBER.findall(text)) <= years
    newest = re.fullmatch(r"The newest advice with a year is (.+) (\d{4}), (\d+) years old\.", text)
    if newest:
        advised = {row["year"] for row in advice if row["year"] and row.get("results_only") != "yes"}
        return newest[2] == max(advised) and int(newest[3]) == files.settings["review"]["as_of"].year - int(newest[2])
    for row in standing(count):
        if text.startswith((f"{row['topic']}: the pages do not agree.", f"{row['topic']}: one page does not agree with itself.")):
            members = [files.by_id[one] for one in row["members"].split()]
            held = " ".join(" ".join([*one.values(), files.label("works", one["work"])]) for one in members)
            return set(NUMBER.findall(text)) <= set(NUMBER.findall(held))
    return False
