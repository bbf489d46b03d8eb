"""Charts: what is drawn equals the table, no axis mixes dimensions, every chart says what it shows and what it does not."""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from litbook import charts, tables
from litbook.charts import Chart, style
from litbook.review import Review
from litbook.tables import public_record
from litbook.tables.evidence import doubted_in
from tests.unit.drawn import MAKERS, chart_of, review_of

each_chart = pytest.mark.parametrize("name", list(MAKERS))
each_review = pytest.mark.parametrize("which", ["ketamine", "tiny", "crowded"])
each_size = pytest.mark.parametrize("size", list(charts.SIZES))
ID_LIKE = re.compile(r"[a-z]+_[a-z_]+")


def lines(chart: Chart) -> dict[str, tuple[Axes, Line2D]]:
    """The lines that stand for something, by their names."""
    assert chart.figure is not None
    return {str(line.get_label()): (ax, line) for ax in chart.figure.axes for line in ax.lines}


def xs(line: Line2D) -> list[float]:
    return [float(x) for x in line.get_xdata()]  # type: ignore[arg-type, union-attr]


def written(chart: Chart) -> list[str]:
    assert chart.figure is not None
    return [" ".join(text.get_text().split()) for text in chart.figure.texts]


# Doses


@pytest.mark.parametrize("weight", [0, 70])
@each_size
@each_review
def test_bars_and_marks_are_the_bounds_of_the_data(which: str, weight: float, size: str) -> None:
    chart = chart_of("dose_ranges", which, size, weight)
    drawn = lines(chart)
    rows = review_of(which).table("doses").set_index("id")
    for row in chart.data.to_dict("records"):
        name, own = row["id"], rows.loc[row["id"]]
        ax, bar = drawn[f"bar {name}"]
        left, right = ax.get_xlim()
        assert xs(bar) == pytest.approx([float(own["low"] or left), float(own["high"] or right)])
        for side, excluded in (("low", "gt"), ("high", "lt")):
            assert (f"{side} {name}" in drawn) == bool(own[side]) != (f"open {side} {name}" in drawn)
            if own[side]:
                mark = drawn[f"{side} {name}"][1]
                assert xs(mark) == [float(own[side])]
                assert (mark.get_markerfacecolor() == "white") == (own[f"{side}_op"] == excluded)
        assert (f"cap {name}" in drawn) == (not math.isnan(row["cap"]))
        assert left <= min(xs(bar)) and max(xs(bar)) <= right
    kinds = Counter(name.split()[0] for name in drawn)
    assert kinds["bar"] == len(chart.data) == (rows["unit"] != "").sum()


@each_review
def test_no_axes_mix_units_bases_forms_or_drugs(which: str) -> None:
    assert_no_axes_mix(review_of(which))


def test_two_dimensions_of_one_wording_do_not_share_an_axis(tiny: Review) -> None:
    """Panels are told apart by what a dose is, not by how its label reads."""
    forms = {name: {**row, "panel": "the same"} for name, row in tiny.words["forms"].items()}
    assert_no_axes_mix(dataclasses.replace(tiny, words=MappingProxyType({**tiny.words, "forms": forms})))


def assert_no_axes_mix(review: Review) -> None:
    chart = charts.dose_ranges(review)
    rows = review.table("doses").set_index("id")
    on: dict[Axes, set[tuple[str, ...]]] = {}
    for name, (ax, _) in lines(chart).items():
        if name.startswith("bar "):
            on.setdefault(ax, set()).add(tuple(rows.loc[name[4:], ["drug", "unit", "basis", "form"]]))
    assert all(len(shapes) == 1 for shapes in on.values())
    assert len(on) == len({shape for shapes in on.values() for shape in shapes}), "one panel for each drug and dimension"


