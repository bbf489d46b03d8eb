"""What bears on a first page from beside its selection, in sentences: what is advised and found for broader indications, which
indications it pools, and which harms the review names elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from litbook import tables
from litbook.review import Review
from litbook.tables.common import lower, records, statements, word
from litbook.tables.evidence import directions
from litbook.tables.public_record import CITES, SIGN, doubts
from litbook.tables.staleness import OWN_VOICE

NONE_REPORTED = "none_reported"  # a term of the vocabulary of frequencies
FEW = 4  # as many statements of the sources' own advice as a first page can tell in words


def pooled(book: Review) -> str:
    """Which narrower indications a selection holds too, with the number of extracts; empty where it holds none."""
    chosen = book.selection.indication
    if not chosen:
        return ""
    filed = [term for frame in book.selected(("indication",)).values() for term in frame["indication"]]
    counts = {term: filed.count(term) for term in book.terms("indications") if term != chosen}
    told = [f"{lower(book.label('indications', term))} {n}" for term, n in counts.items() if n]
    own = filed.count(chosen)
    lead = f"Of the {len(filed)} extracts {own} {'is' if own == 1 else 'are'} on this indication itself"
    return f"{lead}; narrower ones: {', '.join(told)}." if told else ""


def beyond(above: Review) -> str:
    """What is filed under broader indications: how much of each kind, what is advised and what is found; empty where nothing is."""
    told = counted("Filed under broader indications, and not counted above", above, ())
    return " ".join(filter(None, (told, advised(above), reported(above), disputed(above)))) if told else ""


def disputed(above: Review) -> str:
    """How many disagreements there are on broader indications, and how many of them stand; empty where there is none."""
    n, standing = len(tables.disagreements(above)), len(tables.standing(above))
    return f"Disagreements in which they take part: {n}, of which {standing} {'is' if standing == 1 else 'are'} not explained." if n else ""


def counted(lead: str, book: Review, without: Collection[str]) -> str:
    """How many extracts there are of each kind, but for those ``without``, and how many of them the public record does not bear
    out; empty where there is none."""
    doubted = doubts(book)
    kinds = {name: [*frame["id"]] for name, frame in book.selected(("id",)).items() if len(frame) and name not in without}
    unsure = {name: sum(row in doubted for row in rows) for name, rows in kinds.items()}
    told = ", ".join(
        f"{book.package.tables[name].title.lower()} {len(rows)}" + (f" ({unsure[name]} {SIGN})" if unsure[name] else "")
        for name, rows in kinds.items()
    )
    return f"{lead}: {told}." if told else ""


def advised(above: Review) -> str:
    """How the recommendations for broader indications were read, with who gives them; empty where there is none."""
    doubted = doubts(above)
    found: dict[str, dict[str, list[str]]] = {}
    own = above.label("voices", OWN_VOICE) if "voices" in above.words else ""
    for row in tables.stance(above).to_dict("records"):
        body = " ".join(filter(None, (row["body"] or f"{lower(row['voice'])} (unnamed)", row["year"])))
        who = f"{row['source']} itself" if row["voice"] == own else body
        named = who + (" (results alone)" if row["relays"] else "") + (f" {SIGN}" if row["id"] in doubted else "")
        found.setdefault(row["stance"], {}).setdefault(named, []).append(f"or “{lower(row['or_read_as'])}”" if row["or_read_as"] else "")
    order = above.labels("stances", above.terms("stances")) if "stances" in above.words else []
    told = [
        f"{lower(stance)}: {', '.join(_speaks(who, other) for who, other in found[stance].items())}" for stance in order if stance in found
    ]
    return f"Advice on them, as it was read: {'; '.join(told)}." if told else ""


def _speaks(who: str, others: list[str]) -> str:
    """Who advises, with how else that can be read, and in how many rows where there are several."""
    readings = [f"{len(others)} rows"] if len(others) > 1 else []
    readings += dict.fromkeys(filter(None, others))
    return f"{who} ({'; '.join(readings)})" if readings else who


def reported(above: Review) -> str:
    """How many statements with findings on broader indications go which way; empty where there is none."""
    if not above.has("findings"):
        return ""
    findings = above.table("findings")
    keys = statements(findings)
    doubted = findings["id"].isin(doubts(above))
    told = []
    for term in directions(above):
        own = findings["direction"] == term
        n, unsure = keys[own].nunique(), keys[own & doubted].nunique()
        told += [f"{lower(above.label('directions', term))} {n}" + (f" ({unsure} {SIGN})" if unsure else "")] if n else []
    return f"Statements with findings on them: {', '.join(told)}."


def own_advice(book: Review) -> list[str]:
    """The sources' own advice in words, where it is little: a stance alone does not say on what condition. None where it is much."""
    own = book.label("voices", OWN_VOICE) if "voices" in book.words else ""
    rows = [row for row in tables.stance(book).to_dict("records") if row["voice"] == own]
    if not rows or len(rows) > FEW:
        return []
    return [_whole(row) for row in rows]


