"""Exploring, as a reader does it: the real JupyterLab as ``make lab`` starts it, in a real browser, with real clicks."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from litbook.explore import screen
from litbook.explore.views import Titled
from tests.conftest import KETAMINE, ROOT
from tests.payloads import MARKUP

PATIENCE = 120  # seconds: a loaded machine of two cores is slow, and nothing here waits longer than it has to
SHOWN = ".litbook-explore img"
LINE = ".litbook-explore p.note"
IDS = ".litbook-explore table.dataTable tbody td.id"


class Lab(NamedTuple):
    """A running JupyterLab: its address with the token, the file of its notebook, and what it said."""

    url: str
    token: str
    notebook: Path
    log: Path


class Seen(NamedTuple):
    """What a page asked for and complained of."""

    requests: list[str]
    complaints: list[str]


def lab_command() -> list[str]:
    """The words with which ``make lab`` starts JupyterLab."""
    words = shlex.split(lab_recipe())
    return [sys.executable, "-m", "jupyter", *words[words.index("lab") :]]


def lab_recipe() -> str:
    """What ``make lab`` runs; nothing is run."""
    return subprocess.run(["make", "-n", "-o", ".venv/installed", "lab"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab over a copy of the notebooks, with nothing of this machine's settings."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    places = {
        "JUPYTER_RUNTIME_DIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {name: str(home / name.lower()) for name in places} | {"LITBOOK_DATA": str(KETAMINE.parent)}
    alone = ["--no-browser", "--ServerApp.port=0", "--allow-root"]
    log = home / "log"
    with log.open("w") as said:
        server = subprocess.Popen([*lab_command(), *alone], cwd=home, env=environment, stdout=said, stderr=said, start_new_session=True)
        try:
            yield Lab(**_running(server, home / "jupyter_runtime_dir", log), notebook=home / "notebooks" / "explore.ipynb", log=log)
        finally:
            server.send_signal(signal.SIGTERM)  # it takes its kernels with it
            try:
                server.wait(30)
            finally:
                if server.poll() is None:
                    os.killpg(server.pid, signal.SIGKILL)
                    server.wait()


def _running(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> dict[str, str]:
    """Address and token of a server, as soon as it has written them down."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                told = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:  # half written
                continue
            return {"url": told["url"], "token": told["token"]}
        time.sleep(0.05)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def explored(lab: Lab, browser: Browser) -> Iterator[tuple[Page, Seen]]:
    """The notebook, opened and run to its end, and what the page asked for and complained of since."""
    seen = Seen([], [])
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(f"{lab.url}lab/tree/explore.ipynb?token={lab.token}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(SHOWN).wait_for()
    page.locator(IDS).first.wait_for()
    yield page, seen
    page.close()


def picture(page: Page) -> str:
    """The chart on the screen."""
    return page.locator(SHOWN).get_attribute("src") or ""


def choose(page: Page, control: str, label: str) -> None:
    """Pick a term in a list; terms are indented by figure spaces."""
    box = page.get_by_label(control, exact=True)
    texts = [text.replace("\u2007", "").replace("\u00a0", " ").strip() for text in box.locator("option").all_text_contents()]
    box.select_option(index=texts.index(label))


def settled(page: Page, words: str) -> None:
    """Wait until the result on the screen is that of these words."""
    expect(page.locator(LINE).first).to_contain_text(words)
    expect(page.locator(LINE).first).to_be_visible()


def test_a_widget_changes_chart_and_table(explored: tuple[Page, Seen]) -> None:
    page, _ = explored
    settled(page, "Dose ranges of the whole review")
    before, rows = picture(page), page.locator(IDS).all_text_contents()
    assert "av-dose-01" in rows
    choose(page, "Indication", "Cancer pain")
    settled(page, "Dose ranges of Cancer pain")
    assert picture(page) != before
    expect(page.locator(IDS).first).to_be_visible()
    after = page.locator(IDS).all_text_contents()
    assert "oq-dose-04" in after and "av-dose-01" not in after and set(after) < set(rows) | {"oq-dose-09"}
    narrow = picture(page)
    page.get_by_label("Weight, kg").fill("70")
    page.get_by_label("Weight, kg").press("Enter")
    settled(page, "For 70 kg of body weight")
    assert picture(page) != narrow
    expect(page.locator(".litbook-explore table.dataTable")).to_contain_text("14–35 mg")


def test_whoever_changes_settings_quickly_gets_the_last_ones(explored: tuple[Page, Seen]) -> None:
    page, _ = explored
    page.get_by_label("View", exact=True).select_option("Guideline stance")
    for indication in ("Migraine", "Chronic pain", "Depression", "Fibromyalgia", "Cancer pain", "Migraine"):
        choose(page, "Indication", indication)
    page.get_by_label("View", exact=True).select_option("Safety")
    choose(page, "Kind of source", "Clinic's page")
    settled(page, "Safety of Migraine, sources of the kind Clinic's page")
    expect(page.locator(SHOWN)).to_have_count(0)
    for control in ("Indication", "Kind of source"):
        choose(page, control, "all")
    settled(page, "Safety of the whole review")


def test_an_impossible_weight_is_one_line(explored: tuple[Page, Seen]) -> None:
    page, _ = explored
    page.get_by_label("View", exact=True).select_option("Dose ranges")
    page.get_by_label("Weight, kg").fill("-5")
    page.get_by_label("Weight, kg").press("Enter")
    settled(page, "weight_kg is -5; allowed: 2 to 300 kilograms")
    expect(page.locator(SHOWN)).to_have_count(0)
    page.get_by_label("Weight, kg").fill("0")
    page.get_by_label("Weight, kg").press("Enter")
    settled(page, "Dose ranges of the whole review")


def test_any_row_opens_its_way_back_and_its_words_are_not_saved(explored: tuple[Page, Seen], lab: Lab, texts: dict[str, str]) -> None:
    page, _ = explored
    page.locator(IDS).get_by_text("oq-dose-04", exact=True).click()
    way = page.locator(".litbook-explore dl.way")
    expect(way).to_contain_text("0.05–0.5 mg/kg/h")
    expect(way).to_contain_text("under “Dosing When Used”")
    expect(way).to_contain_text(re.compile(r"characters \d+ to \d+"))
    quote = page.locator(".litbook-explore blockquote mark").inner_text()
    assert quote in texts["oracle-qa"]
    expect(page.get_by_text("The hash of these characters is that of the row.")).to_be_visible()
    page.get_by_label("Way back of").fill("av-imm-01")  # typed, and not in the table
    page.get_by_label("Way back of").press("Enter")
    expect(page.locator(".litbook-explore h4")).to_contain_text("av-imm-01")
    before = lab.notebook.stat().st_mtime_ns
    page.get_by_label("Way back of").fill("oq-dose-04")
    page.get_by_label("Way back of").press("Enter")
    expect(page.locator(".litbook-explore h4")).to_contain_text("oq-dose-04")
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_text("Save Notebook", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    saved = lab.notebook.read_text(encoding="utf-8")
    assert lab.notebook.stat().st_mtime_ns > before and "widget-view" in saved
    assert quote not in saved and json.dumps(quote)[1:-1] not in saved


def test_hostile_cells_stay_words_in_tables_and_their_filters(browser: Browser) -> None:
    """The same tables in a page alone: DataTables writes cells and lists of filters on its own, after we escaped them."""
    frame = pd.DataFrame({"id": [f"row-{place}" for place in range(len(MARKUP))], "claim": list(MARKUP)})
    outputs = [*screen.library(), *screen.outputs([Titled("Hostile", frame)])]
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith(("blob:", "data:")) else None)
    page.set_content(f"<div class='litbook-explore'>{''.join(output['data']['text/html'] for output in outputs)}</div>")
    page.locator(IDS).first.wait_for()
    page.locator(".dt-length select").select_option("-1")
    expect(page.locator(IDS)).to_have_count(len(MARKUP))
    page.locator("th").nth(1).locator(".dtcc-button_dropdown").click()
    page.locator(".dtcc-dropdown .dtcc-list-buttons button").nth(5).wait_for()
    cells = page.locator("table.dataTable tbody td:nth-child(2)").all_inner_texts()
    assert ["".join(cell.split()) for cell in cells] == ["".join(cell.split()) for cell in MARKUP]
    assert page.locator("table.dataTable tbody td:nth-child(2) *").count() == 0
    assert page.evaluate("window.hit") is None and asked == []
    page.close()


def test_nothing_was_asked_of_anybody_outside_and_nothing_went_wrong(explored: tuple[Page, Seen]) -> None:
    _, seen = explored
    assert len(seen.requests) > 50
    outside = [url for url in seen.requests if urlsplit(url).scheme not in ("blob", "data") and urlsplit(url).hostname != "127.0.0.1"]
    assert outside == []
    assert seen.complaints == []


def test_make_lab_is_for_this_machine_and_has_a_token(lab: Lab, browser: Browser) -> None:
    words = " ".join(lab_command())
    assert "--ip=127.0.0.1" in words and not re.search(r"0\.0\.0\.0|\*|token|password|allow", words)
    assert len(lab.token) >= 32 and urlsplit(lab.url).hostname == "127.0.0.1"
    assert "or 127.0.0.1" not in lab.url and f"token={lab.token}" in lab.log.read_text(encoding="utf-8")  # the address is printed
    stranger: Any = browser.new_context().request.get(f"{lab.url}api/contents")
    assert stranger.status == 403


def test_make_lab_hands_the_folder_of_the_texts_on(tmp_path: Path) -> None:
    (tmp_path / "the texts").mkdir()
    command = ["make", "-n", "-o", ".venv/installed", "lab", f"LITBOOK_SOURCES={tmp_path / 'the texts'}"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.replace(".venv/bin/jupyter", "true;:")
    said = subprocess.run(
        ["sh", "-c", f"{told.split('true;:')[0]} sh -c 'echo $LITBOOK_SOURCES'"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == str(tmp_path / "the texts")
