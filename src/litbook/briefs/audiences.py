"""Which sections a brief has for whom, and what each shows."""

from __future__ import annotations

from collections.abc import Callable

from litbook import charts, tables
from litbook.briefs import advice, around, plain
from litbook.briefs.lists import lists
from litbook.briefs.page import Column, Page
from litbook.display import heading, remarks, show, show_listings, show_safety, summary
from litbook.errors import UnknownTerm
from litbook.review import Review
from litbook.tables import checked_weight
from litbook.tables.evidence import directions

Section = tuple[str, Callable[[Page], None]]


def _stance_chart(page: Page) -> None:
    chart = charts.guideline_stance(page.book, size="brief")
    show(chart, beside=True)
    remarks([*around.own_advice(page.book), *tables.staleness_warnings(page.book)], beside=chart.figure is not None)


def _dose_chart(page: Page) -> None:
    chart = charts.dose_ranges(page.book, page.weight_kg, size="brief")
    show(chart, beside=True)
    remarks(tables.dose_remarks(page.book), beside=chart.figure is not None)


def _evidence(page: Page) -> None:
    labels = {term: page.book.label("directions", term) for term in directions(page.book)}
    show(tables.evidence_by_route(page.book).rename(columns=labels), caption="Findings by route, counted in statements")
    if page.book.has("findings"):
        remarks([*tables.said_by(page.book), *tables.benefit_by_outcome(page.book), "Adverse effects are not findings: see Safety."])
    remarks(around.few_limits(page.book))


def _practice(page: Page) -> None:
    columns = (page.safety, page.selection, *_immune(page), page.disagreements)
    lists(page, *columns, drawn=("doses", "recommendations"))


def _research(page: Page) -> None:
    columns = (page.safety, *_immune(page), page.disagreements)
    few = ("limitations",) if around.few_limits(page.book) else ()
    lists(page, *columns, drawn=("doses", "recommendations", "findings", *few))


def _immune(page: Page) -> tuple[Column, ...]:
    """What is said of immune markers, where anything is."""
    return (page.immune,) if page.book.has("immune_effects") else ()


def _stance_rows(page: Page) -> None:
    show(tables.stance(page.book), caption="Recommendations")


def _dose_rows(page: Page) -> None:
    show(tables.dose_ranges(page.book, page.weight_kg), caption="Doses")
    show_listings(page.book, "courses")


def _finding_rows(page: Page) -> None:
    show(charts.evidence_map(page.book))
    show(tables.summary_of_findings(page.book), caption="Summary of findings")
    show_listings(page.book, "findings", "limitations", "immune_effects")


def _safety_rows(page: Page) -> None:
    show_safety(page.book)


def _disagreement_rows(page: Page) -> None:
    show(page.ledger, caption="Disagreements, adjudicated")


def _reported_rows(page: Page) -> None:
    _evidence(page)
    show_listings(page.book, "findings", "limitations", "immune_effects")


def _broader_rows(page: Page) -> None:
    """What is said of broader indications; one sentence where nothing is."""
    names = [name for name, frame in page.above.selected(("id",)).items() if len(frame)]
    if not names:
        remarks(["Nothing is filed under a broader indication."])
        return
    if page.above.has("recommendations"):
        show(tables.stance(page.above), caption=f"Recommendations{ABOVE}")
    if page.above.has("doses"):
        show(tables.dose_ranges(page.above, page.weight_kg), caption=f"Doses{ABOVE}")
    if any(map(page.above.has, tables.SAFETY)):
        show_safety(page.above, ABOVE)
    told = page.ledger_above
    if len(told):
        show(told, caption="Further disagreements in which rows on broader indications take part")
    show_listings(page.above, *sorted((name for name in names if name not in SHOWN_ALONE), key="algorithm_steps".__eq__), where=ABOVE)
    remarks(around.other_steps(page.above))  # beneath the table that it is about


def _contraindication_rows(page: Page) -> None:
    show_listings(page.book.whole, "contraindications")


def _place_rows(page: Page) -> None:
    show_listings(page.book, "selection", "alternatives", "route_statements", "algorithm_steps")
    remarks(around.other_steps(page.book))


def _mechanism_rows(page: Page) -> None:
    show_listings(page.book, "mechanisms", "definitions", "statistics")


def _source_rows(page: Page) -> None:
    show(tables.sources(page.book), caption="Sources")
    show(tables.works(page.book), caption="Works relayed")


ABOVE = " for broader indications"
SHOWN_ALONE = ("recommendations", "doses", *tables.SAFETY)  # by tables of their own
FULL = "In full"  # the heading after which a brief is printed on pages of its own
BROADER = ("Said of broader indications", _broader_rows)
NAMED_ANYWHERE = ("Contraindications named anywhere in the review", _contraindication_rows)
AUDIENCES: dict[str, tuple[tuple[Section, ...], tuple[Section, ...]]] = {
    "researcher": (
        (
            ("Stance over time", _stance_chart),
            ("Doses", _dose_chart),
            ("Evidence by route", _evidence),
            ("Safety, disagreements, sources", _research),
        ),
        (
            ("Every recommendation", _stance_rows),
            ("Every dose and course", _dose_rows),
            ("Every finding", _finding_rows),
            ("Every statement on safety", _safety_rows),
            ("Every disagreement", _disagreement_rows),
            BROADER,
            NAMED_ANYWHERE,
            ("Who it may be for, and what else there is", _place_rows),
            ("How it is said to work", _mechanism_rows),
            ("Sources, and their interest", _source_rows),
        ),
    ),
    "clinician": (
        (
            ("Stance", _stance_chart),
            ("Doses", _dose_chart),
            ("Safety, monitoring, selection, disagreements", _practice),
        ),
        (
            ("Every recommendation", _stance_rows),
            ("Every dose and course", _dose_rows),
            ("Every statement on safety", _safety_rows),
            ("Every finding", _reported_rows),
            ("Every disagreement", _disagreement_rows),
            NAMED_ANYWHERE,
            BROADER,
            ("Who it may be for, and what else there is", _place_rows),
            ("How it is said to work", _mechanism_rows),
            ("Sources, and their interest", _source_rows),
        ),
    ),
    "plain": (
        (
            ("What is advised", advice.advice),
            ("What the pages say happens", plain.findings),
            ("What may go wrong", plain.safety),
            ("Where the pages disagree", plain.disagreements),
            ("Who wrote the pages", plain.sources),
            ("Words", plain.glossary),
        ),
        (),
    ),
}


def brief(review: Review, audience: str = "researcher", weight_kg: float = 0) -> None:
    """Show the brief of what ``review`` was narrowed to, for one of AUDIENCES.

    ``weight_kg`` (kilograms, 0: none) adds computed doses; for ``plain`` no dose is shown at all. Raises UnknownTerm for
    another audience and LitbookError for an impossible weight.
    """
    if audience not in AUDIENCES:
        raise UnknownTerm("audience", audience, list(AUDIENCES))
    checked_weight(review, weight_kg)
    page = Page(review, weight_kg)
    first, more = AUDIENCES[audience]
    if audience == "plain":
        plain.opening(page)
    else:
        summary(review, short=True)
        remarks([told for told in (around.pooled(review),) if told])
    for title, section in first:
        heading(title)
        section(page)
    if more:
        heading(FULL)
    for title, section in more:
        heading(title, level=3)
        section(page)