def _whole(row: dict[str, str]) -> str:
    """A claim with what it is not said without: how else it can be read, for whom, on what condition, its note and what the public
    record does to it."""
    read = " or ".join(lower(stance) for stance in (row["stance"], row["or_read_as"]) if stance) + (row["relays"] and f"; {row['relays']}")
    condition = lower(row["on_condition_that"])
    told = [
        row["claim"],
        row["for_whom"] and f"for whom: {row['for_whom']}",
        "" if condition in f"{row['claim']} {row['for_whom']}".lower() else condition,
    ]
    doubts = [line for line in row["public_record"].split("\n") if line.startswith((SIGN, CITES))]
    said = ". ".join(filter(None, ("; ".join(filter(None, told)), row["note"], *doubts)))
    return f"{row['source']}, on {lower(row['indication'])} (read as {read}): {said}."


def few_limits(book: Review) -> list[str]:
    """The limits of the evidence that the sources name, where they are few: a count of benefit alone looks surer than its page."""
    rows = records(book, "limitations")
    if not 0 < len(rows) <= FEW:
        return []
    said = [(row["claim"], lower(book.label("indications", row["indication"])), book.label_of("sources", row["source"])) for row in rows]
    told = dict.fromkeys(f"{claim} ({'; '.join(filter(None, where))})" for claim, *where in said)
    return [f"Limits that the pages name: {'; '.join(told)}."]


def named_elsewhere(book: Review, name: str, without: Collection[str]) -> str:
    """What the whole review names of a kind of safety, for a page on which there is none: each name once, with a sign where the
    public record bears no row of it out. ``without``: frequencies whose rows do not count."""
    whole = book.whole
    _, column, _ = tables.SAFETY[name]
    doubted = doubts(whole)
    found: dict[str, list[bool]] = {}
    for row in records(whole, name):
        if row.get("frequency", "") not in without:
            found.setdefault(lower(word(whole, name, column, row)), []).append(row["id"] in doubted)
    return "; ".join(what + (f" {SIGN}" if all(unsure) else "") for what, unsure in found.items())


def other_steps(book: Review) -> list[str]:
    """Of each algorithm of which the selection shows a part: which steps are filed elsewhere, and where."""
    shown, told = {row["id"]: row for row in records(book, "algorithm_steps")}, []
    for name in dict.fromkeys(row["algorithm"] for row in shown.values()):
        rest = [row for row in records(book.whole, "algorithm_steps") if row["algorithm"] == name and row["id"] not in shown]
        where: dict[str, list[str]] = {}
        for row in rest:
            where.setdefault(lower(book.label("indications", row["indication"])), []).append(row["step"])
        steps = "; ".join(f"{', '.join(numbers)} under {indication}" for indication, numbers in where.items())
        told += [f"Steps of “{name}” that are filed elsewhere and not in this table: {steps}."] if steps else []
    return told
