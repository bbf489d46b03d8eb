"""B. From data to page: a fault that got past the checks shows in the report's data, and every number on a page is
that of a row or of a named count, and equal to a second count (``recount``)."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

import pandas as pd
from bs4 import BeautifulSoup, Tag

from litbook import __version__, tables
from litbook.display import digest
from litbook.errors import LitbookError
from litbook.review import Review
from tests.proof import briefs, honest
from tests.proof.cells import folded, heading, read
from tests.proof.mutants import Base, Mutant, mutated
from tests.proof.recount import DOSE_COLUMNS, Count, Files, Row, agreement, statements, titles, wrong_dose

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
IN_BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
UNTOLD = {"_table", "start", "end", "quote_sha256"}
HELD = ("id", "statement", "work", "citation", "note", "claim", "inferred")  # what a side is not made of
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NAMED = {"Doses": ("doses",), "Recommendations": ("recommendations",)}
BROADER = " for broader indications"
EXPLAINED = "Explained, or none on a closer look"
LEDGER = {"Real disagreements": ("real",), EXPLAINED: ("explained", "not_a_disagreement")}
LEDGER["Disagreements, adjudicated"] = (*LEDGER["Real disagreements"], *LEDGER[EXPLAINED])
ABOVE = "Further disagreements in which rows on broader indications take part"
LEDGER[ABOVE] = LEDGER["Disagreements, adjudicated"]
PLOTTED = {"Doses": ("doses",), "Recommendations": ("recommendations",)}


def canonical(review: Review) -> list[str]:
    """Digests of every table that the reports show."""
    makers = [tables.checks, tables.evidence, tables.dose_ranges, tables.stance, tables.safety, tables.sources, tables.works, tables.counts]
    listings = [tables.listing(review, name) for name in review.extracts()]
    return [digest(table) for table in [*(make(review) for make in makers), tables.way_back(review), *listings]]


def shows(base: Base, review: Review, before: list[str], mutant: Mutant) -> bool:
    """Whether a mutant that no check sees changes the data of the reports, or stops them with an error."""
    rows = mutated(base, mutant)
    frame = pd.DataFrame(list(rows.cells), columns=list(rows.table.columns), dtype="str")
    forced = dataclasses.replace(review, _frames=MappingProxyType({**review._frames, mutant.table: frame}))
    try:
        return canonical(forced) != before
    except (LitbookError, KeyError, ArithmeticError, ValueError):
        return True


def unexplained(page: str, files: Files, texts: Mapping[str, str], indication: str = "") -> list[str]:
    """What a page says in numbers that neither its rows nor the second count bear out. ``texts`` are those that were at
    hand when the page was made, by source."""
    soup, count = BeautifulSoup(page, "html.parser"), Count(files, indication)
    for date in soup.select("time, span.q"):  # its place in the sentence is all that it is marked for
        date.unwrap()
    soup.smooth()
    shown = [str(article["id"]) for article in soup.select("article.extract")]
    wrong: list[str] = []
    for link in soup.select("a[href^='#']"):
        target, told = str(link["href"])[1:], link.get_text()
        if target in files.by_id and any(char.isdigit() for char in told) and ID.fullmatch(told) and told != target:
            wrong.append(f"link to {target}: {told}")
    for table in soup.find_all("table"):
        wrong += _caption(table)
        ours = honest.name_of(table.caption.get_text() if table.caption else "") in honest.TABLES
        wrong += honest.unexplained(table, count) if ours else _table(table, count)
    amounts = not soup.select("ul.plain")  # in plain words no dose is told
    for article in soup.select("article.extract"):
        wrong += _article(article, files, texts, amounts)
    for picture in soup.find_all("img"):
        wrong += _alternative(str(picture.get("alt", "")), count)
    wrong += briefs.lists(soup, count)
    for part in soup.select("table, .ways > details, details.behind, style, script, nav"):
        part.decompose()
    for block in soup.find_all(["p", "li", "h1", "h2", "h3", "summary", "title"]):
        text = " ".join(block.get_text(" ").split())
        known = briefs.plain(text, count) if block.find_parent(class_="plain") else False
        if NUMBER.search(text) and not known and not _said(text, count, shown, len(texts)):
            wrong.append(f"text: {text[:150]}")
    return wrong


def altered(page: str, n: int, seed: int) -> Iterator[tuple[str, str]]:
    """``n`` copies of a page in which one number that a reader sees differs, each with what was altered."""
    body = page.index("<body")
    hidden = [match.span() for match in re.finditer(r"(?s:<script>.*?</script>)|src=\"[^\"]*\"|<[^>]*>|SHA-256|&#?\w+;", page)]
    alternatives = [match.span(1) for match in re.finditer(r"alt=\"([^\"]*)\"", page)]

    def inside(at: int, spans: list[tuple[int, int]]) -> bool:
        return any(begin <= at < end for begin, end in spans)

    numbers = list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?", page[body:]))
    chance = random.Random(seed)
    chance.shuffle(numbers)
    seen = [match for match in numbers[: 3 * n] if inside(body + match.start(), alternatives) or not inside(body + match.start(), hidden)]
    for match in seen[:n]:
        at = body + match.start()
        wrong = str(Decimal(match[0]) + 1)
        yield page[:at] + wrong + page[at + len(match[0]) :], f"{page[max(body, at - 40) : at]}[{match[0]} -> {wrong}]"


def _caption(table: Tag) -> Iterator[str]:
    caption = table.caption.get_text() if table.caption else ""
    rows = len(table.select("tbody tr"))
    told = re.search(r"\((\d+) rows?\)$", caption)
    if told is None or int(told[1]) != rows:
        yield f"{caption}: {rows} rows"


def _table(table: Tag, count: Count) -> Iterator[str]:
    head, rows = read(table)
    caption = table.caption.get_text() if table.caption else ""
    name = re.split(r" \(|: ", caption.removeprefix("Plotted data: "))[0]
    yield from folded(caption, rows, count.files)
    if caption.startswith("Plotted") and caption.removeprefix("Plotted data: ").rsplit(" (", 1)[0] != titles(count).get(name):
        yield f"{caption}: counted {titles(count).get(name)!r}"
    if "ID" in head:
        yield from _ids(caption, name, [row["ID"] for row in rows], count)
        for row in rows:
            known = row["ID"] in count.files.by_id
            yield from _row(caption, row, count.files) if known else [f"{caption}: no row {row['ID']}"]
    elif caption.startswith("Plotted data: Evidence map"):
        words = {term["id"]: term["label"] for term in count.files.tables["directions"]}
        for row in rows:
            cell = (count.files.id_of("indications", row["Indication"]), count.files.id_of("routes", row["Route"]))
            for column, value in count.evidence(*cell).items():
                shown = row.get(heading(words.get(column, column)), "")
                if shown != value:
                    yield f"{caption}: {row['Indication']} {row['Route']} {column}: {shown}, counted {value}"
    else:
        yield from _aggregate(name, rows, count)


def _ids(caption: str, name: str, ids: list[str], count: Count) -> Iterator[str]:
    """No row is missing and none is too much."""
    files = count.files
    titles = {files.described[table]["title"]: (table,) for table in files.extract_tables}
    name = name.removesuffix(BROADER)
    own = PLOTTED.get(name) if caption.startswith("Plotted") else NAMED.get(name, titles.get(name))
    if own is None:
        yield f"{caption}: rows of no known table"
        return
    choices: list[set[str] | None] = [None, files.above(count.indication), set(files.words["indications"]) | {""}]
    wanted = [[row for table in own for row in count.of(table, terms)] for terms in choices]
    if caption.startswith("Plotted") and own == ("doses",):
        wanted = [[row for row in rows if row["low"] or row["high"]] for rows in wanted]
    if sorted(ids) not in [sorted(row["id"] for row in rows) for rows in wanted]:
        yield f"{caption}: other rows than the data have"


def _row(caption: str, cells: dict[str, str], files: Files) -> Iterator[str]:
    row = files.by_id[cells["ID"]]
    own = set(NUMBER.findall(" ".join([*row.values(), *(files.shown(row["_table"], name, row) for name in row if name != "_table")])))
    for name, cell in cells.items():
        column = name.lower().replace(" ", "_")
        if caption.startswith("Plotted") and column in ("low", "high", "cap"):
            good = cell == "" or Decimal(cell) == Decimal(row[column])
        elif column == "as_reported":
            noted = row["note"] or "On what it cites: " in files.record(row["id"])
            marks = ("*" if noted else "") + ("†" if files.doubts.get(row["id"]) else "")
            dose, _, told = cell.partition(" *") if " *" in cell else cell.partition(" †")
            said = cell.removeprefix(dose).strip() if told or dose != cell else ""
            good = not wrong_dose(dose, row) and said == (marks if caption.startswith("Plotted") else "")
        elif column == "public_record":
            good = cell == files.record(row["id"])
        elif column == "amount":
            good = not wrong_dose(cell.replace("\u202f", ""), {**dict.fromkeys((*DOSE_COLUMNS, "period"), ""), **row, "frequency": "1"})
        elif column == "sessions":
            good = NUMBER.findall(cell) == list(dict.fromkeys(filter(None, (row["sessions_low"], row["sessions_high"]))))
        elif column == "span":
            good = NUMBER.findall(cell) == list(dict.fromkeys(filter(None, (row["span_low"], row["span_high"]))))
        elif column == "body" and cell and not row["body"]:
            good = cell == f"{files.label('voices', row['voice'])}, unnamed"
        elif column == "source" and not caption.startswith("Plotted"):
            good = cell == files.label("sources", row["source"])
        elif column in row and column != "source":
            good = cell in (row[column], files.shown(row["_table"], column, row))
        else:
            good = set(NUMBER.findall(cell)) <= own
        if not good:
            yield f"{caption}: {cells['ID']} {name}: {cell!r}, the row has {row.get(column)!r}"


def _aggregate(name: str, rows: list[dict[str, str]], count: Count) -> Iterator[str]:
    """A table of counts against the second count: the same rows, the same numbers."""
    files = count.files
    if name == "Adjudications":
        columns = [column for column in files.tables["adjudications"][0] if any(heading(column) in row for row in rows)]
        wanted = [
            {heading(column): _adjudged(files, row, column) for column in columns if row[column]} for row in files.tables["adjudications"]
        ]
        yield from [] if [_filled(row) for row in rows] == wanted else ["Adjudications: other rows than the data have"]
        return
    if name == "Editions of this bundle":  # the pages that are looked at are those of a first edition
        first = {"Edition": "1", "Data as of": str(files.settings["review"]["as_of"]), "Changes": "first edition"}
        yield from [] if rows == [first] else [f"Editions: {rows}"]
        return
    if name == "Claims against the public record":
        labels = {row["id"]: row["label"] for row in files.tables["verdicts"]}
        told = [
            _filled(
                {
                    "Claim": row["claim"],
                    "Said by": ", ".join(dict.fromkeys(files.speaker(one) for one in row["about"].split())),
                    "Verdict": labels[row["verdict"]],
                    "Check": row["id"],
                    "Rows": " ".join(name for one in row["about"].split() for name in files.behind(one)),
                    "Record": row["record"],
                    "Reference": row["reference"],
                    "Looked at": f"{row['on']}: {row['address']}" if row["address"] else row["on"],
                    "Note": row["note"],
                    "Readings": _readings(row, labels),
                }
            )
            for row in files.tables["checks"]
        ]
        yield from [] if [_filled(row) for row in rows] == told else ["Claims against the record: other rows than the data have"]
        return
    if name in LEDGER:
        yield from _ledger(name, rows, count)
        return
    if name == "Rules and what they found":
        yield from _searches(rows, files)
        return
    if name == "Findings by route, counted in statements":
        yield from _by_route(rows, count)
        return
    if name == "Statements by direction":
        yield from _matrix(rows, count)
        return
    by_name: dict[str, tuple[Callable[[], dict[object, tuple[str, ...]]], list[str], list[str]]] = {
        "Sources": (count.sources, ["Source"], ["Extracts", "Statements", "Works relayed", "Address", "Updated"]),  # type: ignore[dict-item]
        "Works relayed": (count.works, ["Work"], ["Statements", "DOI", "Note", "Relayed by"]),  # type: ignore[dict-item]
        "Agreement before adjudication": (lambda: agreement(files), ["Table", "Field"], ["N", "Raw", "Kappa", "AC1"]),  # type: ignore[dict-item, return-value]
        "Extracts by kind": (
            count.kinds,
            ["Table"],
            ["Rows", "Statements", "Sources", "Works relayed", "Submitted", "Under review", "Approved"],
        ),  # type: ignore[dict-item]
    }
    if name not in by_name:
        yield f"{name}: a table of counts that no second count knows"
        return
    make, keys, columns_ = by_name[name]
    shown = {tuple(row[key] for key in keys): tuple(row.get(column, "") for column in columns_) for row in rows}
    counted = {key if isinstance(key, tuple) else (key,): value for key, value in make().items()}
    for key in sorted(shown.keys() | counted.keys()):
        if shown.get(key) != counted.get(key):
            yield f"{name}: {key}: {shown.get(key)}, counted {counted.get(key)}"


def _adjudged(files: Files, row: Row, column: str) -> str:
    """A cell of the adjudications as a reader sees it: names without underscores, values by their labels."""
    if column in ("first_value", "second_value", "value") and row["field"] in files.tables[row["table"]][0]:
        return str(files.shown(row["table"], row["field"], {row["field"]: row[column]}))
    return row[column].replace("_", " ") if column in ("table", "field") else row[column]


def _readings(row: dict[str, str], labels: dict[str, str]) -> str:
    first, second = (labels.get(row[f"{which}_reader_verdict"], "") for which in ("first", "second"))
    if not first or not second:
        return f"One reader: {row['settled']}" if row["settled"] else "One reader"
    return f"Two readers ({first}; {second}): {row['settled']}" if row["settled"] else "Two readers, agreed"


def _filled(row: dict[str, str]) -> dict[str, str]:
    """Without the cells that say nothing: in small type those are not there."""
    return {name: text for name, text in row.items() if text}


def _ledger(name: str, rows: list[dict[str, str]], count: Count) -> Iterator[str]:
    """A table of the ledger against its file and the rows that it names."""
    files, kept = count.files, LEDGER[name]
    chosen = {row["id"] for row in count.extracts}
    beside = [row["id"] for row in briefs.standing(count)] if name == "Disagreements, adjudicated" else []  # of a brief
    if name == ABOVE:
        above = files.above(count.indication)
        beyond = {row["id"] for table in files.extract_tables if table not in ("scope", "provenance") for row in count.of(table, above)}
        there = {row["id"] for row in briefs.standing(count)}
    wanted = [
        (row["reason"], row["members"], row["topic"])
        for row in files.tables["disagreements"]
        if row["status"] in kept
        and (
            beyond & {*row["members"].split()} and not chosen & {*row["members"].split()} and row["id"] not in there
            if name == ABOVE
            else chosen & {*row["members"].split()} or row["id"] in beside
        )
    ]
    if sorted((row["Reason"], row["Rows"], row["Topic"]) for row in rows) != sorted(wanted):
        yield f"{name}: other rows than the data have"
    for row in rows:
        members = [files.by_id[one] for one in row["Rows"].split() if one in files.by_id]
        counted = (len({one["source"] for one in members}), len({one["work"] for one in members} - {""}))
        if (row["Sources"], row["Works relayed"]) != tuple(map(str, counted)):
            yield f"{name}: {row['Topic']}: {row['Sources']} sources, {row['Works relayed']} works, counted {counted}"
        for text, columns in ((IN_BRACKETS.sub("", row["Sides"]), {*HELD}), (row["Sides"], set())):  # a work's number is no dose
            told = [value for one in members for column, value in one.items() if column not in columns | UNTOLD]
            told += [files.shown(one["_table"], column, one) for one in members for column in one if column not in columns | UNTOLD]
            told += [files.label("sources", one["source"]) for one in members]
            told += [] if columns else [files.label("works", one["work"]) for one in members]
            if not set(NUMBER.findall(text)) <= set(NUMBER.findall(" ".join(told))):
                yield f"{name}: {row['Topic']}: {row['Sides']!r}"


def _searches(rows: list[dict[str, str]], files: Files) -> Iterator[str]:
    """How much each rule found, by status; the names of the rules are the engine's, so that the counts are compared as a whole."""
    statuses = [row["id"] for row in files.tables["disagreement_statuses"]]
    classes: dict[str, list[str]] = {}
    for row in files.tables["disagreements"]:
        classes.setdefault(row["class"], []).append(row["status"])
    wanted = sorted([str(len(own)), *(str(own.count(status)) for status in statuses)] for own in classes.values())
    shown = sorted([row["Found"], *(row[heading(status)] for status in statuses)] for row in rows)
    if [one for one in shown if one[0] != "0"] != wanted or any(set(one) != {"0"} for one in shown if one[0] == "0"):
        yield f"Rules and what they found: {shown}, counted {wanted}"


