"""Every page of the shipped bundle in Chromium: all that tests/browser looks at, at every width and in both schemes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import checks
from tests.browser.checks import opened
from tests.browser.conftest import QUIET


def wrong(bundle: Path) -> tuple[int, list[str]]:
    """How many pages were looked at, and what is wrong with which; two at a time, the longest first. Raises FileNotFoundError
    where there is no Chromium."""
    if shutil.which("chromium") is None:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium")
    pages = sorted(bundle.glob("*.html"), key=lambda page: -page.stat().st_size)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return len(pages), [told for found in pool.map(_alone, pages) for told in found]


def _alone(path: Path) -> list[str]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        try:
            return [f"{path.stem}: {told}" for told in _page(browser, path)]
        finally:
            browser.close()


def _page(browser: Browser, path: Path) -> Iterator[str]:
    if path.stat().st_size >= 1_000_000:
        yield f"{path.stat().st_size} bytes"
    with opened(browser, path) as seen:
        page = seen.page
        yield from checks.headings(page) + checks.semantics(page) + checks.ways(page)
        for width in checks.WIDTHS:
            yield from checks.sideways(page, width)
        yield from checks.cut(page)
        yield from checks.printed(page, page.pdf(prefer_css_page_size=True))
        yield from checks.links(page)
        yield from seen.all()
    for scheme in ("light", "dark"):
        for width in (1280, 400):
            with opened(browser, path, color_scheme=scheme, viewport={"width": width, "height": 900}) as seen:
                yield from checks.keyboard(seen.page) if scheme == "light" else []
                yield from checks.axe(seen.page)
                checks.unfold(seen.page)
                yield from checks.axe(seen.page)
                yield from seen.all()
