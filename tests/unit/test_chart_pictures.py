"""Charts as pictures: everything can be read, in every size, in grey too, and by those who do not see it."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from litbook import charts
from litbook.charts import Chart, measure, scales, style
from litbook.charts.files import DPI
from litbook.errors import UnknownTerm
from litbook.review import Review
from tests.conftest import KETAMINE
from tests.unit.drawn import MAKERS, chart_of, charts_of

SELECTIONS = ["ketamine", "cancer_pain", "migraine", "fibromyalgia", "neuropathic_pain", "pain"]
SVG = "{http://www.w3.org/2000/svg}"
each_chart = pytest.mark.parametrize("name", list(MAKERS))
each_size = pytest.mark.parametrize("size", list(charts.SIZES))


# Room


@pytest.mark.parametrize(
    ("which", "size"),
    [*itertools.product([*SELECTIONS, "crowded"], charts.SIZES), ("markup", "brief"), ("one word", "brief"), ("one word", "report")],
)
def test_no_text_meets_another_or_a_mark_or_the_edge(which: str, size: str) -> None:
    for chart in charts_of(which, size):
        assert collisions(chart) == [], chart.title


def test_every_indication_can_be_drawn(ketamine: Review) -> None:
    for indication in ketamine.indications_with_rows():
        for chart in charts_of(indication):
            assert collisions(chart) == [], (indication, chart.title)


def collisions(chart: Chart) -> list[str]:
    assert chart.figure is not None
    return charts.collisions(chart.figure)


def test_collisions_are_seen() -> None:
    """The measure itself: texts on each other, over the edge, under a mark, and tick labels that meet."""
    figure = Figure(figsize=(4, 3))
    ax = figure.add_axes((0.2, 0.3, 0.6, 0.5))
    figure.text(0.5, 0.95, "alone")
    assert charts.collisions(figure) == []
    for x, told in ((0.48, "over the first"), (0.9, "reaches out of the figure")):
        figure.text(x, 0.95, told)
    ax.plot([0.5], [0.5], marker="o", markersize=20)
    ax.text(0.5, 0.5, "covered")
    ax.set_xticks([0.1, 0.12], ["one", "two"])
    found = charts.collisions(figure)
    assert "overlap: 'alone' and 'over the first'" in found
    assert "cut at the edge: 'reaches out of the figure'" in found
    assert "under a mark: 'covered'" in found
    assert "overlap: 'one' and 'two'" in found


@settings(deadline=None)
@given(
    text=st.text(st.characters(codec="latin-1", exclude_categories=["Cc", "Cf"]), max_size=120),
    room=st.floats(5, 400),
    size=st.sampled_from([7.0, 8.0, 11.0]),
)
@example("a; b", 400.0, 7.0)
@example("\N{NO-BREAK SPACE}", 5.0, 7.0)
def test_wrapping_loses_no_letter_and_keeps_to_its_room(text: str, room: float, size: float) -> None:
    lines = measure.wrapped(text, room, size)
    assert re.sub(r"[ \t\r\n]", "", "".join(lines)) == re.sub(r"[ \t\r\n]", "", text)
    assert all(measure.width(line, size) <= room + measure.EVEN or len(line) == 1 for line in lines)
    assert len(lines) == 1 or all(lines)


@settings(deadline=None)
@given(low=st.floats(1e-3, 1e4), times=st.floats(1.5, 1e5), room=st.floats(60, 500))
def test_ticks_are_round_lie_on_the_axis_and_keep_apart(low: float, times: float, room: float) -> None:
    high = low * times
    for ticks in (
        scales.linear(0, high, lambda value: room * value / high, 8, room),
        scales.log(low, high, lambda value: room * (value / low - 1) / (times - 1), 8, room),
    ):
        assert all(0 <= float(tick) <= high for tick in ticks)
        assert len(ticks) == len(set(ticks)) and ticks == sorted(ticks)
        assert all(len(str(tick.normalize().as_tuple().digits)) <= len("(1, 2, 5)") + 3 for tick in ticks)
    assert scales.linear(0, high, lambda value: room * value / high, 8, room), "an axis of doses has ticks"


# Sizes


@each_chart
def test_a_size_that_is_not_known_is_refused(name: str, ketamine: Review) -> None:
    with pytest.raises(UnknownTerm, match="size 'poster' is not known; allowed: report, slide, brief"):
        MAKERS[name](ketamine, size="poster")


def test_sizes_are_those_of_page_slide_and_column() -> None:
    for size, width in (("report", 9), ("slide", 13.33), ("brief", 5.3)):
        for chart in charts_of("cancer_pain", size):
            assert chart.figure is not None
            wide, high = chart.figure.get_size_inches()
            assert wide == width
            assert high == 7.5 if size == "slide" else high < 4.5


def test_the_charts_of_a_brief_leave_room_for_lists_on_one_page() -> None:
    """Stance and doses, with their notes beside them, take at most three fifths of a sheet of A4."""
    figures = [chart_of(name, "cancer_pain", "brief").figure for name in ("guideline_stance", "dose_ranges")]
    assert sum(figure.get_size_inches()[1] for figure in figures if figure is not None) <= 11.7 * 0.6


@each_size
@pytest.mark.parametrize("which", ["ketamine", "crowded"])
def test_no_type_is_smaller_than_can_be_read(which: str, size: str) -> None:
    least = {"report": 8, "slide": 11, "brief": 7}[size]
    for chart in charts_of(which, size):
        assert chart.figure is not None
        assert min(float(text.get_fontsize()) for text in measure.texts(chart.figure)) >= least


def test_what_does_not_fit_on_a_slide_says_so() -> None:
    tall, short = chart_of("evidence_map", "ketamine", "slide"), chart_of("evidence_map", "cancer_pain", "slide")
    assert tall.figure is not None
    needs = tall.figure.get_size_inches()[1]
    assert needs > 7.5
    assert f"Too tall for one slide: in type that can be read this takes {needs:.1f} inches of height, a slide has 7.5." in tall.notes
    assert not any("Too tall" in note for chart in (short, chart_of("evidence_map", "ketamine")) for note in chart.notes)


# Colours and signs


@pytest.mark.parametrize("name", list(style.COLOURS))
@pytest.mark.parametrize("ground", ["#ffffff", style.TINT])
def test_marks_and_bars_stand_out(name: str, ground: str) -> None:
    look = style.Look("o", style.COLOURS[name], True)
    assert style.contrast(look.edge, ground) >= 3
    for hollow in (False, True):
        assert look.mark(8, hollow)["markeredgecolor"] == look.edge
    assert look.bar(2)["color"] == look.edge
    if style.contrast(style.COLOURS[name], style.TINT) >= 3:
        assert look.edge == to_hex(style.COLOURS[name]), "no colour is darkened without need"


def test_contrast_is_that_of_wcag() -> None:
    assert style.contrast("#000000") == pytest.approx(21)
    assert style.contrast("#777777") == pytest.approx(4.48, abs=0.01)  # the grey that just fails for text


@each_size
def test_texts_stand_out(size: str) -> None:
    for chart in charts_of("ketamine", size):
        assert chart.figure is not None
        for text in measure.texts(chart.figure):
            assert style.contrast(to_hex(text.get_color()), "#f1f1f1") >= 4.5, text.get_text()


@pytest.mark.parametrize("vocabulary", ["routes", "stances", "directions"])
def test_terms_differ_in_sign_and_not_in_colour_alone(ketamine: Review, tiny: Review, vocabulary: str) -> None:
    for review in (ketamine, tiny):
        looks = [style.look(review, vocabulary, term) for term in review.terms(vocabulary)]
        assert len({(look.marker, look.filled) for look in looks}) == len(looks)
        assert len({str(look.pattern) for look in looks}) == min(len(looks), len(style.PATTERNS))


# Files


@each_chart
def test_a_png_is_sharp_small_and_tells_its_resolution(name: str) -> None:
    chart = chart_of(name, "ketamine")
    drawn = chart.png()
    assert len(drawn) < 100_000
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.mode == "P"
        assert picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
        assert picture.size[0] == 9 * DPI


@each_chart
def test_the_palette_of_a_png_holds_the_colours_of_the_marks(name: str) -> None:
    chart = chart_of(name, "ketamine")
    assert chart.figure is not None
    with Image.open(io.BytesIO(chart.png())) as picture:
        table = picture.getpalette() or []
    palette = [table[at : at + 3] for at in range(0, len(table), 3)]
    inks = {to_hex(line.get_color()) for ax in chart.figure.axes for line in ax.lines if line.get_label() != "leader"}
    for ink in inks:
        wanted = [int(ink[at : at + 2], 16) for at in (1, 3, 5)]
        assert min(max(abs(one - other) for one, other in zip(wanted, colour, strict=True)) for colour in palette) <= 2, ink


@each_chart
def test_an_svg_needs_no_font_and_names_itself(name: str) -> None:
    chart = chart_of(name, "ketamine")
    drawn = chart.svg().decode("utf-8")
    root = ET.fromstring(drawn)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and desc is not None
    assert (title.text, desc.text) == (chart.title, chart.alt)
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), desc.get("id"))
    assert not root.findall(f".//{SVG}text"), "glyphs are outlines"
    assert "font-family" not in drawn and "@import" not in drawn
    assert not re.findall(r'(?:href|src)="(?!#)', drawn)
    assert "NaN" not in drawn


@each_chart
def test_markup_in_the_data_stays_text(name: str) -> None:
    chart = chart_of(name, "markup", "brief")
    assert chart.figure is not None
    root = ET.fromstring(chart.svg())
    assert not [part for part in root.iter() if part.tag.endswith("script")]
    desc = root.find(f"{SVG}desc")
    assert desc is not None and desc.text == chart.alt and "<script>" in chart.alt
    shown = "".join("".join(text.get_text().split()) for text in measure.texts(chart.figure))
    assert r"$\frac{1}{2}$" in shown
    assert not any(text.get_parse_math() for text in measure.texts(chart.figure))


IN_ANOTHER_PROCESS = """
import hashlib, sys, litbook
from litbook import charts
review = litbook.load(sys.argv[1]).select("cancer_pain")
for make in (charts.dose_ranges, charts.guideline_stance, charts.evidence_map):
    chart = make(review)
    print(hashlib.sha256(chart.png()).hexdigest(), hashlib.sha256(chart.svg()).hexdigest())
"""


def test_another_process_draws_the_same_bytes() -> None:
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(KETAMINE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    drawn = [chart_of(name, "cancer_pain") for name in MAKERS]
    assert done.stdout.split() == [hashlib.sha256(part).hexdigest() for chart in drawn for part in (chart.png(), chart.svg())]