def _by_route(rows: list[dict[str, str]], count: Count) -> Iterator[str]:
    files, findings = count.files, count.of("findings")
    used = [row for row in files.tables["routes"] if any(one["route"] == row["id"] for one in findings)]
    groups = [(route["label"], [one for one in findings if one["route"] == route["id"]]) for route in used]
    groups += [("All routes", findings)] if len(groups) > 1 else []
    wanted = []
    for label, own in groups:
        ways = {term["label"]: statements([one for one in own if one["direction"] == term["id"]]) for term in files.tables["directions"]}
        more = {"Sources": {one["source"] for one in own}, "Works relayed": {one["work"] for one in own} - {""}}
        more["Relay no work"] = statements([one for one in own if not one["work"]])
        counted = {name: str(len(one)) for name, one in {**ways, "Statements": statements(own), **more}.items()}
        wanted.append({"Route": label, **counted, "Statements rows": " ".join(one["id"] for one in own)})
    if [dict(sorted(row.items())) for row in rows] != [dict(sorted(row.items())) for row in wanted]:
        yield f"Findings by route: {rows}, counted {wanted}"


def _matrix(rows: list[dict[str, str]], count: Count) -> Iterator[str]:
    files = count.files
    for row in rows:
        for route, cell in row.items():
            if route == "Indication" or route.endswith(" rows"):
                continue
            held = count.evidence(files.id_of("indications", row["Indication"]), files.id_of("routes", route))
            unsure = count.unborne(files.id_of("indications", row["Indication"]), files.id_of("routes", route))
            wanted = [
                f"{held[term['id']]} {term['label'].lower()}" + (f" ({unsure[term['id']]} †)" if unsure[term["id"]] else "")
                for term in files.tables["directions"]
                if held[term["id"]] != "0"
            ]
            if not wanted and held["other"] != "0":
                wanted = [f"{held['other']} other statement{'' if held['other'] == '1' else 's'}"]
            if re.findall(r"\d+ [a-z ]*[a-z](?: \(\d+ †\))?", cell.replace(" (contradicted)", "")) != wanted:
                yield f"Statements by direction: {row['Indication']}, {route}: {cell!r}, counted {wanted}"


