"""Same data, same bytes: pages, notebooks, pictures, PDF, text documents and workbooks, in any process, time zone and language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.build.conftest import DOSES, Workshop, content
from tests.conftest import ROOT

SETTINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
)


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    bundles = []
    running = []
    for place, settings in enumerate(SETTINGS):
        (tmp_path / str(place)).mkdir()
        workshop = Workshop(tmp_path / str(place))
        workshop.report("doses", [*DOSES, "litbook.show(charts.dose_ranges(book))", "litbook.show(charts.guideline_stance(book))"])
        shutil.copyfile(ROOT / "notebooks" / "brief.ipynb", workshop.root / "notebooks" / "brief.ipynb")
        workshop.settings('\n[[reports]]\nid = "brief"\nnotebook = "brief.ipynb"\ntitle = "Brief"\neach = "indication"\n'
                          'only = ["newly_planted"]\nalso = ["pdf", "docx"]\n')  # fmt: skip
        command = [sys.executable, "-m", "litbook", "build", str(workshop.data), "--out", str(workshop.out), "-j", "1"]
        running.append(subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        bundles.append(workshop.out)
    for one in running:
        told, _ = one.communicate(timeout=300)
        assert one.returncode == 0, told
    first, second = map(content, bundles)
    assert {Path(name).suffix for name in first} >= {".html", ".ipynb", ".pdf", ".docx", ".xlsx", ".csv", ".svg", ".png", ".json"}
    assert [name for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)] == []
