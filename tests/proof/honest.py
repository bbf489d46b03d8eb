"""The second count of works, interest, age, certainty and reporting: what the tables, titles, texts and notes of those parts
of the pages should say, worked out from the CSV files alone (``recount``), and compared cell by cell with the page.

``TABLES`` names the tables by the beginning of their caption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

from bs4 import Tag

from tests.proof.cells import heading, read
from tests.proof.recount import Count, Row, statements

HARVEST, FLOW = "Statements of benefit by commercial interest of the source", "Flow from sources to rows"
GROUND = {"findings": ("direction", "directions", "design"), "recommendations": ("stance", "stances", "voice")}
PROSE = (  # of the notebooks, with numbers that are no counts
    "Corrected covered area says how far the sources rest on the same works: 0 % where no two share one, 100 % where all relay all "
    "(Pieper et al. 2014: up to 5 % slight, up to 10 % moderate, up to 15 % high, beyond that very high). What a source does not name "
    "can't be seen to be shared, so the figure can only be too low, and no word stands beside it where works are not named.",
    "Item by item against two guidelines on reporting: PRISMA-ScR for scoping reviews (Tricco et al. 2018) and SWiM for synthesis without "
    "meta-analysis (Campbell et al. 2020). What was not done is said to be so.",
    "Each page, and each review or guideline that a page relays, item by item. SANRA was made for narrative reviews and is used for "
    "pages by analogy alone; AMSTAR 2 and AGREE II need the documents themselves, which were not read. What can't be judged from the page "
    "is said to be so. One reader judged.",
    "Doses, recommendations, findings and safety were extracted a second time by a reader who had not seen the first extraction. The "
    "figures are from before adjudication; each difference was then settled, with a reason. Row tells whether both saw the row at all; the "
    "other lines compare what they entered in the rows that both saw. N counts pairs in which at least one entered something, Raw is the "
    "share in which both entered the same, Kappa (Cohen) and AC1 (Gwet) take out what chance alone would give; they are empty where they "
    "are not defined.",
)
KINDS = {"findings": "Findings, by direction", "recommendations": "Recommendations, by stance"}


def name_of(caption: str) -> str:
    """Which of the tables a caption names."""
    return re.split(r" \(|: ", caption.removeprefix("Plotted data: "))[0]


def unexplained(table: Tag, count: Count) -> Iterator[str]:
    """Where a table that is named in ``TABLES`` differs from the second count."""
    caption = table.caption.get_text() if table.caption else ""
    name, shown, wanted = name_of(caption), read(table)[1], TABLES[name_of(caption)](count)
    plotted = caption.removeprefix("Plotted data: ").rsplit(" (", 1)[0] if caption.startswith("Plotted") else ""
    if plotted and plotted != titles(count)[name]:
        yield f"{caption}: counted {titles(count)[name]!r}"
    if len(shown) != len(wanted):
        yield f"{caption}: {len(shown)} rows, counted {len(wanted)}"
    for nth, (row, own) in enumerate(zip(shown, wanted, strict=False), 1):
        for column, value in own.items():
            head = heading(column)
            seen = row.get(head, "")
            absent = not any(head in other for other in shown) and len({other.get(column, "") for other in wanted}) == 1
            if seen != value and not absent:
                yield f"{caption}: row {nth}, {head}: {seen!r}, counted {value!r}"


def titles(count: Count) -> dict[str, str]:
    """Titles of the two charts."""
    parts = []
    for interest, rows in _grouped(_marks(count, "findings"), "interest").items():
        good = {row["statement"] for row in rows if row["_term"] == "benefit"}
        parts.append(f"{_small(interest)} {len(good)} of {len({row['statement'] for row in rows})}")
    numbers = {(row["stage"], row["what"]): int(row["n"]) for row in flow(count)}
    searched = numbers.get(("Identified", "databases searched"))
    lead = "" if searched is None else f"{_many(searched, 'database')} searched, "
    n, own = numbers["Extracted", "rows"], numbers["Extracted", "statements"]
    read = _many(numbers["Read", "sources"], "source")
    return {
        HARVEST: f"{HARVEST}: {'; '.join(parts)}",
        FLOW: f"{FLOW}: {lead}{read} read, {_many(n, 'row')} ({_many(own, 'statement')})",
    }


def alternative(text: str, count: Count) -> Iterator[str]:
    """Where the text for those who do not see one of the two charts says other numbers than the second count."""
    if text.startswith("Flow."):
        wanted = [f"{row['what']} (n = {int(row['n']):,})" for row in flow(count)]
        shown = re.findall(r"(?:: |; )([a-z ]+ \(n = [\d,]+\))", text)
    else:
        wanted, shown = [], []
        for table in GROUND:
            for (interest, kind), rows in _grouped(_marks(count, table), "interest", "source_type").items():
                order = [row["id"] for row in count.files.tables[GROUND[table][1]]]
                cells = [f"{len(own)} {_small(own[0]['says'])}" for term in order if (own := [row for row in rows if row["_term"] == term])]
                wanted.append(f"{interest}, {_small(kind)}: {', '.join(cells)}")
        for part in re.findall(r"by (?:direction|stance): ([^.]*)\.", text):
            shown += part.split("; ")
    if shown != wanted:
        yield f"alternative text: {shown}, counted {wanted}"


def said(count: Count) -> list[str]:
    """Sentences with numbers that pages may hold beside their tables."""
    findings = count.of("findings")
    named = _marks(count, "findings")
    # a statement that names a study in one of its rows names one
    bare = {row["statement"] for row in named if row["rests_on"] == count.files.label("designs", "not_stated")}
    return [
        "Height is the kind of study that the source names, not how good it was: no study was looked at. "
        f"No study is mentioned in {len(bare)} of {len(statements(findings))} statements with findings.",
        *warnings(count),
        *PROSE,
    ]


def works_by_source(count: Count) -> list[Row]:
    files, rows = count.files, []
    sources = [row for row in files.tables["sources"] if any(own["source"] == row["id"] for own in count.extracts)]
    for work in [*files.tables["works"], {"id": "", "label": "No work named"}]:
        own = [row for row in count.extracts if row["work"] == work["id"]]
        if own:
            row = {"work": work["label"], "type": files.label("work_types", work.get("type", ""))}
            row |= {"identified": files.label("identifications", work.get("identified", ""))}
            row |= {"relayed_by": str(len({each["source"] for each in own}))}
            for source in sources:
                cell = [each for each in own if each["source"] == source["id"]]
                row |= {source["label"]: str(len(statements(cell))) if cell else "", f"{source['label']}_rows": _ids(cell)}
            rows.append(row)
    return rows


def overlap(count: Count) -> list[Row]:
    unnamed = {row["id"] for row in count.files.tables["works"] if row["identified"] == "unnamed"}
    pairs = {(row["source"], row["work"]) for row in count.extracts if row["work"]}
    hidden = len({work for _, work in pairs} & unnamed)
    reading = f"{hidden} of these works are not named by their source and may be the same: at least this much" if hidden else ""
    rows = [
        _area("All works", pairs, reading) | ({"overlap": "can't be told"} if hidden else {}),
        _area("Works that can be told apart", {pair for pair in pairs if pair[1] not in unnamed}, ""),
    ]
    relaying = [row for row in count.files.tables["sources"] if row["id"] in {source for source, _ in pairs}]
    for one, other in combinations(relaying, 2):
        of_one, of_other = ({work for source, work in pairs if source == row["id"]} for row in (one, other))
        if of_one & of_other:
            both = {(1, work) for work in of_one} | {(2, work) for work in of_other}
            rows.append(_area(f"{one['label']} and {other['label']}", both, ""))
    return rows


def _area(of: str, pairs: set[tuple[str, str]] | set[tuple[int, str]], reading: str) -> Row:
    c, r, n = len({source for source, _ in pairs}), len({work for _, work in pairs}), len(pairs)
    row = {"of": of, "sources": str(c), "works": str(r), "inclusions": str(n), "shared": str(n - r), "reading": reading}
    if r == 0 or c < 2:
        return row | {"corrected_covered_area": "not defined: " + ("one source alone" if r else "no work"), "overlap": ""}
    percent = Decimal(100) * (n - r) / (r * c - r)
    words = [(Decimal(5), "slight"), (Decimal(10), "moderate"), (Decimal(15), "high"), (Decimal(100), "very high")]
    return row | {"corrected_covered_area": f"{percent:.1f} %", "overlap": next(word for most, word in words if percent <= most)}


def origins(count: Count) -> list[Row]:
    files = count.files
    unnamed = {row["id"] for row in files.tables["works"] if row["identified"] == "unnamed"}
    kinds = _grouped([{**row, "_kind": files.described[files.by_id[row["id"]]["_table"]]["title"]} for row in count.extracts], "_kind")
    rows = []
    for kind, own in [*kinds.items(), ("All", count.extracts)]:
        row = {"kind": kind, "statements": str(len(statements(own)))}
        row |= {"sources": _different(own, "source"), "works": _different(own, "work")}
        parts = {
            "known_work": [each for each in own if each["work"] and each["work"] not in unnamed],
            "unnamed_work": [each for each in own if each["work"] in unnamed],
            "no_work": [each for each in own if not each["work"]],
        }
        for name, part in parts.items():
            row |= {name: str(len(statements(part))), f"{name}_rows": "" if kind == "All" else _ids(part)}
        rows.append(row)
    return rows


def source_dates(count: Count) -> list[Row]:
    files, rows = count.files, []
    used = {row["source"] for row in count.extracts}
    for source in (row for row in files.tables["sources"] if row["id"] in used):
        dated = source["updated"] or source["published"]
        missing = {
            "date of the page": dated,
            "date of retrieval": source["retrieved"],
            "whether it was reviewed": source["review_status"].replace("contradictory", ""),
        }
        rows.append(
            {
                "source": source["label"],
                "published": source["published"] or "not stated",
                "updated": source["updated"] or "not stated",
                "age_in_years": _age(count, dated),
                "retrieved": source["retrieved"] or "not known",
                "says_of_its_review": files.label("review_statuses", source["review_status"]) or "nothing",
                "not_known": ", ".join(name for name, value in missing.items() if not value),
            }
        )
    return rows


def flow(count: Count) -> list[Row]:
    tables, files = count.files.tables, count.files
    of = files.described
    rows: list[tuple[str, str, int, str, str]] = []
    if tables.get("found_by"):
        bases = [row for row in tables["found_by"] if row["kind"] == "database"]
        ways = [row for row in tables["found_by"] if row["kind"] == "other"]
        rows.append(("Identified", "databases searched", len(bases), "", "; ".join(row["name"] for row in bases)))
        rows.append(("Identified", "records found in databases", sum(int(row["records"] or 0) for row in bases), "", ""))
        if ways and not bases:
            note = "; ".join(": ".join(filter(None, [row["name"], row["note"]])) for row in ways)
            rows.append(("Identified", "sources that came in other ways", len(tables["sources"]), "", note))
    rows.append(("Read", "sources", len(tables["sources"]), "", "; ".join(row["label"] for row in tables["sources"])))
    if tables.get("sections"):
        rows.append(("Read", "headings", len(tables["sections"]), "", ""))
    rows.append(("Read", "characters", sum(int(row["chars"]) for row in tables["sources"]), "", ""))
    everything = count.extracts
    rows.append(("Extracted", "rows", len(everything), "", "listed below, by how far they were checked"))
    rows.append(("Extracted", "statements", len(statements(everything)), "", "a statement that was split into rows counts once"))
    rows.append(("Extracted", "works relayed", int(_different(everything, "work")), "", "the works themselves were not read"))
    for reason in tables.get("left_out_reasons", []):
        own = [row for row in tables.get("left_out", []) if row["reason"] == reason["id"]]
        rows += [("Left out", reason["label"].lower(), len(own), "", "")] if own else []
    second = [name for name, table in of.items() if table["kind"] == "second"]
    if second:
        rows.append(("Checked", "rows of a second extraction", sum(len(tables[name]) for name in second), "", ""))
    both = [row["first_value"] == row["second_value"] != "" for row in tables.get("adjudications", [])]
    rows += [("Checked", "differences adjudicated", both.count(False), "", "")] if both else []
    rows += [("Checked", "values mended on which both agreed", both.count(True), "", "")] if any(both) else []
    if tables.get("checks"):
        rows.append(("Checked", "claims held against the public record", len(tables["checks"]), "", ""))
    for status in tables["statuses"]:
        own = [row for row in everything if row["status"] == status["id"]]
        rows.append(("Status", status["label"].lower(), len(own), _ids(own), ""))
    return [{"stage": stage, "what": what, "n": str(n), "n_rows": ids, "note": note} for stage, what, n, ids, note in rows]


def checklist(guideline: str) -> Callable[[Count], list[Row]]:
    def wanted(count: Count) -> list[Row]:
        labels = {row["id"]: row["label"] for row in count.files.tables["reporting_answers"]}
        own = [row for row in count.files.tables["reporting"] if row["guideline"] == guideline]
        own.sort(key=lambda row: Decimal(row["number"]))
        return [{name: row[name] for name in ("number", "item", "what", "where")} | {"answer": labels[row["answer"]]} for row in own]

    return wanted


def summary_of_findings(count: Count) -> list[Row]:
    files, rows = count.files, []
    findings = count.of("findings")
    primary = {row["id"] for row in files.tables["work_types"] if row["primary"] == "true"}
    for indication in files.tables["indications"]:
        for domain in files.tables["outcome_domains"]:
            own = [row for row in findings if (row["indication"], row["outcome_domain"]) == (indication["id"], domain["id"])]
            if not own:
                continue
            works = [files.words["works"][name] for name in {row["work"] for row in own} - {""}]
            found = any(work["type"] in primary and work["identified"] != "unnamed" for work in works)
            n = len(statements(own))
            agree = "one statement alone" if n == 1 else "the directions differ"
            agree = (
                "all statements filed here point one way; see also the disagreements"
                if n > 1 and len({row["direction"] for row in own}) == 1
                else agree
            )
            kinds = {term["id"] for term in files.tables["designs"] if term["kind_told"] == "true"}
            told = len(statements([row for row in own if row["design"] in kinds]))
            compared = len(statements([row for row in own if row["comparator"]]))
            graded = [row for row in count.of("recommendations") if row["indication"] == indication["id"] and row["level"] + row["grade"]]
            rows.append(
                {
                    "indication": indication["label"],
                    "outcome": domain["label"],
                    "statements": str(n),
                    "statements_rows": _ids(own),
                    "sources": _different(own, "source"),
                    "works": str(len(works)),
                    "unnamed": str(sum(work["identified"] == "unnamed" for work in works)),
                    "no_work": str(len(statements([row for row in own if not row["work"]]))),
                    "designs": _by_term(count, own, "design", "designs"),
                    "directions": _by_term(count, own, "direction", "directions"),
                    "certainty": "Not graded: "
                    + ("these rows hold no estimate of an effect" if found else "no primary data in these sources"),
                    "reason": f"Risk of bias: kind of study told in {told} of {n}. Inconsistency: {agree}. "
                    f"Indirectness: what was compared is said in {compared} of {n}. Imprecision, publication bias: nothing to judge by.",
                    "grades_of_bodies": "; ".join(dict.fromkeys(_grade(count, row) for row in graded)),
                    "grades_of_bodies_rows": _ids(graded),
                }
            )
    return rows


def _grade(count: Count, row: Row) -> str:
    printed = ", ".join(f"{name} {row[name]}" for name in ("level", "grade") if row[name])
    return (
        f"{count.files.label('bodies', row['body'])} {row['year']}".strip()
        + f": {printed}, for a recommendation read as {count.files.label('stances', row['stance']).lower()}"
    )


def _by_term(count: Count, own: list[Row], column: str, vocabulary: str) -> str:
    found = []
    for term in count.files.tables[vocabulary]:
        rows = [row for row in own if row[column] == term["id"]]
        unsure = len(statements([row for row in rows if count.files.doubts.get(row["id"])])) if column == "direction" else 0
        if rows:
            found.append(f"{term['label'].lower()}: {len(statements(rows))}" + (f" ({unsure} †)" if unsure else ""))
    return "; ".join(found)


def interest(table: str) -> Callable[[Count], list[Row]]:
    """Statements of a table by interest and type of the source and by what they rest on, and the sum."""
    column, vocabulary, ground = GROUND[table]

    def wanted(count: Count) -> list[Row]:
        terms = count.files.tables[vocabulary]
        rows = []
        groups = _grouped(_sorted(count, table), "interest", "source_type", f"_{ground}")
        for names, own in [*groups.items(), (("All", "", ""), count.of(table))]:
            row = dict(zip(("interest", "source_type", ground), names, strict=True))
            for term in terms:
                cell = [each for each in own if each[column] == term["id"]]
                row |= {term["label"]: str(len(statements(cell))), f"{term['label']}_rows": "" if names[0] == "All" else _ids(cell)}
            row |= {"statements": str(len(statements(own))), "sources": _different(own, "source"), "works": _different(own, "work")}
            rows.append(row | {"no_work": str(len(statements([each for each in own if not each["work"]])))})
        return rows

    return wanted


def _sorted(count: Count, table: str) -> list[Row]:
    """The rows of a table with interest and type of their source, in the order of the vocabularies."""
    files, (column, vocabulary, ground) = count.files, GROUND[table]
    order = {name: [row["id"] for row in files.tables[name]] for name in ("interests", "source_types", f"{ground}s", vocabulary)}
    found = []
    for row in count.of(table):
        source = files.words["sources"][row["source"]]
        places = (
            order["interests"].index(source["interest"]), order["source_types"].index(source["type"]),
            order[f"{ground}s"].index(row[ground]), order[vocabulary].index(row[column]),
        )  # fmt: skip
        names = {"interest": files.label("interests", source["interest"]), "source_type": files.label("source_types", source["type"])}
        found.append((places, {**row, **names, f"_{ground}": files.label(f"{ground}s", row[ground])}))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def _marks(count: Count, table: str) -> list[Row]:
    """One mark for each statement and term, with what it rests on: the design of the highest rank that it names."""
    files, (column, vocabulary, ground) = count.files, GROUND[table]
    rank = {row["id"]: row["rank"] for row in files.tables["designs"]} if ground == "design" else {}
    order = [row["id"] for row in files.tables[vocabulary]]
    rows = [{**row, "statement": row["statement"] or row["id"]} for row in _sorted(count, table)]
    marks = []
    groups = list(_grouped(rows, "interest", "source_type"))
    for (kind, source_type, term, statement), own in _grouped(rows, "interest", "source_type", column, "statement").items():
        best = own[0]
        for row in own[1:]:
            best = row if int(rank.get(row[ground], 0)) > int(rank.get(best[ground], 0)) else best
        mark = {
            "kind": KINDS[table], "interest": kind, "source_type": source_type, "says": files.label(vocabulary, term),
            "rests_on": best[f"_{ground}"], "rank": rank.get(best[ground], ""), "source": files.label("sources", own[0]["source"]),
            "statement": statement, "rows": _ids(own), "_term": term,
        }  # fmt: skip
        marks.append(((groups.index((kind, source_type)), order.index(term), -int(mark["rank"] or 0)), mark))
    return [mark for _, mark in sorted(marks, key=lambda each: each[0])]


def harvest(count: Count) -> list[Row]:
    marks = [mark for table in GROUND for mark in _marks(count, table)]
    return [{name: value for name, value in mark.items() if not name.startswith("_")} for mark in marks]


def staleness(count: Count) -> list[Row]:
    files, rows = count.files, []
    for row in count.of("recommendations"):
        own = row["voice"] == "source" and not row["year"]
        page = files.words["sources"][row["source"]]
        dated = (page["updated"] or page["published"]) if own else row["year"]
        group = "Own advice of a page" if own else "Dated" if dated else "Undated"
        columns = ("body", "voice", "indication", "stance", "source", "work", "status")
        shown = {name: files.shown("recommendations", name, row) for name in columns}
        shown["stance"] += " †" if files.doubts.get(row["id"]) else ""
        shown["or_read_as"] = files.label("stances", row["stance_alternative"])
        shown["relays"] = "results alone, no advice" if row.get("results_only") == "yes" else ""
        line = {"id": row["id"], "group": group, "dated": dated, "age_in_years": _age(count, dated), **shown}
        rows.append(line | {"followed_by": ", ".join(_later(count, row))})
    places = ["Dated", "Undated", "Own advice of a page"]
    rows.sort(key=lambda row: (places.index(row["group"]), row["dated"] or "9999", row["body"]))
    return rows


def _later(count: Count, row: Row) -> list[str]:
    files = count.files
    if not row["body"] or not row["year"]:
        return []
    kind = files.words["works"][row["work"]]["type"] if row["work"] else ""
    later = {}
    for other in count.of("recommendations"):
        if (other["body"], other["voice"]) == (row["body"], row["voice"]) and other["year"] > row["year"]:
            later[other["year"]] = {f"{files.label('bodies', other['body'])} {other['year']}"}
    works = [work for work in files.tables["works"] if work["body"] == row["body"] and kind in ("", work["type"])]
    years = {work["year"] for work in works if work["year"] > row["year"]}
    later |= {year: {work["label"] for work in works if work["year"] == year} for year in years}
    return [label for year in sorted(later) for label in sorted(later[year])]


def warnings(count: Count) -> list[str]:
    """The sentences on age, as a page may hold them."""
    rows, files, found = staleness(count), count.files, []
    key = {row["id"]: row["statement"] or row["id"] for row in count.of("recommendations")}
    dated = [row for row in rows if row["group"] == "Dated"]
    as_of = str(files.settings["review"]["as_of"])
    results = {row["id"] for row in count.of("recommendations") if row.get("results_only") == "yes"}
    advice = [row for row in dated if row["id"] not in results]
    if advice and int(advice[-1]["age_in_years"]) > 3:
        newest = f"{advice[-1]['body'] or advice[-1]['source']} {advice[-1]['dated']}"
        found.append(
            f"The newest dated recommendation, {newest}, is {advice[-1]['age_in_years']} years old at {as_of}; guidelines should be looked "
            "at again every 3 years (Shekelle 2001)."
        )
    followed = [row for row in dated if row["followed_by"]]
    if followed:
        named = "; ".join(dict.fromkeys(f"{row['body']} {row['dated']} (later: {row['followed_by']})" for row in followed))
        found.append(
            f"Dated recommendations of documents that a later one of the same body followed: {len(followed)} of {len(dated)}: {named}."
        )
    undated = {key[row["id"]] for row in rows if row["group"] == "Undated"}
    if undated:
        n = sum(row["group"] == "Undated" for row in rows)
        more = f" ({n} rows)" if n > len(undated) else ""
        found.append(f"Statements of bodies or experts that carry no year: {len(undated)}{more}.")
    own = [row for row in rows if row["group"] == "Own advice of a page"]
    bare = {key[row["id"]] for row in own if not row["dated"]}
    if bare:
        pages = ", ".join(dict.fromkeys(row["source"] for row in own if not row["dated"]))
        of = len({key[row["id"]] for row in own})
        found.append(f"Statements of the pages' own advice from pages without a date: {len(bare)} of {of}: {pages}.")
    used = {row["source"] for row in count.extracts}
    sources = [row for row in files.tables["sources"] if row["id"] in used]
    unknown = [row["label"] for row in sources if not row["retrieved"]]
    if unknown:
        found.append(f"Sources whose date of retrieval is not known: {len(unknown)} of {len(sources)}: {', '.join(unknown)}.")
    return found


def appraisals(count: Count) -> list[Row]:
    """Every judgement: sources, then works, each by the order of the items."""
    files = count.files
    kinds = {row["id"]: (table, row) for table in ("sources", "works") for row in files.tables[table]}
    items = {row["id"]: row for row in files.tables["appraisal_items"]}
    known = {row["id"] for row in count.extracts}
    rows = sorted(files.tables["appraisals"], key=lambda row: (list(kinds).index(row["about"]), list(items).index(row["item"])))
    return [
        {
            "about": kinds[row["about"]][1]["label"],
            "type": files.shown(kinds[row["about"]][0], "type", kinds[row["about"]][1]),
            "instrument": files.label("appraisal_instruments", items[row["item"]]["instrument"]),
            "item": items[row["item"]]["label"],
            "judgement": files.label("judgements", row["judgement"]),
            "reason": row["reason"],
            "rows": " ".join(one for one in row["basis"].split() if one in known),
        }
        for row in rows
    ]


def appraisal_matrix(count: Count) -> list[Row]:
    """The judgements of the sources, item by item; an instrument as a whole has a row where no item of it was judged by itself."""
    files = count.files
    items = {row["id"]: row for row in files.tables["appraisal_items"]}
    used = {row["item"] for row in files.tables["appraisals"] if row["about"] in files.words["sources"]}
    apart = {items[item]["instrument"] for item in used if items[item]["whole"] == "false"}
    shown = [row for name, row in items.items() if name in used and (row["whole"] == "false" or row["instrument"] not in apart)]
    found: list[Row] = [{"item": row["label"]} for row in shown]
    for source in files.tables["sources"]:
        own = [row for row in files.tables["appraisals"] if row["about"] == source["id"]]
        judged = {items[row["item"]]["label"]: files.label("judgements", row["judgement"]) for row in own}
        whole = {
            items[row["item"]]["instrument"]: files.label("judgements", row["judgement"])
            for row in own
            if items[row["item"]]["whole"] == "true"
        }
        instruments = {row["label"]: row["instrument"] for row in items.values()}
        for cells in found:
            label = str(cells["item"])
            cells[source["label"]] = judged.get(label, whole.get(instruments[label], "Not appraised"))
    return found


TABLES: dict[str, Callable[[Count], list[Row]]] = {
    "Works by source": works_by_source,
    "Overlap of the sources": overlap,
    "Statements by origin": origins,
    "Dates of the sources": source_dates,
    FLOW: flow,
    "Reporting by PRISMA-ScR": checklist("prisma_scr"),
    "Reporting by SWiM": checklist("swim"),
    "Summary of findings": summary_of_findings,
    "Recommendations by interest": interest("recommendations"),
    "Findings by interest": interest("findings"),
    "Age of recommendations": staleness,
    "Appraisals with their reasons": appraisals,
    "Appraisal by item and page": appraisal_matrix,
    HARVEST: harvest,
}


def _grouped(rows: Iterable[Row], *columns: str) -> dict[Any, list[Row]]:
    """Rows by the values of columns (by the value itself where it is one column), in the order in which they come."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        found.setdefault(key if len(columns) > 1 else key[0], []).append(row)
    return found


def _age(count: Count, dated: str) -> str:
    if not dated:
        return ""
    today = str(count.files.settings["review"]["as_of"])
    years = int(today[:4]) - int(dated[:4])
    return str(years - (len(dated) == len(today) and today[5:] < dated[5:]))


def _ids(rows: list[Row]) -> str:
    return " ".join(row["id"] for row in rows)


def _different(rows: list[Row], column: str) -> str:
    return str(len({row[column] for row in rows} - {""}))


def _many(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _small(label: str) -> str:
    return label[0].lower() + label[1:] if label[1].islower() else label
