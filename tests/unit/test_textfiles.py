"""Files written by hand: what can't be read is said in one line, and what an editor adds does no harm."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from litbook.errors import DataProblems
from litbook.textfiles import MOST_BYTES, read_small, write_all


def test_marks_of_editors_are_read_over(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_bytes(b"\xef\xbb\xbf[review]\r\ntitle = 1\r\n")
    assert read_small(path, "TOML") == "[review]\ntitle = 1\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file is missing; allowed: TOML; add it"),
        (b"a = 1\n\xff", "review.toml:2: byte 0xff is not UTF-8"),
        (b"a = 1\n" + b"#" * 200, "review.toml:2: a line of 200 characters; allowed: at most 100"),
        (b"#" * (MOST_BYTES + 1), f"{MOST_BYTES + 1} bytes; allowed: TOML, at most {MOST_BYTES} bytes"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataProblems) as caught:
        read_small(path, "TOML", longest=100)
    assert said in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="can't be read: is a directory"):
        read_small(tmp_path, "TOML")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "review.toml")
    with pytest.raises(DataProblems, match="is not a regular file"):
        read_small(tmp_path / "review.toml", "TOML")


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, link = tmp_path / "one", tmp_path / "other", tmp_path / "link"
    one.write_text("before", encoding="utf-8")
    one.chmod(0o600)
    link.symlink_to(one)
    write_all({link: "after", other: "new"})
    assert (one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8"), link.is_symlink()) == ("after", "new", True)
    assert stat.S_IMODE(one.stat().st_mode) == 0o600

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_all({one: "lost", other: "lost"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "one", "other"]
    assert (one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == ("after", "new")
