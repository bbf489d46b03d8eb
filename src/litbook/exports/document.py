"""The brief of one indication as a text document that a panel can edit."""

from __future__ import annotations

import datetime
import io
import zipfile

import docx

from litbook import charts, tables
from litbook.exports import about
from litbook.exports.rows import DISAGREEMENTS, DOSES, FINDINGS, SAFETY, SELECTION, SOURCES, STANCE, any_cut, cells
from litbook.exports.text import xml_safe
from litbook.exports.writer import Writer
from litbook.review import Review
from litbook.tables.summaries import SAFETY as KINDS

NO_CLOCK = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
BROADER = "What the sources say of the indications above this one. Whether it holds here too, they do not say."
ANYWHERE = "Some are filed under the topic of the page that names them, and are not said to hold for that topic alone."
ELSE = ("alternatives", "algorithm_steps", "route_statements", "mechanisms", "definitions", "statistics")
COMPUTED = "What is marked as computed is a dose per kilogram times {:g} kg. No source prints it."


def document(review: Review, indication: str, weight_kg: float = 0) -> bytes:
    """The brief of an indication, with all below it, as a .docx: question and limits, stance, doses, findings by route, safety,
    selection, what else is told, disagreements, what is said of broader indications, and the sources with their interest. Each row ends
    with its source, the heading above its span, and its id; charts carry their alternative text.

    With ``weight_kg`` (kilograms, above 0) doses per kilogram are multiplied by it, and marked as computed. Characters that
    XML can't hold show as U+FFFD, CR as a line's end. No author is named and the only date is the review's, so the same
    review gives the same bytes. Raises UnknownTerm for an indication that the review does not know, LitbookError for a
    weight outside its limits.
    """
    book = review.select(indication=indication)
    title = f"{review.title}: {review.label('indications', indication)}" if indication else review.title
    writer = Writer(docx.Document(), f"As of {review.as_of}. What the sources say; not advice.")
    _properties(writer, review, title)
    _opening(writer, book, title)
    _body(writer, book, weight_kg)
    _around(writer, review, indication, weight_kg)
    writer.heading("Sources, and their interest")
    writer.table("Sources", SOURCES, cells(book, tables.sources(book), SOURCES))
    stream = io.BytesIO()
    writer.document.save(stream)
    return _without_clock(stream.getvalue())


def _opening(writer: Writer, book: Review, title: str) -> None:
    settings = book.settings["review"]
    writer.title(title)
    if about.draft(book):
        writer.paragraph(about.draft(book), bold=True)
    writer.paragraph(settings["question"])
    if settings.get("scope"):
        writer.paragraph(settings["scope"])
    rows = sum(map(len, book.selected(("id",)).values()))
    writer.paragraph(f"Selected: {about.selected(book)}; {rows} extract{'' if rows == 1 else 's'}. Data as of {book.as_of}.")
    writer.heading("Limits")
    writer.paragraph(about.NOT_ADVICE, bold=True)
    for limit in settings["limits"]:
        writer.bullet(limit)


def _body(writer: Writer, book: Review, weight_kg: float) -> None:
    writer.heading("Stance")
    writer.chart(charts.guideline_stance(book))
    for warning in tables.staleness_warnings(book):
        writer.paragraph(warning)
    writer.table("Recommendations", STANCE, cells(book, tables.stance(book), STANCE))
    writer.heading("Doses")
    writer.chart(charts.dose_ranges(book, weight_kg))
    if weight_kg:
        writer.paragraph(COMPUTED.format(weight_kg), bold=True)
    writer.table("Doses as the sources give them", DOSES, cells(book, tables.dose_ranges(book, weight_kg), DOSES))
    _listings(writer, book, "courses")
    writer.heading("Findings by route")
    writer.chart(charts.evidence_map(book))
    found = [route for route in book.terms("routes") if route in set(book.table("findings")["route"])] if book.has("findings") else []
    for route in found:
        label = book.label("routes", route)
        writer.heading(label, level=2)
        listed = tables.listing(book, "findings")
        writer.table(f"Findings: {label}", FINDINGS, cells(book, listed[(book.table("findings")["route"] == route).to_numpy()], FINDINGS))
    if not found:
        writer.nothing("Findings")
    _listings(writer, book, "limitations", "immune_effects")
    writer.heading("Safety")
    writer.table("Safety", SAFETY, cells(book, tables.safety(book), SAFETY))
    writer.heading("Selection")
    if book.has("selection"):
        writer.table("Who it may be for", SELECTION, cells(book, tables.listing(book, "selection"), SELECTION))
    else:
        writer.nothing("Who it may be for")
    if any(map(book.has, ELSE)):
        writer.heading("What else is told")
        _listings(writer, book, *ELSE)
    writer.heading("Where the sources disagree")
    writer.table("Disagreements, adjudicated", DISAGREEMENTS, cells(book, tables.ledger(book), DISAGREEMENTS))


def _around(writer: Writer, review: Review, indication: str, weight_kg: float) -> None:
    """What bears on the indication from outside: said of those above it, and contraindications wherever they are filed."""
    above = review.broader(indication)
    if indication:
        writer.heading("Said of broader indications")
        writer.paragraph(BROADER)
        writer.table("Recommendations for broader indications", STANCE, cells(above, tables.stance(above), STANCE))
        writer.table("Doses for broader indications", DOSES, cells(above, tables.dose_ranges(above, weight_kg), DOSES))
        writer.table("Safety for broader indications", SAFETY, cells(above, tables.safety(above), SAFETY))
        names = [name for name, frame in above.selected(("id",)).items() if len(frame) and name not in (*KINDS, "recommendations", "doses")]
        _listings(writer, above, *names, where=" for broader indications")
        whole = tables.safety(review)
        writer.heading("Contraindications named anywhere in the review")
        writer.paragraph(ANYWHERE)
        writer.table("Contraindications", SAFETY, cells(review, whole[whole["kind"] == KINDS["contraindications"][0]], SAFETY))


def _listings(writer: Writer, book: Review, *names: str, where: str = "") -> None:
    """Those of the named kinds of extract that have rows, each in a table of its own; ``where`` ends the captions."""
    for name in filter(book.has, names):
        table = tables.listing(book, name)
        cut = any_cut(table)
        writer.table(f"{book.package.tables[name].title}{where}", cut, cells(book, table, cut))


def _properties(writer: Writer, review: Review, title: str) -> None:
    day = datetime.datetime.fromisoformat(review.as_of)
    core = writer.document.core_properties
    core.title, core.subject = _within(xml_safe(title)), _within(xml_safe(review.settings["review"]["question"]))
    core.author = core.last_modified_by = core.keywords = core.category = ""
    core.comments, core.language, core.revision = about.NOT_ADVICE, "en-GB", 1
    core.created = core.modified = day


def _within(text: str, most: int = 255) -> str:
    """The text, or its beginning with a sign that it goes on: a property holds no more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _without_clock(raw: bytes) -> bytes:
    """The same zip with one fixed time at each entry."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, NO_CLOCK)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return stream.getvalue()
