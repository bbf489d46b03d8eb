"""Every page of the shipped bundle in Chromium: all that tests/browser looks at, at every width and in both schemes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import checks
from tests.browser.checks import opened
from tests.browser.conftest import QUIET


def wrong(bundle: Path) -> tuple[int, list[str]]:
    """How many pages were looked at, and what is wrong with which. Raises FileNotFoundError where there is no Chromium."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium")
    pages = sorted(bundle.glob("*.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        found = [f"{page.stem}: {told}" for page in pages for told in _page(browser, page)]
        browser.close()
    return len(pages), found


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
