"""Works, interest, age, certainty and reporting on the page, against a second count that does not use the engine."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from litbook import charts, tables
from litbook.charts import Chart
from litbook.markup import slim, table_html
from litbook.review import Review
from tests.conftest import KETAMINE
from tests.proof import honest
from tests.proof.recount import Count, Files

MADE: dict[str, Callable[[Review], pd.DataFrame]] = {
    "Works by source": tables.works_by_source,
    "Overlap of the sources": tables.overlap,
    "Statements by origin": tables.origins,
    "Dates of the sources": tables.source_dates,
    "Reporting by PRISMA-ScR": lambda review: tables.reporting(review, "prisma_scr"),
    "Reporting by SWiM": lambda review: tables.reporting(review, "swim"),
    "Summary of findings": tables.summary_of_findings,
    "Recommendations by interest": tables.stance_by_interest,
    "Findings by interest": tables.direction_by_interest,
    "Age of recommendations": tables.staleness,
    "Appraisals with their reasons": tables.appraisals,
    "Appraisal by item and page": tables.appraisal_matrix,
}
DRAWN: dict[str, Callable[[Review], Chart]] = {honest.HARVEST: charts.harvest, honest.FLOW: charts.flow}
SELECTED = ["", "cancer_pain", "migraine", "cancer_neuropathic_pain"]


def page(name: str, review: Review) -> str:
    if name in DRAWN:
        chart = DRAWN[name](review)
        return table_html(chart.data, f"Plotted data: {chart.title}")
    return table_html(*slim(MADE[name](review), name))


def first_table(html: str) -> Tag:
    found = BeautifulSoup(html, "html.parser").table
    assert found is not None
    return found


@pytest.mark.parametrize("indication", SELECTED)
@pytest.mark.parametrize("name", honest.TABLES)
def test_each_cell_is_that_of_the_second_count(name: str, indication: str, ketamine: Review) -> None:
    count = Count(Files(KETAMINE), indication)
    assert list(honest.unexplained(first_table(page(name, ketamine.select(indication))), count)) == []


@pytest.mark.parametrize("name", honest.TABLES)
def test_every_altered_number_is_seen(name: str, ketamine: Review) -> None:
    html, count = page(name, ketamine), Count(Files(KETAMINE))
    body = html.index("<tbody>")
    numbers = [match for match in re.finditer(r">(\d+)(?=[ <])", html) if match.start() > body]
    assert numbers or name in ("Dates of the sources", "Appraisals with their reasons", "Appraisal by item and page")  # words alone
    for match in numbers[:: max(1, len(numbers) // 12)]:
        altered = f"{html[: match.start(1)]}{int(match[1]) + 1}{html[match.end(1) :]}"
        assert list(honest.unexplained(first_table(altered), count)), html[match.start() - 60 : match.end() + 10]


@pytest.mark.parametrize("name", honest.TABLES)
def test_a_lost_row_and_a_lost_id_are_seen(name: str, ketamine: Review) -> None:
    count, soup = Count(Files(KETAMINE)), first_table(page(name, ketamine))
    soup.select("tbody tr")[0].extract()
    assert list(honest.unexplained(soup, count))
    soup = first_table(page(name, ketamine))
    links = soup.select("td a[href^='#'], details a")
    if links:
        links[-1].extract()
        assert list(honest.unexplained(soup, count))


@pytest.mark.parametrize("indication", SELECTED)
@pytest.mark.parametrize("name", DRAWN)
def test_texts_of_the_charts_are_those_of_the_second_count(name: str, indication: str, ketamine: Review) -> None:
    count, chart = Count(Files(KETAMINE), indication), DRAWN[name](ketamine.select(indication))
    assert list(honest.alternative(chart.alt, count)) == []
    number = re.search(r"\d+", chart.alt)
    assert number
    assert list(honest.alternative(f"{chart.alt[: number.start()]}999{chart.alt[number.end() :]}", count))
    assert all(note in honest.said(count) for note in chart.notes if re.search(r"\d", note))


@pytest.mark.parametrize("indication", SELECTED)
def test_warnings_are_those_of_the_second_count(indication: str, ketamine: Review) -> None:
    told = [sentence for sentence in tables.staleness_warnings(ketamine.select(indication)) if re.search(r"\d", sentence)]
    assert told == honest.warnings(Count(Files(KETAMINE), indication))
