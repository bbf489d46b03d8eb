"""Charts: what is drawn equals the table, no axis mixes dimensions, every chart says what it does not show."""

from __future__ import annotations

import math
from typing import Any

import pytest
from matplotlib.axes import Axes

from litbook import charts
from litbook.charts import Chart
from litbook.review import Review


def panels(chart: Chart) -> dict[str, Axes]:
    assert chart.figure is not None
    return {ax.get_title(loc="left"): ax for ax in chart.figure.axes}


def bars(ax: Axes) -> list[list[float]]:
    return [[float(x) for x in line.get_xdata()] for line in ax.lines if len(line.get_xdata()) == 2]  # type: ignore[arg-type, union-attr]


def first(line: Any) -> float:
    return float(line.get_xdata()[0])


def test_bars_are_the_bounds_of_the_data(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    for (drug, panel), own in chart.data.groupby(["drug", "panel"], sort=False):
        ax = panels(chart)[f"{drug}: {panel} (n = {len(own)})"]
        left, right = ax.get_xlim()
        for drawn, row in zip(bars(ax), own.to_dict("records"), strict=True):
            assert drawn[0] == pytest.approx(left if math.isnan(row["low"]) else row["low"])
            assert drawn[1] == pytest.approx(right if math.isnan(row["high"]) else row["high"])


def test_no_panel_mixes_units_bases_forms_or_drugs(ketamine: Review) -> None:
    data = charts.dose_ranges(ketamine).data
    rows = ketamine.table("doses").set_index("id")
    for _, own in data.groupby(["drug", "panel"]):
        assert len(rows.loc[list(own["id"]), ["drug", "unit", "basis", "form"]].drop_duplicates()) == 1


def test_a_dose_without_a_time_base_is_on_no_rate_axis(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    timeless = set(ketamine.table("doses").query("basis == 'not_stated'")["id"])
    assert timeless
    drawn = chart.data[chart.data["id"].isin(timeless)]
    assert len(drawn) == len(timeless)
    assert not drawn["unit"].str.contains("/h|/d").any()
    assert any("no rate" in note for note in chart.notes)


def test_open_and_excluded_bounds_are_marked(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine.select("acute_pain"))
    [ax] = panels(chart).values()
    hollow = [line for line in ax.lines if len(line.get_xdata()) == 1]  # type: ignore[arg-type]
    assert [line.get_markerfacecolor() for line in hollow] == ["white"]
    assert len([text for text in ax.texts if getattr(text, "arrow_patch", None)]) == 1


def test_a_cap_is_a_tick_where_the_axis_can_say_it(ketamine: Review) -> None:
    without, with_weight = charts.dose_ranges(ketamine).data, charts.dose_ranges(ketamine, 70).data
    assert without["cap"].isna().all()
    cap = with_weight.set_index("id").loc["oq-dose-06", "cap"]
    assert cap == pytest.approx(50 / 70)
    assert "at most 50 mg per dose" in without.set_index("id").loc["oq-dose-06", "as_reported"]


def test_doses_in_words_are_counted_as_not_drawn(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    words = int((ketamine.table("doses")["unit"] == "").sum())
    assert f"Not drawn: {words} doses that the sources give in words." in chart.notes


def test_no_numeric_dose_is_said_in_words(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine.select("migraine"))
    assert chart.figure is None
    assert chart.alt.startswith("No numeric dose: the sources give 3 doses in words only")


def test_stance_marks_are_the_recommendations(ketamine: Review) -> None:
    chart = charts.guideline_stance(ketamine)
    assert chart.figure is not None
    bodies, own = chart.figure.axes
    drawn = [line for line in bodies.lines if line.get_marker() not in ("", "None", None)]
    assert len(drawn) == len(chart.data[chart.data["lane"] != "own advice"])
    dated = chart.data[chart.data["lane"] == "dated"]
    years = sorted(first(line) for line in drawn)[: len(dated)]
    assert years == sorted(map(float, dated["year"]))
    texts = " ".join(text.get_text() for text in bodies.texts)
    assert "level II, grade D" in texts
    counted = sum(int(text.get_text().splitlines()[0].removeprefix("n = ")) for text in own.texts)
    advice = ketamine.table("recommendations").query("voice == 'source'")
    assert counted == advice.assign(key=advice["statement"].where(advice["statement"] != "", advice["id"])).groupby(
        ["source", "stance"])["key"].nunique().sum()  # fmt: skip


def test_undated_bodies_have_a_lane_of_their_own(ketamine: Review) -> None:
    data = charts.guideline_stance(ketamine).data
    assert set(data[data["lane"] == "undated"]["body"]) >= {"AHS", "EHF"}
    assert (data[data["lane"] == "undated"]["year"] == "").all()


def test_map_counts_equal_the_table(ketamine: Review) -> None:
    chart = charts.evidence_map(ketamine)
    assert chart.figure is not None
    numbers = sum(int(text.get_text()) for text in chart.figure.axes[0].texts if text.get_text().isdigit())
    assert numbers == chart.data[ketamine.terms("directions")].to_numpy().sum()


@pytest.mark.parametrize("make", [charts.dose_ranges, charts.guideline_stance, charts.evidence_map], ids=lambda make: make.__name__)
@pytest.mark.parametrize("which", ["ketamine", "tiny"])
def test_every_chart_has_words_and_the_same_bytes_twice(make: Any, which: str, request: pytest.FixtureRequest) -> None:
    review: Review = request.getfixturevalue(which)
    chart, again = make(review), make(review)
    assert len(chart.alt) > 40
    assert len(chart.data)
    assert chart.png() == again.png()
    assert chart.svg() == again.svg()


def test_every_indication_can_be_drawn(ketamine: Review) -> None:
    for indication in ketamine.indications_with_rows():
        chosen = ketamine.select(indication)
        for make in (charts.dose_ranges, charts.guideline_stance, charts.evidence_map):
            chart = make(chosen)
            if chart.figure is not None:
                assert chart.png()[:4] == b"\x89PNG"
