"""Debian's Chromium, and bundles to look at in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import litbook
from litbook.build.make import Options, build
from tests.conftest import KETAMINE, ROOT

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REPORTS = """
[[reports]]
id = "sources"
notebook = "01_sources.ipynb"
title = "Sources and what they relay"

[[reports]]
id = "evidence-map"
notebook = "02_evidence_map.ipynb"
title = "Evidence by indication and route"

[[reports]]
id = "dose-ranges"
notebook = "03_dose_ranges.ipynb"
title = "Dose ranges"

[[reports]]
id = "disagreements"
notebook = "06_disagreements.ipynb"
title = "Disagreements"

[[reports]]
id = "methods"
notebook = "07_methods.ipynb"
title = "Methods and checks"

[[reports]]
id = "brief"
notebook = "brief.ipynb"
title = "Brief"
also = ["pdf", "docx"]
each = "indication"
only = ["cancer_pain", "migraine", "fibromyalgia"]

[[reports]]
id = "clinician"
notebook = "brief.ipynb"
title = "For clinicians"
each = "indication"
only = ["acute_migraine"]
parameters = { audience = "clinician" }

[[reports]]
id = "plain"
notebook = "brief.ipynb"
title = "In plain words"
each = "indication"
only = ["immune_effects"]
parameters = { audience = "plain" }
"""
NAMES = ("index", "changes", "dose-ranges", "disagreements", "brief-cancer-pain", "brief-migraine", "brief-fibromyalgia",
         "clinician-acute-migraine", "plain-immune-effects")  # fmt: skip
LONGEST = ("sources", "evidence-map", "methods")  # pages with every extract: measured here, looked at by `make proof` alone


@pytest.fixture(scope="module")  # while it lives, an event loop counts as running here, and asyncio.run of other tests would fail
def browser() -> Iterator[Browser]:
    """Chromium without a window. Who has none skips; where the whole suite is promised (LITBOOK_SOURCES, CI) its want is a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        said = "chromium is not on PATH: apt-get install chromium"
        if os.environ.get("LITBOOK_SOURCES") or os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the shipped review with one report of each kind."""
    root = tmp_path_factory.mktemp("pages")
    data = Path(shutil.copytree(KETAMINE, root / "data" / "ketamine"))
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    settings = data / "review.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text[: text.index("[[reports]]")] + REPORTS, encoding="utf-8")
    texts = os.environ.get("LITBOOK_SOURCES")  # with the words of the sources the pages are longer
    build(litbook.load(data), root / "out", Options(Path(texts) if texts else None))
    return root / "out"
