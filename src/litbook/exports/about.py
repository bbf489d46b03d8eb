"""What every export says of itself: question, limits, how much is approved, and that it is not advice."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import litbook
from litbook.review import Review
from litbook.tables import selection_in_words

NOT_ADVICE = (
    "What stands here is what the sources say, with the place where they say it. It is not advice, and nobody has judged here "
    "whether it is true."
)
LINE = 1000  # characters of ids in one cell


def selected(review: Review) -> str:
    """What the review was narrowed to, in words."""
    return selection_in_words(review) or "the whole review"


def draft(review: Review) -> str:
    """What is not approved, in one sentence; empty where all is."""
    rows, files = len(review.unapproved()), review.changed_files()
    parts = [f"{rows} extract{'s' if rows > 1 else ''}"] if rows else []
    parts += [f"the table{'s' if len(files) > 1 else ''} {', '.join(files)}"] if files else []
    return f"DRAFT: nobody approved {' and '.join(parts)} as they are now." if parts else ""


def told(review: Review) -> Iterator[tuple[str, str]]:
    """Name and text of each line of the sheet About, what concerns the review as a whole."""
    settings = review.settings["review"]
    extracts = review.selected(("id",))
    yield "Review", review.title
    yield "Question", settings["question"]
    if settings.get("scope"):
        yield "Scope", settings["scope"]
    yield "Not advice", NOT_ADVICE
    for limit in settings["limits"]:
        yield "Limit", limit
    yield "As of", review.as_of
    yield "Made with", f"litbook {litbook.__version__}"
    yield "Selected", selected(review)
    yield "Extracts", str(sum(map(len, extracts.values())))
    yield "Not approved", f"{len(review.unapproved())} extracts (named below)" if review.unapproved() else "0"


def unapproved(review: Review) -> Iterator[tuple[str, str]]:
    """The ids of what nobody approved as it is now, by kind of extract, and the tables that changed since."""
    rows = review.unapproved()
    for name, frame in review.selected(("id",)).items():
        ids = " ".join(row for row in frame["id"] if row in rows)
        for line in textwrap.wrap(ids, LINE, break_long_words=False, break_on_hyphens=False):
            yield f"Not approved: {review.package.tables[name].title}", line
    for name in review.changed_files():
        yield "Not approved: read with it", name
