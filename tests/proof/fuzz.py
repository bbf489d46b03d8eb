"""C. Fuzz: whatever bytes a table holds, reading ends in located problems or in exactly the cells that csv reads."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

from litbook.cells import check_cells
from litbook.descriptor import read_package
from litbook.reading import read_table
from tests.conftest import TINY

PIECES = [b",", b'"', b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b";", b"<<<<<<< x\n", b"=======\n", b"NA", b"1e9"]
PIECES += [b"0,05", b"\xe2\x80\x93", b"\xc2\xb5", b"\xce\xbc", b"\xc2\xa0", "٣".encode(), b"=1+1", b"2-Mar", b"1_000", b"-1"]
PIECES += [b"\xe2\x80\xa8", b"\x1b", b" ", b"", b"\t", b"99999999999999999999"]


def fuzz(n: int, seed: int, folder: Path) -> list[str]:
    """Damage a table ``n`` times at random; returns what went wrong: a traceback, a problem without a place, or cells that
    differ from those that Python's csv reads."""
    chance = random.Random(seed)
    tables = [table for table in read_package(TINY).tables.values() if table.kind in ("extract", "vocabulary", "record")]
    wrong = []
    for turn in range(n):
        table = chance.choice(tables)
        raw = bytearray((TINY / table.path).read_bytes())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.choice((0, 0, 1, 3))] = chance.choice(PIECES)
        path = folder / "fuzz.csv"
        path.write_bytes(raw)
        try:
            rows, problems = read_table(path, table)
            problems += check_cells(rows)
        except Exception as error:
            wrong.append(f"{turn}: {table.path}: {type(error).__name__}: {error}")
            continue
        if not problems:
            text = raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
            if [list(row) for row in rows.cells] != list(csv.reader(io.StringIO(text, newline="")))[1:]:
                wrong.append(f"{turn}: {table.path}: other cells than csv reads")
        elif any("; allowed: " not in str(problem) or not str(problem).startswith(table.path) for problem in problems):
            wrong.append(f"{turn}: {table.path}: a problem without place or advice")
    return wrong
