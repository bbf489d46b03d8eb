"""Works, not pages: which source relays which work, how far the sources overlap, and how many statements name no work."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from itertools import combinations

import pandas as pd

from litbook.review import Review
from litbook.tables.common import all_extracts, conserved, distinct, records, statements, word

NO_WORK = "No work named"
UNNAMED = "unnamed"  # a term of the vocabulary of identifications: the source names no work
NOT_DEFINED, UNKNOWN = "not defined", "can't be told"
# Most percent of corrected covered area that is called so; beyond the last: very high (Pieper et al. 2014).
BANDS = ((5, "slight"), (10, "moderate"), (15, "high"))


def works_by_source(review: Review) -> pd.DataFrame:
    """The citation matrix: in how many statements each source relays each work of the selection (shape: works + 1 rows).

    Columns: work, type, identified, relayed_by (number of sources), then one for each source by its label with the number of
    statements (empty: the source does not relay it) and ``<label>_rows`` with the ids behind it. The last row holds the
    statements that name no work: the source speaks for itself or does not say.
    """
    everything = all_extracts(review)
    sources = [row for row in records(review, "sources") if (everything["source"] == row["id"]).any()]
    rows = []
    for work in [*records(review, "works"), {"id": "", "label": NO_WORK}]:
        own = everything[everything["work"] == work["id"]]
        if len(own):
            told = {name: word(review, "works", name, work) for name in ("type", "identified")}
            row: dict[str, object] = {"work": work["label"], **told, "relayed_by": distinct(own, "source")}
            for source in sources:
                cell = own[own["source"] == source["id"]]
                row[source["label"]] = str(statements(cell).nunique()) if len(cell) else ""
                row[f"{source['label']}_rows"] = " ".join(cell["id"])
            rows.append(row)
    columns = [name for source in sources for name in (source["label"], f"{source['label']}_rows")]
    table = pd.DataFrame(rows, columns=["work", "type", "identified", "relayed_by", *columns])
    conserved("works by source", len(everything), sum(len(ids.split()) for name in columns[1::2] for ids in table[name]))
    return table


def overlap(review: Review) -> pd.DataFrame:
    """How far the sources relay the same works: corrected covered area, for all works, for those that can be told apart,
    and for each pair of sources that shares a work.

    Columns: of, sources (c), works (r), inclusions (N: each work counted once for each source that relays it), shared
    (N - r), corrected_covered_area, overlap (the band), reading. A work that no source names belongs to the source that
    speaks of it, so it can not be seen to be shared: the figure for all works is a lower bound.

    Source: Pieper D, Antoine SL, Mathes T, Neugebauer EAM, Eikermann M. J Clin Epidemiol 2014;67:368-375,
    doi 10.1016/j.jclinepi.2013.11.007.
    """
    everything = all_extracts(review)
    pairs = {(source, work) for source, work in zip(everything["source"], everything["work"], strict=True) if work}
    unnamed = {row["id"] for row in records(review, "works") if row["identified"] == UNNAMED}
    hidden = len({work for _, work in pairs} & unnamed)
    told_apart = {(source, work) for source, work in pairs if work not in unnamed}
    caution = f"{hidden} of these works are not named by their source and may be the same: at least this much" if hidden else ""
    rows = [
        {"of": "All works", **_area(pairs), **({"overlap": UNKNOWN} if hidden else {}), "reading": caution},
        {"of": "Works that can be told apart", **_area(told_apart), "reading": ""},
    ]
    relaying = [row for row in records(review, "sources") if any(source == row["id"] for source, _ in pairs)]
    for one, other in combinations(relaying, 2):
        own = {(source, work) for source, work in pairs if source in (one["id"], other["id"])}
        if len({work for _, work in own}) < len(own):
            rows.append({"of": f"{one['label']} and {other['label']}", **_area(own), "reading": ""})
    columns = ["of", "sources", "works", "inclusions", "shared", "corrected_covered_area", "overlap", "reading"]
    return pd.DataFrame(rows, columns=columns)


def _area(pairs: Collection[tuple[str, str]]) -> dict[str, object]:
    sources, works, inclusions = len({source for source, _ in pairs}), len({work for _, work in pairs}), len(pairs)
    percent = covered_area(sources, works, inclusions)
    told = {"sources": sources, "works": works, "inclusions": inclusions, "shared": inclusions - works}
    if percent is None:
        why = "no work" if not works else "one source alone"
        return {**told, "corrected_covered_area": f"{NOT_DEFINED}: {why}", "overlap": ""}
    return {**told, "corrected_covered_area": f"{percent:.1f} %", "overlap": band(percent)}


def covered_area(sources: int, works: int, inclusions: int) -> Decimal | None:
    """Corrected covered area in percent: (N - r) / (rc - r) of N inclusions, r works and c sources; None where there is
    no work or one source alone, for then it is not defined (Pieper et al. 2014)."""
    if not works or sources < 2:
        return None
    return Decimal(100 * (inclusions - works)) / (works * sources - works)


def band(percent: Decimal) -> str:
    """The usual word for a corrected covered area: slight up to 5 %, moderate up to 10 %, high up to 15 %, else very high."""
    return next((name for most, name in BANDS if percent <= most), "very high")


def origins(review: Review) -> pd.DataFrame:
    """Where the statements of each kind come from, counted both ways: by source and by work.

    Columns: kind, statements, sources, works (distinct), known_work (statements that relay a work that can be told
    apart), unnamed_work (that relay one which the source does not name), no_work (of unknown origin: the source speaks
    for itself or does not say), each of these three with its ``_rows``. A statement whose rows relay several kinds of
    work counts in each; the last row counts anew.
    """
    unnamed = {row["id"] for row in records(review, "works") if row["identified"] == UNNAMED}
    frames = review.selected(("id", "source", "work", "statement"))
    rows = [_origin(review.package.tables[name].title, own, unnamed) for name, own in frames.items() if len(own)]
    total = _origin("All", all_extracts(review), unnamed)
    names = ["known_work", "unnamed_work", "no_work"]
    rows.append({**total, **{f"{name}_rows": "" for name in names}})
    columns = ["kind", "statements", "sources", "works", *(column for name in names for column in (name, f"{name}_rows"))]
    table = pd.DataFrame(rows, columns=columns)
    conserved("origins", sum(map(len, frames.values())), sum(len(ids.split()) for name in names for ids in table[f"{name}_rows"]))
    return table


def _origin(kind: str, own: pd.DataFrame, unnamed: set[str]) -> dict[str, object]:
    without, nameless = own["work"] == "", own["work"].isin(unnamed)
    row: dict[str, object] = {"kind": kind, "statements": int(statements(own).nunique()), "sources": distinct(own, "source"),
                              "works": distinct(own, "work")}  # fmt: skip
    for name, which in (("known_work", ~without & ~nameless), ("unnamed_work", nameless), ("no_work", without)):
        row[name] = int(statements(own[which]).nunique())
        row[f"{name}_rows"] = " ".join(own.loc[which, "id"])
    return row
