"""The project's own promises: one direction of imports, one public face, files in step, and no topic in the engine."""

from __future__ import annotations

import ast
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

import litbook
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "litbook"
# Arrows go one way: a module may import those before it, never those behind it.
ORDER = ["errors", "places", "quantities", "needs", "datapackage", "cells", "textfiles"]
ORDER += ["descriptor", "reading", "anchors", "doses", "dose_rules", "rules", "facts"]
ORDER += [
    "disagreements",
    "changes",
    "agreement",
    "approval",
    "verification",
    "reads",
    "review",
    "loading",
    "authoring",
    "dictionary",
    "tables",
    "charts",
    "exports",
    "markup",
    "display",
    "briefs",
]
ORDER += ["explore", "build", "cli", "__main__"]
MODULES = sorted(SOURCE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "litbook":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {name.name for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("litbook.")}
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py" or path.parent != SOURCE], ids=str)
def test_arrows_go_one_way(path: Path) -> None:
    own = layer(path)
    for other in imported(path) - {own}:
        assert ORDER.index(other) < ORDER.index(own), f"{own} imports {other}"


def test_tables_and_charts_do_no_reading_or_writing() -> None:
    for path in MODULES:
        if layer(path) in ("tables", "charts", "doses", "dose_rules", "rules", "cells"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\bopen\(|Path\(|read_text|read_bytes|write_text|read_csv|to_csv", text), path


def test_modules_stay_small() -> None:
    for path in MODULES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, path


def test_the_public_face_is_frozen() -> None:
    assert litbook.__all__ == [
        "LitbookError", "Review", "brief", "charts", "load", "show", "show_listings", "show_safety", "summary", "tables",
    ]  # fmt: skip
    assert all(hasattr(litbook, name) for name in litbook.__all__)


def test_public_names_are_explained() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                small = isinstance(node, ast.ClassDef) and len(node.body) <= 2
                assert small or ast.get_docstring(node), f"{path.name}: {node.name}"


def test_the_engine_knows_no_topic() -> None:
    vocabulary = {"ketamine", "opioid", "morphine", "cancer", "migraine", "intravenous", "oral_dose", "infusion", "bolus", "esmo", "nccn"}
    for path in MODULES:
        code = path.read_text(encoding="utf-8")
        strings = {
            node.value.lower() for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        docs = {text for text in strings if "\n" in text or text.endswith((".", "``"))}
        for text in strings - docs:
            for word in vocabulary & set(re.findall(r"\w+", text)):
                # the name of the review that ships is the command line's default, and that is all
                assert word == "ketamine" and text == "ketamine" and path.name in ("loading.py", "common.py"), f"{path.name}: {text!r}"


def test_environment_yml_is_in_step_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = [name for name in environment if isinstance(name, str) and name != "pip"]
    assert plain == [f"python{project['requires-python']}", *project["dependencies"], *project["optional-dependencies"]["dev"]]


def test_the_lock_has_hashes_no_address_and_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|@ |--index|--extra-index|--find-links", lock)
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    names = {re.split(r"[=\[ ]", entry)[0].lower() for entry in entries}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        assert re.split(r"[>=\[]", wanted)[0].lower() in names


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        assert f"| {re.split(r'[>=]', wanted)[0]} |" in reasons, wanted


def test_pictures_and_files_that_the_readme_names_are_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (ROOT / link).exists(), f"{name}: {link}"


def test_make_targets_that_the_readme_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`", (ROOT / "README.md").read_text(encoding="utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_folder_of_tests_is_passed_over_by_name() -> None:
    """pytest walks past folders of certain names, "build" among them by default: whole folders of tests would never run."""
    passed_over = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]["norecursedirs"]
    folders = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert "build" in folders
    assert not [name for name in folders for pattern in passed_over if fnmatch(name, pattern)]
    commands = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in re.findall(r"--ignore (tests/\w+)", commands):
        assert re.search(rf"pytest .*(?<!--ignore ){name}$", commands, re.MULTILINE), f"no command runs {name}"
