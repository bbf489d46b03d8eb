"""A review that asks much of a chart: many rows, long names, and texts that look like markup. Made of the invented one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from litbook.charts.style import COLOURS, SIGNS
from litbook.review import Review

ROUTES, INDICATIONS, SOURCES, BODIES = 12, 25, 7, 9
DOSES, RECOMMENDATIONS = 60, 40


def crowded(tiny: Review, word: str = "") -> Review:
    """60 doses, 40 recommendations and 80 findings over 25 indications of more than 60 characters, 12 routes and 7
    sources; ``word`` stands in every label."""
    routes, indications, bodies = f"r{word}", f"i{word}", f"b{word}"
    signs, colours = list(SIGNS), list(COLOURS)
    words = {
        **tiny.words,
        "routes": {
            f"{routes}{n}": {
                "id": f"{routes}{n}",
                "label": f"Way of watering{word} number {n}" + (" through the buried perforated pipework" if n % 3 == 0 else ""),
                "symbol": signs[n],
                "colour": colours[n % len(colours)],
            }
            for n in range(ROUTES - 1)
        }
        | {"not_stated": dict(tiny.words["routes"]["not_stated"])},
        "indications": {
            f"{indications}{n}": {
                "id": f"{indications}{n}",
                "label": f"Street trees{word} of the kind {n} that stand in paving over compacted subsoil and rubble",
                "parent": f"{indications}{n - 1}" if n % 4 else "",
                "also_under": "",
            }
            for n in range(INDICATIONS)
        },
        "bodies": {
            f"{bodies}{n}": {"id": f"{bodies}{n}", "label": f"Imaginary Society{word} of Arboriculture, Horticulture and Soils, Section {n}"}
            for n in range(BODIES)
        },
    }
    sources = [f"s{word}{n}" for n in range(SOURCES)]
    frames = {
        "sources": _like(tiny, "sources", [{"id": s, "label": f"Municipal Gardening Yearbook{word}, web edition, {s}"} for s in sources]),
        "doses": _like(tiny, "doses", [_dose(tiny, n, list(words["indications"]), list(words["routes"]), sources) for n in range(DOSES)]),
        "recommendations": _like(
            tiny, "recommendations", [_advice(tiny, n, list(words["indications"]), list(words["bodies"]), sources) for n in range(RECOMMENDATIONS)]
        ),
        "findings": _like(
            tiny, "findings", [_finding(tiny, n, list(words["indications"]), list(words["routes"]), sources) for n in range(80)]
        ),
    }
    other = {name: frame.iloc[:0] for name, frame in tiny._frames.items() if "indication" in frame.columns and name not in frames}
    return dataclasses.replace(tiny, words=MappingProxyType(words), _frames=MappingProxyType({**tiny._frames, **other, **frames}))


def _like(tiny: Review, table: str, rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Rows with the columns of a table; what they do not say is empty."""
    columns = list(tiny._frames[table].columns)
    return pd.DataFrame([{column: row.get(column, "") for column in columns} for row in rows], columns=columns, dtype="str")


def _dose(tiny: Review, n: int, indications: Sequence[str], routes: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    unit, basis, form = [
        ("L", "dose", "watering"), ("L/h", "hour", "steady_flow"), ("L/d", "day", "not_stated"), ("L", "not_stated", "steady_flow"),
        ("L", "dose", "not_stated"), ("L/wk", "week", "not_stated"),
    ][n % 6]  # fmt: skip
    low, high = f"{(n + 1) * 0.37:.2f}", f"{(n + 2) ** 2 * 3.1:.2f}"
    return {
        "id": f"dose-{n:02d}", "source": sources[n % len(sources)], "drug": "compost_tea" if n % 7 == 3 else "water",
        "indication": indications[n % len(indications)], "route": routes[n % len(routes)], "form": form, "unit": unit, "basis": basis,
        "population": "newly planted trees of the second summer" if n % 5 == 0 else "",
        "low": "" if n % 11 == 1 else low, "low_op": "" if n % 11 == 1 else "gt" if n % 9 == 2 else "ge",
        "high": "" if n % 11 == 4 else high, "high_op": "" if n % 11 == 4 else "lt" if n % 9 == 4 else "le",
        "cap": f"{(n + 2) ** 2 * 4}" if n % 8 == 0 else "", "cap_unit": unit if n % 8 == 0 else "", "cap_basis": basis if n % 8 == 0 else "",
        "frequency": "2" if n % 3 == 0 else "", "period": "1" if n % 3 == 0 else "", "period_unit": "wk" if n % 3 == 0 else "",
        "duration": "from the first warm days of April until the leaves have turned" if n % 10 == 0 else "",
        "note": "Told of once" if n % 4 == 0 else "",
    }  # fmt: skip


def _advice(tiny: Review, n: int, indications: Sequence[str], bodies: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    stances = tiny.terms("stances")
    voice = ["guideline", "source", "society", "experts"][n % 4]
    return {
        "id": f"rec-{n:02d}", "source": sources[n % len(sources)], "body": bodies[n % len(bodies)] if voice in ("guideline", "society") else "",
        "year": str(1992 + (n * 7) % 30) if voice == "guideline" else "", "indication": indications[n * 3 % len(indications)], "route": "not_stated",
        "stance": stances[n % 5], "stance_alternative": stances[(n + 1) % 5] if n % 3 == 0 else "", "voice": voice,
        "level": "II" if voice == "guideline" else "", "grade": "B" if n % 8 == 0 else "", "statement": f"st-{n // 2}" if n % 5 == 0 else "",
    }  # fmt: skip


def _finding(tiny: Review, n: int, indications: Sequence[str], routes: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    directions = tiny.terms("directions")
    few = n % 2  # half of the findings crowd into few cells
    return {
        "id": f"find-{n:02d}", "source": sources[n % len(sources)], "indication": indications[n % 3 if few else n % len(indications)],
        "route": routes[n % 2 if few else n % len(routes)], "design": "not_stated" if n % 3 else "trial", "outcome_domain": "growth",
        "direction": directions[n % 5],
    }  # fmt: skip
