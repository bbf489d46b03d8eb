"""The sides of a disagreement in few words: what each holds, and which pages hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping

ONE, LEAST, ALL = 140, 75, 1000  # characters that a first page has for the sides of one disagreement and of all
RELAYED = re.compile(r" \(relaying (?:[^()]|\([^()]*\))*\)")  # a work's name may have brackets of its own
AMOUNT = re.compile(r"\d ?[mµ]?g\b")  # sides that hold a dose are not cut for want of room


def sides(summary: str) -> list[tuple[str, str]]:
    """What each side of a disagreement holds and which pages hold it, without the works that they relay."""
    parts = (RELAYED.sub("", side).rpartition(": ") for side in summary.split(" | "))
    return [(held, pages) for held, _, pages in parts]


def in_short(summary: str, names: Mapping[str, str], beside: int) -> str:
    """The sides with the short ``names`` of the pages that hold them; or how many there are, where a page with so many
    disagreements ``beside`` has no room for them."""
    found = sides(summary)
    told = " | ".join(f"{held}: {pages}" if held else pages for held, pages in found)
    for label, name in names.items():
        told = told.replace(label, name)
    room = ONE if AMOUNT.search(told) else min(ONE, max(LEAST, ALL // beside))
    return told if len(told) <= room else f"{len(found)} sides: see “Every disagreement”"
