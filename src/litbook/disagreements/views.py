"""Rules on what sources hold: stances, their strength, directions, changes of markers, mechanisms, place in therapy."""

from __future__ import annotations

from collections.abc import Iterator

from litbook.disagreements.material import Material, Stand, groups, meetings, stands
from litbook.doses import Row


def opposing_stance(given: Material) -> Iterator[Stand]:
    """Recommendations for one indication, or for one above it, whose stances oppose each other."""
    for one, other in meetings(groups(given.rows("recommendations"), "indication", "route", "stance")):
        shared = _shared(given, one[0], other[0])
        if shared and given.opposed("stances", one[0]["stance"], other[0]["stance"]):
            sides = [given.side("stances", rows[0]["stance"], rows) for rows in (one, other)]
            yield from stands([shared], given.label("indications", shared), sides)


def opposing_direction(given: Material) -> Iterator[Stand]:
    """Findings on one indication and group of outcomes, or on ones above them, that go opposite ways."""
    for one, other in meetings(groups(given.rows("findings"), "indication", "route", "outcome_domain", "direction")):
        shared = _shared(given, one[0], other[0])
        domain = given.narrower("outcome_domains", one[0].get("outcome_domain", ""), other[0].get("outcome_domain", ""))
        if shared and domain is not None and given.opposed("directions", one[0]["direction"], other[0]["direction"]):
            domain = given.top("outcome_domains", domain)
            topic = f"{given.label('indications', shared)}: {given.label('outcome_domains', domain).lower()}".rstrip(": ")
            yield from stands([shared, domain], topic, [given.side("directions", rows[0]["direction"], rows) for rows in (one, other)])


def _shared(given: Material, one: Row, other: Row) -> str | None:
    """The narrower of two rows' indications, where their indications and routes can be compared at all."""
    route = given.narrower("routes", one["route"], other["route"])
    return given.narrower("indications", one["indication"], other["indication"]) if route is not None else None


def strength(given: Material) -> Iterator[Stand]:
    """One speaker whose stances on one indication differ without opposing each other, or a body's in editions of different
    years; two grades of one system; and a printed grade that means another stance than the words beside it."""
    for (voice, body, source), own in groups(given.rows("recommendations"), "voice", "body", "source").items():
        who = given.label("bodies", body) if body else given.label("sources", source)
        for one, other in meetings(groups(own, "indication", "year", "stance")):
            first, second = one[0], other[0]
            edition = bool(body) and first["year"] != second["year"]
            shared = given.narrower("indications", first["indication"], second["indication"])
            differ = first["stance"] != second["stance"] and not given.opposed("stances", first["stance"], second["stance"])
            if shared and differ and (edition or first["indication"] == second["indication"]):
                sides = [given.side("stances", rows[0]["stance"], rows) for rows in (one, other)]
                yield from stands([shared, body or f"{source}-{voice}"], f"{given.label('indications', shared)}: {who}", sides)
    yield from _grades(given)


def _grades(given: Material) -> Iterator[Stand]:
    graded = [row for row in given.rows("recommendations") if row["grade_system"] and row["grade"]]
    for one, other in meetings(groups(graded, "grade_system", "indication", "level", "grade")):
        first, second = one[0], other[0]
        shared = given.narrower("indications", first["indication"], second["indication"])
        printed = [f"Level {row['level'] or 'not given'}, grade {row['grade']}" for row in (first, second)]
        if shared and first["grade_system"] == second["grade_system"] and printed[0] != printed[1]:
            topic = f"{given.label('indications', shared)}: grades of {given.label('grade_systems', first['grade_system'])}"
            sides = [(0, text, rows) for text, rows in zip(printed, (one, other), strict=True)]
            yield from stands([shared, first["grade_system"], "grades"], topic, sides)
    meaning = {(grade["grade_system"], grade["grade"]): grade for grade in given.words.get("grades", {}).values()}
    for row in graded:
        grade = meaning.get((row["grade_system"], row["grade"]))
        if grade and row["stance"] not in grade["stances"].split():
            who = f"{given.label('bodies', row['body']) or given.label('sources', row['source'])} {row['year']}".strip()
            meant = grade["definition"][:1].lower() + grade["definition"][1:].rstrip(".")
            sides = [(0, f"In words: {given.label('stances', row['stance']).lower()}", [row]), (1, f"Grade {row['grade']}: {meant}", [row])]
            key = [row["indication"], row["body"] or row["source"], row["year"], "grade-and-words"]
            yield from stands(key, f"{given.label('indications', row['indication'])}: {who}, grade and words", sides)


def opposing_change(given: Material) -> Iterator[Stand]:
    """One marker that goes opposite ways, whatever the indication."""
    yield from _by_term(given, "immune_effects", "marker", "markers", "direction", "changes")


def mechanism(given: Material) -> Iterator[Stand]:
    """One system, of the same subject (drug, condition or harm), on which opposite actions are said to happen."""
    yield from _by_term(given, "mechanisms", "system", "systems", "action", "actions")


def _by_term(given: Material, table: str, about: str, vocabulary: str, column: str, scale: str) -> Iterator[Stand]:
    """Rows on one term, and on one subject where they name it, whose values in ``column`` oppose each other on ``scale``."""
    for one, other in meetings(groups(given.rows(table), about, "subject", column)):
        first, second = one[0], other[0]
        same = first[about] == second[about] and first.get("subject") == second.get("subject")
        if same and given.opposed(scale, first[column], second[column]):
            sides = [given.side(scale, rows[0][column], rows) for rows in (one, other)]
            yield from stands([first[about], first.get("subject", "")], given.label(vocabulary, first[about]), sides)


def place_in_therapy(given: Material) -> Iterator[Stand]:
    """Lines of therapy of one treatment that oppose each other; and what one source requires where another, which speaks for
    the treatment too, requires something else or nothing."""
    advised = {row["statement"] for row in given.rows("recommendations")} - {""}
    reviewed = [term for term in given.words.get("drugs", {}) if given.told("drugs", term, "reviewed") == "true"]
    # A step of an algorithm names no treatment; one that is also a recommendation is a step of what is reviewed.
    steps = [{**row, "option": term} for row in given.rows("algorithm_steps") if row["statement"] in advised for term in reviewed]
    for one, other in meetings(groups([*given.rows("alternatives"), *steps], "option", "indication", "line")):
        first, second = one[0], other[0]
        shared = given.narrower("indications", first["indication"], second["indication"])
        if shared and first["option"] == second["option"] and given.opposed("lines", first["line"], second["line"]):
            topic = f"{given.label('indications', shared)}: {given.label('drugs', first['option'])}"
            yield from stands([shared, first["option"]], topic, [given.side("lines", rows[0]["line"], rows) for rows in (one, other)])
    chosen = [row for row in given.rows("selection") if row["polarity"] in ("required", "for", "used")]
    for one, other in meetings(groups(chosen, "source", "indication", "polarity")):
        first, second = one[0], other[0]
        shared = given.narrower("indications", first["indication"], second["indication"])
        conditions = {first["polarity"], second["polarity"]}
        if shared and first["source"] != second["source"] and "required" in conditions and len(conditions) > 1:
            sides = [given.side("polarities", rows[0]["polarity"], rows) for rows in (one, other)]
            yield from stands([shared, "conditions"], f"{given.label('indications', shared)}: conditions", sides)
