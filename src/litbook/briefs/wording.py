"""Sentences in plain words, each of which unfolds to the rows that it is made from."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from IPython.display import display

from litbook.markup import links
from litbook.review import Review

Sentence = tuple[str, str]  # what is said, and the ids of the rows behind it


def say(sentences: Iterable[Sentence]) -> None:
    """Show sentences as a list; each unfolds to the rows that it is made from."""
    told = list(sentences)
    items = "".join(f"<li>{escape(text)}{_where(rows)}</li>" for text, rows in told)
    display({"text/plain": " ".join(text for text, _ in told), "text/html": f"<ul class='plain'>{items}</ul>"}, raw=True)


def _where(rows: str) -> str:
    return f" <details class='behind'><summary>where</summary><span>{links(rows)}</span></details>" if rows else ""


def in_plain_words(book: Review, vocabulary: str, term: str) -> str:
    """What a term says for readers who know no jargon; its definition where the vocabulary has nothing plainer."""
    row = book.words[vocabulary][term]
    return row.get("in_plain_words") or row["definition"].rstrip(".").lower()
