"""A review that asks much of a chart: many rows, long names, and texts that look like markup. Made of the invented one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from litbook.charts.style import COLOURS, SIGNS
from litbook.review import Review

ROUTES, INDICATIONS, SOURCES, BODIES = 12, 25, 7, 9
DOSES, RECOMMENDATIONS, FINDINGS = 60, 40, 80


class Names(NamedTuple):
    """Ids to choose from."""

    indications: list[str]
    routes: list[str]
    bodies: list[str]
    sources: list[str]


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
            f"{bodies}{n}": {
                "id": f"{bodies}{n}",
                "label": f"Imaginary Society{word} of Arboriculture and Soils, Horticultural Section {n}",
            }
            for n in range(BODIES)
        },
    }
    sources = [f"s{word}{n}" for n in range(SOURCES)]
    names = Names(list(words["indications"]), list(words["routes"]), list(words["bodies"]), sources)
    labels = [{"id": name, "label": f"Municipal Gardening Yearbook{word}, web edition, {name}"} for name in names.sources]
    frames = {
        "sources": _like(tiny, "sources", labels),
        "doses": _like(tiny, "doses", [_dose(n, names) for n in range(DOSES)]),
        "recommendations": _like(tiny, "recommendations", [_advice(tiny, n, names) for n in range(RECOMMENDATIONS)]),
        "findings": _like(tiny, "findings", [_finding(tiny, n, names) for n in range(FINDINGS)]),
    }
    other = {name: frame.iloc[:0] for name, frame in tiny._frames.items() if "indication" in frame.columns and name not in frames}
    return dataclasses.replace(tiny, words=MappingProxyType(words), _frames=MappingProxyType({**tiny._frames, **other, **frames}))


def _like(tiny: Review, table: str, rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Rows with the columns of a table; what they do not say is empty."""
    columns = list(tiny._frames[table].columns)
    return pd.DataFrame([{column: row.get(column, "") for column in columns} for row in rows], columns=columns, dtype="str")


def _dose(n: int, names: Names) -> dict[str, str]:
    unit, basis, form = [
        ("L", "dose", "watering"), ("L/h", "hour", "steady_flow"), ("L/d", "day", "not_stated"), ("L", "not_stated", "steady_flow"),
        ("L", "dose", "not_stated"), ("L/wk", "week", "not_stated"),
    ][n % 6]  # fmt: skip
    row = {"id": f"dose-{n:02d}", "source": names.sources[n % SOURCES], "indication": names.indications[n % INDICATIONS]}
    row |= {"drug": "compost_tea" if n % 7 == 3 else "water", "route": names.routes[n % ROUTES], "form": form, "unit": unit, "basis": basis}
    if n % 11 != 1:
        row |= {"low": f"{(n + 1) * 0.37:.2f}", "low_op": "gt" if n % 9 == 2 else "ge"}
    if n % 11 != 4:
        row |= {"high": f"{(n + 2) ** 2 * 3.1:.2f}", "high_op": "lt" if n % 9 == 4 else "le"}
    if n % 8 == 0:
        row |= {"cap": f"{(n + 2) ** 2 * 4}", "cap_unit": unit, "cap_basis": basis, "note": "Told of once"}
    if n % 3 == 0:
        row |= {"frequency": "2", "period": "1", "period_unit": "wk"}
    if n % 5 == 0:
        row |= {
            "population": "newly planted trees of the second summer",
            "duration": "from the first warm days until the leaves have turned",
        }
    return row


def _advice(tiny: Review, n: int, names: Names) -> dict[str, str]:
    stances, voice = tiny.terms("stances"), ["guideline", "source", "society", "experts"][n % 4]
    row = {"id": f"rec-{n:02d}", "source": names.sources[n % SOURCES], "indication": names.indications[n * 3 % INDICATIONS]}
    row |= {
        "route": "not_stated",
        "stance": stances[n % 5],
        "voice": voice,
        "stance_alternative": stances[(n + 1) % 5] if n % 3 == 0 else "",
    }
    if voice in ("guideline", "society"):
        row["body"] = names.bodies[n % BODIES]
    if voice == "guideline":
        row |= {"year": str(1992 + (n * 7) % 30), "level": "II", "grade": "B" if n % 8 == 0 else ""}
    return row


def _finding(tiny: Review, n: int, names: Names) -> dict[str, str]:
    few = n % 2  # half of the findings crowd into few cells
    return {
        "id": f"find-{n:02d}",
        "source": names.sources[n % SOURCES],
        "indication": names.indications[n % 3 if few else n % INDICATIONS],
        "route": names.routes[n % 2 if few else n % ROUTES],
        "design": "not_stated" if n % 3 else "trial",
        "outcome_domain": "growth",
        "direction": tiny.terms("directions")[n % 5],
    }
