"""Descriptors that can't be: each wrong shape is one line of advice, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from litbook.descriptor import read_package
from litbook.errors import DataProblems
from litbook.loading import check
from tests.conftest import TINY

Copy = Callable[..., Path]


def resource(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in descriptor["resources"] if one["name"] == name)


def constraints(descriptor: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resource(descriptor, "doses")["schema"]["fields"][0]["constraints"]
    return found


WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda d: d.pop("name"), "the package: has no name"),
    (lambda d: d.update(resources=[]), "the package: has no resources"),
    (lambda d: d["resources"].append(d["resources"][0]), "stands twice"),
    (lambda d: resource(d, "doses").update(path="../doses.csv"), "doses: path is '../doses.csv'"),
    (lambda d: resource(d, "doses").update(kind="table"), "doses: kind is 'table'"),
    (lambda d: resource(d, "doses")["schema"].update(fields=[]), "doses: has no fields"),
    (lambda d: resource(d, "doses")["schema"]["fields"][0].update(type="money"), "doses.id: type is 'money'"),
    (lambda d: resource(d, "doses")["schema"]["foreignKeys"].append({"a": 1}), "doses: a foreign key is"),
    (lambda d: resource(d, "doses")["schema"].update(foreignKeys=3), "doses: foreignKeys is '3'"),
    (lambda d: constraints(d).update(maximum=3), "doses.id: constraint 'maximum' is not known"),
    (lambda d: constraints(d).update(pattern="([0-9"), "doses.id: pattern is '([0-9'"),
    (lambda d: constraints(d).update(required="no"), "doses.id: required is 'no'"),
    (lambda d: constraints(d).update(enum=[]), "doses.id: enum is '[]'"),
    (lambda d: constraints(d).update(minimum=0), "doses.id: minimum of what is no number"),
    (lambda d: resource(d, "doses")["schema"]["fields"][0].update(constraints=[]), "doses.id: constraints is []"),
    (lambda d: resource(d, "doses")["schema"]["fields"][0].update(description=None), "doses.id: its description is no text"),
    (lambda d: resource(d, "doses")["schema"].update(foreignKeys=[]), "doses.route has no foreign key to routes"),
    (lambda d: resource(d, "doses")["schema"]["fields"].pop(), "doses has no column 'note'"),
    (lambda d: d["resources"].remove(resource(d, "works")), "table 'works' is missing"),
]


@pytest.mark.parametrize(("damage", "said"), WRONG)
def test_a_wrong_shape_is_said(damage: Callable[[dict[str, Any]], object], said: str, copy: Copy) -> None:
    folder = copy(TINY)
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    damage(descriptor)
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(DataProblems) as caught:
        read_package(folder)
    assert any(said in str(problem) for problem in caught.value.problems), str(caught.value)


def test_deep_nesting_is_refused(copy: Copy) -> None:
    folder = copy(TINY)
    (folder / "datapackage.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(DataProblems, match="nested too deeply"):
        read_package(folder)


def test_a_missing_table_does_not_make_every_reference_wrong(copy: Copy) -> None:
    folder = copy(TINY)
    (folder / "works.csv").unlink()
    [problem] = check(folder)[0]
    assert str(problem).startswith("works.csv: the file is missing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\nx = 2\n", "review.toml:2:6: Cannot overwrite a value"),
        ("x = [", "review.toml: Invalid value"),
        ('[review]\ntitle = 1\nquestion = "q"\nas_of = 2025-01-01\nlimits = []\n', "title in [review] is 1; allowed: a string"),
        ("[review]\n", "[review] has no title"),
        ("review = 3\n", "review is 3"),
        (
            "[fact]\nvocabularies = []\n",
            "section 'fact' is not known; allowed: review, limits, facts, build, reports; delete it or mend its name",
        ),
        ('[facts]\nvocabulary = ["routes"]\n', "'vocabulary' in [facts] is not known; allowed: vocabularies, phrases_only"),
        (
            '[facts]\nvocabularies = ["route"]\n[review]\ntitle = "t"\nquestion = "q"\nas_of = 2025-01-01\nlimits = []\n',
            "vocabularies in [facts] names 'route'",
        ),
        ("[limits]\nweight_kg = [300, 2]\n", "weight_kg in [limits] is [300, 2]; allowed: two numbers above 0, the lower first"),
        ("[build]\nkeep = -1\n", "keep in [build] is -1"),
        ("x = " + "9" * 4900, "review.toml: "),
        ("a" + ".a" * 3000 + " = 1", "review.toml:1: a line of 6005 characters"),
    ],
)
def test_a_wrong_review_toml_is_said(text: str, said: str, copy: Copy) -> None:
    folder = copy(TINY)
    (folder / "review.toml").write_text(text, encoding="utf-8")
    assert any(said in str(problem) for problem in check(folder)[0]), list(map(str, check(folder)[0]))
