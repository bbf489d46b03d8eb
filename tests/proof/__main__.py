"""``make proof``: the long programme, with the table that the README quotes. Ends with 1 where a goal is missed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import litbook
from litbook.build.make import Options, build
from litbook.build.plan import plan
from tests.conftest import KETAMINE
from tests.proof import browser, faults, fuzz, mutants, pages, unattended
from tests.proof.recount import Files

DOSE_FIELDS = ("low", "low_op", "high", "high_op", "unit", "cap", "cap_unit", "cap_frequency", "frequency", "frequency_max", "period",
               "period_max")  # fmt: skip


def main() -> int:
    """Run A, B, C, H, P and U and print the summary; returns the exit code."""
    sources = os.environ.get("LITBOOK_SOURCES")
    if not sources:
        print("make proof needs the texts: set LITBOOK_SOURCES to their folder")
        return 1
    base = mutants.load_base(Path(sources).resolve())
    good = [a_mutation(base), a_verdicts(base), b_pages(base), c_fuzz(), h_blind_spots(), p_browser(base), u_unattended()]
    return 0 if all(good) else 1


def a_mutation(base: mutants.Base) -> bool:
    """Every mutant, without and with the approval lock."""
    every = list(mutants.mutants(base))
    alive = [mutant for mutant in every if not mutants.caught(base, mutant)]
    locked = [mutant for mutant in alive if not mutants.caught(base, mutant, lock=True)]
    others = [mutant for mutant in every if mutant.operator == mutants.OTHER]
    lost_others = Counter(f"{mutant.table}.{mutant.column}" for mutant in alive if mutant.operator == mutants.OTHER)
    whole, every = len(every), [mutant for mutant in every if mutant.operator != mutants.OTHER]
    survivors = [mutant for mutant in alive if mutant.operator != mutants.OTHER]
    total, lost = Counter(mutant.operator for mutant in every), Counter(mutant.operator for mutant in survivors)
    print(f"\nA. Data mutation: one wrong cell or row in the shipped review\n\n{'fault':18}{'mutants':>9}{'caught without lock':>22}")
    for operator, n in sorted(total.items()):
        print(f"{operator:18}{n:9}{100 * (n - lost[operator]) / n:21.2f} %")
    doses = [mutant for mutant in every if (mutant.table == "doses" and mutant.column in DOSE_FIELDS) or mutant.operator == "other unit"]
    lost_doses = [mutant for mutant in survivors if mutant in set(doses)]
    for name, n, missed in (("all", len(every), len(survivors)), ("doses and units", len(doses), len(lost_doses)),
                            ("other terms", len(others), sum(lost_others.values())), ("all, with lock", whole, len(locked))):  # fmt: skip
        print(f"{name:18}{n:9}{100 * (n - missed) / n:21.2f} %")
    print("\nOther terms that only the lock protects: " + ", ".join(f"{name} {n}" for name, n in sorted(lost_others.items())))
    print(f"\nSurvivors without lock ({len(survivors)}):")
    for mutant in survivors:
        print(f"  {mutant}")
    return len(survivors) <= len(every) / 100 and not lost_doses and not locked


def a_verdicts(base: mutants.Base) -> bool:
    """The verdicts of the programme against those of ``litbook check`` on a copy on disk."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(KETAMINE, Path(folder) / "ketamine"))
        chosen = mutants.sample(base, 150, seed=7)
        other = [mutant for mutant in chosen if mutants.caught(base, mutant) != mutants.caught_on_disk(base, mutant, copy)]
    print(f"\nA. Verdicts checked on disk: {len(chosen)}, other verdict: {len(other)}")
    return not other


def b_pages(base: mutants.Base) -> bool:
    """Forced mutants change the report's data; numbers on the pages are those of rows and of a second count, and the
    programme that says so sees a number that is not."""
    review = litbook.load(KETAMINE)
    before = pages.canonical(review)
    chosen = mutants.sample(base, 100, seed=11)
    hidden = [mutant for mutant in chosen if not pages.shows(base, review, before, mutant)]
    files = Files(KETAMINE)
    with tempfile.TemporaryDirectory() as folder:
        build(review, Path(folder) / "out", Options(base.sources))
        texts = {path.stem: path.read_text(encoding="utf-8") for path in (Path(folder) / "out").glob("*.html")}
    about = {report.id: str(report.parameters.get("indication", "")) for report in plan(review)}
    wrong = [f"{name}: {told}" for name, text in texts.items() for told in pages.unexplained(text, files, base.texts, about.get(name, ""))]
    missed, altered = [], 0
    for name in sorted(texts)[::5]:
        for page, what in pages.altered(texts[name], 15, seed=17):
            altered += 1
            if not pages.unexplained(page, files, base.texts, about.get(name, "")):
                missed.append(f"{name}: {what}")
    print(f"\nB. Forced mutants that change no data of the reports: {len(hidden)} of {len(chosen)}")
    print(f"B. Numbers on {len(texts)} pages that are not those of their row, or of a second count: {len(wrong)}")
    print(f"B. Numbers altered on the pages: {altered}, not seen by the second count: {len(missed)}")
    for told in [*map(str, hidden), *wrong, *missed]:
        print(f"  {told}")
    return not hidden and not wrong and not missed


def c_fuzz(n: int = 10_000) -> bool:
    """Damaged bytes."""
    with tempfile.TemporaryDirectory() as folder:
        wrong = fuzz.fuzz(n, seed=13, folder=Path(folder))
    print(f"\nC. Fuzz: {n} damaged tables; neither located problem nor the cells that csv reads: {len(wrong)}")
    for told in wrong:
        print(f"  {told}")
    return not wrong


def h_blind_spots() -> bool:
    """Faults that nbval alone does not see."""
    names = [*faults.IN_NOTEBOOK, *faults.IN_DATA]
    missed = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            if not faults.seen(name, Path(folder)):
                missed.append(name)
    print(f"\nH. Faults in notebooks and behind them: {len(names)}, not seen by the suite: {len(missed)}")
    for name in missed:
        print(f"  {name}")
    return not missed


def p_browser(base: mutants.Base) -> bool:
    """Every page of the bundle in Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        build(litbook.load(KETAMINE), Path(folder) / "out", Options(base.sources))
        looked_at, wrong = browser.wrong(Path(folder) / "out")
    print(f"\nP. Pages in Chromium: {looked_at}, of which something is wrong in: {len({told.split(':')[0] for told in wrong})}")
    for told in wrong:
        print(f"  {told}")
    return not wrong


def u_unattended() -> bool:
    """Builds under every fault that a machine can have."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = {"100 builds killed at random instants": unattended.killed(root / "killed", 100)}
        found["50 pairs of builds at once"] = unattended.at_once(root / "pairs", 50)
        operations, found["a full disk at each writing operation"] = unattended.full_disk(root / "full")
        small = unattended.small_disk(root / "small")
        found[f"file systems that are too small{' (none could be mounted)' if small is None else ''}"] = small or []
        faults_tried, found["kernels that die or hang, in each notebook"] = unattended.kernels(root / "kernels")
        told, found["edits, rebuilt row by row and in full"] = unattended.edits(root / "edits")
    print(f"\nU. Unattended ({operations} writing operations, {faults_tried} kernels)\n")
    for name, wrong in found.items():
        print(f"{name}: {len(wrong)} wrong")
        for line in wrong:
            print(f"  {line}")
    for line in told:
        print(f"  {line}")
    return not any(found.values())


if __name__ == "__main__":
    sys.exit(main())
