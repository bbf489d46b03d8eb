"""Files written by hand: what can't be read is said in one line, and what an editor adds does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from litbook.errors import DataProblems
from litbook.textfiles import MOST_BYTES, read_small


def test_marks_of_editors_are_read_over(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_bytes(b"\xef\xbb\xbf[review]\r\ntitle = 1\r\n")
    assert read_small(path, "TOML") == "[review]\ntitle = 1\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file is missing; allowed: TOML; add it"),
        (b"a = 1\n\xff", "review.toml:2: byte 0xff is not UTF-8"),
        (b"#" * (MOST_BYTES + 1), f"{MOST_BYTES + 1} bytes; allowed: TOML, at most {MOST_BYTES} bytes"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataProblems) as caught:
        read_small(path, "TOML")
    assert said in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="can't be read: Is a directory"):
        read_small(tmp_path, "TOML")
