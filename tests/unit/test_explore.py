"""Exploring: the result on the screen is of the selection that was asked for, and none stands under newer settings."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pytest

from litbook import explore
from litbook.review import Review


@pytest.fixture
def shown(ketamine: Review, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The widgets that explore puts on the screen, and what it draws (recorded instead of displayed)."""
    seen: dict[str, Any] = {"drawn": []}

    def record(review: Review, view: str, weight: float) -> None:  # in place of drawing
        seen["drawn"].append((view, review.selection.indication, review.selection.route, weight))

    monkeypatch.setattr(explore, "display", lambda *things, **_: seen.setdefault("display", []).append(things))
    monkeypatch.setattr(explore, "_draw", record)
    explore.explore(ketamine)
    box = next(thing for things in seen["display"] for thing in things if isinstance(thing, widgets.HBox))
    seen["view"], seen["indication"], seen["route"], seen["weight"], seen["button"] = box.children
    return seen


def test_it_opens_with_the_whole_review(shown: dict[str, Any]) -> None:
    assert shown["drawn"] == [("dose ranges", "", "", 0)]


def test_a_change_takes_the_old_result_away_and_only_the_button_draws(shown: dict[str, Any]) -> None:
    shown["indication"].value = "cancer_pain"
    shown["weight"].value = 70
    assert len(shown["drawn"]) == 1
    said = [things for things in shown["display"] if things and "press Show" in str(things[0])]
    assert len(said) == 2
    shown["button"].click()
    assert shown["drawn"][-1] == ("dose ranges", "cancer_pain", "", 70)


def test_a_wrong_weight_reads_like_advice(shown: dict[str, Any]) -> None:
    shown["weight"].value = -5
    shown["button"].click()
    assert "allowed: 2 to 300 kilograms" in str(shown["display"][-1])