def test_the_axis_names_the_unit_of_its_doses(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    texts = written(chart)
    for unit in set(chart.data["unit"]):
        assert unit in texts


def test_one_length_is_one_amount_on_all_axes_of_a_unit(ketamine: Review) -> None:
    """A reader compares panels by eye: 0.3 mg/kg must not end where 0.5 mg/kg ends on the next axis."""
    chart = charts.dose_ranges(ketamine)
    assert chart.figure is not None
    for unit, own in chart.data.groupby("unit"):
        panels = [ax for ax in chart.figure.axes if any(f": {panel}" in str(ax.get_label()) for panel in own["panel"])]
        assert len(panels) == own["panel"].nunique()
        assert len({(ax.get_xlim(), ax.get_xscale()) for ax in panels}) == 1, unit
        assert all(("log scale" in str(ax.get_label())) == (ax.get_xscale() == "log") for ax in panels)


def test_what_the_record_does_not_bear_out_is_marked(ketamine: Review) -> None:
    doubted = public_record.doubts(ketamine)
    for chart in (charts.dose_ranges(ketamine), charts.guideline_stance(ketamine)):
        drawn = set(chart.data["id"]) & doubted.keys()
        assert drawn
        assert any(note.startswith(f"{public_record.SIGN} Not borne out by the public record: {len(drawn)} of") for note in chart.notes)
        assert public_record.SIGN in written(chart)
    told = charts.dose_ranges(ketamine).data.set_index("id")["as_reported"]
    assert {name for name, text in told.items() if public_record.SIGN in text} == set(told.index) & doubted.keys()


def test_a_dose_whose_table_says_more_has_a_sign(ketamine: Review) -> None:
    told, rows = charts.dose_ranges(ketamine).data.set_index("id")["as_reported"], ketamine.table("doses").set_index("id")
    cites = {name for name, lines in public_record.beside(ketamine).items() if public_record.CITES in lines}
    noted = {name for name, text in told.items() if "*" in text}
    assert noted == {name for name in told.index if rows.loc[name, "note"]} | (cites & {*told.index})
    assert "oq-dose-06" in noted and not rows.loc["oq-dose-06", "note"]


def test_a_dose_without_a_time_base_is_on_no_rate_axis(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    timeless = set(ketamine.table("doses").query("basis == 'not_stated'")["id"])
    assert timeless
    drawn = chart.data[chart.data["id"].isin(timeless)]
    assert len(drawn) == len(timeless)
    assert not drawn["unit"].str.contains("/h|/d").any()
    assert any("no rate" in note for note in chart.notes)


@pytest.mark.parametrize("indication", ["", "neuropathic_pain"])
def test_another_drug_comes_last_and_is_told_apart(ketamine: Review, indication: str) -> None:
    chart = charts.dose_ranges(ketamine.select(indication))
    titles = [text for text in written(chart) if re.search(r"\(n = \d+ rows?, \d+ sources?\)$", text)]
    assert titles[-1] == "Not ketamine, but tricyclic antidepressants: mg/day (n = 1 row, 1 source)"
    assert all(title.startswith("Ketamine: ") for title in titles[:-1])
    assert chart.data["drug"].tolist() == sorted(chart.data["drug"], key=lambda drug: drug != "Ketamine")
    assert "What is set off in grey is no dose of ketamine, but of another drug." in chart.notes
    assert chart.title.endswith("; 1 of tricyclic antidepressants")


def test_a_cap_is_a_tick_where_the_axis_can_say_it(ketamine: Review) -> None:
    without, with_weight = charts.dose_ranges(ketamine).data, charts.dose_ranges(ketamine, 70).data
    assert without["cap"].isna().all()
    cap = with_weight.set_index("id").loc["oq-dose-06", "cap"]
    assert cap == pytest.approx(50 / 70)
    assert "at most 50 mg per dose" in without.set_index("id").loc["oq-dose-06", "as_reported"]


@settings(max_examples=8, deadline=None)
@given(weight=st.floats(2, 300, allow_nan=False))
def test_the_upper_axis_is_the_lower_one_times_the_weight(weight: float) -> None:
    chart = charts.dose_ranges(review_of("cancer_pain"), weight)
    assert chart.figure is not None
    chart.figure.draw_without_rendering()
    above = [(ax, child) for ax in chart.figure.axes for child in ax.child_axes]
    assert len(above) == chart.data.loc[chart.data["unit"].str.contains("/kg"), "panel"].nunique()
    for ax, child in above:
        assert child.get_xlim() == pytest.approx([edge * weight for edge in ax.get_xlim()])
        for tick in child.xaxis.get_major_ticks():
            assert float(tick.label1.get_text() or tick.label2.get_text()) == pytest.approx(tick.get_loc())
    assert any(note.startswith("The upper axes are computed for") for note in chart.notes)


def test_a_weight_that_no_axis_can_use_is_not_spoken_of(ketamine: Review) -> None:
    assert not any("computed" in note for note in charts.dose_ranges(ketamine.select("neuropathic_pain"), 70).notes)


def test_doses_in_words_are_counted_as_not_drawn(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine)
    words = int((ketamine.table("doses")["unit"] == "").sum())
    assert f"Not drawn: {words} doses or exposures that the sources give in words." in chart.notes


def test_no_numeric_dose_is_said_in_words(ketamine: Review) -> None:
    chart = charts.dose_ranges(ketamine.select("migraine"))
    assert chart.figure is None
    assert chart.alt.startswith("No numeric dose: what is filed here gives 3 doses or exposures in words only")
    with pytest.raises(ValueError, match="nothing is drawn"):
        chart.png()


# Recommendations


@each_size
@each_review
def test_each_recommendation_of_a_body_is_a_mark_at_its_year(which: str, size: str) -> None:
    chart, review = chart_of("guideline_stance", which, size), review_of(which)
    drawn = lines(chart)
    rows = review.table("recommendations")
    relayed = rows[rows["voice"] != "source"]
    lanes = set()
    for row in relayed.to_dict("records"):
        ax, mark = drawn[row["id"]]
        assert xs(mark) == [float(row["year"])] if row["year"] else not lanes.add(xs(mark)[0])  # type: ignore[func-returns-value]
        look = style.look(review, "stances", row["stance"])
        assert mark.get_marker() == look.marker
        assert ax.get_xlim()[0] <= xs(mark)[0] <= ax.get_xlim()[1]
    years = [float(year) for year in relayed["year"] if year]
    assert len(lanes) <= 1
    assert all(lane > max(years, default=-1) for lane in lanes), "what has no year stands beside the years"
    assert len(set(drawn) & set(rows["id"])) == len(relayed)


def test_level_and_grade_stand_as_printed(ketamine: Review) -> None:
    texts = written(charts.guideline_stance(ketamine))
    assert "2018 · Insufficient evidence (level II, grade D) or not routinely · Cancer neuropathic pain" in texts
    assert sum("level" in text and "·" in text for text in texts) == (ketamine.table("recommendations")["level"] != "").sum()


@each_review
def test_counts_of_own_advice_are_those_of_the_rows(which: str) -> None:
    chart, review = chart_of("guideline_stance", which), review_of(which)
    advice = review.table("recommendations").query("voice == 'source'")
    advice = advice.assign(key=advice["statement"].where(advice["statement"] != "", advice["id"]))
    wanted = advice.groupby(["source", "stance"])["key"].nunique()
    found = [re.match(r"n = (\d+)(?: \(([^)]*)\))?:", text) for text in written(chart)]
    counted = [(int(told[1]), told[2] or "") for told in found if told]
    unclear = advice[advice["stance_alternative"] != ""].groupby(["source", "stance"])["key"].nunique()
    doubted = advice[advice["id"].isin(public_record.doubts(review))].groupby(["source", "stance"])["key"].nunique()

    def signs(place: tuple[str, str], n: int) -> str:
        counts = [("*", unclear.get(place, 0)), ("†", doubted.get(place, 0))]
        return ", ".join(sign if some == n else f"{some}{sign}" for sign, some in counts if some)

    assert Counter(counted) == Counter((n, signs(place, n)) for place, n in wanted.items())
    marks = [name for name in lines(chart) if ": " in name]
    assert set(marks) == {f"{review.label_of('sources', source)}: {stance}" for source, stance in wanted.index}


def test_undated_bodies_have_a_lane_of_their_own(ketamine: Review) -> None:
    data = charts.guideline_stance(ketamine).data
    assert set(data[data["lane"] == "undated"]["body"]) >= {"AHS", "EHF"}
    assert (data[data["lane"] == "undated"]["year"] == "").all()


# The map


@each_size
@each_review
def test_map_counts_equal_the_table(which: str, size: str) -> None:
    chart, review = chart_of("evidence_map", which, size), review_of(which)
    assert chart.figure is not None
    table, ways = tables.evidence(review), review.terms("directions")
    for indication, own in table.groupby("indication"):
        axes = [ax for ax in chart.figure.axes if ax.get_label() == indication]
        marks = Counter(str(line.get_label()) for ax in axes for line in ax.lines)
        assert marks == Counter({term: int((own[term] > 0).sum()) for term in ways if (own[term] > 0).any()})
    counted = [text for text in written(chart) if re.fullmatch(r"\d+†?", text)]
    assert sum(text.endswith("†") for text in counted) == len(doubted_in(review))
    numbers = Counter(int(text.rstrip("†")) for text in counted)
    assert numbers == Counter(int(n) for n in table[ways].to_numpy().flat if n)
    others = Counter(int(text[1:-1]) for text in written(chart) if re.fullmatch(r"\(\d+\)", text))
    assert others == Counter(table.loc[table["state"] == "other rows only", "other"])
    assert chart.data[review.labels("directions", ways)].to_numpy().tolist() == table[ways].to_numpy().tolist()


def test_a_count_stands_beside_the_symbol_that_it_counts(ketamine: Review) -> None:
    """Each count of a row is right of its own symbol and left of the next one."""
    chart = charts.evidence_map(ketamine.select("cancer_pain"))
    assert chart.figure is not None
    own = tables.evidence(ketamine.select("cancer_pain")).query("indication == 'cancer_pain' and route == 'not_stated'").iloc[0]
    [ax] = [ax for ax in chart.figure.axes if ax.get_label() == "cancer_pain"]
    middle = ax.get_position().y0 + ax.get_position().height / 2
    texts = [text for text in chart.figure.texts if abs(text.get_position()[1] - middle) < 0.03 and re.fullmatch(r"\d+†?", text.get_text())]
    wide = chart.figure.get_size_inches()[0] * 72
    at = sorted(
        [(xs(line)[0] / wide, str(line.get_label())) for line in ax.lines] + [(text.get_position()[0], text.get_text()) for text in texts]
    )
    said = [name for _, name in at]
    doubted = doubted_in(ketamine)
    told = {term: f"{own[term]}{'†' if ('cancer_pain', 'not_stated', term) in doubted else ''}" for term in ketamine.terms("directions")}
    assert said == [part for term, count in told.items() if own[term] for part in (term, count)]


# All three


@each_chart
@pytest.mark.parametrize("which", ["ketamine", "tiny"])
def test_every_chart_has_words_and_the_same_bytes_twice(name: str, which: str) -> None:
    chart, again = chart_of(name, which), MAKERS[name](review_of(which))
    assert len(chart.alt) > 40
    assert len(chart.data)
    assert len(chart.notes)
    assert chart.png() == again.png()
    assert chart.svg() == again.svg()


@each_chart
def test_the_order_of_rows_does_not_matter(name: str, ketamine: Review) -> None:
    shuffled = {
        table: frame.sample(frac=1, random_state=len(frame)).reset_index(drop=True)
        if table in ("doses", "recommendations", "findings")
        else frame
        for table, frame in ketamine._frames.items()
    }
    other = dataclasses.replace(ketamine, _frames=MappingProxyType(shuffled))
    chart, again = chart_of(name, "ketamine"), MAKERS[name](other)
    assert (chart.title, chart.alt) == (again.title, again.alt)
    assert chart.png() == again.png()


@each_chart
@each_review
def test_plotted_data_are_in_words(name: str, which: str) -> None:
    data = chart_of(name, which).data
    ids = {"id", "statement", "rows", "other_rows"}
    for column in data.columns:
        if column not in ids and data[column].dtype.kind not in "fi":
            raw = [cell for cell in data[column] if ID_LIKE.fullmatch(str(cell)) or cell in ("ge", "gt", "le", "lt")]
            assert raw == [], column
    assert not [column for column in data.columns if str(column).startswith("_")]


@each_chart
def test_the_size_changes_the_picture_and_not_what_it_says(name: str) -> None:
    first, *others = [chart_of(name, "ketamine", size) for size in charts.SIZES]
    for other in others:
        assert (first.title, first.alt) == (other.title, other.alt)
        pd.testing.assert_frame_equal(first.data, other.data)


def test_titles_say_what_is_seen(ketamine: Review) -> None:
    assert charts.dose_ranges(ketamine).title == (
        "Doses: 8 numeric rows of ketamine in 5 dimensions that must not be compared; 1 of tricyclic antidepressants"
    )
    assert charts.guideline_stance(ketamine.select("cancer_pain")).title == (
        "Recommendations: 5 relayed, 2005–2019 (read as 3 insufficient evidence, 2 conditional; results alone: 2); "
        "8 statements of the sources' own advice"
    )
    assert charts.evidence_map(ketamine).title == (
        "Evidence map: 65 statements with findings for 25 of 32 indications; 61 of 65 name no route; contradicted in 1 cell"
    )


def test_advice_that_does_not_name_its_indication_is_told_beside_the_chart(ketamine: Review) -> None:
    told = "The words read do not name the indication, which is taken from the topic of the page: ESMO 2005, ESMO 2008."
    for size in ("report", "brief"):
        assert told in charts.guideline_stance(ketamine.select("cancer_pain"), size=size).notes
    assert not any("topic" in note for note in charts.guideline_stance(ketamine.select("migraine")).notes)


def test_a_title_counts_doses_of_many_drugs_together(tiny: Review) -> None:
    """Three drugs beside the one under review are a number, not a list."""
    drugs = {name: {"id": name, "label": name.capitalize()} for name in ("water", "milk", "juice", "tea")}
    frame = tiny.table("doses")
    frame["drug"] = [list(drugs)[n % 4] for n in range(len(frame))]
    other = dataclasses.replace(
        tiny, words=MappingProxyType({**tiny.words, "drugs": drugs}), _frames=MappingProxyType({**tiny._frames, "doses": frame})
    )
    numeric = frame[frame["unit"] != ""]
    own = int((numeric["drug"] == "water").sum())
    title = charts.dose_ranges(other).title
    assert title.startswith(f"Doses: {own} numeric rows of water")
    assert title.endswith(f"; {len(numeric) - own} of 3 other drugs")


def test_an_indication_is_set_in_below_those_that_are_shown(ketamine: Review) -> None:
    """An indication may be selected through a second parent: it stands below that one and is set in."""
    chart = chart_of("evidence_map", "neuropathic_pain")
    assert chart.figure is not None
    places = {text.get_text(): text.get_position() for text in chart.figure.texts}
    (left, up), (inner, down) = places["Neuropathic pain"], places["Cancer neuropathic pain"]
    assert left < inner and up > down
    whole = chart_of("evidence_map", "ketamine")
    assert whole.figure is not None
    at = {text.get_text(): text.get_position()[0] for text in whole.figure.texts}
    assert at["Pain"] < at["Cancer pain"] < at["Cancer neuropathic pain"]
    assert at["Pain"] == at["Migraine"]