def _article(article: Tag, files: Files, texts: Mapping[str, str], amounts: bool) -> Iterator[str]:
    """The way back of a row: its offsets, its hash and its words, and the quote as it stands in the source."""
    row = files.by_id.get(str(article["id"]))
    if row is None:
        yield f"way back of {article['id']}: no such row"
        return
    pairs = [(term.get_text(), value.get_text()) for term, value in zip(article.find_all("dt"), article.find_all("dd"), strict=True)]
    told = dict(pairs)
    checks = {
        "Public record": files.records(row["id"]),
        "On the same statement": files.on_statement(row),
        "On the cited work": files.on_work(row["work"]),
    }
    for term, wanted_of in checks.items():
        if [value for name, value in pairs if name == term] != wanted_of:
            yield f"way back of {row['id']}: {term}"
    file = files.words["sources"][row["source"]]["file"]
    span = f"characters {row['start']} to {row['end']} of {file}; SHA-256 {row['quote_sha256']}"
    wanted = {"Span": span, "Note": row["note"], "Not in the span": files.in_words(row)}
    for term, value in wanted.items():
        if told.get(term, "") != value:
            yield f"way back of {row['id']}: {term}: {told.get(term)!r}"
    title = article.parent.summary.get_text() if article.parent and article.parent.summary else ""
    if not files.titled(row, title, amounts):
        yield f"way back of {row['id']}: heading {title!r}"
    known = " ".join([files.label("sources", row["source"]), files.label("works", row["work"]), row.get("citation", "")])
    known += " ".join(section["heading"] for section in files.tables["sections"] if section["source"] == row["source"])
    quote = article.blockquote
    if row["source"] in texts:
        marked = quote.mark.get_text() if quote and quote.mark else ""
        same = hashlib.sha256(marked.encode()).hexdigest() == row["quote_sha256"]
        if quote is None or not same or quote.get_text() not in texts[row["source"]]:
            yield f"way back of {row['id']}: another quote"
    elif quote is not None:
        yield f"way back of {row['id']}: a quote from a text that is not at hand"
    if told["Status"] != files.recorded(row):
        yield f"way back of {row['id']}: {told['Status']!r}, recorded {files.recorded(row)!r}"
    if not set(NUMBER.findall(told["Source"] + told["Work"])) <= set(NUMBER.findall(known)):
        yield f"way back of {row['id']}: {told['Source']} {told['Work']}"


