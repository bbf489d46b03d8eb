"""Text that a file format can hold, that no spreadsheet runs, and names that a workbook takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

# What XML 1.0 can't hold (production Char); CR is left out of it because every XML reader turns it into LF.
NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACED = "\ufffd"

FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫"  # ASCII, fullwidth and small forms: spreadsheets of East Asia fold the latter into the former
STARTS = "\t\r\n\x00"  # a cell that begins with one of these is made harmless whatever follows
BREAKS = "\t\r\n;"  # where a spreadsheet of another locale may begin a new cell inside one of ours
# Before a formula a spreadsheet may read over blanks, controls, quotes and what nobody sees (category Cf, fillers, selectors).
_UNSEEN = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
LEAD = re.compile(f"[\\s\x00-\x20\x7f-\x9f\"';{_UNSEEN}]+")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)

MOST_IN_NAME = 31
NOT_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")


def xml_safe(text: str) -> str:
    """The text with LF at its lines' ends and U+FFFD in place of what XML can't hold: controls but tab and LF, lone
    surrogates, U+FFFE and U+FFFF. Nothing is dropped: one sign for each."""
    return NOT_IN_XML.sub(REPLACED, text.replace("\r\n", "\n").replace("\r", "\n"))


def csv_safe(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet might begin to read a formula. ``csv_undone`` takes it back.

    OWASP (CSV Injection; ASVS 5, 1.2.10) advises a single quote before a cell that begins with ``= + - @``, a tab or a
    line's end. It is preferred to a tab because who reads the table sees it. The same is done inside a cell after a
    semicolon, a tab or a line's end: opened where the semicolon separates columns, a new cell begins there. Blanks, quotes and
    invisible signs before the formula make no difference. A plain number, such as -5, stays a number.
    """
    if PLAIN_NUMBER.fullmatch(text):
        return text

    def apart(run: re.Match[str]) -> str:
        return re.sub(f"([{BREAKS}])", r"\1'", run[0]) if _formula_follows(run) else run[0]

    return ("'" if _begins_live(text) else "") + LEAD.sub(apart, text)


def csv_undone(text: str) -> str:
    """What ``csv_safe`` was given: for every text, ``csv_undone(csv_safe(text)) == text``."""

    def joined(run: re.Match[str]) -> str:
        return re.sub(f"([{BREAKS}])'", r"\1", run[0]) if _formula_follows(run) else run[0]

    free = text.removeprefix("'") if _begins_live(text) else text
    return LEAD.sub(joined, free)


def _formula_follows(run: re.Match[str]) -> bool:
    return run.string[run.end() : run.end() + 1] in tuple(FORMULA)


def _begins_live(text: str) -> bool:
    """Whether a cell may be read as a formula, apostrophes before it or not."""
    lead = LEAD.match(text)
    after = text[lead.end() :] if lead else text
    return after.startswith(tuple(FORMULA)) or text.lstrip("'").startswith(tuple(STARTS))


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: at most 31 UTF-16 units, none of ``[]:*?/\\``, no apostrophe at its ends, and not
    History, which Excel keeps for itself."""
    name = shortened(NOT_IN_NAME.sub(" ", xml_safe(title)).strip(" '"), MOST_IN_NAME).strip(" '")
    return f"{name} (table)" if name.casefold() == "history" else name or "Table"


def file_name(name: str) -> str:
    """A table's name as the name of a file: ASCII letters, digits, ``_`` and ``-``."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100] or "table"


def unique(wanted: Iterable[str], clean: Callable[[str], str] = str, most: int = 1000) -> list[str]:
    """Each name cleaned, and told apart from those before it (case apart) by a number; at most ``most`` UTF-16 units."""
    found: list[str] = []
    taken: set[str] = set()
    for title in wanted:
        first = name = clean(title)
        nth = 1
        while name.casefold() in taken:
            nth += 1
            name = shortened(first, most - len(f"_{nth}")) + f"_{nth}"
        taken.add(name.casefold())
        found.append(name)
    return found


def shortened(text: str, most: int) -> str:
    """The beginning of a text, at most ``most`` UTF-16 units."""
    while units(text) > most:
        text = text[: most if len(text) > most else -1]
    return text


def units(text: str) -> int:
    """Length in UTF-16 units, which is how Excel counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
