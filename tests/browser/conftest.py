"""What the tests in a browser share: Debian's Chromium, without a window and without a word to anybody outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")  # while it lives, an event loop counts as running here, and asyncio.run of other tests would fail
def chromium() -> Iterator[Browser]:
    """Chromium without a window. Who has none skips; where the whole suite is promised (LITBOOK_SOURCES, CI) its want is a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        said = "chromium is not on PATH: apt-get install chromium"
        if os.environ.get("LITBOOK_SOURCES") or os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()