def _alternative(text: str, count: Count) -> Iterator[str]:
    """The text for those who do not see a chart: each number is one of a row that the chart plots."""
    files = count.files
    if text.startswith(("Harvest plot.", "Flow.")):
        yield from honest.alternative(text, count)
        return
    if text.startswith("Evidence map."):
        for indication, route, told in re.findall(r"(?:\. |; )([^;,]+), ([^;:,]+): ([^;.]+)", text):
            row = {"Indication": indication, route.capitalize(): told}
            yield from _matrix([row], count)
        return
    plotted = count.numeric if text.startswith("Dose ranges.") else count.of("recommendations")
    held = " ".join(" ".join([*row.values(), files.label("sources", row["source"]), row.get("population", "")]) for row in plotted)
    for number in set(NUMBER.findall(text)) - set(NUMBER.findall(held)):
        yield f"alternative text: {number} in {text[:80]!r}"


def _said(text: str, count: Count, shown: list[str], texts: int) -> bool:
    """Whether a sentence with numbers is one that is known, with the numbers of the second count."""
    files = count.files
    ids = text.split()
    if set(ids) <= files.by_id.keys():
        return sorted(ids) == sorted(set(shown) - files.approved)
    findings, recommendations, doses = count.of("findings"), count.of("recommendations"), count.of("doses")
    in_words = len(doses) - len(count.numeric)
    by_source = [
        f"{source['label']} {len(own)}"
        for source in files.tables["sources"]
        if (own := statements([row for row in findings if row["source"] == source["id"]]))
    ]
    extracts, drafts = count.extracts, set(shown) - files.approved
    approved = sum(row["id"] in files.approved for row in extracts)
    timeless = [row for row in count.numeric if row["basis"] == "not_stated"]
    doubted = [row for row in count.numeric if files.doubts.get(row["id"])]
    topical = [row for row in recommendations if re.search(r"indication=[^;]*: topic(;|$)", row["inferred"]) and row["voice"] != "source"]
    bodies = dict.fromkeys(f"{files.label('bodies', row['body'])} {row['year']}" for row in sorted(topical, key=lambda row: row["year"]))
    unborne = [row for row in recommendations if files.doubts.get(row["id"])]
    doubtful = [row for row in recommendations if row["stance_alternative"]]
    kinds = {term["id"] for term in files.tables["designs"] if term["kind_told"] == "true"}
    kinds_of = len(statements([row for row in findings if row["design"] in kinds]))
    whole = f"Statements by source: {', '.join(by_source)}. A kind of study is told in {kinds_of} of {len(statements(findings))}."
    ways = [(term["label"].lower(), [row for row in findings if row["direction"] == term["id"]]) for term in files.tables["directions"]]
    held = [(label, own, [row for row in own if row["id"] in files.doubts]) for label, own in ways]
    parts = [f"{len(statements(unsure))} of {len(statements(own))} {label}" for label, own, unsure in held if unsure]
    as_of = files.settings["review"]["as_of"]
    at_hand = f"The texts of {texts} of {len(files.tables['sources'])}"
    known = [
        rf"DRAFT ?: extracts on this page that are not approved: {len(drafts)} of {len(shown)}\. \D*",
        rf"DRAFT ?: extracts of this review that are not approved: {len({*files.by_id} - files.approved)} of {len(files.by_id)}\. \D*",
        rf"(Selected: [^:]*|The whole review): {len(extracts)} extracts?, {approved} of them approved\. Data as of {as_of}\.\D*",
        rf"{len(timeless)} continuous doses? without a time base \D*",
        rf"{len(doubtful)} of {len(recommendations)} rows? could also be read as another stance\D*",
        rf"(No numeric dose: what is filed here gives|Not drawn:) {in_words} doses? or exposures? \D*",
        rf"† Not borne out by the public record: {len(doubted)} of {len(count.numeric)} doses?; \D*",
        rf"† Not borne out by the public record: {len(unborne)} of {len(recommendations)} rows?; \D*",
        *(rf"{re.escape(row['label'])} means: {re.escape(row['definition'])}" for row in files.tables["grades"]),
        re.escape(whole),
        rf"The words read do not name the indication, \D*: {re.escape(', '.join(bodies))}\.",
        re.escape(f"† Statements not borne out by the public record: {', '.join(parts)}."),
        *map(re.escape, honest.said(count)),
        rf"The way back: {len(shown)} extracts that this page shows",
        r"Plotted data \(\d+ rows?\)",  # the caption of the table beneath says it again, and is checked there
        rf"Edition 1, data as of {as_of}: first edition\.",
        rf"litbook {re.escape(__version__)}, (review \D*, )?as of {as_of}(, edition 1: \D*)?\. ?(\D*|{at_hand} \D*)",
    ]
    if text.startswith(("Filed under broader indications", "Filed here too")):
        return briefs.filed(text, count)
    if text.startswith(("Of the ", "Benefit is said of: ")):
        return briefs.pooled(text, count) or briefs.benefit(text, count)
    if text.startswith("Steps of “"):
        return briefs.steps(text, count)
    if briefs.own_advice(text, count):
        return True
    if text.startswith("Sources, and their interest: "):
        return briefs.sources(text, count)
    if briefs.dose_remark(text, count):
        return True
    card = re.fullmatch(r"(?:Brief|For clinicians|In plain words): (.*?) (\d+) extracts?(?: PDF)?(?: DOCX)?", text)
    if card:
        terms = [row["id"] for row in files.tables["indications"] if row["label"] == card[1]]
        return [len(Count(files, term).extracts) for term in terms] == [int(card[2])]
    return any(re.fullmatch(pattern, text) for pattern in known)
