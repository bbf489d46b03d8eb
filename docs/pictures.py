"""Draws the pictures that the README shows: `make pictures`. It needs Chromium. The pages are built without the texts
of the sources, so that none of their words stands in a picture."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import litbook
from litbook import charts
from litbook.build.make import build

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "docs" / "pictures"
REPORT = """
[[reports]]
id = "brief"
notebook = "brief.ipynb"
title = "Brief"
each = "indication"
only = ["cancer_pain"]
"""
WIDE, HIGH = 794, 1123  # a sheet of A4 in CSS pixels


def main() -> None:
    """Write the doses as a chart, the first page of a brief as it is printed, and a row's way back as it is read."""
    HERE.mkdir(exist_ok=True)
    (HERE / "dose_ranges.png").write_bytes(charts.dose_ranges(litbook.load("ketamine")).png())
    os.environ.pop("LITBOOK_SOURCES", None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        page_file = _built(Path(folder))
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-quic", "--disable-background-networking"])
        page = browser.new_page(viewport={"width": 1280, "height": 760})
        page.goto(page_file.as_uri())
        _way_back(page)
        _first_sheet(page)
        browser.close()


def _built(folder: Path) -> Path:
    data = folder / "ketamine"
    shutil.copytree(ROOT / "data" / "ketamine", data, ignore=shutil.ignore_patterns("text"))
    settings = (data / "review.toml").read_text(encoding="utf-8")
    kept = settings[: settings.index("[[reports]]")].replace("[review]\n", f'[review]\nnotebooks = "{ROOT / "notebooks"}"\n', 1)
    (data / "review.toml").write_text(kept + REPORT, encoding="utf-8")
    build(litbook.load(data), folder / "out")
    return folder / "out" / "brief-cancer-pain.html"


def _way_back(page: Page) -> None:
    """A table with the card of the row that the pointer is on."""
    row = page.locator("#every-recommendation ~ .scroll tbody th a").first
    row.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 260)")
    row.hover()
    page.wait_for_selector(".card:not([hidden])")
    page.screenshot(path=HERE / "way_back.png")


def _first_sheet(page: Page) -> None:
    """The first page, as wide as the sheet and up to the heading after which the next sheet begins."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.mouse.move(0, 0)
    page.evaluate("window.scrollTo(0, 0)")
    end = page.locator("#in-full").bounding_box()
    assert end is not None
    page.screenshot(path=HERE / "brief.png", clip={"x": 0, "y": 0, "width": WIDE, "height": end["y"]}, full_page=True)


if __name__ == "__main__":
    main()
