"""What changed since the edition before, for the page that says so."""

from __future__ import annotations

from pathlib import Path

from litbook.changes import Change, compare, in_one_sentence, read_state, unimportant
from litbook.errors import LitbookError
from litbook.review import Review


def changes_since(bundle: Path | None, book: Review) -> tuple[list[Change], str]:
    """Every change from the bundle's data to ``book``, and one sentence that counts them."""
    if bundle is None:
        return [], "first edition"
    try:
        changes = compare(read_state(bundle / "data" / book.name), read_state(book.folder))
    except LitbookError:
        return [], "the data of the edition before can't be read by this version of litbook"
    told = in_one_sentence([change for change in changes if not unimportant(change)])
    return changes, told
