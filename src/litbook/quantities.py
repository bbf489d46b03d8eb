"""Quantities in a text: what must not be broken over two lines."""

from __future__ import annotations

import re

# A quantity that must not be broken over two lines: read by the line's end, it would be another one.
_AMOUNT = r"\d+(?:[.,]\d+)*"
_TIMES = "hours?|days?|weeks?|months?|years?|minutes?|min|h|d"
_UNIT = rf"(?:[kmµμn]?g|[mµμ]?[lL]|[cm]?m|mmHg|[mµμn]?(?:mol|M)|IU|{_TIMES}|%)(?![A-Za-zµμ])"
_PER = rf"(?:(?:/| per )(?:kg|m²|m[lL]|[lL]|dose|{_TIMES})(?![A-Za-z]))*"
QUANTITY = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    rf"|{_AMOUNT}–{_AMOUNT}(?: ?{_UNIT}{_PER})?"
    rf"|(?:{_AMOUNT} to )?{_AMOUNT} ?{_UNIT}{_PER}"
    r"|\S+ †\)?"
    rf"|\b[kmµμn]?g(?:/(?:kg|{_TIMES})(?![A-Za-z]))+"
)


def joined(text: str) -> str:
    """Text in which the blanks of each quantity are no-break spaces, for what is no HTML."""
    return QUANTITY.sub(lambda quantity: quantity[0].replace(" ", "\u00a0"), text)
